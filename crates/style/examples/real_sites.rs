//! How writing style does on real people: `real_sites <folder>`, a folder with dumps of Stack
//! Exchange sites and `truth_accounts.tsv`.
#![allow(clippy::print_stdout)]

mod measure;

use entangle_style::{Halves, StyleModel, StyleProfile, WORD_COUNT_MIN, train};
use measure::{
    Outcome, Source, compare, compare_halved_hours, compare_halves, compare_halves_in,
    compare_hours, halved_hours, hours_model, hours_of, prepare, profile_of, undiscounted,
    undiscounted_hours, usable_halves,
};
use std::error::Error;
use std::path::PathBuf;

const SITES: [&str; 3] = ["bicycles.meta", "alcohol.meta", "conlang.meta"];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or("usage: real_sites <folder>")?;
    let truth = measure::read_truth(&folder.join("truth_accounts.tsv"))?;
    let sources: Vec<Source> = SITES
        .iter()
        .map(|site| measure::read_stack_exchange(&folder.join(site), site, &truth))
        .collect::<Result<_, _>>()?;
    for (site, source) in SITES.iter().zip(&sources) {
        let profiles: Vec<StyleProfile> = source
            .values()
            .map(|account| profile_of(&account.posts))
            .collect();
        let reach = |floor: u32| {
            profiles
                .iter()
                .filter(|profile| profile.word_count("en") >= floor)
                .count()
        };
        println!(
            "{site}: {} accounts wrote, {} wrote {WORD_COUNT_MIN} words in English, {} twice that",
            source.len(),
            reach(WORD_COUNT_MIN),
            reach(2 * WORD_COUNT_MIN),
        );
    }
    let halves: Vec<_> = sources
        .iter()
        .map(|source| usable_halves(source, "en"))
        .collect();
    let model = train(&halves);
    describe_model(&model);
    let full = undiscounted(&model);
    println!("\nhalves of one site, the site that was trained on, no discount");
    println!("  {}", compare_halves(&full, &halves[0]).describe());
    println!("\nhalves of accounts that were not trained on, in five parts, no discount");
    println!("  {}", in_five_parts(&halves).describe());
    let hours = hours_model(&sources[0]);
    let full_hours = undiscounted_hours(&hours);
    println!(
        "\nhours: concentration {}, slope {:.2}, intercept {:.2}; halves that were calibrated on, no discount",
        hours.concentration, hours.slope, hours.intercept
    );
    println!(
        "  {}",
        compare_halved_hours(&full_hours, &halved_hours(&sources[0])).describe()
    );
    for (left, right) in [(0, 1), (0, 2), (1, 2)] {
        println!(
            "\n{} against {}, discount {}",
            SITES[left], SITES[right], model.discount
        );
        let [one, other] = [left, right].map(|site| prepare(&model, &sources[site]));
        println!("  {}", compare(&model, &one, &other).describe());
        println!("  no discount: {}", compare(&full, &one, &other).describe());
        let (one, other) = (hours_of(&sources[left]), hours_of(&sources[right]));
        println!(
            "  hours: {}",
            compare_hours(&hours, &one, &other).describe()
        );
    }
    Ok(())
}

/// Each fifth of the first site's accounts, weighed by a model of all others.
fn in_five_parts(halves: &[Vec<Halves>]) -> Outcome {
    let mut outcome = Outcome::default();
    for part in 0..5 {
        let mut trained = halves.to_vec();
        let (mut tested, mut kept) = (Vec::new(), Vec::new());
        for (position, one) in trained[0].drain(..).enumerate() {
            let list = if position % 5 == part {
                &mut tested
            } else {
                &mut kept
            };
            list.push(one);
        }
        trained[0] = kept;
        // The source's own average includes the tested accounts, as it does in use.
        outcome.take(compare_halves_in(
            &undiscounted(&train(&trained)),
            &tested,
            &halves[0],
        ));
    }
    outcome
}

fn describe_model(model: &StyleModel) {
    for (language, style) in &model.languages {
        println!(
            "{language}: {} and {} pairs; intercept {:.2}, by length {:.2}; slopes: sequences {:.2}, \
             by length {:.2}, function words {:.2}, habits {:.2}",
            style.same_pair_count,
            style.different_pair_count,
            style.intercept,
            style.length_slope,
            style.ngram_slope,
            style.ngram_length_slope,
            style.function_word_slope,
            style.habit_slope,
        );
    }
}
