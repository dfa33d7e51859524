#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod instant;
pub mod recorder;

mod canonical;
mod canonical_csv;
mod canonical_jsonl;
mod detect;
mod error;
mod importer;
mod jabber_json;
mod stackexchange;
mod telegram_desktop;

#[cfg(test)]
mod testing;

pub use detect::{CONFIDENCE_MARGIN_MIN, CONFIDENCE_MIN, Detection, Sample, SampleFile, detect};
pub use error::ImportError;
pub use importer::{ImportOptions, Importer, Sink};

/// Every importer. Adding one is a module and a line here.
pub fn importers() -> &'static [&'static dyn Importer] {
    &[
        &canonical_csv::CanonicalCsv,
        &canonical_jsonl::CanonicalJsonl,
        &jabber_json::JabberJson,
        &stackexchange::StackExchange,
        &telegram_desktop::TelegramDesktop,
    ]
}

/// The importer of that name.
///
/// # Errors
///
/// [`ImportError::UnknownFormat`].
pub fn importer(name: &str) -> Result<&'static dyn Importer, ImportError> {
    importers()
        .iter()
        .copied()
        .find(|importer| importer.name() == name)
        .ok_or_else(|| ImportError::UnknownFormat {
            name: name.to_string(),
            names: importer_names(),
        })
}

fn importer_names() -> String {
    let names: Vec<&str> = importers().iter().map(|importer| importer.name()).collect();
    names.join(", ")
}
