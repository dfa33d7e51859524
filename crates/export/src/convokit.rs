//! A ConvoKit corpus: a folder of five files.
//!
//! ConvoKit wants every conversation to be a tree whose root gives the conversation its id. So
//! the first post of a thread is the root; a post that answers one seen before in the thread
//! hangs on that, any other hangs on the root, and its `meta` says which. Posts of a thread must
//! stand together in the input: a thread that comes back later becomes another conversation. A
//! post without a thread is a conversation of its own.
//!
//! Links, personas, identifiers and edges have no place in a corpus; a speaker's `meta` names its
//! persona.
//!
//! Memory: 16 bytes and overhead for each account, and for each post of one thread.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use serde::Serialize;

use crate::ExportError;
use crate::document_id::{DeclaredKeys, document_id};
use crate::instant::instant_text;
use crate::json_entries::JsonEntries;
use crate::records::{
    Account, Edge, ExportCounts, Identifier, Link, Persona, Post, RecordWriter, Sequence, Source,
    Stage,
};

/// The five files of a corpus, in the names that ConvoKit gives them.
#[derive(Debug)]
pub struct ConvokitFiles<W> {
    /// `utterances.jsonl`.
    pub utterances: W,
    /// `speakers.json`.
    pub speakers: W,
    /// `conversations.json`.
    pub conversations: W,
    /// `corpus.json`.
    pub corpus: W,
    /// `index.json`.
    pub index: W,
}

impl ConvokitFiles<BufWriter<File>> {
    /// Creates the files in a folder that is there.
    pub fn create(folder: &Path) -> Result<Self, ExportError> {
        let create = |name: &str| {
            let path = folder.join(name);
            File::create(&path)
                .map(BufWriter::new)
                .map_err(|source| ExportError::File {
                    action: "create",
                    path,
                    source,
                })
        };
        Ok(ConvokitFiles {
            utterances: create("utterances.jsonl")?,
            speakers: create("speakers.json")?,
            conversations: create("conversations.json")?,
            corpus: create("corpus.json")?,
            index: create("index.json")?,
        })
    }
}

/// Id of the speaker of posts without an author; `document_id` gives it to no account.
const UNKNOWN_SPEAKER: &str = "x-unknown";

/// Writes a corpus.
pub struct ConvokitWriter<W: Write> {
    utterances: W,
    speakers: JsonEntries<W>,
    conversations: JsonEntries<W>,
    corpus: W,
    index: W,
    sequence: Sequence,
    declared: DeclaredKeys,
    thread: Option<OpenThread>,
    counts: ExportCounts,
}

/// The thread whose posts are coming.
struct OpenThread {
    key: Option<String>,
    root: String,
    seen: DeclaredKeys,
}

#[derive(Serialize)]
struct Utterance<'a> {
    id: &'a str,
    conversation_id: &'a str,
    text: &'a str,
    speaker: &'a str,
    meta: UtteranceMeta<'a>,
    #[serde(rename = "reply-to")]
    reply_to: Option<&'a str>,
    /// Seconds since 1970, as ConvoKit's own corpora have it.
    timestamp: Option<i64>,
    vectors: [(); 0],
}

#[derive(Serialize)]
struct UtteranceMeta<'a> {
    source: &'a str,
    language: Option<&'a str>,
    posted_at: Option<String>,
    is_reply_stated: bool,
    has_text: bool,
}

#[derive(Serialize)]
struct Entry<M: Serialize> {
    meta: M,
    vectors: [(); 0],
}

#[derive(Serialize)]
struct SpeakerMeta<'a> {
    label: &'a str,
    source: Option<&'a str>,
    persona_key: Option<&'a str>,
    registered_at: Option<String>,
    last_seen_at: Option<String>,
    is_staff: Option<bool>,
    is_bot: Option<bool>,
    is_banned: Option<bool>,
}

#[derive(Serialize)]
struct ConversationMeta<'a> {
    source: &'a str,
    thread_key: Option<&'a str>,
}

#[derive(Serialize)]
struct CorpusMeta<'a> {
    name: &'a str,
    made_by: &'static str,
}

impl<W: Write> ConvokitWriter<W> {
    /// Begins a corpus; `name` goes to its metadata.
    pub fn new(files: ConvokitFiles<W>, name: &str) -> Result<Self, ExportError> {
        let mut corpus = files.corpus;
        let meta = CorpusMeta {
            name,
            made_by: "Entangle",
        };
        serde_json::to_writer(&mut corpus, &meta)?;
        corpus.flush()?;
        Ok(ConvokitWriter {
            utterances: files.utterances,
            speakers: JsonEntries::object(files.speakers)?,
            conversations: JsonEntries::object(files.conversations)?,
            corpus,
            index: files.index,
            sequence: Sequence::new("a ConvoKit corpus"),
            declared: DeclaredKeys::default(),
            thread: None,
            counts: ExportCounts::default(),
        })
    }

    fn leave_out(&mut self, stage: Stage, reason: &'static str) -> Result<(), ExportError> {
        self.sequence.enter(stage)?;
        self.counts.count_left_out(reason);
        Ok(())
    }

    /// Makes the post's thread the open one; true where the post is its root.
    fn open_thread(&mut self, post: &Post, id: &str) -> Result<bool, ExportError> {
        let continues = self
            .thread
            .as_ref()
            .is_some_and(|thread| thread.key.is_some() && thread.key == post.thread_key);
        if continues {
            return Ok(false);
        }
        let meta = ConversationMeta {
            source: &post.source,
            thread_key: post.thread_key.as_deref(),
        };
        self.conversations.entry(id, &Entry { meta, vectors: [] })?;
        self.thread = Some(OpenThread {
            key: post.thread_key.clone(),
            root: id.to_owned(),
            seen: DeclaredKeys::default(),
        });
        Ok(true)
    }

    /// The speaker of a post; declared on first use where no account of that key came.
    fn speaker(&mut self, post: &Post) -> Result<String, ExportError> {
        let (id, label) = match &post.account_key {
            Some(key) => (document_id(key), key.as_str()),
            None => (UNKNOWN_SPEAKER.to_owned(), "unknown author"),
        };
        if self.declared.declare(&id) {
            let meta = SpeakerMeta {
                label,
                source: None,
                persona_key: None,
                registered_at: None,
                last_seen_at: None,
                is_staff: None,
                is_bot: None,
                is_banned: None,
            };
            self.speakers.entry(&id, &Entry { meta, vectors: [] })?;
        }
        Ok(id)
    }
}

impl<W: Write> RecordWriter for ConvokitWriter<W> {
    fn source(&mut self, _: &Source) -> Result<(), ExportError> {
        self.leave_out(
            Stage::Source,
            "source: metadata of speakers and conversations instead",
        )
    }

    fn account(&mut self, account: &Account) -> Result<(), ExportError> {
        self.sequence.enter(Stage::Account)?;
        let id = document_id(&account.key);
        if !self.declared.declare(&id) {
            self.counts
                .count_left_out("account with the key of another");
            return Ok(());
        }
        let meta = SpeakerMeta {
            label: &account.label,
            source: Some(&account.source),
            persona_key: account.persona_key.as_deref(),
            registered_at: account.registered_at.and_then(instant_text),
            last_seen_at: account.last_seen_at.and_then(instant_text),
            is_staff: account.is_staff,
            is_bot: account.is_bot,
            is_banned: account.is_banned,
        };
        self.speakers.entry(&id, &Entry { meta, vectors: [] })?;
        self.counts.count_written(Stage::Account);
        Ok(())
    }

    fn identifier(&mut self, _: &Identifier) -> Result<(), ExportError> {
        self.leave_out(
            Stage::Identifier,
            "identifier: a corpus has no place for it",
        )
    }

    fn post(&mut self, post: &Post) -> Result<(), ExportError> {
        self.sequence.enter(Stage::Post)?;
        let speaker = self.speaker(post)?;
        let id = document_id(&post.key);
        let is_root = self.open_thread(post, &id)?;
        let Some(thread) = &mut self.thread else {
            return Ok(());
        };
        if !thread.seen.declare(&id) {
            self.counts
                .count_left_out("post with the key of another in its thread");
            return Ok(());
        }
        let stated_parent = post
            .parent_key
            .as_deref()
            .map(document_id)
            .filter(|parent| *parent != id && thread.seen.has(parent));
        let reply_to = stated_parent
            .as_deref()
            .or((!is_root).then_some(thread.root.as_str()));
        let utterance = Utterance {
            id: &id,
            conversation_id: &thread.root,
            text: post.text.as_deref().unwrap_or_default(),
            speaker: &speaker,
            meta: UtteranceMeta {
                source: &post.source,
                language: post.language.as_deref(),
                posted_at: post.posted_at.and_then(instant_text),
                is_reply_stated: stated_parent.is_some(),
                has_text: post.text.is_some(),
            },
            reply_to,
            timestamp: post.posted_at.map(|instant| instant.timestamp()),
            vectors: [],
        };
        serde_json::to_writer(&mut self.utterances, &utterance)?;
        self.utterances.write_all(b"\n")?;
        self.counts.count_written(Stage::Post);
        Ok(())
    }

    fn edge(&mut self, _: &Edge) -> Result<(), ExportError> {
        self.leave_out(
            Stage::Edge,
            "edge: a corpus has replies between posts instead",
        )
    }

    fn link(&mut self, _: &Link) -> Result<(), ExportError> {
        self.leave_out(Stage::Link, "link: a corpus has no place for it")
    }

    fn persona(&mut self, _: &Persona) -> Result<(), ExportError> {
        self.leave_out(Stage::Persona, "persona: metadata of its speakers instead")
    }

    fn finish(&mut self) -> Result<ExportCounts, ExportError> {
        self.sequence.enter(Stage::End)?;
        self.utterances.flush()?;
        self.speakers.end()?;
        self.conversations.end()?;
        self.corpus.flush()?;
        self.index.write_all(INDEX.as_bytes())?;
        self.index.flush()?;
        Ok(self.counts.clone())
    }
}

/// Which types the metadata have, as ConvoKit 3 and 4 read them.
const INDEX: &str = r#"{
"utterances-index":{"source":["<class 'str'>"],"language":["<class 'str'>"],"posted_at":["<class 'str'>"],"is_reply_stated":["<class 'bool'>"],"has_text":["<class 'bool'>"]},
"speakers-index":{"label":["<class 'str'>"],"source":["<class 'str'>"],"persona_key":["<class 'str'>"],"registered_at":["<class 'str'>"],"last_seen_at":["<class 'str'>"],"is_staff":["<class 'bool'>"],"is_bot":["<class 'bool'>"],"is_banned":["<class 'bool'>"]},
"conversations-index":{"source":["<class 'str'>"],"thread_key":["<class 'str'>"]},
"overall-index":{"name":["<class 'str'>"],"made_by":["<class 'str'>"]},
"vectors":[],
"version":1
}
"#;
