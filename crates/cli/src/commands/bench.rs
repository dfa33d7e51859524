//! `entangle bench`.

use entangle_engine::bench::{Cost, CoveredWorld, bench_import, bench_link, cover_world};
use entangle_engine::concept_figures::write_concept_figures;
use entangle_engine::demo::import_world;
use entangle_engine::link::LinkRequest;
use entangle_engine::{EngineError, Progress, ProgressUnit, Workspace};
use serde_json::{Value, json};

use super::simulate::world_options;
use crate::arguments::{Bench, Global};
use crate::output::{Output, count, decimal, table};

pub async fn run(
    global: &Global,
    output: &Output,
    bench: Bench,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    match bench {
        Bench::Import { world } => import(output, &world, progress).await,
        Bench::Link { world, memory_mib } => {
            link(global, output, world.as_deref(), memory_mib, progress).await
        }
        Bench::Coverage { worlds, world } => coverage(output, worlds, &world, progress).await,
        Bench::Validation {
            worlds,
            scale,
            seed,
            records,
            out,
        } => {
            let run = super::validation::Run {
                world_count: worlds,
                post_count: scale,
                first_seed: seed,
                records,
                out,
            };
            super::validation::run(output, &run, progress).await
        }
        Bench::Figures { out } => figures(output, &out).await,
        Bench::Recovery { worlds, world } => {
            super::recovery::run(output, worlds, &world, progress).await
        }
    }
}

async fn import(
    output: &Output,
    world: &std::path::Path,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    let costs = bench_import(world, progress).await?;
    let rows = costs.iter().map(|import| {
        let processor = import
            .cost
            .processor_seconds
            .unwrap_or(import.cost.elapsed_seconds);
        let mut row = vec![
            import.source.clone(),
            import.format.clone(),
            format!("{:.1}", import.input_bytes as f64 / 1e6),
            count(import.post_count),
            format!("{:.1}", import.input_bytes as f64 / 1e6 / processor),
            format!("{:.0}", import.post_count as f64 / processor),
        ];
        row.extend(cost_cells(import.cost));
        row
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let header = [
        "source",
        "format",
        "MB",
        "posts",
        "MB/s a core",
        "posts/s a core",
        "s",
        "CPU s",
        "peak MiB",
    ];
    output.show(|| rows_json(&header, &rows), || table(&header, &rows));
    Ok(())
}

async fn link(
    global: &Global,
    output: &Output,
    world: Option<&std::path::Path>,
    memory_mib: usize,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    let workspace = Workspace::open_or_create(&global.workspace).await?;
    if let Some(world) = world {
        import_world(&workspace, world, progress).await?;
    }
    let request = LinkRequest {
        memory_limit_bytes: memory_mib << 20,
        ..LinkRequest::default()
    };
    let linked = bench_link(&workspace, &request, progress).await?;
    let rows: Vec<Vec<String>> = linked
        .pairs
        .iter()
        .map(|(left, right, left_count, right_count, candidates)| {
            vec![
                left.clone(),
                right.clone(),
                count(*left_count),
                count(*right_count),
                count(*candidates),
            ]
        })
        .collect();
    let header = ["source", "source", "accounts", "accounts", "candidates"];
    let cost_header = ["s", "CPU s", "peak MiB"];
    let cost = vec![cost_cells(linked.cost)];
    output.show(
        || json!({ "pairs": rows_json(&header, &rows), "cost": rows_json(&cost_header, &cost) }),
        || format!("{}\n{}", table(&header, &rows), table(&cost_header, &cost)),
    );
    Ok(())
}

async fn coverage(
    output: &Output,
    worlds: u64,
    world: &crate::arguments::World,
    progress: &mut dyn Progress,
) -> Result<(), EngineError> {
    progress.stage("worlds", Some(worlds), ProgressUnit::Uncounted);
    let mut covered: Vec<CoveredWorld> = Vec::new();
    for number in 0..worlds {
        let mut options = world_options(world);
        options.seed += number;
        covered.push(cover_world(&options).await?);
        progress.advance_to(number + 1);
    }
    let rows: Vec<Vec<String>> = covered.iter().map(world_cells).collect();
    let header = [
        "seed",
        "planted %",
        "realised %",
        "expected %",
        "low",
        "high",
        "corrected %",
        "low",
        "high",
    ];
    let hits = |of: fn(&CoveredWorld) -> bool| covered.iter().filter(|world| of(world)).count();
    let expected = hits(|world| world.covers(world.expected));
    let corrected = hits(|world| world.covers(world.corrected));
    let has_corrected = hits(|world| world.corrected.0.is_some());
    let errors = covered
        .iter()
        .filter_map(|world| Some(world.expected.0? - world.realised));
    let mean_error = errors.sum::<f64>() / covered.len().max(1) as f64;
    output.show(
        || json!({ "worlds": worlds, "expected_covers": expected, "expected_mean_error": mean_error, "corrected_given": has_corrected, "corrected_covers": corrected, "rows": rows_json(&header, &rows) }),
        || {
            format!(
                "{}\nof {worlds} worlds the 95 % interval of the expected form with unseen links holds the planted share in {expected}; its value is {:+.2} points from the realised share in the mean\nthe corrected form is given in {has_corrected} worlds and holds it in {corrected}",
                table(&header, &rows),
                100.0 * mean_error,
            )
        },
    );
    Ok(())
}

async fn figures(output: &Output, out: &std::path::Path) -> Result<(), EngineError> {
    let files = write_concept_figures(out).await?;
    output.show(
        || json!({ "folder": out, "files": files }),
        || format!("{} in {}", files.join(", "), out.display()),
    );
    Ok(())
}

fn world_cells(world: &CoveredWorld) -> Vec<String> {
    let percent = |share: Option<f64>| decimal(share.map(|share| 100.0 * share), 2);
    vec![
        world.seed.to_string(),
        percent(Some(world.planted)),
        percent(Some(world.realised)),
        percent(world.expected.0),
        percent(world.expected.1),
        percent(world.expected.2),
        percent(world.corrected.0),
        percent(world.corrected.1),
        percent(world.corrected.2),
    ]
}

fn cost_cells(cost: Cost) -> Vec<String> {
    vec![
        format!("{:.1}", cost.elapsed_seconds),
        decimal(cost.processor_seconds, 1),
        cost.peak_bytes
            .map_or_else(|| "–".to_owned(), |bytes| count(bytes >> 20)),
    ]
}

fn rows_json(header: &[&str], rows: &[Vec<String>]) -> Value {
    rows.iter()
        .map(|row| json!({ "columns": header, "cells": row }))
        .collect()
}
