//! Worlds whose people have planted habits: does the model find them, and are its bits right?
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../examples/measure/mod.rs"]
mod measure;

use entangle_style::{WEIGHT_BITS_MAX, WEIGHT_BITS_MIN, train};
use measure::world::World;
use measure::{
    compare, compare_halved_hours, compare_halves, halved_hours, hours_model, known_pairs,
    undiscounted, undiscounted_hours, usable_halves,
};

#[test]
fn planted_style_is_found_and_its_bits_are_calibrated_on_another_world() {
    let [trained, tested] = [5, 6].map(|seed| World::new(1.0, seed).unwrap());
    let model = train(&[usable_halves(&trained.public, "en")]);
    let full = undiscounted(&model);
    let halves = compare_halves(&full, &usable_halves(&tested.public, "en"));
    let [offset, slope] = halves.calibration().unwrap();
    assert!((0.9..1.1).contains(&slope), "{}", halves.describe());
    assert!(offset.abs() < 1.0, "{}", halves.describe());

    let [public, target] = tested.prepared(&model);
    let across = compare(&model, &public, &target);
    assert!(across.auc().unwrap() > 0.97, "{}", across.describe());
    assert!(across.abstained_same > 0);
    let limits = WEIGHT_BITS_MIN..=WEIGHT_BITS_MAX;
    let mut all = across.same.iter().chain(&across.different);
    assert!(all.all(|bits| limits.contains(bits)));

    let [public, target] = trained.prepared(&model);
    let discount = model
        .measure_discount(&known_pairs(&public, &target))
        .unwrap();
    assert!((0.3..1.0).contains(&discount), "{discount}");
}

#[test]
fn planted_hours_are_found_and_their_bits_are_calibrated_on_another_world() {
    let [trained, tested] = [5, 6].map(|seed| World::new(0.0, seed).unwrap());
    let full = undiscounted_hours(&hours_model(&trained.public));
    let halves = compare_halved_hours(&full, &halved_hours(&tested.public));
    let [offset, slope] = halves.calibration().unwrap();
    assert!((0.9..1.15).contains(&slope), "{}", halves.describe());
    assert!(offset.abs() < 0.5, "{}", halves.describe());
    assert!(halves.auc().unwrap() > 0.9, "{}", halves.describe());
}
