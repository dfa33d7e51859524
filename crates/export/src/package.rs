//! A frozen package: a folder of tables with all that a reader needs to use, check and cite them.
//!
//! Beside the caller's files it holds `README.md`, `CODEBOOK.md` and `codebook.json`,
//! `study.toml`, `LICENSE.txt`, `CITATION.cff` and, written last, `SHA256SUMS`, which
//! `sha256sum --check` reads. A folder without that list is no package: its writing was cut off.
//! The key of the pseudonyms is refused under any folder and in any case.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::ExportError;
use crate::citation::Citation;
use crate::codebook::{CodebookTable, codebook_markdown, markdown_cell};
use crate::package_path::check_path;

/// The list of hashes of a package.
pub const HASH_LIST: &str = "SHA256SUMS";

/// Names that the writer fills itself.
const OWN_FILES: [&str; 7] = [
    "README.md",
    "CODEBOOK.md",
    "codebook.json",
    "study.toml",
    "LICENSE.txt",
    "CITATION.cff",
    HASH_LIST,
];

/// What the caller says about a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageAbout {
    /// How to cite it; its title and summary stand in the README too.
    pub citation: Citation,
    /// Text of the licence.
    pub licence_text: String,
    /// The study file as it was used.
    pub study_file: String,
}

/// A package that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenPackage {
    /// SHA-256 of the list of hashes, in hexadecimal digits: publish it, since it stands for
    /// every byte of the package, and the list alone can be exchanged with the files.
    pub package_id: String,
    /// Files in the package without the list.
    pub file_count: u64,
    /// Bytes of these.
    pub byte_count: u64,
}

/// Writes a package into a folder.
pub struct PackageWriter {
    folder: PathBuf,
    about: PackageAbout,
    tables: Vec<CodebookTable>,
    /// Digits of hashes by path.
    hashes: BTreeMap<String, String>,
    /// Paths in lower case, since some systems do not tell cases apart.
    lower_paths: BTreeSet<String>,
    byte_count: u64,
}

impl PackageWriter {
    /// Begins a package in a folder that is not there yet or is empty.
    pub fn create(folder: &Path, about: PackageAbout) -> Result<Self, ExportError> {
        let required = [
            (about.citation.title.trim(), "a title"),
            (about.licence_text.trim(), "the text of a licence"),
            (about.study_file.trim(), "the study file"),
        ];
        for (text, name) in required {
            if text.is_empty() {
                return Err(ExportError::PackageIncomplete(name));
            }
        }
        if about.citation.authors.is_empty() {
            return Err(ExportError::PackageIncomplete("an author"));
        }
        let file_error = |action: &'static str| {
            move |source| ExportError::File {
                action,
                path: folder.to_owned(),
                source,
            }
        };
        fs::create_dir_all(folder).map_err(file_error("create"))?;
        let mut entries = fs::read_dir(folder).map_err(file_error("read"))?;
        if entries.next().is_some() {
            let not_empty = io::Error::new(io::ErrorKind::AlreadyExists, "the folder is not empty");
            return Err(file_error("begin a package in")(not_empty));
        }
        Ok(PackageWriter {
            folder: folder.to_owned(),
            about,
            tables: Vec::new(),
            hashes: BTreeMap::new(),
            lower_paths: BTreeSet::new(),
            byte_count: 0,
        })
    }

    /// Refuses a list of files before any is written.
    pub fn check_files<'a>(paths: impl IntoIterator<Item = &'a str>) -> Result<(), ExportError> {
        paths.into_iter().try_for_each(check_callers_path)
    }

    /// Adds a file; `write` writes it.
    pub fn add_file(
        &mut self,
        path: &str,
        write: impl FnOnce(&mut dyn Write) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        check_callers_path(path)?;
        self.write_file(path, write)
    }

    /// Adds a table with its entry of the codebook; `write` writes the file that the entry names.
    pub fn add_table(
        &mut self,
        table: CodebookTable,
        write: impl FnOnce(&mut dyn Write) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let path = table.file.clone();
        self.add_file(&path, write)?;
        self.tables.push(table);
        Ok(())
    }

    /// Writes what every package holds, and the list of hashes last.
    pub fn finish(mut self) -> Result<WrittenPackage, ExportError> {
        let codebook = serde_json::to_string_pretty(&self.tables)? + "\n";
        let own_files = [
            ("CODEBOOK.md", codebook_markdown(&self.tables)),
            ("codebook.json", codebook),
            ("study.toml", self.about.study_file.clone()),
            ("LICENSE.txt", self.about.licence_text.clone()),
            ("CITATION.cff", self.about.citation.to_cff()),
        ];
        for (path, text) in own_files {
            self.write_text(path, &text)?;
        }
        let readme = self.readme();
        self.write_text("README.md", &readme)?;
        let mut list = String::new();
        for (path, hash) in &self.hashes {
            let _ = writeln!(list, "{hash}  {path}");
        }
        let written = WrittenPackage {
            package_id: sha256_hexadecimal(list.as_bytes()),
            file_count: self.hashes.len() as u64,
            byte_count: self.byte_count,
        };
        self.write_text(HASH_LIST, &list)?;
        Ok(written)
    }

    fn write_text(&mut self, path: &str, text: &str) -> Result<(), ExportError> {
        self.write_file(path, |out| Ok(out.write_all(text.as_bytes())?))
    }

    fn write_file(
        &mut self,
        path: &str,
        write: impl FnOnce(&mut dyn Write) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        if !self.lower_paths.insert(path.to_ascii_lowercase()) {
            return Err(ExportError::PackagePath {
                path: path.to_owned(),
                reason: "the package has a file of that name; cases of letters are not told apart",
            });
        }
        let full_path = self.folder.join(path);
        let file_error = |action: &'static str| {
            let path = full_path.clone();
            move |source| ExportError::File {
                action,
                path,
                source,
            }
        };
        if let Some(parent) = full_path.parent() {
            fs::create_dir_all(parent).map_err(file_error("create the folder of"))?;
        }
        let file = File::create_new(&full_path).map_err(file_error("create"))?;
        let mut out = HashingWriter {
            out: BufWriter::new(file),
            hash: Sha256::new(),
            byte_count: 0,
        };
        write(&mut out)?;
        out.flush().map_err(file_error("write"))?;
        out.out.get_ref().sync_all().map_err(file_error("write"))?;
        self.byte_count += out.byte_count;
        self.hashes
            .insert(path.to_owned(), hexadecimal(&out.hash.finalize()));
        Ok(())
    }

    fn readme(&self) -> String {
        let citation = &self.about.citation;
        let mut readme = format!(
            "# {}\n\n{}\n\nVersion {}, released on {}. How to cite it: `CITATION.cff`. Licence: `LICENSE.txt`.\n\n## Files\n\n",
            markdown_cell(&citation.title),
            citation.summary.trim(),
            markdown_cell(&citation.version),
            citation.released_on
        );
        for path in self.hashes.keys() {
            let table = self.tables.iter().find(|table| &table.file == path);
            let about = match (table, path.as_str()) {
                (Some(table), _) => markdown_cell(&table.about),
                (None, "CODEBOOK.md") => "what the columns mean".to_owned(),
                (None, "codebook.json") => "the same for programs".to_owned(),
                (None, "study.toml") => "the study file as it was used".to_owned(),
                (None, "LICENSE.txt") => "the licence".to_owned(),
                (None, "CITATION.cff") => "how to cite".to_owned(),
                (None, _) => String::new(),
            };
            let separator = if about.is_empty() { "" } else { ": " };
            let _ = writeln!(readme, "- `{path}`{separator}{about}");
        }
        readme += "\n## Check\n\n```sh\nsha256sum --check SHA256SUMS\n```\n\nnames every file that was changed or is missing. It does not name files that were added.\n\n## Pseudonyms\n\nThe key of the pseudonyms is not part of this package. Without it a pseudonym cannot be computed from a name.\n";
        readme
    }
}

fn check_callers_path(path: &str) -> Result<(), ExportError> {
    check_path(path)?;
    if OWN_FILES.iter().any(|own| own.eq_ignore_ascii_case(path)) {
        return Err(ExportError::PackagePath {
            path: path.to_owned(),
            reason: "the package writes that file itself",
        });
    }
    Ok(())
}

/// SHA-256 of bytes as `sha256sum` prints it: 64 lower-case hexadecimal digits.
pub fn sha256_hexadecimal(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// Hashes what passes through it.
struct HashingWriter<W: Write> {
    out: W,
    hash: Sha256,
    byte_count: u64,
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.hash.update(&bytes[..count]);
        self.byte_count += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
