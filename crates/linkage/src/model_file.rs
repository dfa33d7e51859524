//! The model as a file: every parameter under a name, to be read, edited, compared, cited and
//! used again.

use std::collections::BTreeMap;
use std::fmt;

use entangle_model::NameLevel;
use entangle_rarity::{Backoff, Base};
use serde::{Deserialize, Serialize};

use crate::behaviour::BehaviourParameters;
use crate::calibration::Calibration;
use crate::candidates::BLOCK_PAIR_LIMIT_DEFAULT;
use crate::key_table::Rarity;
use crate::parameters::{LEVEL_COUNT, LinkModel, STRENGTH_COUNT, UnseenPairs};
use crate::profile::ProfileParameters;
use crate::resemblance::RESEMBLANCE_COUNT;

/// Version of the file's form.
const FORMAT_VERSION: u32 = 1;

const HEADING: &str = "\
# A model of entangle: how two accounts are weighed.
# m is the probability of an outcome when one hand holds both accounts; the u of a name is its own
# and comes from [rarity]. docs/concepts/linkage.md explains every parameter. Edit a number and give
# the file to `entangle link --model`; `entangle model diff` compares two files.

";

/// Everything that a linkage run needs to know beforehand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    format_version: u32,
    /// Pairs that a key may give between two sources; a more common key is not compared.
    #[serde(default = "block_pair_limit_default")]
    pub block_pair_limit: u64,
    /// Names.
    pub name: NameParameters,
    /// Contacts by how they are shown by both: claimed, mentioned, quoted.
    pub contact: BTreeMap<ContactStrength, ContactParameters>,
    /// Backoff from counts to the character model by level of equality.
    pub rarity: BTreeMap<EqualityLevel, Backoff>,
    /// What one other carrier of a name is worth, by source and level of equality; that of `rarity` for
    /// sources that are not named.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub discount: BTreeMap<String, BTreeMap<EqualityLevel, f64>>,
    /// The character model as measured on names that resemble each other.
    pub resemblance: BTreeMap<ResemblanceLevel, Base>,
    /// What the character model was trained on.
    pub language_model: LanguageModelOrigin,
    /// How many links are expected.
    pub prior: PriorParameters,
    /// How many links no rule puts forward. It moves no probability; a study reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen: Option<UnseenPairs>,
    /// How profiles are counted; they are not where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileParameters>,
    /// How behaviour is counted; it is not where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behaviour: Option<BehaviourParameters>,
    /// How stated probabilities are corrected; nothing is where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
}

fn block_pair_limit_default() -> u64 {
    BLOCK_PAIR_LIMIT_DEFAULT
}

/// Parameters of names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameParameters {
    /// Agreements by imitation per link.
    pub imitation_share: f64,
    /// Probability of each level when one hand holds both accounts; they add up to one.
    pub m: BTreeMap<NameLevel, f64>,
}

/// How strongly a shared contact is shown by the weaker side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactStrength {
    /// In profile or signature, or introduced as one's own.
    Claimed,
    /// Mentioned in a text.
    Mentioned,
    /// Inside a quotation.
    Quoted,
}

const STRENGTHS: [ContactStrength; STRENGTH_COUNT] = [
    ContactStrength::Claimed,
    ContactStrength::Mentioned,
    ContactStrength::Quoted,
];

/// Parameters of contacts of one strength.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactParameters {
    /// Probability that a hand that shows such a contact on both sides shows the same.
    pub m: f64,
    /// Expected unrelated accounts that show a given value, beyond those counted.
    pub stray_accounts: f64,
}

/// A level on which names are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EqualityLevel {
    /// As written.
    Written,
    /// Case-folded.
    Folded,
    /// Confusables, transliteration and separators undone.
    Skeleton,
    /// Without affixes and digits.
    Stem,
}

const EQUALITY_LEVELS: [EqualityLevel; 4] = [
    EqualityLevel::Written,
    EqualityLevel::Folded,
    EqualityLevel::Skeleton,
    EqualityLevel::Stem,
];

/// A level on which names resemble each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResemblanceLevel {
    /// One edit apart.
    OneEdit,
    /// One the beginning of the other.
    Beginning,
    /// One the end of the other.
    Ending,
}

const RESEMBLANCE_LEVELS: [ResemblanceLevel; RESEMBLANCE_COUNT] = [
    ResemblanceLevel::OneEdit,
    ResemblanceLevel::Beginning,
    ResemblanceLevel::Ending,
];

/// The names on which the character model was trained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanguageModelOrigin {
    /// The snapshot whose names they were.
    pub snapshot: u64,
    /// Fingerprint of the distinct names, by which another workspace's snapshot of the same
    /// number is told apart; sixteen hexadecimal digits.
    pub names_fingerprint: String,
}

/// Parameters of the prior.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorParameters {
    /// Share of the smaller source's accounts that have a counterpart in the larger, over all pairs
    /// of sources; used for pairs that the file does not name.
    pub shared_share_mean: f64,
    /// The same per pair of sources.
    #[serde(default)]
    pub source_pairs: Vec<SharedShare>,
}

/// The prior of one pair of sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedShare {
    /// The source that sorts first.
    pub left: String,
    /// The source that sorts second.
    pub right: String,
    /// Share of the smaller source's accounts that have a counterpart in the larger.
    pub shared_share: f64,
}

/// Why a file is not a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelFileError {
    /// It is not TOML, or lacks or does not know a field.
    #[error("{0}")]
    Form(String),
    /// A parameter lies outside its range.
    #[error("{parameter} is {value}; {expected}")]
    Range {
        /// The parameter, with its section.
        parameter: String,
        /// What stands there.
        value: String,
        /// What may stand there.
        expected: &'static str,
    },
}

impl ModelFile {
    /// The file of a learned model.
    pub fn of(
        model: &LinkModel,
        language_model: LanguageModelOrigin,
        block_pair_limit: u64,
    ) -> Self {
        let contact = STRENGTHS.iter().enumerate().map(|(position, strength)| {
            let parameters = ContactParameters {
                m: model.contact_m[position],
                stray_accounts: model.contact_stray[position],
            };
            (*strength, parameters)
        });
        let shares = model.pairs.iter().map(|pair| SharedShare {
            left: pair.source_left.clone(),
            right: pair.source_right.clone(),
            shared_share: pair.shared_share,
        });
        let discounts = model.discounts.iter().map(|(source, discounts)| {
            let by_level = EQUALITY_LEVELS.into_iter().zip(*discounts);
            (source.clone(), by_level.collect())
        });
        Self {
            format_version: FORMAT_VERSION,
            block_pair_limit,
            name: NameParameters {
                imitation_share: model.imitation_share,
                m: NameLevel::ALL.into_iter().zip(model.name_m).collect(),
            },
            contact: contact.collect(),
            rarity: EQUALITY_LEVELS.into_iter().zip(model.backoffs).collect(),
            discount: discounts.collect(),
            resemblance: RESEMBLANCE_LEVELS
                .into_iter()
                .zip(model.resemblances)
                .collect(),
            language_model,
            prior: PriorParameters {
                shared_share_mean: model.shared_share_mean,
                source_pairs: shares.collect(),
            },
            unseen: model.unseen,
            profile: None,
            behaviour: None,
            calibration: (model.calibration.pair_count > 0).then(|| model.calibration.clone()),
        }
    }

    /// The same with another calibration, where one is given.
    pub(crate) fn calibrated_by(mut self, calibration: Option<&Calibration>) -> Self {
        if let Some(calibration) = calibration {
            self.calibration = Some(calibration.clone());
        }
        self
    }

    /// The same with another limit of pairs that a key may give.
    pub(crate) fn blocking_at(mut self, pair_limit: u64) -> Self {
        self.block_pair_limit = pair_limit;
        self
    }

    /// The same, counting behaviour where it does not yet and a way to do so is given.
    pub(crate) fn counting(mut self, behaviour: Option<&BehaviourParameters>) -> Self {
        if self.behaviour.is_none() {
            self.behaviour = behaviour.cloned();
        }
        self
    }

    /// Reads and checks a file's text.
    ///
    /// # Errors
    /// Text that is not a model, and parameters outside their range.
    pub fn parse(text: &str) -> Result<Self, ModelFileError> {
        let file: Self =
            toml::from_str(text).map_err(|error| ModelFileError::Form(error.to_string()))?;
        file.check()?;
        Ok(file)
    }

    fn check(&self) -> Result<(), ModelFileError> {
        if self.format_version != FORMAT_VERSION {
            return Err(out_of_range(
                "format_version",
                self.format_version,
                "this program reads version 1",
            ));
        }
        for level in NameLevel::ALL {
            let parameter = format!("name.m.{}", level.as_str());
            check_share(&parameter, self.name.m.get(&level).copied())?;
        }
        let sum: f64 = self.name.m.values().sum();
        if (sum - 1.0).abs() > 1e-6 {
            return Err(out_of_range("the sum of name.m", sum, "it must be 1"));
        }
        for strength in STRENGTHS {
            let found = self.contact.get(&strength);
            check_share(
                &format!("contact.{strength:?}.m"),
                found.map(|found| found.m),
            )?;
        }
        for level in EQUALITY_LEVELS {
            if !self.rarity.contains_key(&level) {
                return Err(out_of_range(
                    &format!("rarity.{level:?}"),
                    "missing",
                    "give it",
                ));
            }
        }
        for (source, by_level) in &self.discount {
            for (level, &discount) in by_level {
                if !(0.0..1.0).contains(&discount) {
                    let parameter = format!("discount.{source}.{level:?}");
                    let expected = "it must be at least 0 and less than 1";
                    return Err(out_of_range(&parameter, discount, expected));
                }
            }
        }
        check_share(
            "prior.shared_share_mean",
            Some(self.prior.shared_share_mean),
        )?;
        for pair in &self.prior.source_pairs {
            let parameter = format!("shared_share of {} and {}", pair.left, pair.right);
            check_share(&parameter, Some(pair.shared_share))?;
        }
        if let Some(UnseenPairs { share, .. }) = self.unseen
            && !(0.0..1.0).contains(&share)
        {
            let expected = "it must be at least 0 and less than 1";
            return Err(out_of_range("unseen.share", share, expected));
        }
        if let Some(profile) = &self.profile {
            profile.check()?;
        }
        self.behaviour
            .as_ref()
            .map_or(Ok(()), BehaviourParameters::check)
    }

    /// The file's text; equal models have equal texts.
    pub fn to_toml(&self) -> String {
        // Every field is a number, a text or a table of them, which TOML can hold.
        let body = toml::to_string(self).unwrap_or_default();
        format!("{HEADING}{body}")
    }

    /// What identifies the model: 128 bits of the BLAKE3 hash of its text, in hexadecimal digits.
    pub fn id(&self) -> String {
        blake3::hash(self.to_toml().as_bytes()).to_hex()[..32].to_owned()
    }

    /// The share of a pair of sources, given in order of their names.
    pub(crate) fn shared_share(&self, left: &str, right: &str) -> f64 {
        let named = self.prior.source_pairs.iter();
        named
            .filter(|pair| pair.left == left && pair.right == right)
            .map(|pair| pair.shared_share)
            .next()
            .unwrap_or(self.prior.shared_share_mean)
    }

    /// How common names are.
    pub(crate) fn rarity(&self) -> Rarity {
        let backoffs = EQUALITY_LEVELS.map(|level| self.rarity[&level]);
        let discounts = self.discount.iter().map(|(source, by_level)| {
            let of = |place: usize| by_level.get(&EQUALITY_LEVELS[place]).copied();
            let discounts = [0, 1, 2, 3].map(|place| of(place).unwrap_or(backoffs[place].discount));
            (source.clone(), discounts)
        });
        Rarity {
            discounts: discounts.collect(),
            backoffs,
            resemblances: RESEMBLANCE_LEVELS.map(|level| self.resemblance[&level]),
        }
    }

    /// Contact parameters: claimed, mentioned, quoted.
    pub(crate) fn contacts(&self) -> [ContactParameters; STRENGTH_COUNT] {
        STRENGTHS.map(|strength| self.contact[&strength])
    }

    /// Probabilities of the name levels: written to none.
    pub(crate) fn name_m(&self) -> [f64; LEVEL_COUNT] {
        let mut m = [0.0; LEVEL_COUNT];
        for (position, level) in NameLevel::ALL.iter().enumerate() {
            m[position] = self.name.m[level];
        }
        m
    }

    /// Every parameter that differs, with the values of both files.
    pub fn differences(&self, other: &Self) -> Vec<Difference> {
        let (ours, theirs) = (self.flat(), other.flat());
        let names: std::collections::BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
        names
            .into_iter()
            .filter(|name| ours.get(*name) != theirs.get(*name))
            .map(|name| Difference {
                parameter: name.clone(),
                left: ours.get(name).cloned(),
                right: theirs.get(name).cloned(),
            })
            .collect()
    }

    fn flat(&self) -> BTreeMap<String, String> {
        let mut flat = BTreeMap::new();
        if let Ok(table) = toml::Table::try_from(self) {
            flatten("", &toml::Value::Table(table), &mut flat);
        }
        flat
    }
}

fn flatten(name: &str, value: &toml::Value, flat: &mut BTreeMap<String, String>) {
    let below = |key: &str| match name {
        "" => key.to_owned(),
        _ => format!("{name}.{key}"),
    };
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                flatten(&below(key), value, flat);
            }
        }
        toml::Value::Array(rows) if rows.iter().all(toml::Value::is_table) => {
            for row in rows {
                let text = |key: &str| row.get(key).and_then(toml::Value::as_str).unwrap_or("");
                let key = format!("{} and {}", text("left"), text("right"));
                let share = row.get("shared_share").map(ToString::to_string);
                flat.insert(below(&key), share.unwrap_or_default());
            }
        }
        plain => {
            flat.insert(name.to_owned(), plain.to_string());
        }
    }
}

/// A parameter that two models have differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The parameter, with its section.
    pub parameter: String,
    /// Its value in the first model; `None` where that has none.
    pub left: Option<String>,
    /// Its value in the second.
    pub right: Option<String>,
}

fn check_share(parameter: &str, value: Option<f64>) -> Result<(), ModelFileError> {
    match value {
        None => Err(out_of_range(
            parameter,
            "missing",
            "give a number between 0 and 1",
        )),
        Some(value) if value > 0.0 && value < 1.0 => Ok(()),
        Some(value) => Err(out_of_range(
            parameter,
            value,
            "it must lie between 0 and 1, neither included: nothing is impossible or certain",
        )),
    }
}

pub(crate) fn out_of_range(
    parameter: &str,
    value: impl fmt::Display,
    expected: &'static str,
) -> ModelFileError {
    ModelFileError::Range {
        parameter: parameter.to_lowercase(),
        value: value.to_string(),
        expected,
    }
}
