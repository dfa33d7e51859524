//! `entangle study code`.

use entangle_engine::coding::{
    CodingDraw, CodingFiles, WrittenCodingScore, score_coding, write_coding_sample,
};
use entangle_engine::{EngineError, Progress};
use entangle_model::Estimate;
use serde_json::json;

use super::open;
use crate::arguments::{CodeCommand, Global};
use crate::output::{Output, count, decimal, table};

pub async fn run(
    global: &Global,
    output: &Output,
    command: CodeCommand,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    let workspace = open(global).await?;
    match command {
        CodeCommand::Draw {
            study,
            out,
            count: post_count,
            seed,
            reason,
        } => {
            let draw = CodingDraw {
                count: post_count,
                seed,
                reason,
            };
            let snapshot = global.snapshot;
            let written =
                write_coding_sample(&workspace, snapshot, &study, &out, &draw, progress).await?;
            output.show(
                || json!({ "codes": written.codes, "key": written.key, "posts": written.post_count, "population_posts": written.population_post_count, "strata": written.stratum_count, "snapshot": written.snapshot }),
                || {
                    format!(
                        "{} of {} posts, from {} strata of label and author, are in {}\nthe key is in {}: it holds the labels, do not show it to coders\nwrite sell, buy, hire, seek_work or none into the column code, then run `entangle study code score`",
                        count(written.post_count),
                        count(written.population_post_count),
                        count(written.stratum_count),
                        written.codes.display(),
                        written.key.display()
                    )
                },
            );
        }
        CodeCommand::Score {
            key,
            first,
            second,
            resolved,
            out,
        } => {
            let files = CodingFiles {
                key,
                first,
                second,
                resolved,
            };
            let written = score_coding(&workspace, &files, &out, progress).await?;
            output.show(
                || json!({ "document": written.document, "open": written.open_count, "score": written.score }),
                || text(&written),
            );
        }
    }
    Ok(())
}

/// Agreement, errors over all languages, and corrected shares.
fn text(written: &WrittenCodingScore) -> String {
    let score = &written.score;
    let mut text = String::new();
    if let Some(agreement) = &score.agreement {
        let rows: Vec<Vec<String>> = [
            ("agreement", &agreement.observed),
            ("Cohen's kappa", &agreement.kappa),
            ("Krippendorff's alpha", &agreement.alpha),
        ]
        .map(|(name, estimate)| row(&[name], &[estimate]))
        .into();
        text.push_str(&table(&["two coders", "value", "low", "high", "n"], &rows));
        text.push('\n');
    }
    let errors: Vec<Vec<String>> = score
        .errors
        .iter()
        .filter(|error| error.language == "all")
        .map(|error| row(&[&error.class], &[&error.precision, &error.recall]))
        .collect();
    let header = [
        "label",
        "precision",
        "low",
        "high",
        "n",
        "recall",
        "low",
        "high",
        "n",
    ];
    text.push_str(&table(&header, &errors));
    text.push('\n');
    let shares: Vec<Vec<String>> = score
        .shares
        .iter()
        .map(|share| {
            let mut cells = row(&[&share.class, &share.group], &[&share.corrected_share]);
            cells.insert(2, decimal(share.labelled_share.value, 4));
            cells
        })
        .collect();
    let header = [
        "share of posts",
        "group",
        "by rules",
        "corrected",
        "low",
        "high",
        "n",
    ];
    text.push_str(&table(&header, &shares));
    format!(
        "{text}\n{}\n{} drawn posts have no code\nscore: {}\n",
        score.codes,
        count(written.open_count),
        written.document.display()
    )
}

fn row(names: &[&str], estimates: &[&Estimate]) -> Vec<String> {
    let names = names.iter().map(|name| (*name).to_owned());
    let numbers = estimates.iter().flat_map(|estimate| {
        let ends = [estimate.value, estimate.low, estimate.high];
        let numbers = ends.into_iter().map(|number| decimal(number, 4));
        numbers.chain([estimate.n.to_string()])
    });
    names.chain(numbers).collect()
}
