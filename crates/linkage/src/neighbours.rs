//! Which skeletons resemble which, without comparing all with all.
//!
//! Two skeletons that resemble each other share a hash of something that can be made of both. The
//! hashes of all skeletons are sorted, equal ones stand together, and who stands together is looked
//! at. This is done in passes over a part of the hashes each, so that the memory depends on the
//! number of skeletons only by their texts; the passes run on all processors, and what they find
//! does not depend on how many there are.

use std::collections::BTreeMap;
use std::ops::Range;

use entangle_model::NameLevel;
use entangle_statistics::processors;
use entangle_text::names::{
    beginning_hashes, deletion_hashes, ending_hashes, is_beginning, is_ending, is_one_edit_apart,
    stem, whole_hash,
};

/// A skeleton shorter than this has too many neighbours for one edit to mean anything.
const EDIT_LENGTH_MIN: usize = 6;
/// Hashes in memory at once per thread, 16 bytes each.
const PASS_HASH_COUNT: usize = 8_000_000;
/// Pairs that stand together under one hash are looked at up to this number; more are counted.
const TOGETHER_LIMIT: usize = 250_000;

/// The distinct skeletons of all sources, by their number.
#[derive(Debug, Default)]
pub(crate) struct Skeletons {
    texts: String,
    ends: Vec<usize>,
    marks: Vec<Marks>,
}

/// What is known of a skeleton beside its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Marks {
    /// Its source, by number.
    pub source: u32,
    /// Whether those that resemble it are looked for.
    pub is_rare: bool,
    /// Whether it is in the sample in which chance is measured.
    pub is_sampled: bool,
}

impl Skeletons {
    pub(crate) fn push(&mut self, text: &str, marks: Marks) {
        self.texts.push_str(text);
        self.ends.push(self.texts.len());
        self.marks.push(marks);
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn text(&self, number: u32) -> &str {
        let number = number as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.texts[start..self.ends[number]]
    }

    pub(crate) fn marks(&self, number: u32) -> Marks {
        self.marks[number as usize]
    }

    pub(crate) fn numbers(&self) -> Range<u32> {
        0..self.len() as u32
    }
}

/// Whether a skeleton is long enough that resembling it on a level means something.
pub(crate) fn is_long_enough(level: NameLevel, skeleton: &str) -> bool {
    level != NameLevel::OneEdit || skeleton.chars().nth(EDIT_LENGTH_MIN - 1).is_some()
}

/// Pairs of skeletons that resemble each other.
#[derive(Debug, Default)]
pub(crate) struct Resembling {
    /// Part and whole, by number, sorted; of two names one edit apart the one whose source comes
    /// first, and both ways round inside a source.
    pub pairs: Vec<(u32, u32)>,
    /// Pairs of the sources of part and whole that were not looked at, because too many stood
    /// together.
    pub skipped: BTreeMap<(u32, u32), u64>,
}

/// Finds who resembles whom on one of the levels *one edit*, *beginning* and *ending* and on no
/// stricter one, where `is_wanted` of the marks of part and whole. The part is rare; of two names
/// one edit apart both are.
pub(crate) fn find(
    skeletons: &Skeletons,
    level: NameLevel,
    is_wanted: impl Fn(Marks, Marks) -> bool + Sync,
) -> Resembling {
    let threads = processors::count();
    let hash_count_max = skeletons.texts.len() + skeletons.len();
    let passes = hash_count_max.div_ceil(PASS_HASH_COUNT).max(threads);
    let search = Search {
        skeletons,
        level,
        is_wanted,
        pass_count: passes as u64,
    };
    let of_thread = |thread: usize| {
        let mut found = Resembling::default();
        for pass in (thread..passes).step_by(threads) {
            search.pass(pass as u64, &mut found);
        }
        found
    };
    together(processors::each((0..threads).collect(), of_thread))
}

/// What all threads found. A pair that shares several hashes is found several times.
fn together(found: Vec<Resembling>) -> Resembling {
    let mut all = Resembling::default();
    for part in found {
        all.pairs.extend(part.pairs);
        for (sources, count) in part.skipped {
            *all.skipped.entry(sources).or_default() += count;
        }
    }
    all.pairs.sort_unstable();
    all.pairs.dedup();
    all
}

/// A hash of something that can be made of a skeleton.
#[derive(Clone, Copy)]
struct Made {
    hash: u64,
    skeleton: u32,
    is_part: bool,
    is_whole: bool,
}

struct Search<'a, W> {
    skeletons: &'a Skeletons,
    level: NameLevel,
    is_wanted: W,
    pass_count: u64,
}

impl<W: Fn(Marks, Marks) -> bool> Search<'_, W> {
    /// Looks at the hashes that belong to one pass.
    fn pass(&self, pass: u64, found: &mut Resembling) {
        let mut made = Vec::new();
        for skeleton in self.skeletons.numbers() {
            self.make(skeleton, |one| {
                if one.hash % self.pass_count == pass {
                    made.push(one);
                }
            });
        }
        made.sort_unstable_by_key(|one| (one.hash, one.skeleton));
        for run in made.chunk_by(|one, next| one.hash == next.hash) {
            self.run(run, found);
        }
    }

    fn make(&self, skeleton: u32, mut push: impl FnMut(Made)) {
        let text = self.skeletons.text(skeleton);
        let is_rare = self.skeletons.marks(skeleton).is_rare;
        let mut made = |hash, is_part, is_whole| {
            push(Made {
                hash,
                skeleton,
                is_part,
                is_whole,
            });
        };
        if self.level == NameLevel::OneEdit {
            if is_rare && is_long_enough(self.level, text) {
                deletion_hashes(text, |hash| made(hash, true, true));
            }
            return;
        }
        if is_rare {
            made(whole_hash(text), true, false);
        }
        match self.level {
            NameLevel::Beginning => beginning_hashes(text, |hash| made(hash, false, true)),
            _ => ending_hashes(text, |hash| made(hash, false, true)),
        }
    }

    /// Pairs parts and wholes that stand together.
    fn run(&self, run: &[Made], found: &mut Resembling) {
        let parts = run.iter().filter(|one| one.is_part);
        let wholes = run.iter().filter(|one| one.is_whole);
        if parts.clone().count() * wholes.clone().count() > TOGETHER_LIMIT {
            self.count_crowd(run, found);
            return;
        }
        for part in parts {
            let marks = self.skeletons.marks(part.skeleton);
            for whole in wholes.clone() {
                if part.skeleton != whole.skeleton
                    && (self.is_wanted)(marks, self.skeletons.marks(whole.skeleton))
                    && self.is_resembling(part.skeleton, whole.skeleton)
                {
                    found.pairs.push((part.skeleton, whole.skeleton));
                }
            }
        }
    }

    /// Counts the pairs of different sources in a crowd.
    fn count_crowd(&self, run: &[Made], found: &mut Resembling) {
        let mut of_source: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
        for one in run {
            let source = self.skeletons.marks(one.skeleton).source;
            let (parts, wholes) = of_source.entry(source).or_default();
            *parts += u64::from(one.is_part);
            *wholes += u64::from(one.is_whole);
        }
        let anybody = |source| Marks {
            source,
            is_rare: true,
            is_sampled: false,
        };
        for (&of_part, &(parts, _)) in &of_source {
            for (&of_whole, &(_, wholes)) in &of_source {
                if of_part != of_whole && (self.is_wanted)(anybody(of_part), anybody(of_whole)) {
                    *found.skipped.entry((of_part, of_whole)).or_default() += parts * wholes;
                }
            }
        }
    }

    fn is_resembling(&self, part: u32, whole: u32) -> bool {
        let (part, whole) = (self.skeletons.text(part), self.skeletons.text(whole));
        let is_on_level = match self.level {
            NameLevel::OneEdit => is_one_edit_apart(part, whole),
            NameLevel::Beginning => is_beginning(part, whole) && !is_one_edit_apart(part, whole),
            _ => {
                is_ending(part, whole)
                    && !whole.starts_with(part)
                    && !is_one_edit_apart(part, whole)
            }
        };
        is_on_level && stem(part) != stem(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every third skeleton is common, sources take turns.
    fn skeletons(texts: &[String]) -> Skeletons {
        let mut skeletons = Skeletons::default();
        for (number, text) in texts.iter().enumerate() {
            let marks = Marks {
                source: number as u32 % 2,
                is_rare: number % 3 != 0,
                is_sampled: number % 5 == 0,
            };
            skeletons.push(text, marks);
        }
        skeletons
    }

    fn is_wanted(part: Marks, whole: Marks) -> bool {
        part.source != whole.source || part.is_sampled
    }

    /// All compared with all, by the definitions of the levels.
    fn naive(skeletons: &Skeletons, level: NameLevel) -> Vec<(u32, u32)> {
        let mut pairs = Vec::new();
        for part in skeletons.numbers() {
            for whole in skeletons.numbers().filter(|whole| *whole != part) {
                let (one, other) = (skeletons.text(part), skeletons.text(whole));
                let (marks, others) = (skeletons.marks(part), skeletons.marks(whole));
                let is_eligible = marks.is_rare
                    && (level != NameLevel::OneEdit
                        || others.is_rare && one.len() >= 6 && other.len() >= 6)
                    && (level == NameLevel::OneEdit || one.len() < other.len());
                if is_eligible
                    && is_wanted(marks, others)
                    && entangle_text::names::level(one, other) == level
                {
                    pairs.push((part, whole));
                }
            }
        }
        pairs
    }

    proptest! {
        #[test]
        fn finds_what_comparing_all_with_all_finds(texts in prop::collection::btree_set("[ab]{4,5}[abc]{1,3}", 2..40)) {
            let texts: Vec<String> = texts.into_iter().collect();
            let skeletons = skeletons(&texts);
            for level in [NameLevel::OneEdit, NameLevel::Beginning, NameLevel::Ending] {
                let found = find(&skeletons, level, is_wanted);
                prop_assert_eq!(found.pairs, naive(&skeletons, level));
                prop_assert!(found.skipped.is_empty());
            }
        }
    }

    #[test]
    fn a_crowd_under_one_hash_is_counted_and_not_compared() {
        let texts: Vec<String> = ('\u{4e00}'..)
            .take(600)
            .map(|letter| format!("abcdef{letter}"))
            .collect();
        let mut skeletons = Skeletons::default();
        for (number, text) in texts.iter().enumerate() {
            let source = number as u32 % 2;
            skeletons.push(
                text,
                Marks {
                    source,
                    is_rare: true,
                    is_sampled: false,
                },
            );
        }
        let found = find(&skeletons, NameLevel::OneEdit, |part, whole| {
            part.source < whole.source
        });
        assert!(found.pairs.is_empty());
        assert_eq!(found.skipped, BTreeMap::from([((0, 1), 300 * 300)]));
    }
}
