//! Reading the whole log and naming the first line that does not fit, in bounded memory.

use std::fmt;
use std::fs::File;
use std::io::{BufReader, Read, Take};
use std::path::{Path, PathBuf};

use super::entry::{AuditEntry, LineFault, NO_HASH};
use super::head::{Anchor, DAMAGE_HINT, Head};
use super::lines::{Line, Lines};
use super::segments::Files;
use crate::durable::FileLock;
use crate::error::{AccessError, Attempt, Result};

/// What a log was found to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Entries from the first on that fit.
    pub entry_count: u64,
    /// Hash of the last of them; of none zeros.
    pub last_hash: String,
    /// Files of the log.
    pub segment_count: usize,
    /// Whole entries that the head does not count yet: a writer was killed, or power was lost. They
    /// fit the chain and count above.
    pub unacknowledged_entry_count: u64,
    /// Bytes at the end of an entry that a killed writer did not finish. Nobody was told it was
    /// written; the next opening removes it and says so in the log.
    pub torn_byte_count: u64,
    /// The first thing that does not fit; `None`: nothing was found.
    pub damage: Option<Damage>,
}

/// Where a log does not fit, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Name of the file in the log's folder.
    pub file: String,
    /// The line, from 1; `None` where a whole file is meant.
    pub line: Option<u64>,
    /// How it does not fit.
    pub kind: DamageKind,
}

/// How a log does not fit. What somebody did is not known, only what is seen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DamageKind {
    /// The line is no entry, or not in the form in which entries are written.
    #[error("the line is no entry: {0}")]
    Unreadable(String),
    /// The contents of an entry do not fit its hash.
    #[error("the entry was edited: its contents do not fit its hash")]
    Edited,
    /// The entry fits itself and not the hash of the one before: one of the two was replaced.
    #[error("this entry or the one before was replaced: it names another hash")]
    Replaced,
    /// Entries are not there.
    #[error("entries were removed before this line: {count}")]
    Removed {
        /// How many.
        count: u64,
    },
    /// Entries stand in another order.
    #[error("entries were reordered: entry {expected} stands further down")]
    Reordered {
        /// The entry that should stand here.
        expected: u64,
    },
    /// An entry stands here that stood before.
    #[error("entry {sequence} is repeated or was put in here")]
    Repeated {
        /// Its number.
        sequence: u64,
    },
    /// Entries at the end are not there.
    #[error("the end was cut off; missing entries: {missing_count}")]
    CutOff {
        /// How many.
        missing_count: u64,
    },
    /// The head names another hash than the log has.
    #[error("the head names another hash for this entry: the log was rewritten, or the head")]
    OtherThanHead,
    /// The head says that this entry ends elsewhere.
    #[error("the head names another place for the end of this entry: one of the two was changed")]
    ElsewhereThanHead,
    /// A published head names another hash than the log has.
    #[error("the published head names another hash for this entry: the log was rewritten since")]
    OtherThanAnchor,
    /// There is a log and no head.
    #[error("the head is missing, so nobody can tell whether the end of the log is")]
    HeadMissing,
    /// The head cannot be read.
    #[error("the head cannot be read: {0}")]
    HeadUnreadable(String),
    /// A closed segment is not there.
    #[error("this file is missing; if it was archived, put it back to verify the log")]
    SegmentMissing,
}

impl fmt::Display for Damage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(formatter, ", line {line}")?;
        }
        write!(formatter, ": {}", self.kind)
    }
}

/// Reads the log of a folder and checks it against its head and against published heads.
///
/// A server may go on writing meanwhile; what it adds is not looked at. Memory does not grow with
/// the log.
///
/// # Errors
/// Where a file cannot be read. Damage is no error: it is in the result.
pub fn verify(folder: &Path, anchors: &[Anchor]) -> Result<Verification> {
    let (mut walk, head) = Walk::begin(folder)?;
    let mut found = Verification {
        entry_count: 0,
        last_hash: NO_HASH.to_owned(),
        segment_count: walk.segments.len(),
        unacknowledged_entry_count: 0,
        torn_byte_count: 0,
        damage: None,
    };
    let head = match head {
        Ok(head) => head,
        Err(damage) => {
            found.damage = Some(damage);
            return Ok(found);
        }
    };
    found.damage = check_lines(&mut walk, &head, anchors, &mut found)?;
    if found.damage.is_none() {
        let promised = anchors.iter().map(|anchor| anchor.entry_count);
        let promised_count = promised.fold(head.entry_count, u64::max);
        found.damage = (promised_count > found.entry_count).then(|| {
            let missing_count = promised_count - found.entry_count;
            walk.damage_here(DamageKind::CutOff { missing_count })
        });
    }
    found.unacknowledged_entry_count = found.entry_count.saturating_sub(head.entry_count);
    Ok(found)
}

/// Entries from a number on, at most so many, for a reader of the log. Reads from the start of the
/// log and checks each line for itself, not the chain.
///
/// # Errors
/// Where a file cannot be read, or a line before the wanted end is no entry.
pub fn read_entries(
    folder: &Path,
    first_sequence: u64,
    count_max: usize,
) -> Result<Vec<AuditEntry>> {
    let (mut walk, _) = Walk::begin(folder)?;
    let mut entries = Vec::new();
    while entries.len() < count_max {
        match walk.next()? {
            Step::Entry(entry) if entry.sequence >= first_sequence => entries.push(*entry),
            Step::Entry(_) => {}
            Step::Torn | Step::End => break,
            Step::Missing => return Err(walk.damaged(DamageKind::SegmentMissing)),
            Step::Fault(kind) => return Err(walk.damaged(kind)),
        }
    }
    Ok(entries)
}

fn check_lines(
    walk: &mut Walk,
    head: &Head,
    anchors: &[Anchor],
    found: &mut Verification,
) -> Result<Option<Damage>> {
    loop {
        let step = walk.next()?;
        // What is after the head was never acknowledged, so it may be unfinished.
        let is_after_head = walk.is_in_last() && found.entry_count >= head.entry_count;
        let kind = match step {
            Step::End => return Ok(None),
            Step::Missing => DamageKind::SegmentMissing,
            Step::Torn | Step::Fault(_) if is_after_head => {
                found.torn_byte_count = walk.byte_count_from_here();
                return Ok(None);
            }
            Step::Torn if walk.is_in_last() => DamageKind::CutOff {
                missing_count: head.entry_count - found.entry_count,
            },
            Step::Torn => DamageKind::Unreadable("the file ends within it".to_owned()),
            Step::Fault(kind) => kind,
            Step::Entry(entry) => match misfit(&entry, found, head, anchors) {
                Some(kind) => kind,
                None if entry.sequence == head.entry_count && !walk.is_at(head) => {
                    DamageKind::ElsewhereThanHead
                }
                None => {
                    found.entry_count = entry.sequence;
                    found.last_hash = entry.hash;
                    continue;
                }
            },
        };
        let mut damage = walk.damage_here(kind);
        let expected = found.entry_count + 1;
        if matches!(damage.kind, DamageKind::Removed { .. }) && walk.finds(expected)? {
            damage.kind = DamageKind::Reordered { expected };
        }
        return Ok(Some(damage));
    }
}

/// How an entry that fits itself does not fit its place.
fn misfit(
    entry: &AuditEntry,
    found: &Verification,
    head: &Head,
    anchors: &[Anchor],
) -> Option<DamageKind> {
    let expected = found.entry_count + 1;
    if entry.sequence > expected {
        return Some(DamageKind::Removed {
            count: entry.sequence - expected,
        });
    }
    if entry.sequence < expected {
        return Some(DamageKind::Repeated {
            sequence: entry.sequence,
        });
    }
    if entry.previous_hash != found.last_hash {
        return Some(DamageKind::Replaced);
    }
    let differs = |anchor: &Anchor| anchor.entry_count == expected && anchor.hash != entry.hash;
    if anchors.iter().any(differs) {
        return Some(DamageKind::OtherThanAnchor);
    }
    differs(&head.anchor()).then_some(DamageKind::OtherThanHead)
}

/// One step through the log.
enum Step {
    /// A line that fits its own hash.
    Entry(Box<AuditEntry>),
    /// A line that does not.
    Fault(DamageKind),
    /// The last bytes of a file, without a line end.
    Torn,
    /// A closed segment that is not there; nothing follows.
    Missing,
    /// Nothing follows.
    End,
}

struct Segment {
    path: PathBuf,
    is_missing: bool,
}

/// Goes through the lines of all segments as they were at one moment.
struct Walk {
    segments: Vec<Segment>,
    /// The segment that is read, or the number of segments at the end.
    position: usize,
    lines: Option<Lines<BufReader<Take<File>>>>,
    segment_byte_count: u64,
    /// The segment that is written and its bytes at the beginning of the walk. It is opened first,
    /// since it may be renamed meanwhile; closed ones never change.
    current: Option<(File, u64)>,
}

impl Walk {
    /// Looks at the folder while nobody writes. The head is given as it is found, or as damage.
    fn begin(folder: &Path) -> Result<(Self, std::result::Result<Head, Damage>)> {
        let files = Files::of(folder);
        let _lock = FileLock::acquire_shared(&files.lock())?;
        let head = Head::read(&files.head());
        let current_path = files.current();
        let current = match File::open(&current_path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            opened => {
                let file = opened.attempt("open", &current_path)?;
                let byte_count = file.metadata().attempt("read", &current_path)?.len();
                Some((file, byte_count))
            }
        };
        let closed_before_head = head.as_ref().ok().and_then(Option::as_ref);
        let closed_count_min = closed_before_head.map_or(0, |head| head.segment - 1);
        let mut segments = closed_segments(&files, closed_count_min)?;
        if current.is_some() {
            segments.push(Segment {
                path: current_path,
                is_missing: false,
            });
        }
        let head = judge_head(&files, head, segments.is_empty())?;
        let walk = Self {
            segments,
            position: 0,
            lines: None,
            segment_byte_count: 0,
            current,
        };
        Ok((walk, head))
    }

    fn next(&mut self) -> Result<Step> {
        while let Some(segment) = self.segments.get(self.position) {
            if segment.is_missing {
                return Ok(Step::Missing);
            }
            if self.lines.is_none() {
                self.lines = Some(self.open()?);
            }
            let path = &self.segments[self.position].path;
            let line = match &mut self.lines {
                Some(lines) => lines.next().attempt("read", path)?,
                None => None,
            };
            match line {
                Some(line) => return Ok(step_of(line)),
                None => {
                    self.lines = None;
                    self.position += 1;
                }
            }
        }
        Ok(Step::End)
    }

    fn open(&mut self) -> Result<Lines<BufReader<Take<File>>>> {
        let path = &self.segments[self.position].path;
        let is_last = self.position + 1 == self.segments.len();
        let (file, byte_count) = match self.current.take_if(|_| is_last) {
            Some(current) => current,
            None => {
                let file = File::open(path).attempt("open", path)?;
                let byte_count = file.metadata().attempt("read", path)?.len();
                (file, byte_count)
            }
        };
        self.segment_byte_count = byte_count;
        Ok(Lines::new(BufReader::new(file.take(byte_count))))
    }

    /// Whether an entry stands anywhere further down.
    fn finds(&mut self, sequence: u64) -> Result<bool> {
        loop {
            match self.next()? {
                Step::Entry(entry) if entry.sequence == sequence => return Ok(true),
                Step::Missing | Step::End => return Ok(false),
                _ => {}
            }
        }
    }

    /// Whether the line that was read last ends where the head says.
    fn is_at(&self, head: &Head) -> bool {
        let byte_count = self.lines.as_ref().map_or(0, |lines| lines.byte_count);
        (self.position as u64 + 1, byte_count) == (head.segment, head.byte_count)
    }

    fn is_in_last(&self) -> bool {
        self.position + 1 == self.segments.len()
    }

    /// Bytes of the file from the beginning of the line that was read last.
    fn byte_count_from_here(&self) -> u64 {
        let line_start = self.lines.as_ref().map_or(0, |lines| lines.line_start);
        self.segment_byte_count - line_start
    }

    fn damage_here(&self, kind: DamageKind) -> Damage {
        let segment = self.segments.get(self.position).or(self.segments.last());
        Damage {
            file: segment.map_or_else(String::new, |segment| file_name(&segment.path)),
            line: self.lines.as_ref().map(|lines| lines.line_count),
            kind,
        }
    }

    fn damaged(&self, kind: DamageKind) -> AccessError {
        let damage = self.damage_here(kind);
        let segment = self.segments.get(self.position).or(self.segments.last());
        AccessError::Damaged {
            path: segment.map_or_else(PathBuf::new, |segment| segment.path.clone()),
            reason: damage.to_string(),
            hint: DAMAGE_HINT,
        }
    }
}

/// Closed segments in order, up to the first that is missing.
fn closed_segments(files: &Files, count_min: u64) -> Result<Vec<Segment>> {
    let numbers = files.closed_numbers()?;
    let present = numbers
        .iter()
        .zip(1..)
        .take_while(|(found, expected)| **found == *expected);
    let present_count = present.count() as u64;
    let mut segments: Vec<Segment> = (1..=present_count)
        .map(|number| Segment {
            path: files.closed(number),
            is_missing: false,
        })
        .collect();
    if present_count < count_min.max(numbers.len() as u64) {
        segments.push(Segment {
            path: files.closed(present_count + 1),
            is_missing: true,
        });
    }
    Ok(segments)
}

/// A folder without a head and without entries holds a log of no entries.
fn judge_head(
    files: &Files,
    head: Result<Option<Head>>,
    is_empty: bool,
) -> Result<std::result::Result<Head, Damage>> {
    let kind = match head {
        Ok(Some(head)) => return Ok(Ok(head)),
        Ok(None) if is_empty => return Ok(Ok(Head::of_nothing())),
        Ok(None) => DamageKind::HeadMissing,
        Err(AccessError::Damaged { reason, .. }) => DamageKind::HeadUnreadable(reason),
        Err(error) => return Err(error),
    };
    Ok(Err(Damage {
        file: file_name(&files.head()),
        line: None,
        kind,
    }))
}

fn step_of(line: Line<'_>) -> Step {
    match line {
        Line::Torn => Step::Torn,
        Line::TooLong => Step::Fault(DamageKind::Unreadable(
            "it is longer than any entry".to_owned(),
        )),
        Line::Whole(line) => match AuditEntry::from_line(line) {
            Ok(entry) => Step::Entry(Box::new(entry)),
            Err(LineFault::WrongHash) => Step::Fault(DamageKind::Edited),
            Err(LineFault::Unreadable(reason)) => Step::Fault(DamageKind::Unreadable(reason)),
        },
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
