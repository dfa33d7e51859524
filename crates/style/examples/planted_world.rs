//! How writing style does where habits are planted: `planted_world <strength> <seed>`.
//!
//! Trains on halves of the public source of one world and tests on another world: on its halves, and
//! on the accounts of people who are also on another source of the same language.
#![allow(clippy::print_stdout)]

mod measure;

use entangle_style::{StyleModel, StyleProfile, train};
use measure::world::World;
use measure::{
    Prepared, compare, compare_halved_hours, compare_halves, compare_hours, halved_hours,
    hours_model, hours_of, known_pairs, undiscounted, undiscounted_hours, usable_halves,
};
use std::error::Error;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [strength, seed] = &arguments[..] else {
        return Err("usage: planted_world <strength> <seed>".into());
    };
    let (strength, seed): (f64, u64) = (strength.parse()?, seed.parse()?);
    let (trained, tested) = (World::new(strength, seed)?, World::new(strength, seed + 1)?);
    report_speed(&trained);
    let halves = usable_halves(&trained.public, "en");
    let started = Instant::now();
    let model = train(std::slice::from_ref(&halves));
    println!(
        "training on {} accounts took {:?}",
        halves.len(),
        started.elapsed()
    );
    let full = undiscounted(&model);
    let held_out = usable_halves(&tested.public, "en");
    report(
        "halves, trained on, no discount",
        &compare_halves(&full, &halves),
    );
    report(
        "halves, another world, no discount",
        &compare_halves(&full, &held_out),
    );
    let [public, target] = trained.prepared(&model);
    let measured = model.measure_discount(&known_pairs(&public, &target));
    let [public, target] = tested.prepared(&model);
    report_comparisons(&full, &public, &target);
    report(
        "across, another world, no discount",
        &compare(&full, &public, &target),
    );
    report(
        "across, another world, discounted",
        &compare(&model, &public, &target),
    );
    if let Some(discount) = measured {
        println!("discount measured in the first world: {discount}");
        let outcome = compare(&full.with_discount(discount), &public, &target);
        report("across, another world, this discount, no limits", &outcome);
    }
    report_hours(&trained, &tested);
    Ok(())
}

fn report(what: &str, outcome: &measure::Outcome) {
    println!("{what}\n  {}", outcome.describe());
}

fn report_speed(world: &World) {
    let posts = world.public.values().flat_map(|account| &account.posts);
    let started = Instant::now();
    let mut profile = StyleProfile::new();
    posts.for_each(|(_, text)| profile.add(text, Some("en")));
    let word_count = profile.word_count("en");
    let nanoseconds = started.elapsed().as_nanos() / u128::from(word_count.max(1));
    println!("profile of {word_count} words: {nanoseconds} us for 1,000 words");
}

fn report_comparisons(model: &StyleModel, left: &Prepared, right: &Prepared) {
    let started = Instant::now();
    let outcome = compare(model, left, right);
    let weighed_count = outcome.same.len() + outcome.different.len();
    println!("{weighed_count} comparisons took {:?}", started.elapsed());
}

fn report_hours(trained: &World, tested: &World) {
    let hours = hours_model(&trained.public);
    let full = undiscounted_hours(&hours);
    println!(
        "hours: concentration {}, slope {:.2}, intercept {:.2}",
        hours.concentration, hours.slope, hours.intercept
    );
    let halves = halved_hours(&tested.public);
    report(
        "hours, halves, another world",
        &compare_halved_hours(&full, &halves),
    );
    let [public, target] = [&tested.public, &tested.target].map(hours_of);
    report(
        "hours, across, no discount",
        &compare_hours(&full, &public, &target),
    );
    report(
        "hours, across, discounted",
        &compare_hours(&hours, &public, &target),
    );
}
