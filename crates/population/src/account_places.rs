//! On how many days, in how many threads and boards each account of the population posts.
//!
//! Days and threads are counted once each, so that all of an account's must stand side by side. They are
//! gathered as numbers of a few bytes and sorted, for as many accounts at a time as fit into a bounded
//! piece of memory; a plan that groups by account and thread holds texts, and goes to disk.

use datafusion::error::DataFusionError;
use std::ops::Range;

use crate::days::day_of;
use crate::numbering::Numbering;
use crate::rows::{Row, for_each_row};
use crate::study_tables::StudyTables;

/// Posts that are gathered at a time; each takes up to 28 bytes.
const GATHERED_POSTS_MAX: u64 = 1 << 25;

/// Where and when one account posts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AccountPlaces {
    /// Days (UTC) with a post.
    pub(crate) active_day_count: u64,
    /// Longest time between two days with a post; `None` with fewer than two.
    pub(crate) largest_gap_days: Option<u64>,
    /// Threads taken part in.
    pub(crate) thread_count: u64,
    /// Posts whose thread is known.
    pub(crate) threaded_post_count: u64,
    /// Boards posted on.
    pub(crate) board_count: u64,
}

/// Reads the places of each included account, in the order of their indices. `post_counts` are their
/// posts in the window.
pub(crate) async fn read_places(
    tables: &StudyTables,
    post_counts: &[u64],
) -> Result<Vec<AccountPlaces>, DataFusionError> {
    let mut places = vec![AccountPlaces::default(); post_counts.len()];
    for accounts in parts(post_counts, GATHERED_POSTS_MAX) {
        let gathered = Gathered::read(tables, &accounts).await?;
        gathered.add_to(&mut places[accounts]);
    }
    Ok(places)
}

/// Accounts in their order, in parts of at most so many posts, or of a single account.
fn parts(post_counts: &[u64], posts_max: u64) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut sum) = (0, 0);
    for (account, count) in post_counts.iter().enumerate() {
        if sum + count > posts_max && account > start {
            parts.push(start..account);
            (start, sum) = (account, 0);
        }
        sum += count;
    }
    if start < post_counts.len() {
        parts.push(start..post_counts.len());
    }
    parts
}

/// What one account of a part posts in, as numbers. The accounts of a part are numbered from zero.
#[derive(Default)]
struct Gathered {
    /// Account and day.
    days: Vec<(u32, i32)>,
    /// Account and the two halves of the hash of a thread.
    threads: Vec<(u32, u32, u32)>,
    /// Account and the number of a board.
    boards: Vec<(u32, u32)>,
    board_numbers: Numbering,
}

impl Gathered {
    async fn read(tables: &StudyTables, accounts: &Range<usize>) -> Result<Self, DataFusionError> {
        let frame = tables
            .query(&format!(
                "SELECT i.account_index - {start}, p.posted_s, id_hash(p.thread_id), t.board \
                 FROM public_posts p JOIN included i ON p.account_id = i.account_id \
                 LEFT JOIN threads t ON p.thread_id = t.thread_id \
                 WHERE i.account_index >= {start} AND i.account_index < {end}",
                start = accounts.start,
                end = accounts.end,
            ))
            .await?;
        let mut gathered = Self::default();
        for_each_row(frame, |row| gathered.add(row)).await?;
        Ok(gathered)
    }

    fn add(&mut self, row: &Row<'_>) {
        let account = row.position(0) as u32;
        if let Some(posted_s) = row.integer(1) {
            self.days.push((account, day_of(posted_s) as i32));
        }
        let Some(thread) = row.integer(2) else { return };
        self.threads
            .push((account, (thread >> 32) as u32, thread as u32));
        if let Some(board) = row.text(3) {
            let number = self.board_numbers.number_of(board);
            // Most posts stand on the board of the one before.
            if self.boards.last() != Some(&(account, number)) {
                self.boards.push((account, number));
            }
        }
    }

    /// Counts what is gathered, for the accounts of the part.
    fn add_to(mut self, places: &mut [AccountPlaces]) {
        self.days.sort_unstable();
        self.days.dedup();
        for of_account in self.days.chunk_by(|left, right| left.0 == right.0) {
            let gaps = of_account
                .windows(2)
                .map(|pair| pair[0].1.abs_diff(pair[1].1));
            let account = &mut places[of_account[0].0 as usize];
            account.active_day_count = of_account.len() as u64;
            account.largest_gap_days = gaps.max().map(u64::from);
        }
        for (account, ..) in &self.threads {
            places[*account as usize].threaded_post_count += 1;
        }
        self.threads.sort_unstable();
        self.threads.dedup();
        for (account, ..) in &self.threads {
            places[*account as usize].thread_count += 1;
        }
        self.boards.sort_unstable();
        self.boards.dedup();
        for (account, _) in &self.boards {
            places[*account as usize].board_count += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_hold_so_many_posts_and_never_half_an_account() {
        assert_eq!(parts(&[3, 3, 9, 1, 1], 6), [0..2, 2..3, 3..5]);
        assert_eq!(parts(&[9], 6), vec![0..1]);
        assert!(parts(&[], 6).is_empty());
    }

    #[test]
    fn days_threads_and_boards_count_once_for_each_account() {
        let gathered = Gathered {
            days: vec![(1, 40), (0, 10), (0, 13), (0, 10), (0, 30)],
            threads: vec![(0, 1, 1), (0, 1, 2), (0, 1, 1), (1, 1, 1)],
            boards: vec![(0, 0), (0, 1), (0, 0)],
            board_numbers: Numbering::default(),
        };
        let mut places = vec![AccountPlaces::default(); 3];
        gathered.add_to(&mut places);
        assert_eq!(
            places[0],
            AccountPlaces {
                active_day_count: 3,
                largest_gap_days: Some(17),
                thread_count: 2,
                threaded_post_count: 3,
                board_count: 2,
            }
        );
        assert_eq!(
            (places[1].active_day_count, places[1].largest_gap_days),
            (1, None)
        );
        assert_eq!(places[2], AccountPlaces::default());
    }
}
