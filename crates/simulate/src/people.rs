//! People: the hidden hands behind accounts, and their traits.

use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Normal};

use crate::names::NameGenerator;
use crate::options::WorldOptions;
use crate::random::{chance, index};

/// Position of a person in [`crate::plan::Plan::people`]; one more than it is the
/// `account_id` in `truth.tsv`.
pub(crate) type PersonIndex = u32;

/// One person. Held for everybody at once, so kept small.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// The name that the person would like to have everywhere.
    pub(crate) preferred_name: Box<str>,
    pub(crate) is_russian: bool,
    /// Whether the person was chosen to be a crossover user.
    pub(crate) is_crossover: bool,
    /// Whether the chat log names the person; see [`crate::freelancers`].
    pub(crate) is_freelancer: bool,
    /// Kinds of contact the person has, as bits of [`crate::contacts::ContactKind`].
    pub(crate) contact_kinds: u8,
    /// Habits of writing; see [`crate::prose`].
    pub(crate) habits: u32,
    /// Hour (UTC) around which posts are written.
    pub(crate) peak_hour: u8,
    /// Chance in percent that a post due on a weekend is written on the weekend.
    pub(crate) weekend_percent: u8,
    /// Chance in percent that a post starts a thread.
    pub(crate) thread_start_percent: u8,
    /// Mean number of sentences of a reply, in tenths.
    pub(crate) sentences_mean_tenths: u8,
}

/// Draws people one after another.
pub(crate) struct PersonGenerator<'a> {
    pub(crate) options: &'a WorldOptions,
    pub(crate) names: &'a NameGenerator,
}

impl PersonGenerator<'_> {
    pub(crate) fn draw(&self, rng: &mut ChaCha8Rng, is_russian: bool) -> Person {
        let has_contacts = chance(rng, self.options.contact_person_share);
        Person {
            preferred_name: self.preferred_name(rng, is_russian).into_boxed_str(),
            is_russian,
            is_crossover: false,
            is_freelancer: false,
            contact_kinds: if has_contacts { contact_kinds(rng) } else { 0 },
            habits: rng.next_u32(),
            peak_hour: peak_hour(rng, is_russian),
            weekend_percent: 20 + index(rng, 80) as u8,
            thread_start_percent: skewed(rng, 4.0, 50.0),
            sentences_mean_tenths: skewed(rng, 12.0, 60.0),
        }
    }

    fn preferred_name(&self, rng: &mut ChaCha8Rng, is_russian: bool) -> String {
        let common_share = self.options.common_name_share;
        // Nothing is drawn at 0, so that the world is the same as if there were no such option.
        if common_share > 0.0 && chance(rng, common_share) {
            return self.names.draw_common(rng, is_russian);
        }
        self.names.draw(rng, is_russian)
    }
}

/// Between `low` and `high`, nearer to `low` for most.
fn skewed(rng: &mut ChaCha8Rng, low: f64, high: f64) -> u8 {
    let position: f64 = rng.random::<f64>().powi(2);
    (low + (high - low) * position) as u8
}

/// One to three kinds of contact, e-mail and Telegram most often.
fn contact_kinds(rng: &mut ChaCha8Rng) -> u8 {
    const KIND_PROBABILITIES: [f64; 7] = [0.45, 0.3, 0.2, 0.4, 0.1, 0.12, 0.3];
    let mut kinds = 0;
    for (position, probability) in KIND_PROBABILITIES.into_iter().enumerate() {
        if chance(rng, probability) {
            kinds |= 1 << position;
        }
    }
    kinds.max(1)
}

/// Evenings of a time zone: Moscow for Russian speakers, otherwise Europe, the Americas or
/// South Asia.
fn peak_hour(rng: &mut ChaCha8Rng, is_russian: bool) -> u8 {
    let zone_peak = if is_russian {
        17.0
    } else {
        [19.0, 19.0, 18.0, 20.0, 1.0, 22.0, 14.0, 15.0][index(rng, 8)]
    };
    let spread = Normal::new(0.0, 2.0).map_or(0.0, |normal| normal.sample(rng));
    (zone_peak + spread + 24.0_f64).rem_euclid(24.0) as u8
}
