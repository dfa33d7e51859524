//! What the report says, section by section, in the order of reading.
//!
//! Numbers come ready from `crate::number`, sentences from `crate::findings`, tables from
//! `crate::study_tables`, drawings from `crate::figure`. How a section looks is the business of
//! `crate::page` and `crate::markdown`.

mod behaviour;
mod glossary;
mod methods;
mod network;
mod offers;
mod overview;
mod participation;
mod prevalence;
mod provenance;
mod references;

use entangle_model::study::StudyResult;

use crate::document::{Block, Section};
pub use methods::{MethodsPart, methods};
pub use overview::{Front, front};

/// Every section of the report.
pub fn study_sections(result: &StudyResult) -> Vec<Section> {
    let section = |id, title, blocks| Section { id, title, blocks };
    vec![
        section("findings", "In plain words", overview::findings(result)),
        section(
            "population",
            "What was studied",
            overview::population(result),
        ),
        section("prevalence", "Prevalence", prevalence::prevalence()),
        section(
            "subgroups",
            "Among whom, and how sure",
            prevalence::subgroups(result),
        ),
        section("chance", "What chance gives", prevalence::nulls()),
        section("targets", "Target sources", participation::targets(result)),
        section(
            "strength",
            "Strength of participation",
            participation::strength(result),
        ),
        section(
            "order",
            "Which side came first",
            participation::order(result),
        ),
        section(
            "migration",
            "When a target source falls silent",
            participation::migration(result),
        ),
        section(
            "behaviour",
            "Behaviour on the public source",
            behaviour::behaviour(result),
        ),
        section(
            "vocabulary",
            "Words on the public source",
            behaviour::vocabulary(result),
        ),
        section("offers", "Offers and requests", offers::offers(result)),
        section(
            "network",
            "Who answers whom on the public source",
            network::network(result),
        ),
        section(
            "original",
            "Beside the study that opened the field",
            prevalence::original_study(),
        ),
        section("methods", "Methods", method_blocks(result)),
        section("coverage", "Coverage", provenance::coverage()),
        section(
            "power",
            "What the design could have found",
            provenance::design_power(result),
        ),
        section("limits", "Limits", vec![Block::Table("limits")]),
        section("making", "How this was made", provenance::making(result)),
        section("words", "Words used", glossary::glossary()),
    ]
}

/// The methods as blocks below the heading of their section.
fn method_blocks(result: &StudyResult) -> Vec<Block> {
    let parts = methods(result).into_iter();
    parts
        .flat_map(|part| {
            let heading = Block::Heading(part.title.to_owned());
            std::iter::once(heading).chain(part.blocks)
        })
        .collect()
}
