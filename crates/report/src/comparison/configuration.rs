//! What two studies asked differently.

use entangle_model::study::StudyResult;

use super::ConfigurationDifference;
use crate::number::{count, fixed};

/// Settings of the result that differ, then lines of the study files that only one has.
pub fn differences(first: &StudyResult, second: &StudyResult) -> Vec<ConfigurationDifference> {
    let (settings, others) = (settings(first), settings(second));
    let mut differences: Vec<ConfigurationDifference> = settings
        .into_iter()
        .zip(others)
        .filter(|(one, other)| one.1 != other.1)
        .map(|((setting, one), (_, other))| ConfigurationDifference {
            setting: setting.to_owned(),
            first: Some(one),
            second: Some(other),
        })
        .collect();
    differences.extend(line_differences(
        &first.about.configuration,
        &second.about.configuration,
    ));
    differences
}

fn settings(result: &StudyResult) -> Vec<(&'static str, String)> {
    let about = &result.about;
    let population = &result.population;
    vec![
        ("public source", about.public_source.clone()),
        ("rule of the population", population.rule.clone()),
        ("snapshot", about.snapshot.to_string()),
        ("version of the program", about.program_version.clone()),
        ("seed", about.seed.to_string()),
        (
            "link from a match probability of",
            fixed(about.link_threshold_probability, 3),
        ),
        (
            "margin of surprisal, bits",
            fixed(about.surprisal_margin_bits, 2),
        ),
        ("counts withheld below", count(about.suppress_below_count)),
        (
            "margin of equivalence",
            fixed(result.behaviour.equivalence_margin, 3),
        ),
    ]
}

/// Lines that one study file has and the other has not; comments and blank lines do not count.
fn line_differences(first: &str, second: &str) -> Vec<ConfigurationDifference> {
    let (lines, others) = (settings_lines(first), settings_lines(second));
    let only = |these: &[&str], those: &[&str]| -> Vec<String> {
        let only = these.iter().filter(|line| !those.contains(line));
        only.map(|line| (*line).to_owned()).collect()
    };
    let line = |first, second| ConfigurationDifference {
        setting: "line of the study file".to_owned(),
        first,
        second,
    };
    let lost = only(&lines, &others).into_iter();
    let gained = only(&others, &lines).into_iter();
    lost.map(|text| line(Some(text), None))
        .chain(gained.map(|text| line(None, Some(text))))
        .collect()
}

fn settings_lines(text: &str) -> Vec<&str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}
