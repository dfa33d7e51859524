//! Whether a package is what was written: every file that is missing, changed or added, by name.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::ExportError;
use crate::package::{HASH_LIST, hexadecimal, sha256_hexadecimal};
use crate::package_path::{check_path, is_secret};

const HASH_DIGIT_COUNT: usize = 64;
const READ_BYTES: usize = 64 * 1024;

/// A file whose content is not what the list says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFile {
    /// Its path in the package.
    pub path: String,
    /// SHA-256 by the list, hexadecimal digits.
    pub stated_hash: String,
    /// SHA-256 of what is there.
    pub found_hash: String,
}

/// What a check of a package found; lists are sorted by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PackageCheck {
    /// SHA-256 of the list of hashes: compare it with the published one. A package whose files and
    /// list were both exchanged differs in nothing else.
    pub package_id: String,
    /// Files that are as the list says.
    pub unchanged_count: u64,
    /// Files of the list that are not there.
    pub missing: Vec<String>,
    /// Files that are there and differ.
    pub changed: Vec<ChangedFile>,
    /// Files, links and empty folders that are there and not in the list.
    pub added: Vec<String>,
    /// Those of the added files that are secrets of a workspace, such as the key of the
    /// pseudonyms.
    pub secrets: Vec<String>,
}

impl PackageCheck {
    /// Whether nothing is missing, changed or added.
    pub fn is_whole(&self) -> bool {
        self.missing.is_empty() && self.changed.is_empty() && self.added.is_empty()
    }
}

/// Checks the package in a folder. Symbolic links are not followed; they count as added.
pub fn verify_package(folder: &Path) -> Result<PackageCheck, ExportError> {
    let list_path = folder.join(HASH_LIST);
    let list = fs::read(&list_path).map_err(file_error("read", &list_path))?;
    let stated = parse_hash_list(&list).map_err(|reason| ExportError::HashList {
        path: list_path,
        reason,
    })?;
    let mut check = PackageCheck {
        package_id: sha256_hexadecimal(&list),
        ..PackageCheck::default()
    };
    let mut found = BTreeMap::new();
    list_files(folder, "", &mut found)?;
    found.remove(HASH_LIST);
    for (path, stated_hash) in &stated {
        if found.remove(path) != Some(Kind::File) {
            check.missing.push(path.clone());
            continue;
        }
        let found_hash = hash_of(&folder.join(path))?;
        if &found_hash == stated_hash {
            check.unchanged_count += 1;
        } else {
            check.changed.push(ChangedFile {
                path: path.clone(),
                stated_hash: stated_hash.clone(),
                found_hash,
            });
        }
    }
    check.added = found.into_keys().collect();
    check.secrets = check
        .added
        .iter()
        .filter(|path| path.rsplit('/').next().is_some_and(is_secret))
        .cloned()
        .collect();
    Ok(check)
}

/// Hashes by path. The list is input: a path that no package may hold is refused, so that nothing
/// outside the folder is read.
fn parse_hash_list(list: &[u8]) -> Result<BTreeMap<String, String>, String> {
    let text = std::str::from_utf8(list).map_err(|_| "it is not UTF-8".to_owned())?;
    let mut hashes = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let (hash, path) = line
            .split_once("  ")
            .ok_or_else(|| format!("line {number} is not a hash, two spaces and a path"))?;
        let is_hash = hash.len() == HASH_DIGIT_COUNT
            && hash
                .bytes()
                .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        if !is_hash {
            return Err(format!(
                "line {number} does not begin with 64 hexadecimal digits"
            ));
        }
        check_path(path).map_err(|error| format!("line {number}: {error}"))?;
        if hashes.insert(path.to_owned(), hash.to_owned()).is_some() {
            return Err(format!("line {number} names {path} a second time"));
        }
    }
    if hashes.is_empty() {
        return Err("it is empty".to_owned());
    }
    Ok(hashes)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Other,
}

/// Everything below a folder that is no folder with content, by its path with slashes.
fn list_files(
    folder: &Path,
    prefix: &str,
    found: &mut BTreeMap<String, Kind>,
) -> Result<(), ExportError> {
    let entries = fs::read_dir(folder).map_err(file_error("read", folder))?;
    let mut is_empty = true;
    for entry in entries {
        let entry = entry.map_err(file_error("read", folder))?;
        is_empty = false;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry
            .file_type()
            .map_err(file_error("read", &entry.path()))?;
        if kind.is_dir() {
            list_files(&entry.path(), &format!("{path}/"), found)?;
        } else if kind.is_file() {
            found.insert(path, Kind::File);
        } else {
            found.insert(path, Kind::Other);
        }
    }
    if is_empty && !prefix.is_empty() {
        found.insert(prefix.to_owned(), Kind::Other);
    }
    Ok(())
}

fn hash_of(path: &Path) -> Result<String, ExportError> {
    let mut file = File::open(path).map_err(file_error("read", path))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; READ_BYTES];
    loop {
        let count = file.read(&mut buffer).map_err(file_error("read", path))?;
        if count == 0 {
            return Ok(hexadecimal(&hash.finalize()));
        }
        hash.update(&buffer[..count]);
    }
}

fn file_error(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> ExportError {
    let path = path.to_owned();
    move |source| ExportError::File {
        action,
        path,
        source,
    }
}
