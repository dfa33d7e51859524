//! `entangle demo`.

use entangle_engine::demo::{Demo, demo};
use entangle_engine::world::Freelancer;
use entangle_engine::{EngineError, Progress};
use serde_json::json;

use super::simulate::world_options;
use super::{evaluate, import, study};
use crate::arguments::Demo as DemoArguments;
use crate::output::{Output, count};

pub async fn run(
    output: &Output,
    arguments: &DemoArguments,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    if arguments.out.exists() {
        return Err(EngineError::User(format!(
            "{} exists already\nhint: remove it, or choose another folder with --out",
            arguments.out.display()
        )));
    }
    let demo = demo(&arguments.out, &world_options(&arguments.world), progress).await?;
    output.show(
        || {
            json!({
                "planted_prevalence": demo.world.planted_prevalence,
                "prevalence": serde_json::to_value(&demo.study.result.prevalence).unwrap_or_default(),
                "imports": demo.imports.iter().map(import::summary_json).collect::<Vec<_>>(),
                "evaluation": evaluate::evaluation_json(&demo.evaluation),
                "workspace": demo.workspace.display().to_string(),
                "freelancers": demo.freelancers.iter().map(|found| json!({
                    "planted": found.freelancer,
                    "match_probability": found.match_probability,
                })).collect::<Vec<_>>(),
                "report": demo.study.report.display().to_string(),
            })
        },
        || text(&demo),
    );
    Ok(())
}

fn text(demo: &Demo) -> String {
    let mut text = format!(
        "1 simulate: {} posts by {} people, among them crossover users: {:.2} % of {} accounts of {}\n\n2 import\n",
        count(demo.world.post_count),
        count(demo.world.person_count),
        100.0 * demo.world.planted_prevalence,
        count(demo.world.population_count),
        demo.world.public_source,
    );
    for summary in &demo.imports {
        text += &import::summary_text(summary);
    }
    text += &format!(
        "\n3 link: {} links, {} personas; against the planted truth\n{}\n4 study\n{}",
        count(demo.links.link_count),
        count(demo.links.persona_count),
        evaluate::text(&demo.evaluation),
        study::text(&demo.study),
    );
    text += &format!("\n{}\n", verdict(demo));
    text += &freelancers_text(demo);
    text += &format!(
        "more: entangle --workspace {} status\n",
        demo.workspace.display()
    );
    text
}

/// The small case beside the large one: whom the chat names, and whether they were found.
fn freelancers_text(demo: &Demo) -> String {
    let public = &demo.world.public_source;
    let lines = demo.freelancers.iter().map(|found| {
        let Freelancer {
            public_name,
            chat_native_id,
            chat_source,
            ..
        } = &found.freelancer;
        let link = found.match_probability.map_or_else(
            || "not found".to_owned(),
            |probability| format!("possible link, probability {probability:.3}"),
        );
        format!("planted freelancer {public_name} of {public}, {chat_native_id} in {chat_source}: {link}\n")
    });
    lines.collect()
}

/// Whether the interval of the expected share with unseen links holds what was planted.
fn verdict(demo: &Demo) -> String {
    let expected = &demo.study.result.prevalence.expected_with_unseen;
    let planted = demo.world.planted_prevalence;
    match (expected.low, expected.high) {
        (Some(low), Some(high)) => format!(
            "planted {:.2} %, expected form with unseen links {:.2} to {:.2} %: {}",
            100.0 * planted,
            100.0 * low,
            100.0 * high,
            if (low..=high).contains(&planted) {
                "inside"
            } else {
                "outside"
            },
        ),
        _ => format!(
            "planted {:.2} %, and the study gives no interval: {}",
            100.0 * planted,
            expected.method
        ),
    }
}
