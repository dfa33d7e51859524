//! `entangle review`.

use entangle_engine::EngineError;
use entangle_engine::disclosure::Disclosure;
use entangle_engine::review::{Review, ReviewedStratum, SampleRequest, score, write_sample};
use serde_json::{Value, json};

use super::open;
use crate::arguments::{Global, ReviewCommand};
use crate::output::{Output, count, decimal, table};

pub async fn run(
    global: &Global,
    output: &Output,
    command: ReviewCommand,
) -> Result<(), EngineError> {
    let workspace = open(global).await?;
    match command {
        ReviewCommand::Sample {
            out,
            per_stratum,
            seed,
            reveal,
        } => {
            let disclosure = Disclosure::from_flags(reveal.reveal, reveal.reason.as_deref())?;
            let request = SampleRequest {
                per_stratum_count: per_stratum,
                seed,
            };
            let written =
                write_sample(&workspace, global.snapshot, &request, &disclosure, &out).await?;
            output.show(
                || json!({ "file": written.path, "pairs": written.pair_count, "snapshot": written.snapshot }),
                || {
                    format!(
                        "{} links of snapshot {} are in {}\nwrite same, different or unsure into the column answer, then run `entangle review score`",
                        count(written.pair_count),
                        written.snapshot,
                        written.path.display()
                    )
                },
            );
        }
        ReviewCommand::Score { file } => {
            let review = score(&workspace, &file).await?;
            output.show(|| review_json(&review), || review_text(&review));
        }
    }
    Ok(())
}

fn review_json(review: &Review) -> Value {
    let strata: Vec<Value> = review
        .strata
        .iter()
        .map(|stratum| {
            json!({
                "from": stratum.from_probability,
                "to": stratum.to_probability,
                "links": stratum.link_count,
                "stated_mean": stratum.stated_mean,
                "same": stratum.same_count,
                "different": stratum.different_count,
                "unsure": stratum.unsure_count,
                "precision": stratum.precision,
            })
        })
        .collect();
    json!({
        "snapshot": review.snapshot,
        "strata": strata,
        "precision_from_90": review.precision_from_90,
        "open": review.open_count,
    })
}

fn review_text(review: &Review) -> String {
    let rows: Vec<Vec<String>> = review.strata.iter().map(stratum_row).collect();
    let header = [
        "stated",
        "links",
        "same",
        "different",
        "unsure",
        "mean stated",
        "precision",
        "95 % interval",
    ];
    let whole = match &review.precision_from_90 {
        Some(estimate) => format!(
            "links stated at .9 or more: precision {} ({}), n {}; {}",
            decimal(estimate.value, 3),
            interval(estimate.low, estimate.high),
            count(estimate.n),
            estimate.method
        ),
        None => "precision of all links stated at .9 or more: not given, a stratum has no answer"
            .to_owned(),
    };
    format!(
        "{}{whole}\n{} rows have no answer; snapshot {}\n",
        table(&header, &rows),
        count(review.open_count),
        review.snapshot
    )
}

fn stratum_row(stratum: &ReviewedStratum) -> Vec<String> {
    let precision = stratum.precision.as_ref();
    vec![
        format!(
            "{:.2}-{:.2}",
            stratum.from_probability, stratum.to_probability
        ),
        count(stratum.link_count),
        count(stratum.same_count),
        count(stratum.different_count),
        count(stratum.unsure_count),
        decimal(stratum.stated_mean, 3),
        decimal(precision.and_then(|estimate| estimate.value), 3),
        precision.map_or_else(
            || "-".to_owned(),
            |estimate| interval(estimate.low, estimate.high),
        ),
    ]
}

fn interval(low: Option<f64>, high: Option<f64>) -> String {
    format!("{} to {}", decimal(low, 3), decimal(high, 3))
}
