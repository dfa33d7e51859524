//! Chats as logs of lines: a time, a nick and a text.
//!
//! [`pattern`] is the language in which the layout of a line is written, [`clients`] the one
//! table of the layouts of clients, [`dates`] what names of files tell, [`reader`] the engine
//! that turns lines into messages.

mod clients;
mod dates;
mod pattern;
mod reader;

pub(crate) use clients::{
    CHAT_LOG, IRC_HEXCHAT, IRC_IRSSI, IRC_MIRC, IRC_SUPYBOT, IRC_WEECHAT, MATRIX_TEXT, PIDGIN_HTML,
    PIDGIN_TEXT,
};
pub(super) use dates::date_in_name;

use entangle_dump::Input;

use crate::files::{files_ending_in, read_each};
use crate::recorder::Recorder;
use crate::{ImportError, ImportOptions, Importer, Sample, SampleFile, Sink};
use pattern::{CompiledForms, LineForms};

/// The layout of a log.
pub(crate) struct LogFormat {
    /// Name of the importer.
    name: &'static str,
    /// What it reads, in one line.
    about: &'static str,
    /// Endings of the names of its files in a folder or archive.
    file_endings: &'static [&'static str],
    /// Its lines.
    forms: LineForms,
    /// What the beginning of a file has to hold, as patterns of which one fits one of its lines as
    /// they stand; empty where the forms of the lines are enough.
    signature: &'static [&'static str],
    /// Whether lines are HTML.
    is_html: bool,
    /// What nicks look like.
    nicks: Nicks,
    /// Whether a line of no known form goes on with the message before it.
    has_continuations: bool,
    /// Whether a time that goes back by half a day or more means the next day, because the client
    /// does not say when a day ends.
    rolls_over: bool,
}

/// What the nicks of a log look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nicks {
    /// Names of any kind.
    Names,
    /// Those of IRC: without spaces, after a sign of their rank, with codes for colours around
    /// them.
    Irc,
    /// Addresses of Matrix, `@name:server`.
    Matrix,
}

/// Lines that detection looks at.
const SAMPLE_LINE_COUNT: usize = 200;

/// Share of the lines looked at that have to fit.
const FITTING_SHARE_MIN: f64 = 0.8;

impl Importer for LogFormat {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn detect(&self, sample: &Sample) -> f64 {
        match self.forms.compile(None) {
            Ok(forms) => sample.best_file(|file| self.confidence(&forms, file)),
            Err(_) => 0.0,
        }
    }

    fn import(
        &self,
        input: &Input,
        options: &ImportOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        let declared = options.line_pattern.as_deref();
        let forms = self
            .forms
            .compile(declared.filter(|_| self.forms.is_declarable))?;
        let mut recorder = Recorder::new(options, sink);
        let files = files_ending_in(input, self.file_endings);
        let expected = "logs by the usual ending of their names";
        read_each(input, &files, self.name, expected, |file| {
            reader::import_file(self, &forms, file, &mut recorder)
        })?;
        recorder.finish()
    }
}

impl LogFormat {
    /// By how many of the first lines fit, and by what only this client writes.
    fn confidence(&self, forms: &CompiledForms, file: &SampleFile) -> f64 {
        let mut lines: Vec<&str> = file
            .head
            .lines()
            .filter(|line| !line.trim().is_empty())
            .take(SAMPLE_LINE_COUNT)
            .collect();
        // The last line may be cut by the end of what was looked at.
        if lines.len() > 1 && lines.len() < SAMPLE_LINE_COUNT {
            lines.pop();
        }
        let fitting = lines.iter().filter(|line| {
            let plain = reader::plain_line(self, line);
            forms.fits(&plain, self.nicks == Nicks::Irc)
        });
        let fitting_count = fitting.count();
        if fitting_count == 0 || !self.has_signature(&file.head) {
            return 0.0;
        }
        let share = fitting_count as f64 / lines.len() as f64;
        if self.has_continuations {
            // A message may have any number of lines; the first has to fit.
            let first = lines.first().map(|line| reader::plain_line(self, line));
            let is_first_fitting =
                first.is_some_and(|line| forms.fits(&line, self.nicks == Nicks::Irc));
            return if is_first_fitting && share > 0.05 {
                self.forms.confidence
            } else {
                0.0
            };
        }
        if share >= FITTING_SHARE_MIN {
            self.forms.confidence
        } else {
            0.0
        }
    }

    fn has_signature(&self, head: &str) -> bool {
        let mut patterns = self
            .signature
            .iter()
            .filter_map(|text| pattern::Pattern::parse(text).ok());
        self.signature.is_empty()
            || patterns.any(|pattern| {
                let mut lines = head.lines().take(SAMPLE_LINE_COUNT);
                lines.any(|line| pattern.read(line.trim_end()).is_some())
            })
    }
}

#[cfg(test)]
mod tests;
