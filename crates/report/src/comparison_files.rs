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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::compare;
    use crate::fixture;

    #[test]
    fn written_files_are_whole_and_the_same_twice() {
        let comparison = compare(&fixture::realistic(), &fixture::another_source());
        let name = format!("entangle-comparison-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let written = write_comparison(&folder, &comparison).unwrap();
        let names: Vec<String> = written
            .files
            .iter()
            .map(|file| file.to_string_lossy().into_owned())
            .collect();
        expect_test::expect![[r#"
            comparison.json
            tables/comparison_statistics.csv
            tables/comparison_statistics.parquet
            tables/comparison_statistics.tex
            tables/comparison_sources.csv
            tables/comparison_sources.parquet
            tables/comparison_sources.tex
            tables/comparison_configuration.csv
            tables/comparison_configuration.parquet
            tables/comparison_configuration.tex
            comparison.md
            comparison.html"#]]
        .assert_eq(&names.join("\n"));
        let read = |file: &PathBuf| std::fs::read(folder.join(file)).unwrap();
        let before: Vec<Vec<u8>> = written.files.iter().map(read).collect();
        let again = write_comparison(&folder, &comparison).unwrap();
        let after: Vec<Vec<u8>> = again.files.iter().map(read).collect();
        assert!(before == after);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
