//! What the examples have in common: accounts with their posts, and how well bits tell one hand
//! from two.
#![allow(dead_code, reason = "each program uses a part")]

pub mod world;

use entangle_statistics::auc::auc_interval;
use entangle_statistics::logistic::{FeatureMatrix, fit_logistic};
use entangle_style::{
    Abstention, Halves, HourHistogram, HoursModel, KnownPair, POST_COUNT_MIN, StyleBackground,
    StyleModel, StyleProfile, StyleVectors, WORD_COUNT_MIN,
};
use entangle_text::language::guess;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

/// An account of one source: the person behind it and its posts as instant and text.
pub struct Account {
    pub person: String,
    pub posts: Vec<(String, String)>,
}

/// Accounts by native id.
pub type Source = BTreeMap<String, Account>;

/// Person by source and native id.
pub type Truth = BTreeMap<(String, String), String>;

pub fn read_truth(path: &Path) -> Result<Truth, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)?;
    let rows = text.lines().skip(1).filter_map(|line| {
        let mut cells = line.split('\t').map(str::to_owned);
        Some(((cells.next()?, cells.next()?), cells.next()?))
    });
    Ok(rows.collect())
}

/// Posts and comments of a folder of the Stack Exchange dump.
pub fn read_stack_exchange(
    folder: &Path,
    site: &str,
    truth: &Truth,
) -> Result<Source, Box<dyn Error>> {
    let mut source = Source::new();
    for (file, author, body) in [
        ("Posts.xml", "OwnerUserId", "Body"),
        ("Comments.xml", "UserId", "Text"),
    ] {
        let text = std::fs::read_to_string(folder.join(file))?;
        let mut reader = Reader::from_str(&text);
        loop {
            let row = match reader.read_event()? {
                Event::Empty(row) => row,
                Event::Eof => break,
                _ => continue,
            };
            let mut cells = BTreeMap::new();
            for attribute in row.attributes() {
                let attribute = attribute?;
                let value = quick_xml::escape::unescape(&attribute.value)?.into_owned();
                cells.insert(attribute.key.as_ref().to_owned(), value);
            }
            let (Some(author), Some(body)) = (cells.get(author), cells.get(body)) else {
                continue;
            };
            let posted_at = cells.get("CreationDate").cloned().unwrap_or_default();
            let plain = entangle_text::markup::html_to_plain(body).text;
            add_post(&mut source, truth, site, author, (posted_at, plain));
        }
    }
    Ok(source)
}

pub fn add_post(
    source: &mut Source,
    truth: &Truth,
    site: &str,
    author: &str,
    post: (String, String),
) {
    let Some(person) = truth.get(&(site.to_owned(), author.to_owned())) else {
        return;
    };
    let account = source.entry(author.to_owned()).or_insert_with(|| Account {
        person: person.clone(),
        posts: Vec::new(),
    });
    account.posts.push(post);
}

pub fn profile_of(posts: &[(String, String)]) -> StyleProfile {
    let mut profile = StyleProfile::new();
    for (_, text) in posts {
        profile.add(text, guess(text));
    }
    profile
}

/// Earlier and later posts, split where half of the text is over.
pub fn halves_of(account: &Account) -> Halves {
    let mut posts = account.posts.clone();
    posts.sort();
    let total: usize = posts.iter().map(|(_, text)| text.len()).sum();
    let mut sum = 0;
    let middle = posts.iter().position(|(_, text)| {
        sum += text.len();
        2 * sum > total
    });
    let (first, second) = posts.split_at(middle.unwrap_or(0));
    Halves {
        first: profile_of(first),
        second: profile_of(second),
    }
}

/// The accounts of a source ready to be compared: person and vectors.
pub type Prepared = Vec<(String, StyleVectors)>;

pub fn prepare(model: &StyleModel, source: &Source) -> Prepared {
    let profiles: Vec<(&Account, StyleProfile)> = source
        .values()
        .map(|account| (account, profile_of(&account.posts)))
        .collect();
    let mut background = StyleBackground::new();
    for (_, profile) in &profiles {
        background.add(profile);
    }
    profiles
        .iter()
        .map(|(account, profile)| (account.person.clone(), model.vectors(profile, &background)))
        .collect()
}

/// Bits of true pairs, bits of false pairs, and true pairs on which the model abstains.
#[derive(Default)]
pub struct Outcome {
    pub same: Vec<f64>,
    pub different: Vec<f64>,
    pub abstained_same: usize,
    pub abstained_different: usize,
}

impl Outcome {
    pub fn add(&mut self, is_same: bool, bits: Result<f64, Abstention>) {
        match (is_same, bits) {
            (true, Ok(bits)) => self.same.push(bits),
            (false, Ok(bits)) => self.different.push(bits),
            (true, Err(_)) => self.abstained_same += 1,
            (false, Err(_)) => self.abstained_different += 1,
        }
    }

    pub fn take(&mut self, other: Outcome) {
        self.same.extend(other.same);
        self.different.extend(other.different);
        self.abstained_same += other.abstained_same;
        self.abstained_different += other.abstained_different;
    }

    pub fn auc(&self) -> Option<f64> {
        auc_interval(&self.same, &self.different).map(|auc| auc.value)
    }

    /// Offset in bits and slope of the true log odds on the stated bits; 0 and 1 are right.
    pub fn calibration(&self) -> Option<[f64; 2]> {
        calibration(&self.same, &self.different)
    }

    pub fn describe(&self) -> String {
        let mut text = format!(
            "true pairs: {} weighed, {} abstained; false pairs: {} weighed, {} abstained",
            self.same.len(),
            self.abstained_same,
            self.different.len(),
            self.abstained_different
        );
        text += &format!("\n  bits of true pairs  {}", quantiles(&self.same));
        text += &format!("\n  bits of false pairs {}", quantiles(&self.different));
        if let Some(auc) = auc_interval(&self.same, &self.different) {
            text += &format!(
                "\n  AUC {:.3} ({:.3} to {:.3})",
                auc.value, auc.low, auc.high
            );
        }
        if let Some(rate) = equal_error_rate(&self.same, &self.different)
            && rate.is_finite()
        {
            text += &format!(", equal error rate {rate:.3}");
        }
        if let Some([offset, slope]) = self.calibration() {
            text += &format!("\n  calibration: slope {slope:.2}, offset {offset:.2} bits");
        }
        text
    }
}

pub fn compare(model: &StyleModel, left: &Prepared, right: &Prepared) -> Outcome {
    let mut outcome = Outcome::default();
    for (person, one) in left {
        for (other_person, other) in right {
            let bits = model.weigh(one, other).map(|weight| weight.bits);
            outcome.add(person == other_person, bits);
        }
    }
    outcome
}

/// First halves against second halves of the same source.
pub fn compare_halves(model: &StyleModel, halves: &[Halves]) -> Outcome {
    compare_halves_in(model, halves, halves)
}

/// The same for some accounts of a source with all of its accounts as background.
pub fn compare_halves_in(model: &StyleModel, halves: &[Halves], source: &[Halves]) -> Outcome {
    let mut background = StyleBackground::new();
    for one in source {
        let mut whole = one.first.clone();
        whole.merge(&one.second);
        background.add(&whole);
    }
    let vectors: Vec<_> = halves
        .iter()
        .map(|one| {
            let [first, second] =
                [&one.first, &one.second].map(|half| model.vectors(half, &background));
            (first, second)
        })
        .collect();
    let mut outcome = Outcome::default();
    for (position, (first, _)) in vectors.iter().enumerate() {
        for (other_position, (_, second)) in vectors.iter().enumerate() {
            let bits = model.weigh(first, second).map(|weight| weight.bits);
            outcome.add(position == other_position, bits);
        }
    }
    outcome
}

/// Halves of the accounts with enough words in both, in one language.
pub fn usable_halves(source: &Source, language: &str) -> Vec<Halves> {
    let halves = source.values().map(halves_of);
    let has_words = |half: &StyleProfile| half.word_count(language) >= WORD_COUNT_MIN;
    halves
        .filter(|one| has_words(&one.first) && has_words(&one.second))
        .collect()
}

/// All pairs of two sources with what is known of them.
pub fn known_pairs<'a>(left: &'a Prepared, right: &'a Prepared) -> Vec<KnownPair<'a>> {
    let all = left
        .iter()
        .flat_map(|one| right.iter().map(move |other| (one, other)));
    all.map(|(one, other)| (&one.1, &other.1, one.0 == other.0))
        .collect()
}

/// The model without discount and without limits that matter.
pub fn undiscounted(model: &StyleModel) -> StyleModel {
    StyleModel {
        discount: 1.0,
        weight_bits_min: -20.0,
        weight_bits_max: 20.0,
        ..model.clone()
    }
}

/// Hours of all accounts: person and histogram.
pub fn hours_of(source: &Source) -> Vec<(String, HourHistogram)> {
    let accounts = source.values();
    accounts
        .map(|account| (account.person.clone(), histogram_of(&instants_of(account))))
        .collect()
}

pub fn compare_hours(
    model: &HoursModel,
    left: &[(String, HourHistogram)],
    right: &[(String, HourHistogram)],
) -> Outcome {
    let mut outcome = Outcome::default();
    for (person, one) in left {
        for (other_person, other) in right {
            outcome.add(person == other_person, model.weight_bits(one, other));
        }
    }
    outcome
}

/// Earlier and later posts of every account that has enough in both.
pub fn halved_hours(source: &Source) -> Vec<(HourHistogram, HourHistogram)> {
    let halves = source.values().map(|account| {
        let instants = instants_of(account);
        let (first, second) = instants.split_at(instants.len() / 2);
        (histogram_of(first), histogram_of(second))
    });
    halves
        .filter(|(first, second)| first.post_count().min(second.post_count()) >= POST_COUNT_MIN)
        .collect()
}

pub fn compare_halved_hours(
    model: &HoursModel,
    halves: &[(HourHistogram, HourHistogram)],
) -> Outcome {
    let mut outcome = Outcome::default();
    for (position, (first, _)) in halves.iter().enumerate() {
        for (other_position, (_, second)) in halves.iter().enumerate() {
            outcome.add(position == other_position, model.weight_bits(first, second));
        }
    }
    outcome
}

/// A model of hours learned and calibrated on one source.
pub fn hours_model(source: &Source) -> HoursModel {
    let hours = hours_of(source);
    HoursModel::learn(hours.iter().map(|(_, histogram)| histogram))
        .calibrated(&halved_hours(source))
}

/// The same without discount and limit.
pub fn undiscounted_hours(model: &HoursModel) -> HoursModel {
    HoursModel {
        discount: 1.0,
        weight_bits_max: 30.0,
        ..model.clone()
    }
}

fn instants_of(account: &Account) -> Vec<i64> {
    let posts = account.posts.iter();
    let mut instants: Vec<i64> = posts
        .filter_map(|(posted_at, _)| seconds_of(posted_at))
        .collect();
    instants.sort_unstable();
    instants
}

fn histogram_of(instants: &[i64]) -> HourHistogram {
    let mut histogram = HourHistogram::new();
    instants.iter().for_each(|instant| histogram.add(*instant));
    histogram
}

/// Seconds since 1970 of `2011-02-03T04:05:06...`, read as UTC; days from the civil date as
/// Hinnant gives them.
fn seconds_of(instant: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| instant.get(range)?.parse::<i64>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let shifted = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + day_of_year - 719_468;
    Some(days * 86_400 + number(11..13)? * 3_600 + number(14..16)? * 60 + number(17..19)?)
}

fn quantiles(values: &[f64]) -> String {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    if sorted.is_empty() {
        return "none".to_owned();
    }
    let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share).round() as usize];
    let [p05, p25, p50, p75, p95] = [0.05, 0.25, 0.5, 0.75, 0.95].map(at);
    format!("5 % {p05:.2}, 25 % {p25:.2}, median {p50:.2}, 75 % {p75:.2}, 95 % {p95:.2}")
}

/// The rate at which as many true pairs lie below a limit as false ones above it.
fn equal_error_rate(same: &[f64], different: &[f64]) -> Option<f64> {
    let mut limits: Vec<f64> = same.iter().chain(different).copied().collect();
    limits.sort_by(f64::total_cmp);
    let (mut same, mut different) = (same.to_vec(), different.to_vec());
    same.sort_by(f64::total_cmp);
    different.sort_by(f64::total_cmp);
    let rates = limits.iter().map(|limit| {
        let missed = same.partition_point(|bits| bits < limit) as f64 / same.len() as f64;
        let taken = different.partition_point(|bits| bits < limit) as f64;
        (missed, 1.0 - taken / different.len() as f64)
    });
    let gap = |rates: &(f64, f64)| (rates.0 - rates.1).abs();
    rates
        .min_by(|one, other| gap(one).total_cmp(&gap(other)))
        .map(|(missed, taken)| f64::midpoint(missed, taken))
}

fn calibration(same: &[f64], different: &[f64]) -> Option<[f64; 2]> {
    let bits: Vec<f64> = same.iter().chain(different).copied().collect();
    let is_same: Vec<bool> = (0..bits.len()).map(|row| row < same.len()).collect();
    let rows: Vec<usize> = (0..bits.len()).collect();
    let model = fit_logistic(&FeatureMatrix::new(1, bits)?, &is_same, &rows, 1e-6)?;
    let prior = (same.len() as f64 / different.len() as f64).log2();
    let to_bits = std::f64::consts::LOG2_E;
    let [offset, slope] = model.coefficients[..] else {
        return None;
    };
    Some([offset * to_bits - prior, slope * to_bits])
}
