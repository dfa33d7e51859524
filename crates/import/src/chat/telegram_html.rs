//! Exports of Telegram Desktop as HTML: `messages.html`, `messages2.html`, …
//!
//! See `docs/formats/telegram_html.md` for the mapping and its reasons.

mod fragment;
mod pages;

use entangle_dump::{FileEntry, FileReader, Found, Input, Lines};
use entangle_model::record::RecordKind;

use crate::recorder::Recorder;
use crate::{ImportError, ImportOptions, Importer, Sample, SampleFile, Sink};
use pages::Pages;

/// The importer.
pub(crate) struct TelegramHtml;

/// How every message begins; its classes follow.
const MESSAGE_START: &str = "<div class=\"message ";

impl Importer for TelegramHtml {
    fn name(&self) -> &'static str {
        "telegram_html"
    }

    fn about(&self) -> &'static str {
        "Telegram Desktop export as HTML: messages.html of one chat"
    }

    fn detect(&self, sample: &Sample) -> f64 {
        // The same messages, with more about them.
        let has_json = sample
            .files
            .iter()
            .any(|file| file.base_name == "result.json");
        if has_json {
            return 0.0;
        }
        sample.best_file(confidence)
    }

    fn import(
        &self,
        input: &Input,
        options: &ImportOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        let mut recorder = Recorder::new(options, sink);
        let files = files_to_read(input);
        if files.is_empty() {
            return Err(ImportError::NothingToRead {
                format: self.name(),
                expected: "messages.html",
            });
        }
        let mut pages = Pages::default();
        for entry in files {
            pages.start_file(&entry.name);
            input.read_file(entry, |file| import_file(file, &mut pages, &mut recorder))?;
        }
        recorder.finish()
    }
}

fn confidence(file: &SampleFile) -> f64 {
    let is_export = file.head.contains("<title>Exported Data</title>")
        && (file.head.contains("page_body chat_page") || file.head.contains(MESSAGE_START));
    if is_export { 0.95 } else { 0.0 }
}

/// Every page of messages, or the only file whatever its name, in the order of their numbers:
/// a page begins where the one before it ends.
fn files_to_read(input: &Input) -> Vec<&FileEntry> {
    if let [only] = input.files() {
        return vec![only];
    }
    let mut pages: Vec<(&str, u32, &FileEntry)> = input
        .files()
        .iter()
        .filter_map(|entry| {
            let base_name = entry.base_name();
            let number = base_name.strip_prefix("messages")?.strip_suffix(".html")?;
            let number = if number.is_empty() {
                1
            } else {
                number.parse().ok()?
            };
            Some((pages::folder_of(&entry.name), number, entry))
        })
        .collect();
    pages.sort_by_key(|(folder, number, _)| (*folder, *number));
    pages.into_iter().map(|(_, _, entry)| entry).collect()
}

/// Cuts the file at the starts of its messages.
fn import_file(
    file: &mut FileReader<'_>,
    pages: &mut Pages,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    recorder.start_file(file);
    let byte_count_max = file.limits().row_bytes_max;
    let mut lines = Lines::new(file);
    while let Some(found) = lines.next_line()? {
        match found {
            Found::Readable(row) => {
                let mut pieces = row.text.split(MESSAGE_START);
                pages.extend(pieces.next().unwrap_or_default(), &row, byte_count_max);
                for piece in pieces {
                    pages.finish_message(recorder)?;
                    pages.start_message(piece, &row);
                }
            }
            Found::Unreadable(unreadable) => recorder.unreadable(RecordKind::Post, unreadable),
        }
        recorder.progress(lines.byte_position())?;
    }
    pages.finish_message(recorder)?;
    recorder.progress(lines.byte_position())
}
