//! Which engine wrote a page.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use entangle_dump::HtmlTree;
use std::collections::BTreeMap;

use super::address::host_of;
use super::engine::{Engine, engines};
use super::page::{ForumPage, FoundPost, Labels, PageFacts};
use super::profile::{FoundProfile, read_profile};
use super::words::{CLOCK_LABELS, ZONE_LABELS};

/// Labels of one kind that are kept; a text can repeat them without end.
const LABEL_COUNT_MAX: usize = 8;

/// The engines, and a searcher of all that is looked for in the source of a page.
pub(super) struct KnownEngines {
    engines: Vec<Engine>,
    /// `None` if it cannot be built; nothing is recognised then.
    searcher: Option<AhoCorasick>,
    /// What each pattern of the searcher means, which may be two things.
    meanings: Vec<Vec<Meaning>>,
}

#[derive(Debug, Clone, Copy)]
enum Meaning {
    SignOf(usize),
    ZoneLabel,
    ClockLabel,
}

/// What a page holds.
pub(super) enum PageContent {
    Posts(Vec<FoundPost>),
    Profile(FoundProfile),
    /// A page of a known engine with neither, such as a list of threads.
    Neither,
}

/// What the first reading wants of a page with posts.
pub(super) struct Glance {
    pub(super) engine: &'static str,
    pub(super) host: Option<String>,
    /// For each post the text that states its time.
    pub(super) times: Vec<Option<String>>,
}

impl KnownEngines {
    pub(super) fn new() -> Self {
        let engines = engines();
        let signs = engines.iter().enumerate().flat_map(|(number, engine)| {
            let signs = engine.table.signs.iter();
            signs.map(move |sign| (*sign, Meaning::SignOf(number)))
        });
        let zones = ZONE_LABELS.iter().map(|label| (*label, Meaning::ZoneLabel));
        let clocks = CLOCK_LABELS
            .iter()
            .map(|label| (*label, Meaning::ClockLabel));
        let mut patterns: BTreeMap<&str, Vec<Meaning>> = BTreeMap::new();
        for (pattern, meaning) in signs.chain(zones).chain(clocks) {
            patterns.entry(pattern).or_default().push(meaning);
        }
        let (patterns, meanings): (Vec<&str>, Vec<Vec<Meaning>>) = patterns.into_iter().unzip();
        // No pattern stands within another, but for labels of which the longer says the same.
        let searcher = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::DFA))
            .build(patterns);
        Self {
            engines,
            searcher: searcher.ok(),
            meanings,
        }
    }

    /// Whether the text shows a sign of any engine.
    pub(super) fn has_sign(&self, text: &str) -> bool {
        !self.search(text).0.is_empty()
    }

    /// The engines whose signs a text shows, in the order of the tables, and the labels of times.
    fn search(&self, text: &str) -> (Vec<&Engine>, Labels) {
        let mut is_shown = vec![false; self.engines.len()];
        let mut labels = Labels::default();
        let found = self
            .searcher
            .iter()
            .flat_map(|searcher| searcher.find_iter(text));
        for found in found {
            for meaning in &self.meanings[found.pattern().as_usize()] {
                let ends = match meaning {
                    Meaning::SignOf(engine) => {
                        is_shown[*engine] = true;
                        continue;
                    }
                    Meaning::ZoneLabel => &mut labels.zone_ends,
                    Meaning::ClockLabel => &mut labels.clock_ends,
                };
                if ends.len() < LABEL_COUNT_MAX {
                    ends.push(found.end());
                }
            }
        }
        let shown = self.engines.iter().zip(is_shown);
        let shown = shown.filter_map(|(engine, is_shown)| is_shown.then_some(engine));
        (shown.collect(), labels)
    }

    /// What the first reading wants of a page; `None` if it has no posts.
    pub(super) fn glance(&self, text: &str, address: Option<&str>) -> Option<Glance> {
        let (candidates, labels) = self.search(text);
        let mut page = ForumPage {
            tree: HtmlTree::parse(text),
            engine: candidates.first()?,
            labels: &labels,
        };
        candidates.into_iter().find_map(|engine| {
            page.engine = engine;
            let times = page.post_times();
            (!times.is_empty()).then(|| Glance {
                engine: engine.table.name,
                host: page.site_address(address).as_deref().and_then(host_of),
                times,
            })
        })
    }

    /// Reads a page; `None` if no engine is recognised. Where signs of several engines are shown,
    /// as when a post speaks of one, the first by which anything is found counts.
    pub(super) fn read(
        &self,
        text: &str,
        facts: impl Fn(&ForumPage<'_>) -> PageFacts,
    ) -> Option<(&'static str, PageFacts, PageContent)> {
        let (candidates, labels) = self.search(text);
        let first = *candidates.first()?;
        let mut page = ForumPage {
            tree: HtmlTree::parse(text),
            engine: first,
            labels: &labels,
        };
        for engine in candidates {
            page.engine = engine;
            let posts = page.posts();
            if !posts.is_empty() {
                return Some((engine.table.name, facts(&page), PageContent::Posts(posts)));
            }
            if let Some(profile) = read_profile(&page, &facts) {
                return Some((
                    engine.table.name,
                    facts(&page),
                    PageContent::Profile(profile),
                ));
            }
        }
        page.engine = first;
        Some((first.table.name, facts(&page), PageContent::Neither))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sign_stands_within_another() {
        let engines = engines();
        let signs = engines.iter().flat_map(|engine| engine.table.signs);
        let labels = ZONE_LABELS.iter().chain(&CLOCK_LABELS);
        let patterns: Vec<String> = signs
            .chain(labels)
            .map(|sign| sign.to_lowercase())
            .collect();
        for outer in &patterns {
            for inner in patterns.iter().filter(|inner| *inner != outer) {
                let is_same_label = outer == "all times are " && inner == "times are ";
                assert!(
                    is_same_label || !outer.contains(inner.as_str()),
                    "{outer}: {inner}"
                );
            }
        }
    }
}
