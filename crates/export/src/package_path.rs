//! Which names files of a package may have: the same file under the same name on every system,
//! inside the folder, and never a secret of the workspace.

use crate::ExportError;

const PATH_LENGTH_MAX: usize = 200;

/// Files of a workspace that never leave it: the key of the pseudonyms, who looked behind them, and
/// who was deleted on request.
const SECRET_FILES: [&str; 3] = ["pseudonym.key", "disclosures.jsonl", "forgotten.jsonl"];

/// Names that some systems keep for devices.
const DEVICE_NAMES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Whether a part of a path names a secret of the workspace, in any case.
pub(crate) fn is_secret(file_name: &str) -> bool {
    SECRET_FILES
        .iter()
        .any(|secret| file_name.trim().eq_ignore_ascii_case(secret))
}

/// Refuses a path that a package cannot hold.
pub(crate) fn check_path(path: &str) -> Result<(), ExportError> {
    let refuse = |reason: &'static str| {
        Err(ExportError::PackagePath {
            path: path.to_owned(),
            reason,
        })
    };
    if path.is_empty() || path.len() > PATH_LENGTH_MAX {
        return refuse("a path has from 1 to 200 characters");
    }
    for part in path.split('/') {
        if is_secret(part) {
            return refuse("it is a secret of the workspace, which no package holds");
        }
        if part.is_empty() || part == "." || part == ".." {
            return refuse("a path is relative, with single slashes and without . and ..");
        }
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if !part.bytes().all(is_allowed) || part.ends_with('.') {
            return refuse(
                "parts of a path are ASCII letters, digits, dots, hyphens and underscores, and do not end in a dot",
            );
        }
        let stem = part
            .split('.')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let is_port = stem.len() == 4 && (stem.starts_with("com") || stem.starts_with("lpt"));
        if DEVICE_NAMES.contains(&stem.as_str()) || is_port {
            return refuse("some systems keep that name for a device");
        }
    }
    Ok(())
}
