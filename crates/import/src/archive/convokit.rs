//! ConvoKit corpora: utterances, speakers and conversations. See `docs/formats/convokit.md`.

use super::fields::NONE;
use super::importer::ArchiveImporter;
use super::layout::{Layout, RecordTable};
use super::shape::{Author, Id, Kind, PostShape, Shape, TextForm};

pub(crate) const CONVOKIT: ArchiveImporter = ArchiveImporter {
    name: "convokit",
    about: "ConvoKit corpus: utterances.jsonl (or utterances.json)",
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
    ],
    confidence: 0.95,
};

const UTTERANCE: RecordTable = RecordTable::of(Shape::Post(&PostShape {
    id: Id::of(&[&["id"]]),
    author: Author {
        id: Id::NONE,
        name: &["speaker", "user", "speaker.id", "user.id"],
        nobody: &["[deleted]"],
        is_anonymous: NONE,
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
