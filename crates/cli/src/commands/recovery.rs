//! `entangle bench recovery`.

use entangle_engine::recovery::{
    Bounds, Quantity, RecoveredCalibration, RecoveredParameter, Recovery, recover_world,
};
use entangle_engine::{EngineError, Progress, ProgressUnit};
use serde_json::{Value, json};

use super::simulate::world_options;
use crate::arguments::World;
use crate::output::{Output, count, table};

pub async fn run(
    output: &Output,
    worlds: u64,
    world: &World,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    progress.stage("worlds", Some(worlds), ProgressUnit::Uncounted);
    let mut recovered = Vec::new();
    for number in 0..worlds {
        let mut options = world_options(world);
        options.seed += number;
        recovered.push(recover_world(&options).await?);
        progress.advance_to(number + 1);
    }
    let recovery = Recovery::of(&recovered);
    output.show(|| to_json(&recovery), || to_text(&recovery));
    Ok(())
}

/// The quantities with the heading of their table.
const TABLES: [(Quantity, &str); 5] = [
    (
        Quantity::NameLevel,
        "m: share of the pairs of one hand whose names agree on a level",
    ),
    (
        Quantity::Prior,
        "lambda: pairs of one hand among all pairs of two sources, in millionths",
    ),
    (
        Quantity::ChanceAgreement,
        "u by chance: pairs of two hands whose names agree, by surprisal of the name, in millionths",
    ),
    (
        Quantity::AgreementOfTwoHands,
        "u by chance and imitation: the same with the share of imitation that the model adds",
    ),
    (
        Quantity::SharedContact,
        "share of the candidates with a shared contact that are one hand, by how it is shown",
    ),
];

fn to_text(recovery: &Recovery) -> String {
    let mut text = format!(
        "{} worlds; value, and 95 % interval by bootstrap over worlds\n",
        recovery.world_count
    );
    for (quantity, heading) in TABLES {
        let wanted = recovery
            .parameters
            .iter()
            .filter(|one| one.quantity == quantity);
        let rows: Vec<Vec<String>> = wanted.map(|one| cells(one, scale(quantity))).collect();
        let header = [
            "",
            "estimated",
            "true",
            "estimated / true",
            "estimated n",
            "true n",
        ];
        text += &format!("\n{heading}\n{}", table(&header, &rows));
    }
    let calibration = &recovery.calibration;
    text += &format!(
        "\nstated probabilities: {} candidates, {} of one hand\n",
        count(calibration.pair_count),
        count(calibration.true_count)
    );
    let rows: Vec<Vec<String>> = figures(calibration)
        .into_iter()
        .map(|(name, figure)| vec![name.to_owned(), bounds(figure, 1.0, 3)])
        .collect();
    text + &table(&["", "value"], &rows)
}

/// Factor by which shares are shown.
fn scale(quantity: Quantity) -> f64 {
    match quantity {
        Quantity::Prior | Quantity::ChanceAgreement | Quantity::AgreementOfTwoHands => 1e6,
        Quantity::NameLevel | Quantity::SharedContact => 1.0,
    }
}

fn cells(parameter: &RecoveredParameter, scale: f64) -> Vec<String> {
    let places = if scale > 1.0 { 1 } else { 3 };
    vec![
        parameter.label.clone(),
        bounds(parameter.estimated, scale, places),
        bounds(parameter.actual, scale, places),
        bounds(parameter.ratio, 1.0, 2),
        format!("{:.1}", parameter.estimated_sum),
        format!("{:.0}", parameter.actual_sum),
    ]
}

fn figures(calibration: &RecoveredCalibration) -> [(&'static str, Option<Bounds>); 6] {
    [
        ("slope, all candidates", calibration.slope),
        ("intercept, nats", calibration.intercept_nats),
        (
            "slope, stated at .05 or more",
            calibration.slope_above_floor,
        ),
        (
            "its intercept, nats",
            calibration.intercept_above_floor_nats,
        ),
        ("ECE, stated at .05 or more", calibration.ece),
        ("expected / actual", calibration.expected_over_actual),
    ]
}

fn bounds(figure: Option<Bounds>, scale: f64, places: usize) -> String {
    let shown = |number: f64| format!("{:.places$}", number * scale);
    figure.map_or_else(
        || "–".to_owned(),
        |one| {
            format!(
                "{} [{}, {}]",
                shown(one.value),
                shown(one.low),
                shown(one.high)
            )
        },
    )
}

fn to_json(recovery: &Recovery) -> Value {
    let parameters: Vec<Value> = recovery.parameters.iter().map(parameter_json).collect();
    let calibration: serde_json::Map<String, Value> = figures(&recovery.calibration)
        .into_iter()
        .map(|(name, figure)| (name.to_owned(), bounds_json(figure)))
        .collect();
    json!({
        "worlds": recovery.world_count,
        "parameters": parameters,
        "candidates": recovery.calibration.pair_count,
        "true_candidates": recovery.calibration.true_count,
        "calibration": calibration,
    })
}

fn parameter_json(parameter: &RecoveredParameter) -> Value {
    json!({
        "quantity": match parameter.quantity {
            Quantity::NameLevel => "m",
            Quantity::Prior => "lambda",
            Quantity::ChanceAgreement => "u_by_chance",
            Quantity::AgreementOfTwoHands => "u",
            Quantity::SharedContact => "shared_contact",
        },
        "label": parameter.label,
        "estimated_sum": parameter.estimated_sum,
        "true_sum": parameter.actual_sum,
        "estimated": bounds_json(parameter.estimated),
        "true": bounds_json(parameter.actual),
        "ratio": bounds_json(parameter.ratio),
    })
}

fn bounds_json(figure: Option<Bounds>) -> Value {
    figure.map_or(
        Value::Null,
        |one| json!({ "value": one.value, "low": one.low, "high": one.high }),
    )
}
