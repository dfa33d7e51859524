//! Target sources kept, gained and lost between two studies.

use entangle_model::study::{StudyResult, TargetSource};

use super::{ComparedSource, SourceChange};

/// The sources of the first study in its order, then those of the second only.
pub fn compared_sources(first: &StudyResult, second: &StudyResult) -> Vec<ComparedSource> {
    let of = |result: &'_ StudyResult, name: &str| -> Option<TargetSource> {
        let targets = result.targets.iter();
        targets.clone().find(|one| one.source == name).cloned()
    };
    let names = first.targets.iter().map(|target| &target.source);
    let gained = second
        .targets
        .iter()
        .map(|target| &target.source)
        .filter(|name| of(first, name).is_none());
    names
        .chain(gained)
        .map(|name| compared_source(name, of(first, name), of(second, name)))
        .collect()
}

fn compared_source(
    name: &str,
    first: Option<TargetSource>,
    second: Option<TargetSource>,
) -> ComparedSource {
    ComparedSource {
        source: name.to_owned(),
        change: match (&first, &second) {
            (Some(_), Some(_)) => SourceChange::Kept,
            (None, _) => SourceChange::Gained,
            (Some(_), None) => SourceChange::Lost,
        },
        first_account_count: first.as_ref().map(|target| target.account_count),
        second_account_count: second.as_ref().map(|target| target.account_count),
        first_post_count: first.map(|target| target.post_count),
        second_post_count: second.map(|target| target.post_count),
    }
}
