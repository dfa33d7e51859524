//! The folder that receives the files of a report.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::ReportError;
use crate::csv_text::table_to_csv;
use crate::latex::table_latex;
use crate::parquet_bytes::table_to_parquet;
use crate::study_table::StudyTable;

/// The folder that receives the files, and what it has received.
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    /// The files relative to it, in the order of writing.
    pub files: Vec<PathBuf>,
}

impl Folder {
    /// Makes the folder with the folders `inner` in it.
    pub fn create(path: &Path, inner: &[&str]) -> Result<Self, ReportError> {
        for folder in inner.iter().map(|name| path.join(name)) {
            fs::create_dir_all(&folder)
                .map_err(|source| ReportError::CreateFolder { folder, source })?;
        }
        Ok(Self {
            path: path.to_owned(),
            files: Vec::new(),
        })
    }

    /// Writes a file beside its place and then moves it there, so that nobody reads half a file.
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), ReportError> {
        let file = self.path.join(name);
        let part = self.path.join(format!("{name}.part"));
        fs::write(&part, bytes)
            .and_then(|()| fs::rename(&part, &file))
            .map_err(|source| ReportError::WriteFile { file, source })?;
        self.files.push(PathBuf::from(name));
        Ok(())
    }
    /// Writes a table as CSV, Parquet and LaTeX.
    pub fn write_table(&mut self, table: &StudyTable) -> Result<(), ReportError> {
        let stem = format!("tables/{}", table.data.name);
        let csv = table_to_csv(&table.data);
        self.write(&format!("{stem}.csv"), csv.as_bytes())?;
        let parquet = table_to_parquet(&table.data)?;
        self.write(&format!("{stem}.parquet"), &parquet)?;
        self.write(&format!("{stem}.tex"), table_latex(table).as_bytes())
    }

    /// Writes a value as pretty JSON: keys in the order of the types, a line feed at the end.
    pub fn write_json(&mut self, name: &str, value: &impl Serialize) -> Result<(), ReportError> {
        let mut json = serde_json::to_vec_pretty(value)?;
        json.push(b'\n');
        self.write(name, &json)
    }
}
