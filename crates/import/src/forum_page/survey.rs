//! The first reading: which site the input is of, and the order of day and month in its dates.

use chrono::{DateTime, NaiveDateTime, Utc};
use entangle_dump::{Found, SavedPage};
use std::collections::BTreeMap;

use super::recognise::KnownEngines;
use super::times::{DateOrder, OrderEvidence};
use crate::instant::read_instant;

/// Sites that are told apart; pages of further ones are not counted.
const SITE_COUNT_MAX: usize = 10_000;

/// Where a page comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Site {
    /// The host that the page or its container states.
    Host(String),
    /// The engine, where no host is stated.
    Engine(&'static str),
}

impl Site {
    pub(super) fn of(host: Option<String>, engine: &'static str) -> Self {
        host.map_or(Self::Engine(engine), Self::Host)
    }
}

/// What the whole input says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    /// The site of most posts; `None` where no page has any.
    site: Option<Site>,
    /// The engine of that site.
    engine: &'static str,
    /// Order of day and month.
    pub(super) order: DateOrder,
}

impl Source {
    /// Whether pages of a site belong to the source. Those that state no host do if the engine is
    /// the same.
    pub(super) fn has(&self, site: &Site) -> bool {
        self.site.as_ref().is_none_or(|own| own == site) || *site == Site::Engine(self.engine)
    }
}

/// Counts over the pages.
pub(super) struct Survey<'e> {
    engines: &'e KnownEngines,
    page_count: u64,
    sites: BTreeMap<Site, SiteCounts>,
}

#[derive(Debug)]
struct SiteCounts {
    engine: &'static str,
    post_count: u64,
    evidence: OrderEvidence,
}

impl<'e> Survey<'e> {
    pub(super) fn new(engines: &'e KnownEngines) -> Self {
        Self {
            engines,
            page_count: 0,
            sites: BTreeMap::new(),
        }
    }

    /// Whether no page was found, readable or not.
    pub(super) fn is_empty(&self) -> bool {
        self.page_count == 0
    }

    pub(super) fn add(&mut self, found: &Found<SavedPage>) {
        self.page_count += 1;
        let Found::Readable(page) = found else {
            return;
        };
        let (text, _) = page.to_text();
        let Some(glance) = self.engines.glance(&text, page.address.as_deref()) else {
            return;
        };
        let engine = glance.engine;
        let site = Site::of(glance.host, engine);
        if self.sites.len() >= SITE_COUNT_MAX && !self.sites.contains_key(&site) {
            return;
        }
        let counts = self.sites.entry(site).or_insert(SiteCounts {
            engine,
            post_count: 0,
            evidence: OrderEvidence::default(),
        });
        counts.post_count += glance.times.len() as u64;
        for text in glance.times.iter().flatten() {
            counts.evidence.add(text);
        }
    }

    /// What the counts say.
    pub(super) fn into_source(self) -> Source {
        let mut best: Option<(&Site, &SiteCounts)> = None;
        for (site, counts) in &self.sites {
            if best.is_none_or(|(_, most)| counts.post_count > most.post_count) {
                best = Some((site, counts));
            }
        }
        let mut source = Source {
            site: best.map(|(site, _)| site.clone()),
            engine: best.map_or("", |(_, counts)| counts.engine),
            order: DateOrder::InDoubt,
        };
        let mut evidence = OrderEvidence::default();
        for (_, counts) in self.sites.iter().filter(|(site, _)| source.has(site)) {
            evidence.day_first_count += counts.evidence.day_first_count;
            evidence.month_first_count += counts.evidence.month_first_count;
        }
        source.order = evidence.order();
        source
    }
}

/// When the container says that the page was saved, in UTC.
pub(super) fn saved_at(page: &SavedPage) -> Option<NaiveDateTime> {
    let text = page.saved_at.as_deref()?.trim();
    if text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S").ok();
    }
    let instant: DateTime<Utc> = match read_instant(text) {
        Some(read) => read.instant,
        None => DateTime::parse_from_rfc2822(text).ok()?.to_utc(),
    };
    Some(instant.naive_utc())
}
