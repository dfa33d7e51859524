//! Which files of an input an importer reads, one after another.

use entangle_dump::{FileEntry, FileReader, Input};

use crate::ImportError;

/// The files whose name, in lower case and without `.gz` or `.zst`, has one of the endings. The
/// only file of an input is read whatever its name.
pub(crate) fn files_ending_in<'i>(input: &'i Input, endings: &[&str]) -> Vec<&'i FileEntry> {
    let is_single = input.files().len() == 1;
    let has_ending = |entry: &&FileEntry| {
        let name = entry.base_name().to_lowercase();
        is_single || endings.iter().any(|ending| name.ends_with(ending))
    };
    input.files().iter().filter(has_ending).collect()
}

/// Reads the files in order.
///
/// # Errors
///
/// [`ImportError::NothingToRead`] without a file; and those of reading one.
pub(crate) fn read_each(
    input: &Input,
    files: &[&FileEntry],
    format: &'static str,
    expected: &'static str,
    mut read: impl FnMut(&mut FileReader<'_>) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    if files.is_empty() {
        return Err(ImportError::NothingToRead { format, expected });
    }
    for entry in files {
        input.read_file(entry, &mut read)?;
    }
    Ok(())
}
