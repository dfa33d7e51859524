//! One pass over the posts that match: the page, the counts, the bars.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::StrColumn;
use tantivy::query::Weight;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use super::calendar::day_of;
use super::columns::{Columns, corrupt, facet_column, text_of};
use super::request::{FacetField, Hit, SortOrder};

/// Days of the years 1 to 9999, rounded up.
const DAYS_MAX: usize = 3_660_000;

/// What is gathered in a pass.
#[derive(Debug, Clone)]
pub(crate) struct Gather {
    /// The order.
    pub sort: SortOrder,
    /// Hits wanted; one more is gathered to know whether there are more.
    pub limit: usize,
    /// Rank and id of the last hit of the page before.
    pub after: Option<(i64, String)>,
    /// Fields whose values are counted.
    pub facets: Vec<FacetField>,
    /// Whether days are counted.
    pub counts_days: bool,
    /// Whether groups of near-copies show one post.
    pub collapses: bool,
    /// Whether posts are passed over that cannot be among the hits, and so not counted.
    pub skips_hopeless: bool,
}

/// What a pass found.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// Matching posts.
    pub post_count: u64,
    /// Groups of near-copies, posts without copies being groups.
    pub group_count: u64,
    /// Hits in order, at most one more than wanted.
    pub hits: Vec<RankedHit>,
    /// Values and counts per field, and posts without a value.
    pub facets: Vec<(BTreeMap<String, u64>, u64)>,
    /// Posts per day from 1970.
    pub days: BTreeMap<i64, u64>,
    /// Posts without time, where days are counted.
    pub undated_count: u64,
}

/// A hit without its record, which is read of those that are shown.
#[derive(Debug)]
pub(crate) struct RankedHit {
    /// The larger is shown first.
    pub rank: i64,
    /// Where its record is.
    pub address: DocAddress,
    /// What is known of it.
    pub hit: Hit,
}

/// A post that may become a hit. The smaller is shown first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    rank: Reverse<i64>,
    id_number: u64,
    document: DocId,
    score_bits: u32,
    copy_count: u64,
}

/// The first posts of a part, at most a number of them.
struct First {
    most: usize,
    candidates: BinaryHeap<Candidate>,
}

impl First {
    fn new(most: usize) -> Self {
        First {
            most,
            candidates: BinaryHeap::new(),
        }
    }

    /// Whether a post of that rank may still be among the first.
    fn may_take(&self, rank: i64) -> bool {
        self.candidates.len() < self.most
            || self
                .candidates
                .peek()
                .is_some_and(|last| rank >= last.rank.0)
    }

    /// A score that a post must exceed to be among the first still: the next below the last one's, for
    /// among equals the id decides.
    fn score_to_exceed(&self) -> Score {
        match self.candidates.peek() {
            Some(last) if self.candidates.len() >= self.most => {
                Score::from_bits(last.score_bits).next_down()
            }
            _ => Score::MIN,
        }
    }

    fn take(&mut self, candidate: Candidate) {
        self.candidates.push(candidate);
        if self.candidates.len() > self.most {
            self.candidates.pop();
        }
    }
}

/// Counts of the values of one field in one part.
struct FacetCounts {
    column: Option<StrColumn>,
    counts: Vec<u64>,
    missing_count: u64,
}

impl FacetCounts {
    fn open(reader: &SegmentReader, field: FacetField) -> tantivy::Result<Self> {
        let column = facet_column(reader, field)?;
        let value_count = column.as_ref().map_or(0, |column| column.num_terms());
        // A post has one value at most; a damaged file may say anything.
        if value_count > reader.max_doc() as usize {
            return Err(corrupt("a column has more values than posts"));
        }
        Ok(FacetCounts {
            column,
            counts: vec![0; value_count],
            missing_count: 0,
        })
    }

    fn count(&mut self, document: DocId) {
        let number = self
            .column
            .as_ref()
            .and_then(|column| column.ords().first(document));
        match number.and_then(|number| self.counts.get_mut(usize::try_from(number).ok()?)) {
            Some(count) => *count += 1,
            None => self.missing_count += 1,
        }
    }

    fn add_to(&self, sums: &mut (BTreeMap<String, u64>, u64)) -> tantivy::Result<()> {
        sums.1 += self.missing_count;
        for (number, &count) in self
            .counts
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
        {
            if let Some(column) = &self.column {
                *sums.0.entry(text_of(column, number as u64)?).or_default() += count;
            }
        }
        Ok(())
    }
}

/// Counts of days in one part, from its first day to its last.
struct DayCounts {
    first_day: i64,
    counts: Vec<u64>,
    undated_count: u64,
}

impl DayCounts {
    fn open(columns: &Columns) -> tantivy::Result<Self> {
        let first_day = day_of(columns.posted_at_us.min_value());
        let last_day = day_of(columns.posted_at_us.max_value());
        let is_empty = columns.posted_at_us.values.num_vals() == 0;
        let length = if is_empty {
            0
        } else {
            last_day.saturating_sub(first_day) + 1
        };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        // No post outside the years 1 to 9999 has a time; a damaged file may say anything.
        if length > DAYS_MAX {
            return Err(corrupt("a time lies outside the years 1 to 9999"));
        }
        Ok(DayCounts {
            first_day,
            counts: vec![0; length],
            undated_count: 0,
        })
    }

    fn count(&mut self, posted_at_us: Option<i64>) {
        let place = posted_at_us
            .and_then(|instant_us| usize::try_from(day_of(instant_us) - self.first_day).ok());
        match place.and_then(|place| self.counts.get_mut(place)) {
            Some(count) => *count += 1,
            None => self.undated_count += 1,
        }
    }
}

/// Collects one part.
pub(crate) struct PartCollector {
    number: SegmentOrdinal,
    sort: SortOrder,
    collapses: bool,
    columns: Columns,
    /// Rank of the last hit before the page, and the smallest number of an id after its id.
    after: Option<(i64, u64)>,
    post_count: u64,
    single_count: u64,
    first: First,
    groups: HashMap<i64, Candidate>,
    facets: Vec<FacetCounts>,
    days: Option<DayCounts>,
}

impl PartCollector {
    fn rank(&self, document: DocId, score: Score) -> i64 {
        match self.sort {
            // BM25 is not negative, so its bits sort as it does.
            SortOrder::Relevance => i64::from(score.to_bits()),
            SortOrder::Newest => self
                .columns
                .posted_at_us
                .first(document)
                .unwrap_or(i64::MIN),
            SortOrder::Oldest => self
                .columns
                .posted_at_us
                .first(document)
                .map_or(i64::MIN, |instant_us| !instant_us),
        }
    }

    fn offer(&mut self, rank: i64, document: DocId, score: Score) {
        if self.first.may_take(rank) {
            let candidate = self.candidate(rank, document, score);
            if !self.is_before_page(&candidate) {
                self.first.take(candidate);
            }
        }
    }

    fn is_before_page(&self, candidate: &Candidate) -> bool {
        self.after.is_some_and(|(rank, id_number)| {
            candidate.rank.0 > rank || candidate.rank.0 == rank && candidate.id_number < id_number
        })
    }

    fn candidate(&self, rank: i64, document: DocId, score: Score) -> Candidate {
        Candidate {
            rank: Reverse(rank),
            id_number: self.columns.id_number(document),
            document,
            score_bits: score.to_bits(),
            copy_count: 1,
        }
    }
}

impl SegmentCollector for PartCollector {
    type Fruit = PartCollector;

    fn collect(&mut self, document: DocId, score: Score) {
        self.post_count += 1;
        for facet in &mut self.facets {
            facet.count(document);
        }
        if let Some(days) = &mut self.days {
            days.count(self.columns.posted_at_us.first(document));
        }
        let rank = self.rank(document, score);
        if self.collapses
            && let Some(key) = self.columns.near_copy_keys.first(document)
        {
            let candidate = self.candidate(rank, document, score);
            self.groups
                .entry(key)
                .and_modify(|best| {
                    let copy_count = best.copy_count + 1;
                    *best = Candidate {
                        copy_count,
                        ..(*best).min(candidate)
                    };
                })
                .or_insert(candidate);
            return;
        }
        self.single_count += 1;
        self.offer(rank, document, score);
    }

    fn harvest(self) -> PartCollector {
        self
    }
}

impl Collector for Gather {
    type Fruit = Gathered;
    type Child = PartCollector;

    fn for_segment(
        &self,
        number: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<PartCollector> {
        let columns = Columns::open(reader)?;
        let after = match &self.after {
            Some((rank, post_id)) => Some((*rank, columns.id_number_after(post_id)?)),
            None => None,
        };
        let facets: tantivy::Result<Vec<FacetCounts>> = self
            .facets
            .iter()
            .map(|field| FacetCounts::open(reader, *field))
            .collect();
        Ok(PartCollector {
            number,
            sort: self.sort,
            collapses: self.collapses,
            after,
            post_count: 0,
            single_count: 0,
            first: First::new(if self.limit == 0 { 0 } else { self.limit + 1 }),
            groups: HashMap::new(),
            facets: facets?,
            days: self
                .counts_days
                .then(|| DayCounts::open(&columns))
                .transpose()?,
            columns,
        })
    }

    fn requires_scoring(&self) -> bool {
        self.sort == SortOrder::Relevance && self.limit > 0
    }

    fn collect_segment(
        &self,
        weight: &dyn Weight,
        number: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<PartCollector> {
        let mut part = self.for_segment(number, reader)?;
        let living = reader.alive_bitset();
        let lives = |document| living.is_none_or(|living| living.is_alive(document));
        if self.skips_hopeless {
            weight.for_each_pruning(Score::MIN, reader, &mut |document, score| {
                if lives(document) {
                    part.offer(part.rank(document, score), document, score);
                }
                part.first.score_to_exceed()
            })?;
        } else if self.requires_scoring() {
            weight.for_each(reader, &mut |document, score| {
                if lives(document) {
                    part.collect(document, score);
                }
            })?;
        } else {
            weight.for_each_no_score(reader, &mut |documents| {
                for document in documents.iter().copied().filter(|one| lives(*one)) {
                    part.collect(document, 0.0);
                }
            })?;
        }
        Ok(part)
    }

    fn merge_fruits(&self, mut parts: Vec<PartCollector>) -> tantivy::Result<Gathered> {
        let mut gathered = Gathered {
            facets: vec![Default::default(); self.facets.len()],
            ..Gathered::default()
        };
        for part in &parts {
            gathered.post_count += part.post_count;
            gathered.group_count += part.single_count;
            for (counts, sums) in part.facets.iter().zip(&mut gathered.facets) {
                counts.add_to(sums)?;
            }
            if let Some(days) = &part.days {
                gathered.undated_count += days.undated_count;
                for (place, &count) in days.counts.iter().enumerate().filter(|(_, n)| **n > 0) {
                    *gathered
                        .days
                        .entry(days.first_day + place as i64)
                        .or_default() += count;
                }
            }
        }
        gathered.group_count += settle_groups(&mut parts)?;
        gathered.hits = self.page(&parts)?;
        Ok(gathered)
    }
}

/// Leaves of each group its first post over all parts, as a candidate of that post's part.
/// Returns the number of groups.
fn settle_groups(parts: &mut [PartCollector]) -> tantivy::Result<u64> {
    let mut groups: HashMap<i64, (usize, Candidate)> = HashMap::new();
    for place in 0..parts.len() {
        for (key, candidate) in std::mem::take(&mut parts[place].groups) {
            let Some((best_place, best)) = groups.get(&key).copied() else {
                groups.insert(key, (place, candidate));
                continue;
            };
            let copy_count = best.copy_count + candidate.copy_count;
            let is_first = if candidate.rank == best.rank {
                parts[place].columns.post_id(candidate.id_number)?
                    < parts[best_place].columns.post_id(best.id_number)?
            } else {
                candidate.rank < best.rank
            };
            let (place, first) = if is_first {
                (place, candidate)
            } else {
                (best_place, best)
            };
            groups.insert(
                key,
                (
                    place,
                    Candidate {
                        copy_count,
                        ..first
                    },
                ),
            );
        }
    }
    let group_count = groups.len() as u64;
    for (place, candidate) in groups.into_values() {
        let part = &mut parts[place];
        if !part.is_before_page(&candidate) {
            part.first.take(candidate);
        }
    }
    Ok(group_count)
}

impl Gather {
    /// The first candidates of all parts, by rank and id.
    fn page(&self, parts: &[PartCollector]) -> tantivy::Result<Vec<RankedHit>> {
        let mut hits = Vec::new();
        for part in parts {
            for candidate in &part.first.candidates {
                hits.push(RankedHit {
                    rank: candidate.rank.0,
                    address: DocAddress::new(part.number, candidate.document),
                    hit: self.hit(&part.columns, candidate)?,
                });
            }
        }
        hits.sort_by(|left, right| {
            let by_rank = right.rank.cmp(&left.rank);
            by_rank.then_with(|| left.hit.post_id.cmp(&right.hit.post_id))
        });
        hits.truncate(self.limit + 1);
        Ok(hits)
    }

    fn hit(&self, columns: &Columns, candidate: &Candidate) -> tantivy::Result<Hit> {
        let document = candidate.document;
        Ok(Hit {
            post_id: columns.post_id(candidate.id_number)?,
            source: columns.source(document)?,
            posted_at_us: columns.posted_at_us.first(document),
            score: (self.sort == SortOrder::Relevance)
                .then(|| f32::from_bits(candidate.score_bits)),
            near_copy_key: columns.near_copy_keys.first(document),
            copy_count: self.collapses.then_some(candidate.copy_count),
            record: String::new(),
        })
    }
}
