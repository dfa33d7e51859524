//! The sources of a world: their names, formats and sizes, and the list of them in
//! `sources.tsv`.

use entangle_model::SourceKind;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{SimulateError, WorldKind};

/// One source of a written world, as `sources.tsv` lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedSource {
    /// Name of the source.
    pub name: String,
    /// What kind of place it is.
    pub kind: SourceKind,
    /// The file or folder to import.
    pub path: PathBuf,
    /// Name of the format: stackexchange, canonical_jsonl, canonical_csv, telegram_desktop or
    /// jabber_json.
    pub format: String,
    /// Main language, ISO 639-1.
    pub language: String,
}

/// Name of the file that lists the sources.
pub(crate) const MANIFEST_FILE: &str = "sources.tsv";
const MANIFEST_HEADER: &str = "source\tkind\tpath\tformat\tlanguage";

/// How a source is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SourceFormat {
    StackExchange,
    CanonicalJsonlGzip,
    CanonicalJsonlZstd,
    CanonicalCsv,
    TelegramDesktop,
    JabberJson,
}

impl SourceFormat {
    /// The name under which an importer knows the format.
    fn as_str(self) -> &'static str {
        match self {
            SourceFormat::StackExchange => "stackexchange",
            SourceFormat::CanonicalJsonlGzip | SourceFormat::CanonicalJsonlZstd => {
                "canonical_jsonl"
            }
            SourceFormat::CanonicalCsv => "canonical_csv",
            SourceFormat::TelegramDesktop => "telegram_desktop",
            SourceFormat::JabberJson => "jabber_json",
        }
    }

    /// Whether people talk there in messages, without threads.
    pub(crate) fn is_chat(self) -> bool {
        matches!(
            self,
            SourceFormat::TelegramDesktop | SourceFormat::JabberJson
        )
    }
}

/// What is fixed about one source of every world.
#[derive(Debug)]
pub(crate) struct SourceSpec {
    pub(crate) name: &'static str,
    pub(crate) kind: SourceKind,
    pub(crate) path: &'static str,
    pub(crate) format: SourceFormat,
    pub(crate) language: &'static str,
    /// Share of all posts.
    pub(crate) post_share: f64,
    /// First day, counted from 1 January 1970.
    pub(crate) opens_on: u32,
    /// Whether no two accounts may have the same case-folded name.
    pub(crate) has_unique_names: bool,
    /// How readily people of English and of Russian native language join, as weights.
    pub(crate) appeal_english: f64,
    /// See `appeal_english`.
    pub(crate) appeal_russian: f64,
    /// Share of the posts of people of Russian native language that they write in Russian although
    /// the source's language is English.
    pub(crate) foreign_share: f64,
}

/// Day after the last day of every source: 1 January 2022.
pub(crate) const WORLD_ENDS_ON: u32 = 18_993;

/// Index of the public source among the sources of every world.
pub(crate) const PUBLIC: usize = 0;

/// Native id of the account under which the public source's own programs post; it belongs to
/// nobody.
pub(crate) const PUBLIC_BOT_NATIVE_ID: &str = "-1";

/// Most sources that a world may have.
pub(crate) const SOURCE_COUNT_MAX: usize = 8;

impl WorldKind {
    /// Every source; the public one comes first.
    pub(crate) fn sources(self) -> &'static [SourceSpec] {
        match self {
            WorldKind::Usual => &USUAL,
            WorldKind::SeedOfField => &SEED_OF_FIELD,
        }
    }
}

static USUAL: [SourceSpec; 6] = [
    SourceSpec {
        name: "webmasters",
        kind: SourceKind::Public,
        path: "public_forum",
        format: SourceFormat::StackExchange,
        language: "en",
        post_share: 0.55,
        opens_on: 14_245,
        has_unique_names: false,
        appeal_english: 0.0,
        appeal_russian: 0.0,
        foreign_share: 0.04,
    },
    SourceSpec {
        name: "darkboard",
        kind: SourceKind::Cybercrime,
        path: "darkboard/darkboard.jsonl.gz",
        format: SourceFormat::CanonicalJsonlGzip,
        language: "en",
        post_share: 0.15,
        opens_on: 14_975,
        has_unique_names: true,
        appeal_english: 0.5,
        appeal_russian: 0.2,
        foreign_share: 0.04,
    },
    SourceSpec {
        name: "nightmarket_board",
        kind: SourceKind::Cybercrime,
        path: "nightmarket_board",
        format: SourceFormat::CanonicalCsv,
        language: "en",
        post_share: 0.08,
        opens_on: 16_071,
        has_unique_names: true,
        appeal_english: 0.3,
        appeal_russian: 0.1,
        foreign_share: 0.04,
    },
    SourceSpec {
        name: "temnyi_forum",
        kind: SourceKind::Cybercrime,
        path: "temnyi_forum/temnyi_forum.jsonl.zst",
        format: SourceFormat::CanonicalJsonlZstd,
        language: "ru",
        post_share: 0.14,
        opens_on: 14_400,
        has_unique_names: true,
        appeal_english: 0.0,
        appeal_russian: 0.5,
        foreign_share: 0.04,
    },
    SourceSpec {
        name: "traffic_channel",
        kind: SourceKind::Channel,
        path: "traffic_channel/result.json",
        format: SourceFormat::TelegramDesktop,
        language: "en",
        post_share: 0.05,
        opens_on: 16_700,
        has_unique_names: false,
        appeal_english: 0.2,
        appeal_russian: 0.1,
        foreign_share: 0.04,
    },
    SourceSpec {
        name: "leaked_chat",
        kind: SourceKind::Leak,
        path: "leaked_chat/chat.json",
        format: SourceFormat::JabberJson,
        language: "ru",
        post_share: 0.03,
        opens_on: 17_897,
        has_unique_names: true,
        appeal_english: 0.0,
        appeal_russian: 0.1,
        foreign_share: 0.04,
    },
];

static SEED_OF_FIELD: [SourceSpec; 8] = [
    SourceSpec {
        name: "marketing_forum",
        kind: SourceKind::Public,
        path: "public_forum",
        format: SourceFormat::StackExchange,
        language: "en",
        post_share: 0.55,
        opens_on: 13_514,
        has_unique_names: false,
        appeal_english: 0.0,
        appeal_russian: 0.0,
        foreign_share: 0.6,
    },
    SourceSpec {
        name: "darkboard",
        kind: SourceKind::Cybercrime,
        path: "darkboard/darkboard.jsonl.gz",
        format: SourceFormat::CanonicalJsonlGzip,
        language: "en",
        post_share: 0.12,
        opens_on: 14_245,
        has_unique_names: true,
        appeal_english: 0.3,
        appeal_russian: 0.1,
        foreign_share: 0.04,
    },
    SourceSpec {
        name: "cardhouse",
        kind: SourceKind::Cybercrime,
        path: "cardhouse",
        format: SourceFormat::CanonicalCsv,
        language: "en",
        post_share: 0.07,
        opens_on: 14_975,
        has_unique_names: true,
        appeal_english: 0.2,
        appeal_russian: 0.05,
        foreign_share: 0.04,
    },
    SourceSpec {
        name: "fraud_corner",
        kind: SourceKind::Cybercrime,
        path: "fraud_corner/fraud_corner.jsonl.zst",
        format: SourceFormat::CanonicalJsonlZstd,
        language: "en",
        post_share: 0.06,
        opens_on: 16_071,
        has_unique_names: true,
        appeal_english: 0.2,
        appeal_russian: 0.05,
        foreign_share: 0.04,
    },
    SourceSpec {
        name: "traffic_market",
        kind: SourceKind::Cybercrime,
        path: "traffic_market",
        format: SourceFormat::CanonicalCsv,
        language: "en",
        post_share: 0.06,
        opens_on: 15_341,
        has_unique_names: true,
        appeal_english: 0.3,
        appeal_russian: 0.2,
        foreign_share: 0.04,
    },
    SourceSpec {
        name: "temnyi_forum",
        kind: SourceKind::Cybercrime,
        path: "temnyi_forum/temnyi_forum.jsonl.zst",
        format: SourceFormat::CanonicalJsonlZstd,
        language: "ru",
        post_share: 0.08,
        opens_on: 13_879,
        has_unique_names: true,
        appeal_english: 0.0,
        appeal_russian: 0.4,
        foreign_share: 0.0,
    },
    SourceSpec {
        name: "verhushka",
        kind: SourceKind::Cybercrime,
        path: "verhushka/verhushka.jsonl.gz",
        format: SourceFormat::CanonicalJsonlGzip,
        language: "ru",
        post_share: 0.04,
        opens_on: 15_706,
        has_unique_names: true,
        appeal_english: 0.0,
        appeal_russian: 0.2,
        foreign_share: 0.0,
    },
    SourceSpec {
        name: "leaked_chat",
        kind: SourceKind::Leak,
        path: "leaked_chat/chat.json",
        format: SourceFormat::JabberJson,
        language: "ru",
        post_share: 0.02,
        opens_on: 17_167,
        has_unique_names: true,
        appeal_english: 0.0,
        appeal_russian: 0.02,
        foreign_share: 0.0,
    },
];

/// Writes `sources.tsv`.
pub(crate) fn write_manifest(out: &Path, sources: &[SourceSpec]) -> Result<(), SimulateError> {
    let mut text = format!("{MANIFEST_HEADER}\n");
    for spec in sources {
        text += &format!(
            "{}\t{}\t{}\t{}\t{}\n",
            spec.name,
            spec.kind.as_str(),
            spec.path,
            spec.format.as_str(),
            spec.language
        );
    }
    let path = out.join(MANIFEST_FILE);
    fs::write(&path, text).map_err(SimulateError::at(path))
}

/// Reads the list of sources of a written world; paths are joined to `out`.
///
/// # Errors
/// [`SimulateError::File`] when there is no readable `sources.tsv`, and
/// [`SimulateError::ManifestLine`] when one of its lines was changed by hand.
pub fn manifest(out: &Path) -> Result<Vec<SimulatedSource>, SimulateError> {
    let path = out.join(MANIFEST_FILE);
    let text = fs::read_to_string(&path).map_err(SimulateError::at(&path))?;
    let mut sources = Vec::new();
    for (position, line) in text.lines().enumerate() {
        let fail = |reason: String| SimulateError::ManifestLine {
            path: path.clone(),
            line: position + 1,
            reason,
        };
        if position == 0 {
            if line != MANIFEST_HEADER {
                return Err(fail("the header is not the expected one".to_owned()));
            }
            continue;
        }
        sources.push(read_line(out, line).map_err(fail)?);
    }
    Ok(sources)
}

fn read_line(out: &Path, line: &str) -> Result<SimulatedSource, String> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [name, kind, path, format, language] = fields[..] else {
        return Err(format!("{} columns instead of 5", fields.len()));
    };
    let kind = SourceKind::parse(kind).ok_or_else(|| format!("unknown kind {kind}"))?;
    Ok(SimulatedSource {
        name: name.to_owned(),
        kind,
        path: out.join(path),
        format: format.to_owned(),
        language: language.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_posts_add_up_to_one() {
        for kind in [WorldKind::Usual, WorldKind::SeedOfField] {
            let sum: f64 = kind.sources().iter().map(|spec| spec.post_share).sum();
            assert!((sum - 1.0).abs() < 1e-12, "{kind:?}: {sum}");
            assert!(kind.sources().len() <= SOURCE_COUNT_MAX);
        }
    }

    #[test]
    fn a_manifest_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        write_manifest(folder.path(), &USUAL).unwrap();
        let sources = manifest(folder.path()).unwrap();
        assert_eq!(sources.len(), USUAL.len());
        assert_eq!(sources[3].name, "temnyi_forum");
        assert_eq!(sources[3].kind, SourceKind::Cybercrime);
        assert_eq!(sources[3].format, "canonical_jsonl");
        assert_eq!(sources[3].language, "ru");
    }

    #[test]
    fn a_changed_manifest_is_refused_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let text = format!("{MANIFEST_HEADER}\na\tpublic\tp\tf\ten\nb\tsecret\tp\tf\ten\n");
        fs::write(folder.path().join(MANIFEST_FILE), text).unwrap();
        let error = manifest(folder.path()).unwrap_err().to_string();
        assert!(error.contains("line 3"), "{error}");
        assert!(error.contains("unknown kind secret"), "{error}");
    }
}
