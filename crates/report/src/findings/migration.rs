//! Sentences on where people go when a target source falls silent.

use entangle_model::study::{Migration, SilentSource};

use super::in_words;
use crate::number::{Unit, count, finite};

/// One sentence per source that fell silent and is shown, of its crossover users.
pub(super) fn migration_sentences(migration: &Migration) -> Vec<String> {
    let sources = migration.silent_sources.iter();
    let of_users = sources.filter(|silent| silent.followed == "crossover_users");
    of_users.filter_map(source_sentence).collect()
}

/// Says where most post afterwards, and how many of them did before.
fn source_sentence(silent: &SilentSource) -> Option<String> {
    let places = silent.destinations.iter();
    let mut elsewhere: Vec<_> = places
        .filter(|place| place.kind == "target")
        .filter_map(|place| Some((finite(place.after_share.value)?, place)))
        .filter(|(share, _)| *share > 0.0)
        .collect();
    elsewhere.sort_by(|left, right| right.0.total_cmp(&left.0));
    let (_, most) = elsewhere.first()?;
    let before = match finite(most.before_share.value) {
        Some(_) => format!(", before it {}", in_words(Unit::Share, &most.before_share)),
        None => String::new(),
    };
    Some(format!(
        "Of {} strict crossover users who were active on {} before it fell silent, {} post on {} \
         afterwards{before}; why is not known.",
        count(silent.active.n),
        silent.source,
        in_words(Unit::Share, &most.after_share),
        most.source,
    ))
}
