//! The two sides of an import: who reads a format, and who takes the records.

use chrono::{DateTime, Utc};
use entangle_dump::Input;
use entangle_model::record::{Account, FormerName, Identifier, Post, RecordKind, Reject, Thread};

use crate::instant::ZoneCounts;
use crate::{ImportError, Sample};

/// Reads one format. To add one, write a module with a type that implements this and list it in
/// [`crate::importers`].
pub trait Importer: Sync {
    /// Its name on the command line, in snake case.
    fn name(&self) -> &'static str;

    /// What it reads, in one line.
    fn about(&self) -> &'static str;

    /// Confidence in [0, 1] that the input is of this format, from the names of its files and the
    /// first 64 KiB of some of them.
    fn detect(&self, sample: &Sample) -> f64;

    /// Whether one post may come again with another text, as it does in pages that were saved
    /// twice. Its texts are then kept apart from the post itself, at the price of a hash of each.
    fn may_repeat_posts(&self) -> bool {
        false
    }

    /// Reads the input and gives its records to the sink.
    ///
    /// # Errors
    ///
    /// Where the input cannot be read to its end or the sink fails. Records that were given
    /// before must then be thrown away by the caller: the import counts as a whole or not at all.
    fn import(
        &self,
        input: &Input,
        options: &ImportOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError>;
}

/// What an importer needs to know beside the input.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// The time of the import. Instants more than a day after it are not believed.
    pub now: DateTime<Utc>,
    /// How a line of a plain chat log is laid out, for `chat_log`; `None` takes its default.
    /// `docs/formats/chat_log.md` has the language.
    pub line_pattern: Option<String>,
}

/// Takes what an importer finds.
///
/// For every kind of record, the number of calls of `asked` equals the rows that ended as
/// `unreadable`, as a whole-row `reject` (one with `field: None`), or as a record. A row that
/// carries two records, as a question carries a thread and its first post, is asked for once per
/// kind. Identifiers and former names are not asked for; they belong to the record that shows
/// them, and a row of theirs that cannot be mapped is a rejected field of its account.
pub trait Sink {
    /// Reading of a file begins; its text is taken to be in that encoding.
    fn file_started(&mut self, _encoding: &'static str) {}

    /// A record was found in the input.
    fn asked(&mut self, kind: RecordKind);

    /// What was asked for could not be read.
    fn unreadable(&mut self, reject: Reject);

    /// A row became an account. The same account may come more than once.
    ///
    /// # Errors
    ///
    /// Where it cannot be stored; so for all methods below.
    fn account(&mut self, account: Account) -> Result<(), ImportError>;

    /// A row became a thread. The same thread may come more than once.
    fn thread(&mut self, thread: Thread) -> Result<(), ImportError>;

    /// A row became a post.
    fn post(&mut self, post: Post) -> Result<(), ImportError>;

    /// A record shows an identifier.
    fn identifier(&mut self, identifier: Identifier) -> Result<(), ImportError>;

    /// A record tells of a name that an account bore before.
    fn former_name(&mut self, former_name: FormerName) -> Result<(), ImportError>;

    /// A row that was read could not be mapped, or one of its fields was dropped.
    fn reject(&mut self, reject: Reject) -> Result<(), ImportError>;

    /// Reading is over: what the zones of the instants that were read rest on.
    fn zones(&mut self, _counts: &ZoneCounts) {}

    /// So many bytes of decompressed input have been read since the import began.
    fn progress(&mut self, bytes_read: u64) -> Result<(), ImportError>;
}
