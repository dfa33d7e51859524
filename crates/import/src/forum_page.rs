//! Saved pages of forums: folders of HTML, MHTML, WARC, ARC and WACZ.
//!
//! See `docs/formats/forum_pages.md` for the mapping and its reasons. The input is read twice:
//! first for what only the whole can say (which site it is, whether the day or the month comes
//! first in its dates), then for the records.

use entangle_dump::{FileEntry, FileReader, Found, Input, SavedPage, SavedPages};
use entangle_model::record::RecordKind;

use crate::recorder::Recorder;
use crate::{ImportError, ImportOptions, Importer, Sample, SampleFile, Sink};

mod address;
mod emit;
mod engine;
mod engines;
#[cfg(test)]
mod member_samples;
mod page;
mod profile;
mod recognise;
#[cfg(test)]
mod samples;
mod survey;
mod times;
mod words;

pub(crate) use address::{Numbered, number_in_address};
use emit::Emitter;
use recognise::KnownEngines;
use survey::Survey;

/// The importer.
pub struct ForumPages;

impl Importer for ForumPages {
    fn name(&self) -> &'static str {
        "forum_pages"
    }

    fn about(&self) -> &'static str {
        "saved pages of XenForo, MyBB, phpBB, vBulletin, SMF, Invision, Discourse, FlaskBB, django-machina, Spirit and Misago forums (HTML, MHTML, WARC, WACZ)"
    }

    fn may_repeat_posts(&self) -> bool {
        true
    }

    fn detect(&self, sample: &Sample) -> f64 {
        let engines = KnownEngines::new();
        sample.best_file(|file| confidence(file, &engines))
    }

    fn import(
        &self,
        input: &Input,
        options: &ImportOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        let engines = KnownEngines::new();
        let mut survey = Survey::new(&engines);
        visit_pages(input, &mut survey)?;
        if survey.is_empty() {
            return Err(ImportError::NothingToRead {
                format: self.name(),
                expected: "HTML pages, alone or in MHTML, WARC, ARC or WACZ files",
            });
        }
        let mut records = Records {
            emitter: Emitter::new(survey.into_source(), &engines),
            recorder: Recorder::new(options, sink),
        };
        visit_pages(input, &mut records)?;
        records.recorder.finish()
    }
}

/// Is given the pages of an input, file by file.
trait PageVisitor {
    fn start_file(&mut self, file: &FileReader<'_>);

    fn page(&mut self, found: Found<SavedPage>, byte_position: u64) -> Result<(), ImportError>;
}

impl PageVisitor for Survey<'_> {
    fn start_file(&mut self, _: &FileReader<'_>) {}

    fn page(&mut self, found: Found<SavedPage>, _: u64) -> Result<(), ImportError> {
        self.add(&found);
        Ok(())
    }
}

/// The second reading.
struct Records<'e, 's> {
    emitter: Emitter<'e>,
    recorder: Recorder<'s>,
}

impl PageVisitor for Records<'_, '_> {
    fn start_file(&mut self, file: &FileReader<'_>) {
        self.recorder.start_file(file);
    }

    fn page(&mut self, found: Found<SavedPage>, byte_position: u64) -> Result<(), ImportError> {
        match found {
            Found::Unreadable(lost) => self.recorder.unreadable(RecordKind::Unknown, lost),
            Found::Readable(page) => self.emitter.page(&page, &mut self.recorder)?,
        }
        self.recorder.progress(byte_position)
    }
}

/// Gives every page of the input to the visitor. Files that hold none are passed over: pictures
/// and scripts lie beside most saved pages.
fn visit_pages(input: &Input, visitor: &mut dyn PageVisitor) -> Result<(), ImportError> {
    for entry in input.files().iter().filter(|entry| may_hold_pages(entry)) {
        input.read_file_bytes(entry, |file| {
            visitor.start_file(file);
            let mut pages = SavedPages::new(file);
            while let Some(found) = pages.next_page()? {
                visitor.page(found, pages.byte_position())?;
            }
            Ok::<_, ImportError>(())
        })?;
    }
    Ok(())
}

/// Endings of files that lie beside saved pages and are none.
const OTHER_ENDINGS: [&str; 16] = [
    ".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".ico", ".css", ".js", ".woff", ".woff2",
    ".ttf", ".mp4", ".mp3", ".pdf", ".json",
];

fn may_hold_pages(entry: &FileEntry) -> bool {
    let name = entry.base_name().to_lowercase();
    !OTHER_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Letters within which a page has to show that it is HTML.
const START_LETTERS: usize = 1024;

/// A page or archive whose first 64 KiB show a sign of a known engine.
fn confidence(file: &SampleFile, engines: &KnownEngines) -> f64 {
    let head = file.head.trim_start();
    let starts_with = |start: &str| {
        head.get(..start.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(start))
    };
    let is_archive = starts_with("WARC/") || starts_with("filedesc://");
    let is_message = head
        .lines()
        .take(20)
        .any(|line| line.starts_with("MIME-Version:"));
    // XML dumps begin like old pages and may quote any of them.
    let start: String = head
        .chars()
        .take(START_LETTERS)
        .collect::<String>()
        .to_lowercase();
    let is_page = head.starts_with('<')
        && ["<!doctype html", "<html", "<head"]
            .iter()
            .any(|tag| start.contains(tag));
    if !is_archive && !is_message && !is_page {
        return 0.0;
    }
    // Pages in MHTML are quoted-printable.
    let has_sign = match is_message {
        true => engines.has_sign(
            &head
                .replace("=\r\n", "")
                .replace("=\n", "")
                .replace("=3D", "="),
        ),
        false => engines.has_sign(head),
    };
    match (has_sign, is_archive) {
        (true, _) => 0.95,
        (false, true) => 0.3,
        (false, false) => 0.0,
    }
}

#[cfg(test)]
mod tests;
