//! `entangle bench validation`.

use std::path::PathBuf;

use entangle_engine::validation::{
    Rate, SETTINGS, ValidatedBehaviour, ValidatedSetting, validate, validated_settings,
};
use entangle_engine::{EngineError, Progress};
use serde_json::json;

use crate::output::Output;

/// What is asked for.
pub struct Run {
    /// Worlds of each setting.
    pub world_count: u64,
    /// Posts of a world, about.
    pub post_count: u64,
    /// Seed of the first world.
    pub first_seed: u64,
    /// Where the worlds are kept.
    pub records: PathBuf,
    /// The page.
    pub out: PathBuf,
}

/// The margin of the studies, that of the study file's template.
const MARGIN: f64 = 0.147;

pub async fn run(
    output: &Output,
    run: &Run,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    let (count, seed, posts) = (run.world_count, run.first_seed, run.post_count);
    let worlds = validate(&run.records, count, seed, posts, progress).await?;
    let asked = seed..seed + count * SETTINGS.len() as u64;
    let of_run: Vec<_> = worlds
        .into_iter()
        .filter(|world| world.post_count == posts && asked.contains(&world.seed))
        .collect();
    let settings = validated_settings(&of_run, MARGIN);
    std::fs::write(&run.out, page(run, &settings)).map_err(|source| EngineError::File {
        action: "write",
        path: run.out.clone(),
        source,
    })?;
    output.show(
        || json!({ "page": run.out, "worlds": of_run.len() }),
        || format!("{} worlds, written to {}", of_run.len(), run.out.display()),
    );
    Ok(())
}

/// The page, Markdown.
fn page(run: &Run, settings: &[ValidatedSetting]) -> String {
    let Run {
        world_count,
        post_count,
        first_seed,
        ..
    } = run;
    format!(
        "# Validation: is what a study states true?\n\n\
         Made by one command; do not edit.\n\n\
         ```console\n\
         $ entangle bench validation --worlds {world_count} --scale {post_count} --seed {first_seed} \\\n    \
         --records RECORDS.jsonl --out docs/validation.md\n\
         ```\n\n\
         {INTRODUCTION}\n\n## Settings\n\n{settings_table}\n## Prevalence\n\n{PREVALENCE}\n\n{forms}\n\
         ## Behaviour\n\n{BEHAVIOUR}\n\n{behaviour}",
        settings_table = settings_table(settings),
        forms = forms_table(settings),
        behaviour = behaviour_table(settings),
    )
}

const INTRODUCTION: &str = "\
Each world is simulated, imported from its dumps, linked and studied with the study file that `study init` writes; nothing
that is planted is told to any stage. Everybody is a crossover user with the probability of the setting, so that the share
realised in a world varies as it does in a sample. Every rate carries a 95 % Wilson interval over worlds, or over tests where
it counts tests (tests of one world are not independent, so those intervals are somewhat too narrow).";

const PREVALENCE: &str = "\
*Coverage* is the share of worlds whose 95 % interval holds the mean of the shares realised in the worlds of the setting, of
those worlds that give the form an interval; wanted is .93 to .97. *Bias* is the mean difference between the estimate and the share realised in the same
world, percentage points. *Expected, with unseen* estimates the share; *expected* counts the links that are seen and is too low by those
that show no trace, about a quarter in these worlds. *Strict* counts what a name or contact makes all but sure and *equal names* is the rule of most
earlier work; neither claims to estimate the share, and their coverage shows what comes of taking them so. The truth of *missing targets* is the share on the targets
that the study has: no method sees what is not there.";

const BEHAVIOUR: &str = "\
Of the features that the study compares between matched groups. *False \"different\"*: features called distinguishable, of
those in which the worlds of the setting differ by less than a tenth of the margin in the mean. *Any*: worlds in which at
least one feature was called distinguishable. *False \"equivalent\"*: features called equivalent, of those whose mean Cliff's delta over the worlds
lies outside the margin of .147. *Found*: those of them called distinguishable. The mean over worlds stands for the truth; crossover users are those
that the linkage finds, so it is drawn to zero by wrong links as any estimate is. *AUC* is that of the classifier two-sample test, *p < .05* how often it says
that the groups can be told apart.";

fn settings_table(settings: &[ValidatedSetting]) -> String {
    let mut text =
        "| setting | what is special | worlds | share, % |\n|---|---|--:|--:|\n".to_owned();
    for setting in settings {
        text += &format!(
            "| {} | {} | {} | {:.2} |\n",
            setting.name,
            setting.about,
            setting.world_count,
            100.0 * setting.truth
        );
    }
    text
}

fn forms_table(settings: &[ValidatedSetting]) -> String {
    let mut text = "| setting | form | coverage | bias, points | root mean squared error, points | mean width, points |\n|---|---|---|--:|--:|--:|\n".to_owned();
    for setting in settings {
        for form in &setting.forms {
            text += &format!(
                "| {} | {} | {} | {} | {} | {} |\n",
                setting.name,
                form.form,
                rate(&form.coverage),
                points(form.bias, true),
                points(form.root_mean_squared_error, false),
                points(form.mean_width, false),
            );
        }
    }
    text
}

fn behaviour_table(settings: &[ValidatedSetting]) -> String {
    let mut text = "| setting | false \"different\" | any | false \"equivalent\" | found | equivalent, of those inside the margin | mean AUC | p < .05 | features outside the margin |\n|---|---|---|---|---|---|--:|---|---|\n".to_owned();
    for setting in settings {
        let ValidatedBehaviour {
            any_distinguishable,
            distinguishable_without_effect,
            equivalent_despite_effect,
            distinguishable_with_effect,
            equivalent_inside,
            mean_auc,
            classifier_below_5_percent,
            outside_margin,
        } = &setting.behaviour;
        let outside: Vec<String> = outside_margin
            .iter()
            .map(|(feature, delta)| format!("`{feature}` {delta:+.2}"))
            .collect();
        text += &format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
            setting.name,
            rate(distinguishable_without_effect),
            rate(any_distinguishable),
            rate(equivalent_despite_effect),
            rate(distinguishable_with_effect),
            rate(equivalent_inside),
            mean_auc.map_or("–".to_owned(), |auc| format!("{auc:.3}")),
            rate(classifier_below_5_percent),
            outside.join(", "),
        );
    }
    text
}

/// Hits of trials, the share and its interval.
fn rate(rate: &Rate) -> String {
    match rate.share {
        None => "–".to_owned(),
        Some(share) => format!(
            "{:.3} [{:.3}, {:.3}], {} of {}",
            share.value, share.low, share.high, rate.hits, rate.trials
        ),
    }
}

fn points(share: Option<f64>, is_signed: bool) -> String {
    match share {
        None => "–".to_owned(),
        Some(share) if is_signed => format!("{:+.2}", 100.0 * share),
        Some(share) => format!("{:.2}", 100.0 * share),
    }
}
