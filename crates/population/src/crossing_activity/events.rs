//! Posts by month before and after an event, read from plans.
//!
//! A month is 30 days; months are counted from the day (UTC) of the event, which is the first day
//! of month 0.

use datafusion::error::DataFusionError;

use crate::days::day_of;
use crate::rows::for_each_row;
use crate::study_tables::StudyTables;

pub(super) const MONTH_DAYS: i64 = 30;
/// Months before the event; as many are counted after month 0.
pub(super) const MONTHS_EACH_WAY: i64 = 12;
/// All months.
pub(super) const MONTH_COUNT: usize = 2 * MONTHS_EACH_WAY as usize + 1;

/// Posts of one account by month, from the first month before the event.
pub(super) type MonthlyCounts = [u32; MONTH_COUNT];

/// An account and the day of its event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event {
    /// The included account, by its index.
    pub(super) account: usize,
    /// Day of the event, days since 1970.
    pub(super) day: i64,
}

/// First day of a month, days since 1970. `month` is a position from 0 to [`MONTH_COUNT`].
pub(super) fn month_start(event_day: i64, month: usize) -> i64 {
    event_day + MONTH_DAYS * (month as i64 - MONTHS_EACH_WAY)
}

/// Whether a month lies wholly between two days, both included.
pub(super) fn is_within(event_day: i64, month: usize, [first, last]: [i64; 2]) -> bool {
    let start = month_start(event_day, month);
    start >= first && start + MONTH_DAYS - 1 <= last
}

/// First and last day with a post in the window, days since 1970; `None` without dated posts.
pub(super) async fn read_public_period(
    tables: &StudyTables,
) -> Result<Option<[i64; 2]>, DataFusionError> {
    let frame = tables
        .query("SELECT MIN(posted_s), MAX(posted_s) FROM public_posts")
        .await?;
    let mut period = None;
    for_each_row(frame, |row| {
        let seconds = row.integer(0).zip(row.integer(1)).map(<[i64; 2]>::from);
        period = seconds.map(|ends| ends.map(day_of));
    })
    .await?;
    Ok(period)
}

/// Posts on the public source around each event, in the order of the events.
pub(super) async fn read_public_months(
    tables: &StudyTables,
    events: &[Event],
) -> Result<Vec<MonthlyCounts>, DataFusionError> {
    tables.hold_integers(
        "public_events",
        [
            ("event_index", (0..events.len() as i64).collect()),
            (
                "account_index",
                events.iter().map(|event| event.account as i64).collect(),
            ),
            ("event_day", events.iter().map(|event| event.day).collect()),
        ],
    )?;
    let posts = "SELECT e.event_index, p.posted_s / 86400 - e.event_day AS day FROM public_posts p \
                 JOIN included i ON p.account_id = i.account_id \
                 JOIN public_events e ON i.account_index = e.account_index";
    read_months(tables, posts, events.len()).await
}

/// Posts on the targets around each event, of the participants that each event holds.
pub(super) async fn read_target_months(
    tables: &StudyTables,
    events: &[Event],
    participants: &[Vec<usize>],
) -> Result<Vec<MonthlyCounts>, DataFusionError> {
    let held: Vec<[i64; 3]> = events
        .iter()
        .zip(participants)
        .enumerate()
        .flat_map(|(index, (event, held))| {
            let row = move |participant: &usize| [index as i64, *participant as i64, event.day];
            held.iter().map(row)
        })
        .collect();
    let column = |place: usize| held.iter().map(|row| row[place]).collect();
    tables.hold_integers(
        "target_events",
        [
            ("event_index", column(0)),
            ("participant_index", column(1)),
            ("event_day", column(2)),
        ],
    )?;
    let posts = "SELECT e.event_index, p.posted_s / 86400 - e.event_day AS day FROM target_posts p \
                 JOIN participants t ON p.account_id = t.account_id \
                 JOIN target_events e ON t.participant_index = e.participant_index";
    read_months(tables, posts, events.len()).await
}

async fn read_months(
    tables: &StudyTables,
    posts: &str,
    event_count: usize,
) -> Result<Vec<MonthlyCounts>, DataFusionError> {
    let before = MONTH_DAYS * MONTHS_EACH_WAY;
    let frame = tables
        .query(&format!(
            "WITH posts_of_events AS ({posts}) \
             SELECT event_index, (day + {before}) / {MONTH_DAYS} AS month, COUNT(*) FROM posts_of_events \
             WHERE day >= -{before} AND day < {MONTH_DAYS} + {before} GROUP BY event_index, month"
        ))
        .await?;
    let mut counts = vec![[0; MONTH_COUNT]; event_count];
    for_each_row(frame, |row| {
        let months = counts.get_mut(row.position(0));
        if let Some(count) = months.and_then(|months| months.get_mut(row.position(1))) {
            *count = u32::try_from(row.count(2)).unwrap_or(u32::MAX);
        }
    })
    .await?;
    Ok(counts)
}

/// Posts and days of others by cell of tenure and posts, as running sums over the days of a
/// period; every account counts by the probability of being no crossover user.
pub(super) struct CellDays {
    first_day: i64,
    day_count: usize,
    /// Per cell and day the posts until the day before, in thousandths.
    posts: Vec<Vec<i64>>,
    /// Per cell and day the days of accounts until the day before, in thousandths.
    followed: Vec<Vec<i64>>,
}

/// An account among the others.
#[derive(Debug, Clone, Copy)]
pub(super) struct OtherAccount {
    pub(super) account: usize,
    pub(super) cell: usize,
    pub(super) weight_thousandths: i64,
    /// First and last day on which it is followed.
    pub(super) followed: [i64; 2],
}

/// Days of the longest period for which sums are held: more than any source has existed.
const DAY_COUNT_MAX: i64 = 20_000;

impl CellDays {
    /// Reads the sums over a period, both days included; `None` where it is longer than sources
    /// exist.
    pub(super) async fn read(
        tables: &StudyTables,
        others: &[OtherAccount],
        cell_count: usize,
        period: [i64; 2],
    ) -> Result<Option<Self>, DataFusionError> {
        let length = period[1] - period[0] + 1;
        if !(1..=DAY_COUNT_MAX).contains(&length) {
            return Ok(None);
        }
        let mut days = Self {
            first_day: period[0],
            day_count: length as usize,
            posts: vec![vec![0; length as usize + 1]; cell_count],
            followed: vec![vec![0; length as usize + 1]; cell_count],
        };
        days.add_followed(others);
        let column = |value: fn(&OtherAccount) -> i64| others.iter().map(value).collect();
        tables.hold_integers(
            "other_accounts",
            [
                ("account_index", column(|one| one.account as i64)),
                ("cell", column(|one| one.cell as i64)),
                ("weight_thousandths", column(|one| one.weight_thousandths)),
            ],
        )?;
        let frame = tables
            .query(
                "SELECT o.cell, p.posted_s / 86400 AS day, SUM(o.weight_thousandths) FROM public_posts p \
                 JOIN included i ON p.account_id = i.account_id \
                 JOIN other_accounts o ON i.account_index = o.account_index \
                 WHERE p.posted_s IS NOT NULL GROUP BY o.cell, day",
            )
            .await?;
        for_each_row(frame, |row| {
            let day = row.integer(1).map(|day| (day - period[0] + 1) as usize);
            let cell = days.posts.get_mut(row.position(0)).zip(day);
            if let Some(sum) = cell.and_then(|(cell, day)| cell.get_mut(day)) {
                *sum = row.integer(2).unwrap_or(0);
            }
        })
        .await?;
        days.posts.iter_mut().for_each(|sums| run_on(sums));
        Ok(Some(days))
    }

    /// Days of accounts: differences first, then the accounts of each day, then running sums.
    fn add_followed(&mut self, others: &[OtherAccount]) {
        for other in others {
            let [first, last] = other.followed.map(|day| day - self.first_day);
            if first < 0 || last < first || last as usize >= self.day_count {
                continue;
            }
            let of_cell = &mut self.followed[other.cell];
            of_cell[first as usize] += other.weight_thousandths;
            of_cell[last as usize + 1] -= other.weight_thousandths;
        }
        for of_cell in &mut self.followed {
            run_on(of_cell);
            of_cell.rotate_right(1);
            of_cell[0] = 0;
            run_on(of_cell);
        }
    }

    /// Mean posts of an account of a cell in a month; `None` where nobody was followed.
    pub(super) fn monthly_mean(&self, cell: usize, event_day: i64, month: usize) -> Option<f64> {
        let start = usize::try_from(month_start(event_day, month) - self.first_day).ok()?;
        let end = start + MONTH_DAYS as usize;
        let between = |sums: &[i64]| Some((sums.get(end)? - sums[start]) as f64);
        let followed = between(&self.followed[cell])?;
        let posts = between(&self.posts[cell])?;
        (followed > 0.0).then(|| MONTH_DAYS as f64 * posts / followed)
    }
}

/// Numbers to their running sums.
fn run_on(numbers: &mut [i64]) {
    let mut sum = 0;
    for number in numbers {
        sum += *number;
        *number = sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn month_zero_begins_with_the_day_of_the_event() {
        assert_eq!(month_start(1000, 12), 1000);
        assert_eq!((month_start(1000, 0), month_start(1000, 24)), (640, 1360));
        assert!(is_within(1000, 12, [1000, 1029]));
        assert!(!is_within(1000, 12, [1001, 1029]) && !is_within(1000, 12, [1000, 1028]));
    }

    #[test]
    fn means_of_a_cell_count_accounts_only_while_they_are_followed() {
        let other = |account, weight_thousandths, followed| OtherAccount {
            account,
            cell: 0,
            weight_thousandths,
            followed,
        };
        let mut days = CellDays {
            first_day: 100,
            day_count: 400,
            posts: vec![vec![0; 401]],
            followed: vec![vec![0; 401]],
        };
        days.add_followed(&[other(0, 1000, [100, 499]), other(1, 500, [115, 499])]);
        // Two posts of the first account on day 100, one of the second on day 120.
        days.posts[0][1] = 2000;
        days.posts[0][21] = 500;
        run_on(&mut days.posts[0]);
        let first_month = days.monthly_mean(0, 460, 0).unwrap();
        assert!((first_month - 30.0 * 2.5 / (30.0 + 0.5 * 15.0)).abs() < 1e-12);
        assert_eq!(days.monthly_mean(0, 460, 1), Some(0.0));
        assert_eq!(days.monthly_mean(0, 430, 0), None);
        assert_eq!(days.monthly_mean(0, 460, 13), None);
    }
}
