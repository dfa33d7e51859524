//! What was read, and how the report was made.

use entangle_model::study::StudyResult;

use crate::document::{Block, Term, TermsKind, Text};
use crate::number::{Unit, fixed, value};
use crate::wording::counted;

/// The ledger of every source.
pub fn coverage() -> Vec<Block> {
    vec![
        Block::Paragraph(Text::from(
            "What is not in the data is not in the numbers. This is what the input held and what \
             became of it.",
        )),
        Block::Table("coverage"),
    ]
}

/// How small a difference the groups could have shown.
pub fn design_power(result: &StudyResult) -> Vec<Block> {
    vec![
        Block::Paragraph(Text::from(format!(
            "Groups of these sizes find the following with a probability of {}, if it is there. What \
             is smaller is mostly missed, so that finding nothing does not rule it out. The table \
             knows only the sizes: what was found is judged by its interval.",
            value(Unit::Amount, result.design_power.power, 0)
        ))),
        Block::Table("design_power"),
    ]
}

/// Program, snapshot, seed and configuration: enough to make the same bytes again.
pub fn making(result: &StudyResult) -> Vec<Block> {
    let about = &result.about;
    let threshold = format!(
        "a match probability of {}",
        fixed(about.link_threshold_probability, 2)
    );
    let margin = format!(
        "{} bits",
        value(Unit::Amount, about.surprisal_margin_bits, 0)
    );
    let facts = vec![
        Term::new("Program", format!("Entangle {}", about.program_version)),
        Term::new("Snapshot of the workspace", about.snapshot.to_string()),
        Term::new("Seed of every random step", about.seed.to_string()),
        Term::new("A pair is called a link from", threshold),
        Term::new("Margin of a name’s surprisal", margin),
        Term::new(
            "Cells not shown",
            withheld_cells(about.suppress_below_count),
        ),
    ];
    vec![
        Block::Paragraph(
            Text::new()
                .words(
                    "The same snapshot, configuration, seed and version of the program give the \
                     same numbers to the last digit. All numbers are in ",
                )
                .code("results.json")
                .words(", the tables as CSV, Parquet and LaTeX in ")
                .code("tables")
                .words(", the figures and their data in ")
                .code("figures")
                .words(", this text as Markdown in ")
                .code("report.md")
                .words(", and the methods by themselves in ")
                .code("methods.md")
                .words(" and ")
                .code("methods.tex")
                .words("."),
        ),
        Block::Terms(TermsKind::Facts, facts),
        Block::Heading("Configuration".to_owned()),
        Block::Lines(about.configuration.clone()),
    ]
}

fn withheld_cells(floor: u64) -> String {
    match floor {
        0 | 1 => "none".to_owned(),
        2 => "those that rest on 1 crossover user".to_owned(),
        floor => format!(
            "those that rest on 1 to {}",
            counted(floor - 1, "crossover user", "crossover users")
        ),
    }
}
