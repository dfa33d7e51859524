//! Mailing lists, newsgroups and mailboxes: mbox files of any writer (Mailman's pipermail and
//! HyperKitty, Groups.io, Usenet archives, mail programs) and files of one mail each.
//!
//! See `docs/formats/mail.md` for the mapping and its reasons.

mod body;
mod headers;
mod message;
mod own_text;
mod sender;

#[cfg(test)]
mod tests;

use entangle_dump::{FileReader, Found, Input, MboxMessages, is_envelope};
use entangle_model::record::RecordKind;

use crate::recorder::Recorder;
use crate::{ImportError, ImportOptions, Importer, Sample, Sink};

/// The importer.
pub struct Mail;

impl Importer for Mail {
    fn name(&self) -> &'static str {
        "mail"
    }

    fn about(&self) -> &'static str {
        "mailing lists, newsgroups and mailboxes: mbox, pipermail, HyperKitty, Groups.io, NNTP, eml"
    }

    fn detect(&self, sample: &Sample) -> f64 {
        sample.best_file(|file| confidence(file.head.as_bytes()))
    }

    fn import(
        &self,
        input: &Input,
        options: &ImportOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        let mut recorder = Recorder::new(options, sink);
        let mut has_mail = false;
        for entry in input.files() {
            input.read_file(entry, |file| {
                if confidence(file.fill()?) == 0.0 {
                    return Ok(());
                }
                has_mail = true;
                import_file(file, &mut recorder)
            })?;
        }
        if !has_mail {
            return Err(ImportError::NothingToRead {
                format: self.name(),
                expected: "files that begin with the header of a mail, or with its From line",
            });
        }
        recorder.finish()
    }
}

/// Names of header fields that mails have and other texts of the form `Name: value` have not.
const MAIL_FIELDS: [&str; 12] = [
    "from",
    "date",
    "subject",
    "message-id",
    "received",
    "return-path",
    "delivered-to",
    "newsgroups",
    "mime-version",
    "x-original-to",
    "references",
    "in-reply-to",
];

/// Fields that have to be in the header of a file that does not begin with a `From ` line.
const MAIL_FIELD_COUNT_MIN: usize = 3;

/// Confidence that a file whose beginning is given holds mails.
fn confidence(head: &[u8]) -> f64 {
    let mut lines = head
        .trim_ascii_start()
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .peekable();
    let has_envelope = lines.next_if(|line| is_envelope(line)).is_some();
    let mut known_count = 0;
    for line in lines.take_while(|line| !line.is_empty()) {
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        let Some(name) = field_name(line) else {
            return 0.0;
        };
        known_count += usize::from(MAIL_FIELDS.contains(&name.as_str()));
    }
    match (has_envelope, known_count) {
        (true, 1..) => 0.95,
        (false, MAIL_FIELD_COUNT_MIN..) => 0.9,
        _ => 0.0,
    }
}

/// The name before the colon, lower case.
fn field_name(line: &[u8]) -> Option<String> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = line.get(..colon).filter(|name| !name.is_empty())?;
    let is_name_byte = |byte: &u8| byte.is_ascii_graphic();
    let name = name.trim_ascii_end();
    name.iter()
        .all(is_name_byte)
        .then(|| String::from_utf8_lossy(name).to_lowercase())
}

fn import_file(file: &mut FileReader<'_>, recorder: &mut Recorder<'_>) -> Result<(), ImportError> {
    recorder.start_file(file);
    let charset = file.encoding().name();
    let mut messages = MboxMessages::new(file);
    while let Some(found) = messages.next_message()? {
        match found {
            Found::Readable(row) => message::import_message(&row, charset, recorder)?,
            Found::Unreadable(unreadable) => recorder.unreadable(RecordKind::Post, unreadable),
        }
        recorder.progress(messages.byte_position())?;
    }
    recorder.progress(messages.byte_position())
}
