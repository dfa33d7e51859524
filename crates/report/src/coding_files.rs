//! What human codes say, as a document and its files.

use std::path::{Path, PathBuf};

use entangle_model::coding::{CoderAgreement, CodingScore};

use crate::ReportError;
use crate::document::{Block, Exhibits, Section, Text};
use crate::folder::Folder;
use crate::markdown::markdown;
use crate::number::{Unit, count, estimate_interval, estimate_value};
use crate::sections::Front;
use crate::study_table::{Layout, StudyTable};
use crate::study_tables::errors_table;
use crate::table::Table;
use crate::wording::{counted, method_of, words_of_name};

/// Writes a score into the folder `out`, which is made if need be: `coding.json`, `tables/coding_*`
/// as CSV, Parquet and LaTeX, and `coding.md`. Gives the path of the last. The same score gives the
/// same bytes.
///
/// # Errors
///
/// As [`crate::write_study`].
pub fn write_coding_score(out: &Path, score: &CodingScore) -> Result<PathBuf, ReportError> {
    let tables = coding_tables(score);
    let mut folder = Folder::create(out, &["tables"])?;
    folder.write_json("coding.json", score)?;
    for table in &tables {
        folder.write_table(table)?;
    }
    let exhibits = Exhibits {
        tables: &tables,
        figures: &[],
    };
    let text = markdown(&front(score), &sections(score), exhibits);
    folder.write("coding.md", text.as_bytes())?;
    Ok(out.join("coding.md"))
}

fn front(score: &CodingScore) -> Front {
    Front {
        kind: "Coded posts of a study",
        title: score.title.clone(),
        subtitle: Text::new()
            .words("Offers and requests among posts of ")
            .name(&score.public_source)
            .words(format!(
                ": {} of {} drawn posts have a code.",
                count(score.coded_count),
                count(score.drawn_count)
            )),
        imprint: format!(
            "Snapshot {}, seed {}, Entangle {}",
            score.snapshot, score.seed, score.program_version
        ),
        key_numbers: Vec::new(),
    }
}

fn sections(score: &CodingScore) -> Vec<Section> {
    let section = |id, title, blocks| Section { id, title, blocks };
    vec![
        section(
            "codes",
            "The codes",
            vec![
                Block::Paragraph(Text::new().name(&score.codes)),
                Block::Paragraph(agreement_in_words(score.agreement.as_ref())),
            ],
        ),
        section(
            "errors",
            "Errors of the rules",
            vec![
                Block::Table("coding_errors"),
                Block::Table("coding_confusion"),
            ],
        ),
        section(
            "shares",
            "Corrected shares",
            vec![
                Block::Paragraph(Text::from(
                    "Corrected shares hold whatever the errors of the rules are, as far as the codes \
                     are right and every post could be drawn. A class that was never coded among the \
                     posts labelled none may still be there: of so many coded without one, up to three \
                     divided by their number may have it, and an interval of zero width says no more \
                     than that.",
                )),
                Block::Table("coding_shares"),
            ],
        ),
    ]
}

fn agreement_in_words(agreement: Option<&CoderAgreement>) -> Text {
    let Some(agreement) = agreement else {
        return Text::from(
            "One coder coded each post, so that nothing is known of how well coders agree.",
        );
    };
    let shown = |unit, estimate| {
        let interval = estimate_interval(unit, estimate);
        let interval = interval.map_or_else(String::new, |interval| {
            format!(" (95\u{202F}% interval {interval})")
        });
        format!("{}{interval}", estimate_value(unit, estimate))
    };
    Text::new().words(format!(
        "Two coders coded {}, and {} differently: agreement {}, Cohen’s kappa {}, Krippendorff’s alpha \
         {}.",
        counted(agreement.post_count, "post", "posts"),
        count(agreement.disagreement_count),
        shown(Unit::Share, &agreement.observed),
        shown(Unit::Coefficient, &agreement.kappa),
        shown(Unit::Coefficient, &agreement.alpha),
    ))
}

fn coding_tables(score: &CodingScore) -> Vec<StudyTable> {
    let mut tables = vec![
        errors_table(
            "coding_errors",
            &score.errors,
            "How often the rules are right, by the codes",
            &format!(
                "Population: posts of {}. n: coded posts, by row.",
                score.public_source
            ),
        ),
        confusion_table(score),
        shares_table(score),
    ];
    tables.extend(score.agreement.as_ref().map(agreement_table));
    tables
}

fn confusion_table(score: &CodingScore) -> StudyTable {
    let rows = score.confusion.iter();
    let data = Table::new("coding_confusion")
        .text("label", rows.clone().map(|row| row.label.as_str()))
        .text("code", rows.clone().map(|row| row.code.as_str()))
        .count("post_count", rows.map(|row| row.post_count));
    Layout::of(data, "Coded posts by label and code")
        .basis(format!(
            "Population: coded posts of {}, drawn by label, so that their numbers are not those of the \
             population. Method: counted.",
            score.public_source
        ))
        .when_empty("No post has a code.")
        .words("Label of the rules", |row, _| {
            row.text_cell("label")
        })
        .words("Code", |row, _| row.text_cell("code"))
        .numbers("Posts", |row, _| row.count_cell("post_count"))
        .finish()
}

fn shares_table(score: &CodingScore) -> StudyTable {
    let rows = score.shares.iter();
    let data = Table::new("coding_shares")
        .text("class", rows.clone().map(|row| row.class.as_str()))
        .text("group", rows.clone().map(|row| row.group.as_str()))
        .estimates(
            "labelled_share_",
            rows.clone().map(|row| &row.labelled_share),
        )
        .estimates(
            "corrected_share_",
            rows.clone().map(|row| &row.corrected_share),
        )
        .estimates(
            "codes_only_share_",
            rows.clone().map(|row| &row.codes_only_share),
        );
    Layout::of(data, "Shares of posts, labelled by rules and corrected by codes")
        .basis(format!(
            "Population: posts with a text of the accounts of {} that the rule includes; crossover users \
             are strict ones, others are accounts that are probably none, and groups are not matched. n: \
             coded posts, by row. Intervals of 95\u{202F}% below the values. Method of the corrected \
             share: {}.",
            score.public_source,
            method_of(rows.clone().map(|row| &row.corrected_share))
        ))
        .when_empty("No post has a code.")
        .grouped_by(|row| words_of_name(row.text("class")))
        .words("Group", |row, _| row.text_cell("group"))
        .numbers("n", |row, _| row.count_cell("corrected_share_n"))
        .numbers("By the rules", |row, reasons| {
            reasons.value(Unit::Share, &row.estimate("labelled_share_"))
        })
        .numbers("Corrected", |row, reasons| {
            reasons.value_and_interval(Unit::Share, &row.estimate("corrected_share_"))
        })
        .numbers("By the codes alone", |row, reasons| {
            reasons.value_and_interval(Unit::Share, &row.estimate("codes_only_share_"))
        })
        .finish()
}

fn agreement_table(agreement: &CoderAgreement) -> StudyTable {
    let named = [
        ("agreement", &agreement.observed),
        ("cohens_kappa", &agreement.kappa),
        ("krippendorffs_alpha", &agreement.alpha),
    ];
    let data = Table::new("coding_agreement")
        .text("measure", named.iter().map(|one| one.0))
        .estimates("", named.iter().map(|one| one.1));
    Layout::of(data, "Agreement of two coders")
        .basis("Population: posts that both coded. Method by row in the data.")
        .words("Measure", |row, _| row.text_cell("measure"))
        .numbers("Value", |row, reasons| {
            reasons.value_and_interval(Unit::Coefficient, &row.estimate(""))
        })
        .finish()
}
