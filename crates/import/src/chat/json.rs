//! Chats as JSON: what the systems have in common is the walk through their files.
//!
//! A [`JsonChat`] says how a file of its system is recognised, where in it the records stand, and
//! how one value becomes a message, a member or a room. Files that describe members and rooms
//! are read before those that hold messages, so that names are known in time.

mod discord;
mod fields;
mod gitter;
mod matrix;
mod mattermost;
mod rocketchat;
mod skype;
mod slack;
mod telegram_api;
mod telegram_channel;
mod telegram_peer;

pub(crate) use discord::DISCORD;
pub(crate) use gitter::GITTER;
pub(crate) use matrix::MATRIX_JSON;
pub(crate) use mattermost::MATTERMOST;
pub(crate) use rocketchat::ROCKETCHAT;
pub(crate) use skype::SKYPE;
pub(crate) use slack::SLACK;
pub(crate) use telegram_api::TELEGRAM_API;
pub(crate) use telegram_channel::TELEGRAM_CHANNEL;

use entangle_dump::{
    Container, FileEntry, FileReader, Input, JsonEvent, JsonWalker, Row, Step, Walk,
};
use entangle_model::record::RecordKind;
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::message::{ChatMessage, Profile, Room, record_message, record_profile, record_room};
use crate::detect::HEAD_BYTES;
use crate::recorder::Recorder;
use crate::{ImportError, ImportOptions, Importer, Sample, Sink};

/// Names of rooms that are remembered; those beyond are known by their id.
const REMEMBERED_ROOM_COUNT_MAX: usize = 1 << 18;

/// A chat system whose files are JSON.
pub(crate) struct JsonChat {
    /// Name of the importer.
    name: &'static str,
    /// What it reads, in one line.
    about: &'static str,
    /// What it looks for, for the message that it found nothing.
    expected: &'static str,
    /// What a file is to the system, from its name and its beginning.
    role: fn(&FileName<'_>, &str) -> Option<FileRole>,
    /// What a value is. It is asked for every record and must not fail.
    map: fn(&Value, &Surroundings) -> Mapped,
    /// The room that a file is about, from what stands beside its messages: called with the key
    /// of every such field.
    note: fn(&str, &Value, &mut Surroundings),
}

/// What a file is to a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileRole {
    content: Content,
    layout: Layout,
}

/// What the records of a file are about. Files are read in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Content {
    /// Members and rooms.
    Directory,
    /// Messages.
    Messages,
}

/// Where the records of a file stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// At the top, one after another, or in an array at the top.
    Values,
    /// In the container to which these keys lead; `*` is any element of an array. Fields on the
    /// way are noted.
    Within(&'static [&'static str]),
}

/// The parts of a file's name that tell of a room.
#[derive(Debug, Clone, Copy)]
struct FileName<'a> {
    /// Last part of the name.
    base: &'a str,
    /// The folder that holds it; empty at the top.
    folder: &'a str,
}

impl<'a> FileName<'a> {
    fn of(name: &'a str, base: &'a str) -> Self {
        let mut parts = name.rsplit(['/', '\\', '!']);
        parts.next();
        Self {
            base,
            folder: parts.next().unwrap_or_default(),
        }
    }

    /// The last part of the name without its ending.
    fn stem(&self) -> &'a str {
        self.base
            .rsplit_once('.')
            .map_or(self.base, |(stem, _)| stem)
    }
}

/// What is known around a record.
#[derive(Debug, Default)]
struct Surroundings {
    /// Last part of the file's name, without its ending.
    file_stem: String,
    /// The folder that holds the file; empty at the top.
    folder: String,
    /// The room that the file or the container is about.
    room: Option<Room>,
    /// Rooms described so far, by id and by name.
    rooms: FxHashMap<String, Room>,
    /// How many rooms were described, not counting one that is described again at once.
    described_room_count: usize,
    /// The room described last.
    last_described_room: Option<Room>,
}

impl Surroundings {
    /// The room of an id, with its title where one was described.
    fn room_of_id(&self, native_id: &str) -> Room {
        self.rooms.get(native_id).cloned().unwrap_or(Room {
            native_id: native_id.to_string(),
            title: None,
        })
    }

    /// The only room that was described; `None` where there are none or several.
    fn only_room(&self) -> Option<&Room> {
        (self.described_room_count == 1)
            .then_some(self.last_described_room.as_ref())
            .flatten()
    }

    fn learn_room(&mut self, room: &Room, key: Option<&str>) {
        if self.rooms.len() < REMEMBERED_ROOM_COUNT_MAX {
            for key in [Some(room.native_id.as_str()), key].into_iter().flatten() {
                self.rooms.insert(key.to_string(), room.clone());
            }
        }
        let last = self.last_described_room.as_ref();
        if last.is_none_or(|last| last.native_id != room.native_id) {
            self.described_room_count += 1;
        }
        self.last_described_room = Some(room.clone());
    }
}

/// What a value of a file is.
enum Mapped {
    /// A message.
    Message(Box<ChatMessage>),
    /// A member.
    Profile(Box<Profile>),
    /// A room: itself, when it was made, and the name of the folder of its messages.
    Room {
        room: Room,
        created_at: Option<String>,
        folder: Option<String>,
    },
    /// A record that cannot be mapped, and why.
    Rejected(RecordKind, &'static str),
    /// Nothing that the system knows.
    Unknown(&'static str),
}

impl Mapped {
    fn message(message: ChatMessage) -> Self {
        Self::Message(Box::new(message))
    }

    fn profile(profile: Profile) -> Self {
        Self::Profile(Box::new(profile))
    }
}

impl Importer for JsonChat {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn detect(&self, sample: &Sample) -> f64 {
        sample.best_file(|file| {
            let name = FileName::of(&file.base_name, &file.base_name);
            match (self.role)(&name, &file.head).map(|role| role.content) {
                Some(Content::Messages) => 0.95,
                Some(Content::Directory) => 0.75,
                None => 0.0,
            }
        })
    }

    fn import(
        &self,
        input: &Input,
        options: &ImportOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        let mut recorder = Recorder::new(options, sink);
        let files = self.files_to_read(input)?;
        if files.is_empty() {
            return Err(ImportError::NothingToRead {
                format: self.name,
                expected: self.expected,
            });
        }
        let mut surroundings = Surroundings::default();
        for (layout, entry) in files {
            let name = FileName::of(&entry.name, entry.base_name());
            surroundings.file_stem = name.stem().to_string();
            surroundings.folder = name.folder.to_string();
            surroundings.room = None;
            input.read_file(entry, |file| {
                self.import_file(file, layout, &mut surroundings, &mut recorder)
            })?;
        }
        recorder.finish()
    }
}

impl JsonChat {
    /// The files of the system, directories first. The only file of an input is read whatever it
    /// looks like.
    fn files_to_read<'i>(
        &self,
        input: &'i Input,
    ) -> Result<Vec<(Layout, &'i FileEntry)>, ImportError> {
        let is_only = input.files().len() == 1;
        let mut files = Vec::new();
        for entry in input.files() {
            let read_head = |file: &mut FileReader<'_>| file.read_head(HEAD_BYTES);
            let head = input.read_file(entry, read_head)?;
            let name = FileName::of(&entry.name, entry.base_name());
            let unknown = is_only.then_some(FileRole {
                content: Content::Messages,
                layout: Layout::Values,
            });
            if let Some(role) = (self.role)(&name, &head).or(unknown) {
                files.push((role, entry));
            }
        }
        files.sort_by_key(|(role, _)| role.content);
        Ok(files
            .into_iter()
            .map(|(role, entry)| (role.layout, entry))
            .collect())
    }

    fn import_file(
        &self,
        file: &mut FileReader<'_>,
        layout: Layout,
        surroundings: &mut Surroundings,
        recorder: &mut Recorder<'_>,
    ) -> Result<(), ImportError> {
        recorder.start_file(file);
        let mut walker = JsonWalker::new(file, |path: &[Step], container| {
            choose(layout, path, container)
        });
        while let Some(event) = walker.next_event()? {
            match event {
                JsonEvent::Value { path, row } if is_record(layout, path) => {
                    self.import_record(&row, surroundings, recorder)?
                }
                JsonEvent::Value { path, row } => {
                    if let (Some(Step::Key(key)), Ok(value)) =
                        (path.last(), serde_json::from_str(row.text))
                    {
                        (self.note)(key, &value, surroundings);
                    }
                }
                JsonEvent::Unreadable { path, unreadable } => {
                    let kind = if is_record(layout, path) {
                        RecordKind::Post
                    } else {
                        RecordKind::Unknown
                    };
                    recorder.unreadable(kind, unreadable);
                }
                // An element on the way to the records is a room of its own.
                JsonEvent::Enter {
                    container: Container::Object,
                    path,
                } if matches!(path.last(), Some(Step::Index(_))) => surroundings.room = None,
                JsonEvent::Enter { .. } | JsonEvent::Leave { .. } => {}
            }
            recorder.progress(walker.byte_position())?;
        }
        recorder.progress(walker.byte_position())
    }

    fn import_record(
        &self,
        row: &Row<'_>,
        surroundings: &mut Surroundings,
        recorder: &mut Recorder<'_>,
    ) -> Result<(), ImportError> {
        let Ok(value) = serde_json::from_str::<Value>(row.text) else {
            recorder.unreadable_row(RecordKind::Post, row, "the value is no well-formed JSON");
            return Ok(());
        };
        match (self.map)(&value, surroundings) {
            Mapped::Message(message) => {
                let context = recorder.row(RecordKind::Post, row)?;
                record_message(context, *message, recorder)
            }
            Mapped::Profile(profile) => {
                let context = recorder.row(RecordKind::Account, row)?;
                record_profile(context, *profile, recorder)
            }
            Mapped::Room {
                room,
                created_at,
                folder,
            } => {
                surroundings.learn_room(&room, folder.as_deref());
                let context = recorder.row(RecordKind::Thread, row)?;
                record_room(context, &room, created_at.as_deref(), recorder)
            }
            Mapped::Rejected(kind, reason) => {
                let context = recorder.row(kind, row)?;
                recorder.reject_row(context, reason)
            }
            Mapped::Unknown(reason) => {
                recorder.unreadable_row(RecordKind::Unknown, row, reason);
                Ok(())
            }
        }
    }
}

/// Whether a path is that of a record.
fn is_record(layout: Layout, path: &[Step]) -> bool {
    match layout {
        Layout::Values => true,
        Layout::Within(keys) => path.len() == keys.len() + 1 && leads_to(keys, path),
    }
}

/// Whether the steps, as far as they go, are those of the keys.
fn leads_to(keys: &[&str], path: &[Step]) -> bool {
    keys.iter().zip(path).all(|(key, step)| match step {
        Step::Key(step) => step == key,
        Step::Index(_) => *key == "*",
    })
}

/// Containers on the way to the records are entered; records and the fields beside the way are
/// taken, other fields' containers only where they are small objects that name a room.
fn choose(layout: Layout, path: &[Step], container: Option<Container>) -> Walk {
    const ROOM_KEYS: [&str; 3] = ["channel", "guild", "threadProperties"];
    match layout {
        Layout::Values => match (path, container) {
            ([], Some(Container::Array)) => Walk::Enter,
            _ => Walk::Take,
        },
        Layout::Within(keys) => {
            let is_on_the_way = path.len() <= keys.len() && leads_to(keys, path);
            let names_a_room =
                matches!(path.last(), Some(Step::Key(key)) if ROOM_KEYS.contains(&key.as_str()));
            match container {
                Some(_) if is_on_the_way => Walk::Enter,
                Some(_) if !is_record(layout, path) && !names_a_room => Walk::Skip,
                _ => Walk::Take,
            }
        }
    }
}

/// For systems whose files name no room beside their messages.
fn note_nothing(_key: &str, _value: &Value, _surroundings: &mut Surroundings) {}

/// Whether a text has all of these, and begins as JSON of that bracket does.
fn begins_as(head: &str, bracket: char, keys: &[&str]) -> bool {
    head.trim_start().starts_with(bracket) && has_keys(head, keys)
}

/// Whether a text has all of these keys.
fn has_keys(head: &str, keys: &[&str]) -> bool {
    keys.iter().all(|key| {
        head.match_indices(key).any(|(at, _)| {
            let before = head[..at].ends_with('"');
            let after = head[at + key.len()..].strip_prefix('"');
            before && after.is_some_and(|rest| rest.trim_start().starts_with(':'))
        })
    })
}

#[cfg(test)]
mod tests;
