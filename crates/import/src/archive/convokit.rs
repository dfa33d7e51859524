//! ConvoKit corpora: utterances, speakers and conversations. See `docs/formats/convokit.md`.

use super::importer::ArchiveImporter;
use super::layout::{Layout, RecordTable};
use super::shape::{AccountShape, Author, Id, Kind, PostShape, Shape, TextForm, ThreadShape};

pub(crate) const CONVOKIT: ArchiveImporter = ArchiveImporter {
    name: "convokit",
    about: "ConvoKit corpus: utterances.jsonl, speakers.json and conversations.json",
    expected: "utterances.jsonl with conversation_id, speaker and text",
    layouts: &[
        Layout::Json {
            signs: &["id", "conversation_id", "speaker", "text", "meta"],
            records: &[(&[], &[UTTERANCE])],
        },
        // Before version 2.4 conversations were named by their root and speakers called users.
        Layout::Json {
            signs: &["id", "root", "user", "text", "meta"],
            records: &[(&[], &[UTTERANCE])],
        },
        Layout::NamedJson {
            name: "speakers.json",
            signs: &["meta"],
            records: &[(&["*"], &[SPEAKER])],
        },
        Layout::NamedJson {
            name: "conversations.json",
            signs: &["meta"],
            records: &[(&["*"], &[CONVERSATION])],
        },
    ],
    confidence: 0.95,
};

const UTTERANCE: RecordTable = RecordTable::of(Shape::Post(&PostShape {
    id: Id::of(&[&["id"]]),
    author: Author {
        id: Id::NONE,
        name: &["speaker", "user", "speaker.id", "user.id"],
        nobody: &["[deleted]"],
        ..Author::NONE
    },
    thread: Id::of(&[&["conversation_id", "root"]]),
    thread_title: &["meta.title"],
    board: &["meta.subreddit"],
    parent: Id::of(&[&["reply-to", "reply_to"]]),
    no_parent: &["None"],
    kind: Kind::OpeningIfRoot,
    posted_at: &["timestamp"],
    text: &[(&["text"], TextForm::Escaped)],
    no_text: &["[deleted]", "[removed]"],
    ..PostShape::NONE
}));

/// What a corpus knows of its speakers differs; these are the fields that mean the same in all
/// that have them.
const SPEAKER: RecordTable = RecordTable::of(Shape::Account(&AccountShape {
    author: Author {
        name: &["@key"],
        nobody: &["[deleted]"],
        ..Author::NONE
    },
    is_staff: &["meta.is-admin"],
    ..AccountShape::NONE
}));

const CONVERSATION: RecordTable = RecordTable::of(Shape::Thread(&ThreadShape {
    id: Id::of(&[&["@key"]]),
    title: &["meta.title"],
    board: &["meta.subreddit"],
    ..ThreadShape::NONE
}));
