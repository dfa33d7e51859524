//! Negative evidence: two accounts that write in the same minute again and again.
//!
//! A hand that writes on two sides within one hour moves from one to the other; two hands that
//! happen to be awake do not wait for each other. Posts that are copies of one another must be left out by the
//! caller: a hand that posts one text to many places does so within a minute.

use std::f64::consts::LN_2;

use crate::abstention::Abstention;

/// Distinct minutes with a post below which an account is not compared.
pub const MINUTE_COUNT_MIN: usize = 50;
/// Coincidences that two hands must be expected to have for the comparison to be made.
pub const EXPECTED_COUNT_MIN: f64 = 3.0;
/// Days with an hour in which both were active, at least.
pub const SHARED_DAY_COUNT_MIN: usize = 5;
/// No weight is lower, bits. None is above zero.
pub const SIMULTANEOUS_WEIGHT_BITS_MIN: f64 = -4.0;

/// Coincidences of one hand as a share of those of two hands. An assumption: typing a post takes
/// a minute or more, but short messages can be sent within one.
const ONE_HAND_RATE: f64 = 0.3;
/// Share of hands that post by program or to several places at once. An assumption.
const PROGRAM_SHARE: f64 = 0.1;
/// Coincidences of such a hand as a multiple of those of two hands. An assumption.
const PROGRAM_RATE: f64 = 10.0;
/// Factor on the bits, because coincidences come in bursts. An assumption.
const SIMULTANEOUS_DISCOUNT: f64 = 0.5;

/// The weight of the minutes in which both accounts posted, in bits: zero or below.
///
/// Minutes are counted from 1970 and sorted; repeats count once. Given how many minutes `a_h` and
/// `b_h` the accounts were active in within each clock hour `h`, two independent hands meet
/// `e = sum a_h b_h / 60` times on the average. The `k` meetings found are taken as Poisson:
///
/// ```text
/// LR = (.9 Poisson(k; .3 e) + .1 Poisson(k; 10 e)) / Poisson(k; e)
/// ```
///
/// where the second term stands for hands that post by program. By taking hours as they are, the measure
/// does not repeat what [`crate::HoursModel`] says. A ratio above one is given as zero: that
/// accounts never meet is said of many pairs of two hands.
///
/// # Errors
/// [`Abstention::TooFewPosts`] below [`MINUTE_COUNT_MIN`] minutes on either side, and
/// [`Abstention::TooFewSharedHours`] where `e` is below [`EXPECTED_COUNT_MIN`] or the shared
/// hours lie on fewer than [`SHARED_DAY_COUNT_MIN`] days.
pub fn simultaneous_weight_bits(left: &[i64], right: &[i64]) -> Result<f64, Abstention> {
    let [left, right] = [left, right].map(distinct);
    if left.len().min(right.len()) < MINUTE_COUNT_MIN {
        return Err(Abstention::TooFewPosts);
    }
    let meetings = Meetings::count(&left, &right);
    if meetings.expected_count < EXPECTED_COUNT_MIN
        || meetings.shared_day_count < SHARED_DAY_COUNT_MIN
    {
        return Err(Abstention::TooFewSharedHours);
    }
    let bits = log_ratio(meetings.found_count as f64, meetings.expected_count) / LN_2;
    let bits = bits * SIMULTANEOUS_DISCOUNT;
    Ok(bits.clamp(SIMULTANEOUS_WEIGHT_BITS_MIN, 0.0))
}

/// Sorted minutes without repeats. Sorts again, so that an unsorted input is no fault.
fn distinct(minutes: &[i64]) -> Vec<i64> {
    let mut minutes = minutes.to_vec();
    minutes.sort_unstable();
    minutes.dedup();
    minutes
}

/// Natural log; the factor `e^k / k!` is common to all three and left out.
fn log_ratio(found_count: f64, expected_count: f64) -> f64 {
    let relative = |rate: f64| found_count * rate.ln() - (rate - 1.0) * expected_count;
    let by_hand = (1.0 - PROGRAM_SHARE).ln() + relative(ONE_HAND_RATE);
    let by_program = PROGRAM_SHARE.ln() + relative(PROGRAM_RATE);
    let (larger, smaller) = (by_hand.max(by_program), by_hand.min(by_program));
    larger + (smaller - larger).exp().ln_1p()
}

#[derive(Debug, Default)]
struct Meetings {
    found_count: usize,
    expected_count: f64,
    shared_day_count: usize,
}

impl Meetings {
    fn count(left: &[i64], right: &[i64]) -> Self {
        let mut meetings = Meetings::default();
        let mut last_day = None;
        let hour_of = |minute: &i64| minute.div_euclid(60);
        let mut others = right.chunk_by(|a, b| hour_of(a) == hour_of(b)).peekable();
        for ours in left.chunk_by(|a, b| hour_of(a) == hour_of(b)) {
            let hour = hour_of(&ours[0]);
            while others
                .next_if(|theirs| hour_of(&theirs[0]) < hour)
                .is_some()
            {}
            let Some(theirs) = others.next_if(|theirs| hour_of(&theirs[0]) == hour) else {
                continue;
            };
            meetings.expected_count += (ours.len() * theirs.len()) as f64 / 60.0;
            let is_theirs = |minute: &&i64| theirs.binary_search(minute).is_ok();
            meetings.found_count += ours.iter().filter(is_theirs).count();
            let day = hour.div_euclid(24);
            if last_day.replace(day) != Some(day) {
                meetings.shared_day_count += 1;
            }
        }
        meetings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Ten minutes an hour for a hundred evenings, at positions that step through the hour.
    fn evenings(step: i64, offset: i64) -> Vec<i64> {
        (0..1_000)
            .map(|number| number / 10 * 1_440 + 1_200 + (number * step + offset) % 60)
            .collect()
    }

    #[test]
    fn meeting_as_often_as_by_chance_speaks_against_one_hand() {
        let bits = simultaneous_weight_bits(&evenings(7, 0), &evenings(11, 3)).unwrap();
        assert_eq!(bits, SIMULTANEOUS_WEIGHT_BITS_MIN);
    }

    #[test]
    fn never_meeting_is_no_evidence() {
        let (even, odd) = (evenings(2, 0), evenings(2, 1));
        assert_eq!(simultaneous_weight_bits(&even, &odd), Ok(0.0));
    }

    #[test]
    fn meeting_every_time_looks_like_a_program() {
        let minutes = evenings(7, 0);
        assert_eq!(simultaneous_weight_bits(&minutes, &minutes), Ok(0.0));
    }

    #[test]
    fn few_posts_and_few_shared_hours_abstain() {
        let few: Vec<i64> = (0..49).collect();
        let minutes = evenings(7, 0);
        let bits = simultaneous_weight_bits(&few, &minutes);
        assert_eq!(bits, Err(Abstention::TooFewPosts));
        let mornings: Vec<i64> = minutes.iter().map(|minute| minute + 600).collect();
        let bits = simultaneous_weight_bits(&mornings, &minutes);
        assert_eq!(bits, Err(Abstention::TooFewSharedHours));
        let one_evening: Vec<i64> = (0..60).collect();
        let bits = simultaneous_weight_bits(&one_evening, &one_evening);
        assert_eq!(bits, Err(Abstention::TooFewSharedHours));
    }

    proptest! {
        #[test]
        fn weights_are_symmetric_and_never_positive(
            left in prop::collection::vec(0i64..20_000, 50..400),
            right in prop::collection::vec(0i64..20_000, 50..400),
        ) {
            let bits = simultaneous_weight_bits(&left, &right);
            prop_assert_eq!(bits, simultaneous_weight_bits(&right, &left));
            if let Ok(bits) = bits {
                prop_assert!((SIMULTANEOUS_WEIGHT_BITS_MIN..=0.0).contains(&bits));
            }
        }
    }
}
