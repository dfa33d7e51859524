//! What becomes of each post of the population: a tie to the account it answers, or no tie and why.
//!
//! ```text
//! accounts, starters of threads ──► held ───────────────┐
//! public posts ──► authors, held in parts by their id ──┴─► every post that answers one of the part
//! ```

use datafusion::error::DataFusionError;
use entangle_model::sql_text;
use entangle_model::study::CountedReason;
use entangle_statistics::network::Pair;
use entangle_statistics::network::pair_intake::PairIntake;
use rustc_hash::FxHashMap;

use crate::id_parts::IdParts;
use crate::rows::{Row, for_each_row};
use crate::study_tables::StudyTables;

/// Posts whose authors are held at a time; each takes about 30 bytes.
const HELD_POSTS_MAX: u64 = 1 << 25;

/// Stands for every account outside the population.
const OUTSIDE: u32 = u32::MAX;

/// Per hashed id an included account, by index, or [`OUTSIDE`].
type AccountOf = FxHashMap<i64, u32>;

/// Reads what becomes of posts: ordered pairs of accounts with a tie, of the heaviest at most
/// `pair_count_max`, and posts by what became of them. Ties take 8 bytes a post while they are read.
pub(super) async fn read_answers(
    tables: &StudyTables,
    public_source: &str,
    pair_count_max: usize,
) -> Result<(PairIntake, Vec<CountedReason>), DataFusionError> {
    let public = sql_text(public_source);
    let authored = format!("posts WHERE source = {public} AND account_id IS NOT NULL");
    let parts = IdParts::of(tables, &authored, HELD_POSTS_MAX).await?;
    let mut answers = Answers {
        included: read_included(tables).await?,
        ..Answers::default()
    };
    answers.read_starters(tables, &public).await?;
    for part in parts.numbers() {
        let is_held = parts.holds(part, "post_hash");
        answers
            .read_authors(
                tables,
                &format!(
                    "SELECT post_hash, account_hash FROM ( \
                   SELECT id_hash(post_id) AS post_hash, id_hash(account_id) AS account_hash \
                   FROM {authored}) hashed WHERE {is_held}"
                ),
            )
            .await?;
        let is_held = parts.holds(part, "COALESCE(parent_hash, 0)");
        answers
            .read_posts(tables, &format!(
                "SELECT account_hash, parent_hash, thread_hash, is_opening FROM ( \
                   SELECT id_hash(account_id) AS account_hash, id_hash(parent_post_id) AS parent_hash, \
                     id_hash(thread_id) AS thread_hash, kind = 'opening' AS is_opening \
                   FROM public_posts) hashed WHERE {is_held}"
            ))
            .await?;
    }
    Ok((answers.counted(pair_count_max), answers.uses.in_words()))
}

async fn read_included(tables: &StudyTables) -> Result<AccountOf, DataFusionError> {
    let mut included = AccountOf::default();
    let sql = "SELECT id_hash(account_id), account_index FROM included";
    for_each_row(tables.query(sql).await?, |row| {
        if let (Some(account), Ok(index)) = (row.integer(0), u32::try_from(row.position(1))) {
            included.insert(account, index);
        }
    })
    .await?;
    Ok(included)
}

#[derive(Default)]
struct Answers {
    included: AccountOf,
    /// Who started each thread.
    starters: AccountOf,
    /// Who wrote each post of the part.
    authors: AccountOf,
    /// One entry a post: who answers and who is answered.
    ties: Vec<(u32, u32)>,
    uses: PostUses,
}

impl Answers {
    fn index_of(&self, account_hash: i64) -> u32 {
        self.included.get(&account_hash).copied().unwrap_or(OUTSIDE)
    }

    /// Whom the source names for a thread, and where it names nobody, who wrote its opening.
    async fn read_starters(
        &mut self,
        tables: &StudyTables,
        public: &str,
    ) -> Result<(), DataFusionError> {
        let openings = format!(
            "SELECT id_hash(thread_id), id_hash(MIN(account_id)) FROM posts \
             WHERE source = {public} AND kind = 'opening' AND thread_id IS NOT NULL GROUP BY thread_id"
        );
        let named = format!(
            "SELECT id_hash(thread_id), id_hash(account_id) FROM threads \
             WHERE source = {public} AND account_id IS NOT NULL"
        );
        let mut starters = AccountOf::default();
        for sql in [openings, named] {
            for_each_row(tables.query(&sql).await?, |row| {
                if let (Some(thread), Some(account)) = (row.integer(0), row.integer(1)) {
                    starters.insert(thread, self.index_of(account));
                }
            })
            .await?;
        }
        self.starters = starters;
        Ok(())
    }

    async fn read_authors(
        &mut self,
        tables: &StudyTables,
        sql: &str,
    ) -> Result<(), DataFusionError> {
        let mut authors = std::mem::take(&mut self.authors);
        authors.clear();
        for_each_row(tables.query(sql).await?, |row| {
            if let (Some(post), Some(account)) = (row.integer(0), row.integer(1)) {
                authors.insert(post, self.index_of(account));
            }
        })
        .await?;
        self.authors = authors;
        Ok(())
    }

    async fn read_posts(&mut self, tables: &StudyTables, sql: &str) -> Result<(), DataFusionError> {
        for_each_row(tables.query(sql).await?, |row| self.add(row)).await
    }

    fn add(&mut self, row: &Row<'_>) {
        let from = row
            .integer(0)
            .map_or(OUTSIDE, |account| self.index_of(account));
        if from == OUTSIDE {
            return;
        }
        let parent = row.integer(1);
        let answered = match parent {
            Some(parent) => self.authors.get(&parent),
            None if row.flag(3) => {
                self.uses.opening += 1;
                return;
            }
            None => row.integer(2).and_then(|thread| self.starters.get(&thread)),
        };
        match answered.copied() {
            None => self.uses.nobody += 1,
            Some(OUTSIDE) => self.uses.outside += 1,
            Some(to) if to == from => self.uses.itself += 1,
            Some(to) => {
                self.ties.push((from, to));
                match parent {
                    Some(_) => self.uses.stated += 1,
                    None => self.uses.starter += 1,
                }
            }
        }
    }

    /// Ordered pairs with their posts.
    fn counted(&mut self, pair_count_max: usize) -> PairIntake {
        self.ties.sort_unstable();
        let mut intake = PairIntake::new(pair_count_max);
        for same in self.ties.chunk_by(|left, right| left == right) {
            let (from, to) = same[0];
            intake.add(Pair {
                from,
                to,
                weight: u32::try_from(same.len()).unwrap_or(u32::MAX),
            });
        }
        intake
    }
}

/// Posts counted by what became of them.
#[derive(Default)]
struct PostUses {
    stated: u64,
    starter: u64,
    opening: u64,
    nobody: u64,
    itself: u64,
    outside: u64,
}

impl PostUses {
    /// The kinds that occur.
    fn in_words(&self) -> Vec<CountedReason> {
        [
            ("a tie, because the source states which post is answered", self.stated),
            (
                "a tie to whoever started the thread, because the source does not state which post is answered",
                self.starter,
            ),
            ("no tie: it starts a thread", self.opening),
            ("no tie: it answers nobody that the source names", self.nobody),
            ("no tie: it answers its own author", self.itself),
            ("no tie: it answers an account outside the population", self.outside),
        ]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(reason, count)| CountedReason {
            reason: reason.to_owned(),
            count,
        })
        .collect()
    }
}
