//! Writes a report of an invented study, to look at and to check in a browser.
//!
//! ```sh
//! cargo run -p entangle-report --example sample_report -- FOLDER [realistic|withheld|empty|hostile]
//! cargo run -p entangle-report --example sample_report -- FOLDER comparison
//! ```
//!
//! With `comparison`, the folder gets two comparisons: `snapshots` and `sources`.
// The invented results are those of the tests, where an impossible error may end the program.
#![allow(clippy::unwrap_used)]

#[path = "../src/fixture/mod.rs"]
mod fixture;

use std::path::Path;
use std::process::ExitCode;

use entangle_report::{ReportError, compare, write_comparison, write_study};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (folder, kind) = match arguments.as_slice() {
        [folder] => (folder, "realistic"),
        [folder, kind] => (folder, kind.as_str()),
        _ => return usage(),
    };
    let folder = Path::new(folder);
    let result = match kind {
        "realistic" => fixture::realistic(),
        "withheld" => fixture::withheld(),
        "empty" => fixture::empty(),
        "hostile" => fixture::hostile(),
        "comparison" => return finish(write_comparisons(folder)),
        _ => return usage(),
    };
    finish(write_study(folder, &result).map(|_| ()))
}

fn write_comparisons(folder: &Path) -> Result<(), ReportError> {
    let first = fixture::realistic();
    let pairs = [
        ("snapshots", fixture::later_snapshot()),
        ("sources", fixture::another_source()),
    ];
    for (name, second) in pairs {
        write_comparison(&folder.join(name), &compare(&first, &second))?;
    }
    Ok(())
}

fn finish(written: Result<(), ReportError>) -> ExitCode {
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: sample_report FOLDER [realistic|withheld|empty|hostile|comparison]");
    ExitCode::from(2)
}
