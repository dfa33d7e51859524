//! `entangle simulate`.

use entangle_engine::world::{BehaviouralDifference, WorldKind, WorldOptions, simulate};
use entangle_engine::{EngineError, Progress};
use serde_json::json;

use crate::arguments::{self, Difference, Simulate, World};
use crate::output::{Output, count};

pub fn run(
    output: &Output,
    arguments: &Simulate,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    let summary = simulate(&arguments.out, &world_options(&arguments.world), progress)?;
    output.show(
        || {
            json!({
                "posts": summary.post_count,
                "people": summary.person_count,
                "population": summary.population_count,
                "planted_prevalence": summary.planted_prevalence,
            })
        },
        || {
            format!(
                "{} posts by {} people in {}; planted prevalence {:.2} % of {} accounts of {}",
                count(summary.post_count),
                count(summary.person_count),
                arguments.out.display(),
                100.0 * summary.planted_prevalence,
                count(summary.population_count),
                summary.public_source,
            )
        },
    );
    Ok(())
}

/// The world that the options describe.
pub fn world_options(world: &World) -> WorldOptions {
    let mut options = WorldOptions::new(world.seed, world.scale);
    options.kind = match world.kind {
        arguments::WorldKind::Usual => WorldKind::Usual,
        arguments::WorldKind::SeedOfField => WorldKind::SeedOfField,
    };
    options.crossover_share = world.crossover_share;
    options.style_strength = world.style;
    if let Some(mean) = world.posts_per_account {
        options.posts_per_account_mean = mean;
    }
    options.common_name_share = world.common_name_share;
    options.crossover_answer_preference = world.answer_preference;
    options.behavioural_difference = match world.difference {
        None => BehaviouralDifference::None,
        Some(Difference::Slight) => BehaviouralDifference::Slight,
        Some(Difference::Large) => BehaviouralDifference::Planted,
    };
    options
}
