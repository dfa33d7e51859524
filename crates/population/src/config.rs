//! The study file: what a study asks, read from TOML and checked.
//!
//! Not for what the workspace holds: whether the named sources exist is found out when the study
//! is run.

use datafusion::arrow::compute::kernels::cast_utils::string_to_timestamp_nanos;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::error::StudyConfigError;

/// What a study asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyConfig {
    /// Title of the study.
    pub title: String,
    /// The public source whose accounts are the population.
    pub public_source: String,
    /// The sources in which participation is looked for, in the order of the report.
    pub targets: Vec<String>,
    /// First day or instant of the window on the public source, RFC 3339; open when absent.
    #[serde(default)]
    pub window_start: Option<String>,
    /// First day or instant after the window, RFC 3339; open when absent.
    #[serde(default)]
    pub window_end: Option<String>,
    /// Posts in the window that an account must have to be counted.
    #[serde(default = "defaults::minimum_post_count")]
    pub minimum_post_count: u64,
    /// Leave out accounts under which a program is known to post.
    #[serde(default = "defaults::exclude_bots")]
    pub exclude_bots: bool,
    /// Leave out accounts known to moderate or administer the source.
    #[serde(default)]
    pub exclude_staff: bool,
    /// Leave out accounts known to be banned.
    #[serde(default)]
    pub exclude_banned: bool,
    /// Match probability from which a pair is called a link.
    #[serde(default = "defaults::link_threshold_probability")]
    pub link_threshold_probability: f64,
    /// Bits by which a name's surprisal must exceed log2 of the target's account count.
    #[serde(default = "defaults::surprisal_margin_bits")]
    pub surprisal_margin_bits: f64,
    /// Standard deviation of the error of the calibration, in bits of log odds common to all
    /// pairs; widens the intervals of everything expected.
    #[serde(default = "defaults::calibration_sd_bits")]
    pub calibration_sd_bits: f64,
    /// Margin of equivalence for the absolute value of Cliff's delta.
    #[serde(default = "defaults::equivalence_margin")]
    pub equivalence_margin: f64,
    /// Seed of every random step.
    #[serde(default = "defaults::seed")]
    pub seed: u64,
    /// Counts of crossover users below this, other than zero, are not shown.
    #[serde(default = "defaults::suppress_below_count")]
    pub suppress_below_count: u64,
    /// Replicates of each bootstrap.
    #[serde(default = "defaults::bootstrap_count")]
    pub bootstrap_count: u64,
    /// Permutations of the classifier test.
    #[serde(default = "defaults::permutation_count")]
    pub permutation_count: u64,
    /// Topics sought per language; none are where it is zero.
    #[serde(default = "defaults::topic_count")]
    pub topic_count: u64,
    /// Target sources put together under a name; a source may be in several groups.
    #[serde(default)]
    pub target_groups: BTreeMap<String, Vec<String>>,
    /// The study file as it was read.
    #[serde(skip)]
    pub configuration: String,
}

mod defaults {
    pub(super) fn minimum_post_count() -> u64 {
        1
    }
    pub(super) fn exclude_bots() -> bool {
        true
    }
    /// Of links at .9 and above at most one in ten is expected to be wrong, and mostly far fewer.
    pub(super) fn link_threshold_probability() -> f64 {
        0.9
    }
    /// Ten bits leave about one chance collision in a thousand names.
    pub(super) fn surprisal_margin_bits() -> f64 {
        10.0
    }
    pub(super) fn calibration_sd_bits() -> f64 {
        0.5
    }
    /// The border of a negligible difference after Romano and others (2006).
    pub(super) fn equivalence_margin() -> f64 {
        0.147
    }
    pub(super) fn seed() -> u64 {
        1
    }
    pub(super) fn suppress_below_count() -> u64 {
        5
    }
    pub(super) fn bootstrap_count() -> u64 {
        1000
    }
    pub(super) fn permutation_count() -> u64 {
        200
    }
    pub(super) fn topic_count() -> u64 {
        12
    }
}

/// More topics are no longer read by anybody, and take long to find.
const TOPIC_COUNT_MAX: u64 = 100;

impl StudyConfig {
    /// Reads and checks a study file.
    ///
    /// # Errors
    ///
    /// Where the text is not TOML, where a key is unknown or missing, and where a value makes no
    /// sense; the message says what to write instead.
    pub fn parse(text: &str) -> Result<Self, StudyConfigError> {
        let mut config: Self = toml::from_str(text)?;
        text.clone_into(&mut config.configuration);
        config.check_sources()?;
        config.check_target_groups()?;
        config.check_window()?;
        config.check_numbers()?;
        Ok(config)
    }

    /// Start of the window, microseconds since 1970; `None` when open.
    pub(crate) fn window_start_us(&self) -> Option<i64> {
        self.window_start.as_deref().and_then(instant_us)
    }

    /// End of the window, exclusive, microseconds since 1970; `None` when open.
    pub(crate) fn window_end_us(&self) -> Option<i64> {
        self.window_end.as_deref().and_then(instant_us)
    }

    /// The window in words.
    pub(crate) fn window_in_words(&self) -> String {
        match (&self.window_start, &self.window_end) {
            (None, None) => "at any time".to_owned(),
            (Some(start), None) => format!("from {start} on"),
            (None, Some(end)) => format!("before {end}"),
            (Some(start), Some(end)) => format!("from {start} until before {end}"),
        }
    }

    fn check_sources(&self) -> Result<(), StudyConfigError> {
        let is_repeated =
            |name: &String| self.targets.iter().filter(|other| *other == name).count() > 1;
        let problem = if self.targets.is_empty() {
            "names no source"
        } else if self.targets.contains(&self.public_source) {
            "holds the public source itself"
        } else if self.targets.iter().any(is_repeated) {
            "names a source twice"
        } else {
            return Ok(());
        };
        Err(StudyConfigError::Value {
            key: "targets",
            value: format!("{:?}", self.targets),
            problem,
            hint: "list each source in which participation is looked for once, without the public source",
        })
    }

    fn check_target_groups(&self) -> Result<(), StudyConfigError> {
        for (name, sources) in &self.target_groups {
            let is_repeated =
                |source: &String| sources.iter().filter(|one| *one == source).count() > 1;
            let problem = if name.trim().is_empty() {
                "names a group with nothing"
            } else if sources.is_empty() {
                "names no source"
            } else if !sources.iter().all(|source| self.targets.contains(source)) {
                "names a source that is not a target"
            } else if sources.iter().any(is_repeated) {
                "names a source twice"
            } else {
                continue;
            };
            return Err(StudyConfigError::Value {
                key: "target_groups",
                value: format!("{{ {name:?} = {sources:?} }}"),
                problem,
                hint: "give each group a name and one target or more, each once, such as \
                       market = [\"bazaar\"]; a target may be in several groups",
            });
        }
        Ok(())
    }

    fn check_window(&self) -> Result<(), StudyConfigError> {
        let hint = "write a day or an instant in quotes, such as \"2015-01-31\" or \"2015-01-31T12:00:00Z\", the start before the end";
        for (key, value) in [
            ("window_start", &self.window_start),
            ("window_end", &self.window_end),
        ] {
            if let Some(text) = value.as_ref().filter(|text| instant_us(text).is_none()) {
                return Err(StudyConfigError::Value {
                    key,
                    value: format!("{text:?}"),
                    problem: "is not an instant",
                    hint,
                });
            }
        }
        match (self.window_start_us(), self.window_end_us()) {
            (Some(start), Some(end)) if start >= end => Err(StudyConfigError::Value {
                key: "window_end",
                value: format!("{:?}", self.window_end),
                problem: "is not after window_start",
                hint,
            }),
            _ => Ok(()),
        }
    }

    fn check_numbers(&self) -> Result<(), StudyConfigError> {
        let rules = [
            (
                "link_threshold_probability",
                self.link_threshold_probability,
                0.0 < self.link_threshold_probability && self.link_threshold_probability < 1.0,
                "write a number between 0 and 1, such as 0.9",
            ),
            (
                "surprisal_margin_bits",
                self.surprisal_margin_bits,
                (0.0..=1000.0).contains(&self.surprisal_margin_bits),
                "write a number of bits from 0, such as 10",
            ),
            (
                "calibration_sd_bits",
                self.calibration_sd_bits,
                (0.0..=20.0).contains(&self.calibration_sd_bits),
                "write a number of bits from 0 to 20, such as 0.5",
            ),
            (
                "equivalence_margin",
                self.equivalence_margin,
                0.0 < self.equivalence_margin && self.equivalence_margin < 1.0,
                "write a number between 0 and 1, such as 0.147",
            ),
            (
                "bootstrap_count",
                self.bootstrap_count as f64,
                (1..=100_000).contains(&self.bootstrap_count),
                "write a whole number from 1 to 100000, such as 1000",
            ),
            (
                "permutation_count",
                self.permutation_count as f64,
                (1..=100_000).contains(&self.permutation_count),
                "write a whole number from 1 to 100000, such as 200",
            ),
            (
                "topic_count",
                self.topic_count as f64,
                self.topic_count <= TOPIC_COUNT_MAX,
                "write a whole number from 0 to 100, such as 12; 0 seeks no topics",
            ),
        ];
        match rules.into_iter().find(|(_, _, is_allowed, _)| !is_allowed) {
            None => Ok(()),
            Some((key, value, _, hint)) => Err(StudyConfigError::Value {
                key,
                value: value.to_string(),
                problem: "is outside its range",
                hint,
            }),
        }
    }
}

/// Microseconds since 1970 of a day or an instant; without a zone it is UTC.
fn instant_us(text: &str) -> Option<i64> {
    let nanoseconds = string_to_timestamp_nanos(text).ok()?;
    Some(nanoseconds.div_euclid(1000))
}

/// A study file in which every key stands with its default and an explanation.
pub fn commented_template(title: &str, public_source: &str, targets: &[String]) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let targets: Vec<String> = targets.iter().map(|target| quoted(target)).collect();
    format!(
        include_str!("template.toml"),
        title = quoted(title),
        public_source = quoted(public_source),
        targets = targets.join(", "),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    const LEAST: &str = "title = \"T\"\npublic_source = \"public\"\ntargets = [\"shade\"]\n";

    fn error_of(extra: &str) -> String {
        let text = format!("{LEAST}{extra}");
        StudyConfig::parse(&text).unwrap_err().to_string()
    }

    #[test]
    fn template_states_the_defaults() {
        let text = commented_template("T", "public", &["shade".to_owned()]);
        let from_template = StudyConfig::parse(&text).unwrap();
        let from_least = StudyConfig::parse(LEAST).unwrap();
        assert_eq!(from_template.configuration, text);
        let without_text = |config: StudyConfig| StudyConfig {
            configuration: String::new(),
            ..config
        };
        assert_eq!(without_text(from_template), without_text(from_least));
    }

    #[test]
    fn names_with_quotes_survive_the_template() {
        let text = commented_template("a \"b\" c", "p", &["x\\y".to_owned(), "z".to_owned()]);
        let config = StudyConfig::parse(&text).unwrap();
        assert_eq!(config.title, "a \"b\" c");
        assert_eq!(config.targets, ["x\\y", "z"]);
    }

    #[test]
    fn unknown_key_is_rejected_with_its_line() {
        expect![[r#"
            cannot read the study file: TOML parse error at line 4, column 1
              |
            4 | treshold = 1
              | ^^^^^^^^
            unknown field `treshold`, expected one of `title`, `public_source`, `targets`, `window_start`, `window_end`, `minimum_post_count`, `exclude_bots`, `exclude_staff`, `exclude_banned`, `link_threshold_probability`, `surprisal_margin_bits`, `calibration_sd_bits`, `equivalence_margin`, `seed`, `suppress_below_count`, `bootstrap_count`, `permutation_count`, `topic_count`, `target_groups`

            hint: `entangle study init` writes a study file in which every key is explained"#]]
        .assert_eq(&error_of("treshold = 1\n"));
    }

    #[test]
    fn values_outside_their_range_are_named() {
        expect![[r#"
            study file: link_threshold_probability = 90 is outside its range
            hint: write a number between 0 and 1, such as 0.9"#]]
        .assert_eq(&error_of("link_threshold_probability = 90.0\n"));
        expect![[r#"
            study file: window_start = "spring" is not an instant
            hint: write a day or an instant in quotes, such as "2015-01-31" or "2015-01-31T12:00:00Z", the start before the end"#]]
        .assert_eq(&error_of("window_start = \"spring\"\n"));
        assert!(
            error_of("window_start = \"2020-01-01\"\nwindow_end = \"2019-01-01\"\n")
                .contains("is not after window_start")
        );
    }

    #[test]
    fn public_source_among_the_targets_is_refused() {
        let text = LEAST.replace("\"shade\"", "\"public\"");
        let error = StudyConfig::parse(&text).unwrap_err().to_string();
        assert!(error.contains("holds the public source itself"), "{error}");
        let none = StudyConfig::parse(&LEAST.replace("\"shade\"", "")).unwrap_err();
        assert!(none.to_string().contains("names no source"));
    }

    #[test]
    fn groups_of_targets_are_checked() {
        let with_groups = |groups: &str| {
            let text = LEAST.replace("\"shade\"", "\"shade\", \"bazaar\"");
            StudyConfig::parse(&format!("{text}{groups}"))
        };
        let config =
            with_groups("[target_groups]\nmarket = [\"bazaar\"]\nall = [\"bazaar\", \"shade\"]\n");
        let groups = config.unwrap().target_groups;
        assert_eq!(groups.keys().collect::<Vec<_>>(), ["all", "market"]);
        let errors = [
            "market = [\"bazar\"]",
            "market = [\"bazaar\", \"bazaar\"]",
            "market = []",
            "\" \" = [\"bazaar\"]",
        ]
        .map(|group| {
            let error = with_groups(&format!("[target_groups]\n{group}\n")).unwrap_err();
            error.to_string()
        });
        expect![[r#"
            study file: target_groups = { "market" = ["bazar"] } names a source that is not a target
            hint: give each group a name and one target or more, each once, such as market = ["bazaar"]; a target may be in several groups
            study file: target_groups = { "market" = ["bazaar", "bazaar"] } names a source twice
            hint: give each group a name and one target or more, each once, such as market = ["bazaar"]; a target may be in several groups
            study file: target_groups = { "market" = [] } names no source
            hint: give each group a name and one target or more, each once, such as market = ["bazaar"]; a target may be in several groups
            study file: target_groups = { " " = ["bazaar"] } names a group with nothing
            hint: give each group a name and one target or more, each once, such as market = ["bazaar"]; a target may be in several groups"#]]
        .assert_eq(&errors.join("\n"));
    }

    #[test]
    fn days_are_read_as_midnight_utc() {
        assert_eq!(instant_us("1970-01-02"), Some(86_400_000_000));
        assert_eq!(instant_us("1970-01-01T01:00:00+01:00"), Some(0));
    }
}
