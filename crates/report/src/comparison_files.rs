//! A comparison as texts, and the files it is written to.

use std::path::{Path, PathBuf};

use crate::ReportError;
use crate::comparison::{Comparison, comparison_front, comparison_sections, comparison_tables};
use crate::csv_text::table_to_csv;
use crate::document::Exhibits;
use crate::folder::Folder;
use crate::markdown::markdown;
use crate::page::page;

/// What [`write_comparison`] has written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenComparison {
    /// The folder that holds the files.
    pub folder: PathBuf,
    /// The files relative to `folder`, in the order of writing.
    pub files: Vec<PathBuf>,
}

/// The comparison as one HTML file that needs no network and no script.
pub fn comparison_html(comparison: &Comparison) -> String {
    let tables = comparison_tables(comparison);
    let exhibits = Exhibits {
        tables: &tables,
        figures: &[],
    };
    let sections = comparison_sections(comparison);
    page(&comparison_front(comparison), &sections, exhibits)
}

/// The comparison as Markdown.
pub fn comparison_markdown(comparison: &Comparison) -> String {
    let tables = comparison_tables(comparison);
    let exhibits = Exhibits {
        tables: &tables,
        figures: &[],
    };
    let sections = comparison_sections(comparison);
    markdown(&comparison_front(comparison), &sections, exhibits)
}

/// The statistics of both studies as CSV, with the difference where there is one.
pub fn comparison_csv(comparison: &Comparison) -> String {
    let tables = comparison_tables(comparison);
    tables
        .first()
        .map_or_else(String::new, |table| table_to_csv(&table.data))
}

/// Writes a comparison into the folder `out`, which is made if need be: `comparison.json`,
/// `tables/comparison_*` as CSV, Parquet and LaTeX, `comparison.md` and `comparison.html`. The
/// same comparison gives the same bytes.
///
/// # Errors
///
/// As [`crate::write_study`].
pub fn write_comparison(
    out: &Path,
    comparison: &Comparison,
) -> Result<WrittenComparison, ReportError> {
    let mut folder = Folder::create(out, &["tables"])?;
    folder.write_json("comparison.json", comparison)?;
    for table in comparison_tables(comparison) {
        folder.write_table(&table)?;
    }
    let text = comparison_markdown(comparison);
    folder.write("comparison.md", text.as_bytes())?;
    folder.write("comparison.html", comparison_html(comparison).as_bytes())?;
    Ok(WrittenComparison {
        folder: folder.path,
        files: folder.files,
    })
}
