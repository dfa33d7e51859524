//! Which files a report consists of, and in which order they are written.

use std::path::{Path, PathBuf};

use entangle_model::study::StudyResult;

use crate::ReportError;
use crate::csv_text::table_to_csv;
use crate::disclosure::withhold_small_counts;
use crate::document::Exhibits;
use crate::figure::{Figure, study_figures};
use crate::folder::Folder;
use crate::latex::{methods_latex, tables_document};
use crate::markdown::{markdown, methods_markdown};
use crate::page::page;
use crate::sections::{front, methods, study_sections};
use crate::study_table::StudyTable;
use crate::study_tables::study_tables;

/// What [`write_study`] has written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenStudy {
    /// The folder that holds the files.
    pub folder: PathBuf,
    /// The files relative to `folder`, in the order of writing.
    pub files: Vec<PathBuf>,
}

impl WrittenStudy {
    /// Path of the page a reader opens first.
    pub fn report(&self) -> PathBuf {
        self.folder.join(REPORT_FILE)
    }

    /// Path of the numbers.
    pub fn results(&self) -> PathBuf {
        self.folder.join(RESULTS_FILE)
    }
}

const REPORT_FILE: &str = "report.html";
const RESULTS_FILE: &str = "results.json";

/// Writes a study's result as documents into the folder `out`, which is made if need be.
///
/// The set of file names is the same for every result: `results.json`; the tables as
/// `tables/*.csv`, `tables/*.parquet` and `tables/*.tex`, and `tables.tex`, which shows them all;
/// `figures/*.svg` and `figures/*.csv`; the methods as `methods.md` and `methods.tex`; the report
/// as `report.md` and `report.html`. Files of an earlier report are replaced one by one, each
/// whole; other files in the folder are left alone. The same result gives the same bytes.
///
/// Cells of target sources with fewer crossover users than `about.suppress_below_count` are
/// withheld from every file, `results.json` included.
///
/// # Errors
///
/// [`ReportError::CreateFolder`] and [`ReportError::WriteFile`] where the operating system
/// refuses; the other kinds are faults of this program.
pub fn write_study(out: &Path, result: &StudyResult) -> Result<WrittenStudy, ReportError> {
    let result = withhold_small_counts(result);
    let (tables, figures) = (study_tables(&result), study_figures(&result));
    let mut folder = Folder::create(out, &["tables", "figures"])?;

    folder.write_json(RESULTS_FILE, &result)?;
    for table in &tables {
        folder.write_table(table)?;
    }
    for figure in &figures {
        let stem = format!("figures/{}", figure.name);
        let svg = figure.standalone_svg();
        folder.write(&format!("{stem}.svg"), svg.as_bytes())?;
        let csv = table_to_csv(&figure.data);
        folder.write(&format!("{stem}.csv"), csv.as_bytes())?;
    }
    write_documents(&mut folder, &result, &tables, &figures)?;

    Ok(WrittenStudy {
        folder: folder.path,
        files: folder.files,
    })
}

fn write_documents(
    folder: &mut Folder,
    result: &StudyResult,
    tables: &[StudyTable],
    figures: &[Figure],
) -> Result<(), ReportError> {
    let exhibits = Exhibits { tables, figures };
    let (front, sections) = (front(result), study_sections(result));
    let parts = methods(result);
    let title = &result.about.title;
    folder.write("tables.tex", tables_document(title, tables).as_bytes())?;
    folder.write("methods.md", methods_markdown(title, &parts).as_bytes())?;
    folder.write("methods.tex", methods_latex(&parts).as_bytes())?;
    let text = markdown(&front, &sections, exhibits);
    folder.write("report.md", text.as_bytes())?;
    folder.write(REPORT_FILE, page(&front, &sections, exhibits).as_bytes())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::fixture;

    /// A folder that is gone after the test.
    struct TemporaryFolder(PathBuf);

    impl TemporaryFolder {
        fn new(name: &str) -> Self {
            let process = std::process::id();
            let path = std::env::temp_dir().join(format!("entangle-report-{process}-{name}"));
            Self(path)
        }
    }

    impl Drop for TemporaryFolder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    fn written(name: &str, result: &StudyResult) -> Vec<(PathBuf, Vec<u8>)> {
        let folder = TemporaryFolder::new(name);
        let written = write_study(&folder.0, result).unwrap();
        let read = |file: PathBuf| {
            let bytes = fs::read(folder.0.join(&file)).unwrap();
            (file, bytes)
        };
        written.files.into_iter().map(read).collect()
    }

    fn names(files: &[(PathBuf, Vec<u8>)]) -> String {
        let names = files.iter().map(|(file, _)| file.to_string_lossy());
        names.map(|name| format!("{name}\n")).collect()
    }

    #[test]
    fn written_files_are_the_same_set_for_every_result() {
        let full = names(&written("full", &fixture::realistic()));
        expect_test::expect![[r#"
            results.json
            tables/population.csv
            tables/population.parquet
            tables/population.tex
            tables/prevalence.csv
            tables/prevalence.parquet
            tables/prevalence.tex
            tables/nulls.csv
            tables/nulls.parquet
            tables/nulls.tex
            tables/threshold_curve.csv
            tables/threshold_curve.parquet
            tables/threshold_curve.tex
            tables/subgroups.csv
            tables/subgroups.parquet
            tables/subgroups.tex
            tables/sensitivity.csv
            tables/sensitivity.parquet
            tables/sensitivity.tex
            tables/targets.csv
            tables/targets.parquet
            tables/targets.tex
            tables/target_overlap.csv
            tables/target_overlap.parquet
            tables/target_overlap.tex
            tables/target_groups.csv
            tables/target_groups.parquet
            tables/target_groups.tex
            tables/strength.csv
            tables/strength.parquet
            tables/strength.tex
            tables/order.csv
            tables/order.parquet
            tables/order.tex
            tables/crossing_time.csv
            tables/crossing_time.parquet
            tables/crossing_time.tex
            tables/crossing_activity.csv
            tables/crossing_activity.parquet
            tables/crossing_activity.tex
            tables/crossing_change.csv
            tables/crossing_change.parquet
            tables/crossing_change.tex
            tables/migration.csv
            tables/migration.parquet
            tables/migration.tex
            tables/features.csv
            tables/features.parquet
            tables/features.tex
            tables/trajectories.csv
            tables/trajectories.parquet
            tables/trajectories.tex
            tables/word_languages.csv
            tables/word_languages.parquet
            tables/word_languages.tex
            tables/words.csv
            tables/words.parquet
            tables/words.tex
            tables/topics.csv
            tables/topics.parquet
            tables/topics.tex
            tables/network.csv
            tables/network.parquet
            tables/network.tex
            tables/network_posts.csv
            tables/network_posts.parquet
            tables/network_posts.tex
            tables/network_mixing.csv
            tables/network_mixing.parquet
            tables/network_mixing.tex
            tables/network_degree.csv
            tables/network_degree.parquet
            tables/network_degree.tex
            tables/network_measures.csv
            tables/network_measures.parquet
            tables/network_measures.tex
            tables/network_bridges.csv
            tables/network_bridges.parquet
            tables/network_bridges.tex
            tables/original_study.csv
            tables/original_study.parquet
            tables/original_study.tex
            tables/coverage.csv
            tables/coverage.parquet
            tables/coverage.tex
            tables/design_power.csv
            tables/design_power.parquet
            tables/design_power.tex
            tables/limits.csv
            tables/limits.parquet
            tables/limits.tex
            tables/offer_shares.csv
            tables/offer_shares.parquet
            tables/offer_shares.tex
            tables/offer_measures.csv
            tables/offer_measures.parquet
            tables/offer_measures.tex
            tables/offer_subjects.csv
            tables/offer_subjects.parquet
            tables/offer_subjects.tex
            tables/offer_prices.csv
            tables/offer_prices.parquet
            tables/offer_prices.tex
            tables/offer_errors.csv
            tables/offer_errors.parquet
            tables/offer_errors.tex
            figures/prevalence.svg
            figures/prevalence.csv
            figures/threshold_curve.svg
            figures/threshold_curve.csv
            figures/subgroups.svg
            figures/subgroups.csv
            figures/sensitivity.svg
            figures/sensitivity.csv
            figures/targets.svg
            figures/targets.csv
            figures/target_overlap.svg
            figures/target_overlap.csv
            figures/strength_lorenz.svg
            figures/strength_lorenz.csv
            figures/order_lag.svg
            figures/order_lag.csv
            figures/crossing_time.svg
            figures/crossing_time.csv
            figures/crossing_activity.svg
            figures/crossing_activity.csv
            figures/migration.svg
            figures/migration.csv
            figures/features.svg
            figures/features.csv
            figures/classifier.svg
            figures/classifier.csv
            figures/trajectories.svg
            figures/trajectories.csv
            figures/words.svg
            figures/words.csv
            figures/topics.svg
            figures/topics.csv
            figures/network_mixing.svg
            figures/network_mixing.csv
            figures/network_degree.svg
            figures/network_degree.csv
            tables.tex
            methods.md
            methods.tex
            report.md
            report.html
        "#]]
        .assert_eq(&full);
        assert_eq!(full, names(&written("empty", &fixture::empty())));
    }

    #[test]
    fn written_bytes_are_the_same_twice_and_no_part_is_left() {
        let folder = TemporaryFolder::new("twice");
        let first = write_study(&folder.0, &fixture::realistic()).unwrap();
        let read = |file: &PathBuf| fs::read(folder.0.join(file)).unwrap();
        let before: Vec<Vec<u8>> = first.files.iter().map(read).collect();
        let second = write_study(&folder.0, &fixture::realistic()).unwrap();
        let after: Vec<Vec<u8>> = second.files.iter().map(read).collect();
        assert!(before == after);
        for part in [".", "tables", "figures"] {
            for entry in fs::read_dir(folder.0.join(part)).unwrap() {
                let path = entry.unwrap().path();
                assert_ne!(
                    path.extension(),
                    Some("part".as_ref()),
                    "{}",
                    path.display()
                );
            }
        }
    }

    #[test]
    fn results_can_be_read_back() {
        let folder = TemporaryFolder::new("back");
        let written = write_study(&folder.0, &fixture::realistic()).unwrap();
        let text = fs::read_to_string(written.results()).unwrap();
        assert!(text.starts_with("{\n  \"about\": {\n    \"title\"") && text.ends_with("}\n"));
        let read: StudyResult = serde_json::from_str(&text).unwrap();
        let values: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), values);
        assert!(written.report().is_file());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error_with_a_hint() {
        let folder = TemporaryFolder::new("taken");
        fs::create_dir_all(&folder.0).unwrap();
        let file = folder.0.join("file");
        fs::write(&file, "not a folder").unwrap();
        let message = write_study(&file, &fixture::empty())
            .unwrap_err()
            .to_string();
        assert!(message.starts_with("cannot create folder"), "{message}");
        assert!(message.contains("hint: "), "{message}");
    }
}
