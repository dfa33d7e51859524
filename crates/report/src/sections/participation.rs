//! Where, how strongly and since when crossover users take part.

use entangle_model::study::StudyResult;

use crate::document::{Block, Text};
use crate::number::{Unit, estimate_interval, estimate_value, finite};
use crate::wording::{n_is, without_full_stop};

/// The target sources and what they have in common.
pub fn targets(result: &StudyResult) -> Vec<Block> {
    let mut blocks = vec![
        Block::Paragraph(Text::from(
            "An account may be linked to several target sources, so the rows do not add up to the \
             number of crossover users.",
        )),
        Block::Figure("targets"),
        Block::Table("targets"),
    ];
    if !result.target_groups.is_empty() {
        blocks.extend([
            Block::Heading("Groups of target sources".to_owned()),
            Block::Paragraph(Text::from(
                "The study file puts sources together under these names. An account counts once in \
                 a group, whatever number of its sources it is on; a source may be in several \
                 groups.",
            )),
            Block::Table("target_groups"),
        ]);
    }
    if !result.target_overlaps.is_empty() {
        blocks.extend([
            Block::Heading("What target sources have in common".to_owned()),
            Block::Paragraph(Text::from(
                "A crossover user of two target sources has a link to an account of each. Sources \
                 of one language, or of one trade, may share many; this is no finding about any \
                 account.",
            )),
            Block::Figure("target_overlap"),
            Block::Table("target_overlap"),
        ]);
    }
    blocks
}

/// Where those go who were active on a target source that fell silent.
pub fn migration(result: &StudyResult) -> Vec<Block> {
    let mut blocks = vec![Block::Paragraph(
        Text::new()
            .name(without_full_stop(&result.migration.design))
            .words("."),
    )];
    if !result.migration.silent_sources.is_empty() {
        blocks.extend([Block::Figure("migration"), Block::Table("migration")]);
    }
    blocks
}

/// How strongly crossover users take part.
pub fn strength(result: &StudyResult) -> Vec<Block> {
    let single = &result.strength.single_post_share;
    let mut text = Text::new().words(format!(
        "Share of crossover users with exactly one post on the target sources: {} (",
        estimate_value(Unit::Share, single)
    ));
    if finite(single.value).is_some() {
        if let Some(interval) = estimate_interval(Unit::Share, single) {
            text = text.words(format!("95\u{202F}% interval {interval}, "));
        }
        text = text.words(format!("{}; ", n_is(single.n)));
    }
    let text = text
        .name(without_full_stop(&single.method))
        .words("). Where participation is unequal, medians and quantiles say more than a mean.");
    vec![
        Block::Paragraph(text),
        Block::Table("strength"),
        Block::Figure("strength_lorenz"),
    ]
}

/// Which side came first, and when accounts cross.
pub fn order(result: &StudyResult) -> Vec<Block> {
    vec![
        Block::Table("order"),
        Block::Figure("order_lag"),
        Block::Heading("Time to the first post on a target source".to_owned()),
        Block::Paragraph(
            Text::new()
                .name(without_full_stop(&result.crossing.design))
                .words("."),
        ),
        Block::Figure("crossing_time"),
        Block::Heading("Posts before and after it".to_owned()),
        Block::Paragraph(
            Text::new()
                .name(without_full_stop(&result.crossing_activity.design))
                .words("."),
        ),
        Block::Figure("crossing_activity"),
        Block::Table("crossing_change"),
    ]
}
