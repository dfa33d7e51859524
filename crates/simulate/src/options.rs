//! What may be asked of a world: every parameter with its range and its default.

use entangle_model::NameLevel;
use serde::{Deserialize, Serialize};

use crate::SimulateError;

/// Which sources a world has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorldKind {
    /// A web masters' forum, three cybercrime forums, a Telegram group and a leaked chat log.
    #[default]
    Usual,
    /// The case that opened the field: an internet-marketing forum in English and Russian, six
    /// cybercrime forums, and a leaked chat log that names three freelancers of the public forum.
    SeedOfField,
}

impl WorldKind {
    fn is_usual(&self) -> bool {
        *self == WorldKind::Usual
    }
}

/// Whether crossover users behave differently on the public source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BehaviouralDifference {
    /// Given the number of their posts, crossover users behave like everybody else there.
    None,
    /// The effect [`PlantedEffect::SLIGHT`].
    Slight,
    /// The effect [`PlantedEffect::LARGE`].
    Planted,
}

impl BehaviouralDifference {
    /// What it does; `None` where nothing differs.
    pub fn effect(self) -> Option<PlantedEffect> {
        match self {
            BehaviouralDifference::None => None,
            BehaviouralDifference::Slight => Some(PlantedEffect::SLIGHT),
            BehaviouralDifference::Planted => Some(PlantedEffect::LARGE),
        }
    }
}

/// What a behavioural difference does to the posts of crossover users on the public source.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PlantedEffect {
    /// Probability with which a post is moved to the hours 00 to 06 UTC.
    pub night_probability: f64,
    /// Factor on the mean number of sentences.
    pub length_factor: f64,
    /// Factor on the probability of starting a thread; the product is kept at .9 or less.
    pub thread_start_factor: f64,
}

impl PlantedEffect {
    /// One that a reader of the forum would not notice.
    pub const SLIGHT: Self = Self {
        night_probability: 0.10,
        length_factor: 0.85,
        thread_start_factor: 1.3,
    };
    /// One that anybody would.
    pub const LARGE: Self = Self {
        night_probability: 0.45,
        length_factor: 0.55,
        thread_start_factor: 2.5,
    };
}

/// How a person's name on one more source relates to the name the person prefers.
///
/// Probabilities of the levels of [`NameLevel`]; they add up to 1. The defaults follow what is
/// seen on real pairs of sites: somewhat more than half of the names are carried over unchanged
/// and a fifth bear no relation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct NameReuse {
    /// The same characters. Default .55.
    pub written: f64,
    /// Another case. Default .06.
    pub folded: f64,
    /// Another separator, leet digits for letters, or transliteration. Default .08.
    pub skeleton: f64,
    /// Another affix or other digits. Default .08.
    pub stem: f64,
    /// One letter inserted, deleted, substituted or transposed. Default .03.
    pub one_edit: f64,
    /// Something put behind it. Default 0.
    pub beginning: f64,
    /// Something put before it. Default 0.
    pub ending: f64,
    /// An unrelated name. Default .20.
    pub none: f64,
}

impl Default for NameReuse {
    fn default() -> Self {
        NameReuse {
            written: 0.55,
            folded: 0.06,
            skeleton: 0.08,
            stem: 0.08,
            one_edit: 0.03,
            beginning: 0.0,
            ending: 0.0,
            none: 0.20,
        }
    }
}

impl NameReuse {
    /// The probabilities in the order of [`NameLevel::ALL`].
    pub fn probabilities(&self) -> [f64; NameLevel::ALL.len()] {
        [
            self.written,
            self.folded,
            self.skeleton,
            self.stem,
            self.one_edit,
            self.beginning,
            self.ending,
            self.none,
        ]
    }
}

/// Everything that determines a world: the same options give the same bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorldOptions {
    /// Which sources there are; the usual ones where it is not given.
    #[serde(default, skip_serializing_if = "WorldKind::is_usual")]
    pub kind: WorldKind,
    /// Seed of every random step.
    pub seed: u64,
    /// Posts of all sources together, approximately; 2,000 to 1,000,000,000.
    pub post_count: u64,
    /// Planted share of the public population that are crossover users: accounts of the public
    /// source with at least one post, whose person has an account with at least one post on at
    /// least one other source. 0 to .6, default .072. The realised share is a little smaller,
    /// because accounts get deleted; `world.json` states it exactly.
    pub crossover_share: f64,
    /// Whether everybody is a crossover user with that probability, so that their number varies
    /// from world to world as it does in a sample of a population; default no, the number is then
    /// the share itself.
    pub is_crossover_drawn: bool,
    /// Whether crossover users behave differently on the public source; default none.
    pub behavioural_difference: BehaviouralDifference,
    /// Mean number of posts of an account that posts at all; 2 to 500. The default grows with
    /// the fifth root of the number of posts: 8 at ten thousand, 20 at a million, 50 at a
    /// hundred million.
    pub posts_per_account_mean: f64,
    /// Share of the forum accounts that never post; 0 to .9, default .25.
    pub silent_account_share: f64,
    /// Share of people on English-language sources whose native language is Russian; 0 to 1,
    /// default .2.
    pub russian_share: f64,
    /// How names are reused from source to source.
    pub name_reuse: NameReuse,
    /// Share of public accounts under a default name such as `user123456`; 0 to .5, default .04.
    pub default_name_share: f64,
    /// Share of people who have contacts to show at all; 0 to 1, default .4.
    pub contact_person_share: f64,
    /// Probability that such a person shows contacts on the public source; 0 to 1, default .15.
    pub contact_public_probability: f64,
    /// Probability that such a person shows contacts on any other source; 0 to 1, default .45.
    pub contact_target_probability: f64,
    /// Share of crossover users who are meant to begin on the public source; 0 to 1, default
    /// .65. A source that did not exist yet moves the realised share.
    pub public_first_share: f64,
    /// How the chance of being a crossover user grows with activity on the public source: it is
    /// proportional to activity to this power; 0 to 1, default .25.
    pub crossover_activity_exponent: f64,
    /// Factor on the activity of crossover users on the other sources; .05 to 5, default .5.
    pub crossover_target_activity_factor: f64,
    /// Share of people on a non-public source who hold accounts on a second one without being
    /// on the public source; 0 to .9, default .2.
    pub several_targets_share: f64,
    /// Share of deleted accounts; 0 to .5, default .01.
    pub deleted_account_share: f64,
    /// Share of forum posts that lost their author; 0 to .5, default .005.
    pub missing_author_share: f64,
    /// Share of posts without a date in the canonical formats; 0 to .5, default .01.
    pub missing_date_share: f64,
    /// How strongly people keep habits of writing (wording, punctuation, case, spelling) on every
    /// source; 0 to 1, default 0. At 0 the world is the same as if there were no such option.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub style_strength: f64,
    /// Share of people, beyond those who do anyway, who prefer a first name, or one with a few
    /// digits, which many others bear too; 0 to 1, default 0. At 0 the world is the same as if
    /// there were no such option.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub common_name_share: f64,
    /// Probability with which a crossover user who answers on the public source looks for a post
    /// of another crossover user; 0 to 1, default 0. At 0 the world is the same as if there were
    /// no such option.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub crossover_answer_preference: f64,
}

impl WorldOptions {
    /// The defaults for a world of about that many posts.
    pub fn new(seed: u64, post_count: u64) -> Self {
        let posts_per_account_mean = 8.0 * (post_count as f64 / 10_000.0).powf(0.2);
        WorldOptions {
            kind: WorldKind::Usual,
            seed,
            post_count,
            crossover_share: 0.072,
            is_crossover_drawn: false,
            behavioural_difference: BehaviouralDifference::None,
            posts_per_account_mean: posts_per_account_mean.clamp(4.0, 80.0),
            silent_account_share: 0.25,
            russian_share: 0.2,
            name_reuse: NameReuse::default(),
            default_name_share: 0.04,
            contact_person_share: 0.4,
            contact_public_probability: 0.15,
            contact_target_probability: 0.45,
            public_first_share: 0.65,
            crossover_activity_exponent: 0.25,
            crossover_target_activity_factor: 0.5,
            several_targets_share: 0.2,
            deleted_account_share: 0.01,
            missing_author_share: 0.005,
            missing_date_share: 0.01,
            style_strength: 0.0,
            common_name_share: 0.0,
            crossover_answer_preference: 0.0,
        }
    }

    /// Checks every range.
    ///
    /// # Errors
    /// [`SimulateError::OptionOutOfRange`] or [`SimulateError::NameReuseSum`].
    pub fn check(&self) -> Result<(), SimulateError> {
        let ranges = [
            ("post_count", self.post_count as f64, 2e3, 1e9),
            ("crossover_share", self.crossover_share, 0.0, 0.6),
            (
                "posts_per_account_mean",
                self.posts_per_account_mean,
                2.0,
                500.0,
            ),
            ("silent_account_share", self.silent_account_share, 0.0, 0.9),
            ("russian_share", self.russian_share, 0.0, 1.0),
            ("default_name_share", self.default_name_share, 0.0, 0.5),
            ("contact_person_share", self.contact_person_share, 0.0, 1.0),
            (
                "contact_public_probability",
                self.contact_public_probability,
                0.0,
                1.0,
            ),
            (
                "contact_target_probability",
                self.contact_target_probability,
                0.0,
                1.0,
            ),
            ("public_first_share", self.public_first_share, 0.0, 1.0),
            (
                "crossover_activity_exponent",
                self.crossover_activity_exponent,
                0.0,
                1.0,
            ),
            (
                "crossover_target_activity_factor",
                self.crossover_target_activity_factor,
                0.05,
                5.0,
            ),
            (
                "several_targets_share",
                self.several_targets_share,
                0.0,
                0.9,
            ),
            (
                "deleted_account_share",
                self.deleted_account_share,
                0.0,
                0.5,
            ),
            ("missing_author_share", self.missing_author_share, 0.0, 0.5),
            ("missing_date_share", self.missing_date_share, 0.0, 0.5),
            ("style_strength", self.style_strength, 0.0, 1.0),
            ("common_name_share", self.common_name_share, 0.0, 1.0),
            (
                "crossover_answer_preference",
                self.crossover_answer_preference,
                0.0,
                1.0,
            ),
        ];
        for (name, value, low, high) in ranges {
            check_range(name, value, low, high)?;
        }
        self.check_name_reuse()
    }

    fn check_name_reuse(&self) -> Result<(), SimulateError> {
        let probabilities = self.name_reuse.probabilities();
        for probability in probabilities {
            check_range("name_reuse", probability, 0.0, 1.0)?;
        }
        let sum: f64 = probabilities.iter().sum();
        if (sum - 1.0).abs() > 1e-9 {
            return Err(SimulateError::NameReuseSum { sum });
        }
        Ok(())
    }
}

/// Whether an option is left out of `world.json`.
fn is_zero(value: &f64) -> bool {
    *value == 0.0
}

fn check_range(name: &'static str, value: f64, low: f64, high: f64) -> Result<(), SimulateError> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(SimulateError::OptionOutOfRange {
        name,
        value,
        low,
        high,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_within_their_ranges() {
        for post_count in [2_000, 10_000, 100_000_000, 1_000_000_000] {
            WorldOptions::new(1, post_count).check().unwrap();
        }
    }

    #[test]
    fn an_option_out_of_range_is_named() {
        let options = WorldOptions {
            crossover_share: f64::NAN,
            ..WorldOptions::new(1, 10_000)
        };
        expect_test::expect![[r#"
            option crossover_share is NaN
            hint: it must lie between 0 and 0.6"#]]
        .assert_eq(&options.check().unwrap_err().to_string());
    }

    #[test]
    fn name_reuse_must_add_up_to_one() {
        let mut options = WorldOptions::new(1, 10_000);
        options.name_reuse.none = 0.5;
        let error = options.check().unwrap_err();
        assert!(matches!(error, SimulateError::NameReuseSum { .. }));
    }
}
