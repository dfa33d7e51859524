//! The benchmarks that make the numbers and figures of the documentation.

use super::support::Folder;
use expect_test::expect_file;

#[test]
fn the_figures_of_the_documentation_are_made_again_byte_for_byte() {
    let folder = Folder::new();
    let made = folder.json(&["bench", "figures", "--out", "figures"]);
    let files = made["files"].as_array().unwrap();
    assert_eq!(files.len(), 4);
    for file in files {
        let file = file.as_str().unwrap();
        let svg = String::from_utf8(folder.read(&format!("figures/{file}"))).unwrap();
        assert!(svg.len() < 60_000, "{file} has {} bytes", svg.len());
        let documented = format!(
            "{}/../../docs/concepts/figures/{file}",
            env!("CARGO_MANIFEST_DIR")
        );
        expect_file![documented].assert_eq(&svg);
    }
}

#[test]
fn recovery_of_planted_parameters_is_reported_with_intervals() {
    let folder = Folder::new();
    let found = folder.json(&["bench", "recovery", "--worlds", "2", "--scale", "6k"]);
    assert_eq!(found["worlds"], 2);
    let parameters = found["parameters"].as_array().unwrap();
    let of = |quantity: &str| {
        let wanted = parameters.iter().filter(|one| one["quantity"] == quantity);
        wanted
            .map(|one| one["true"]["value"].as_f64())
            .collect::<Vec<_>>()
    };
    let levels: f64 = of("m").into_iter().flatten().sum();
    assert!(
        (levels - 1.0).abs() < 1e-9,
        "the levels add up to one: {levels}"
    );
    assert_eq!(of("lambda").len(), 15, "pairs of six sources");
    assert!(found["calibration"]["expected / actual"]["low"].is_f64());
}
