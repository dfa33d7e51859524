//! The index in its folder: opening, checking, and what readers see.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use tantivy::index::{IndexMeta, IndexSettings, SegmentComponent};
use tantivy::store::Compressor;
use tantivy::{Directory, Index, IndexReader, ReloadPolicy, Searcher};

use crate::error::SearchError;
use crate::fault::Fault;
use crate::fields::{FORMAT, Fields, schema};
use crate::state::{CommitPayload, IndexedState};
use crate::words::ready_made::tokenizers;
use crate::writer::{SearchWriter, WriterOptions};

const META_FILE: &str = "meta.json";

/// A file of the library ends with the length of its footer and a mark.
const FOOTER_BYTES_MIN: u64 = 8;

/// Most times that a refresh is tried while commits keep coming.
const REFRESH_ATTEMPTS_MAX: usize = 20;

/// How closely an index is looked at when it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OpenCheck {
    /// Reads every file and compares its checksum: finds any change of a byte, and takes as long
    /// as reading the folder takes.
    #[default]
    Checksums,
    /// Opens every file and reads its end: finds files that are cut or gone, and takes no time. A
    /// byte changed within a file goes unnoticed: an answer may be wrong, an error of a search
    /// may say `Damaged`, and the process may run out of memory.
    Ends,
}

/// A full-text index of posts in a folder. Any number of readers, one writer at a time.
pub struct SearchIndex {
    index: Index,
    reader: IndexReader,
    fields: Fields,
    folder: PathBuf,
    view: RwLock<Arc<View>>,
}

/// What readers see: one commit.
pub(crate) struct View {
    /// The posts.
    pub searcher: Searcher,
    /// What they are.
    pub state: IndexedState,
    /// Number of the commit.
    pub commit: u64,
}

impl SearchIndex {
    /// Opens the index in `folder`, or makes an empty one where the folder is empty or not there.
    ///
    /// # Errors
    /// `NotAnIndex`, `OtherFormat`, `Damaged`, or the system refuses.
    pub fn open_or_create(folder: &Path, check: OpenCheck) -> Result<Self, SearchError> {
        let fault = Fault::new("open", folder);
        fs::create_dir_all(folder).map_err(|error| fault.system(error))?;
        if !folder.join(META_FILE).exists() {
            create(folder)?;
        }
        // The library checks lengths with assertions in places, so a damaged file may panic there.
        catch_unwind(AssertUnwindSafe(|| Self::open(folder, check)))
            .unwrap_or_else(|_| Err(fault.damaged("a file cannot be read".into())))
    }

    fn open(folder: &Path, check: OpenCheck) -> Result<Self, SearchError> {
        let fault = Fault::new("open", folder);
        let of = |error| fault.of(error);
        let mut index = Index::open_in_dir(folder).map_err(of)?;
        index.set_tokenizers(tokenizers());
        let (expected_schema, fields) = schema();
        let metas = index.load_metas().map_err(of)?;
        let state = read_state(&metas, folder)?;
        if index.schema() != expected_schema {
            return Err(fault.damaged("its fields are not those of its format".into()));
        }
        check_files(&index, check, fault)?;
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(of)?;
        let view = View {
            searcher: reader.searcher(),
            state,
            commit: metas.opstamp,
        };
        let opened = SearchIndex {
            index,
            reader,
            fields,
            folder: folder.to_owned(),
            view: RwLock::new(Arc::new(view)),
        };
        opened.refresh()?;
        Ok(opened)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What of the tables readers see.
    pub fn state(&self) -> IndexedState {
        self.view().state.clone()
    }

    /// Posts that readers see.
    pub fn post_count(&self) -> u64 {
        self.view().searcher.num_docs()
    }

    /// The writer; one at a time, over all processes.
    ///
    /// # Errors
    /// `WriterBusy`, or the system refuses.
    pub fn writer(&self, options: WriterOptions) -> Result<SearchWriter, SearchError> {
        let writer = self
            .index
            .writer_with_num_threads(options.thread_count.clamp(1, 8), options.memory_bytes)
            .map_err(|error| Fault::new("write", &self.folder).of(error))?;
        Ok(SearchWriter::new(writer, self.fields, self.folder.clone()))
    }

    /// Lets readers see the last commit, of this process or another. Searches that are under way
    /// end with what they began with.
    ///
    /// # Errors
    /// `Damaged`, or the system refuses.
    pub fn refresh(&self) -> Result<(), SearchError> {
        let fault = Fault::new("read", &self.folder);
        let of = |error| fault.of(error);
        // Files and payload are read one after the other; a commit between the two starts it over.
        for _ in 0..REFRESH_ATTEMPTS_MAX {
            let before = self.index.load_metas().map_err(of)?;
            self.reader.reload().map_err(of)?;
            let after = self.index.load_metas().map_err(of)?;
            if before.opstamp != after.opstamp || before.payload != after.payload {
                continue;
            }
            let view = View {
                searcher: self.reader.searcher(),
                state: read_state(&after, &self.folder)?,
                commit: after.opstamp,
            };
            *self.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(view);
            return Ok(());
        }
        Err(SearchError::Storage {
            action: "read",
            folder: self.folder.clone(),
            reason: "it changes faster than it can be read".into(),
        })
    }

    pub(crate) fn view(&self) -> Arc<View> {
        self.view
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn fields(&self) -> Fields {
        self.fields
    }
}

/// An empty index. A folder with files and without an index is left alone, but for what an
/// interrupted creation leaves.
fn create(folder: &Path) -> Result<(), SearchError> {
    let fault = Fault::new("create", folder);
    for entry in fs::read_dir(folder).map_err(|error| fault.system(error))? {
        let name = entry.map_err(|error| fault.system(error))?.file_name();
        if !name.to_string_lossy().starts_with('.') {
            return Err(holds_other_files(folder));
        }
    }
    let settings = IndexSettings {
        docstore_compression: Compressor::Lz4,
        ..Default::default()
    };
    Index::builder()
        .schema(schema().0)
        .settings(settings)
        .create_in_dir(folder)
        .map(drop)
        .map_err(|error| fault.of(error))
}

/// Segments without their description are a damaged index; anything else is no index.
fn holds_other_files(folder: &Path) -> SearchError {
    if folder.join(".managed.json").exists() {
        return Fault::new("open", folder).damaged(format!("{META_FILE} is gone"));
    }
    SearchError::NotAnIndex {
        folder: folder.to_owned(),
    }
}

/// An index without commit has no payload yet, and no posts.
fn read_state(metas: &IndexMeta, folder: &Path) -> Result<IndexedState, SearchError> {
    let Some(payload) = &metas.payload else {
        if metas.segments.is_empty() {
            return Ok(IndexedState::default());
        }
        return Err(other_format(folder, 0));
    };
    let format = serde_json::from_str::<serde_json::Value>(payload)
        .ok()
        .and_then(|value| value.get("format")?.as_u64())
        .unwrap_or(0);
    if format != FORMAT {
        return Err(other_format(folder, format));
    }
    serde_json::from_str::<CommitPayload>(payload)
        .map(|payload| payload.state)
        .map_err(|error| Fault::new("open", folder).damaged(error.to_string()))
}

fn other_format(folder: &Path, found: u64) -> SearchError {
    SearchError::OtherFormat {
        folder: folder.to_owned(),
        found,
        known: FORMAT,
    }
}

/// Every file of every part, as closely as asked. A writer may clear up files while they are read;
/// then the parts are no longer those of the description, and it starts over.
fn check_files(index: &Index, check: OpenCheck, fault: Fault<'_>) -> Result<(), SearchError> {
    for _ in 0..REFRESH_ATTEMPTS_MAX {
        let before = index.load_metas().map_err(|error| fault.of(error))?;
        let Err(error) = check_parts(index, &before, check, fault) else {
            return Ok(());
        };
        let after = index.load_metas().map_err(|error| fault.of(error))?;
        if part_files(&before) == part_files(&after) {
            return Err(error);
        }
    }
    Err(fault.system(std::io::Error::other(
        "it changes faster than it can be read",
    )))
}

fn check_parts(
    index: &Index,
    metas: &IndexMeta,
    check: OpenCheck,
    fault: Fault<'_>,
) -> Result<(), SearchError> {
    for file in part_files(metas) {
        // The library asserts that there is room for its footer.
        let length = fs::metadata(fault.folder().join(&file)).map_or(u64::MAX, |found| found.len());
        if length < FOOTER_BYTES_MIN {
            return Err(fault.damaged(format!("{} is cut", file.display())));
        }
        let is_intact = match check {
            OpenCheck::Checksums => index.directory().validate_checksum(&file),
            OpenCheck::Ends => index.directory().open_read(&file).map(|_| true),
        }
        .map_err(|error| fault.of(error.into()))?;
        if !is_intact {
            return Err(fault.damaged(format!("{} is not as it was written", file.display())));
        }
    }
    Ok(())
}

/// The files that the parts of a description consist of.
fn part_files(metas: &IndexMeta) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    for part in &metas.segments {
        let mut components = vec![
            SegmentComponent::Postings,
            SegmentComponent::Positions,
            SegmentComponent::FastFields,
            SegmentComponent::FieldNorms,
            SegmentComponent::Terms,
            SegmentComponent::Store,
        ];
        if part.has_deletes() {
            components.push(SegmentComponent::Delete);
        }
        files.extend(
            components
                .into_iter()
                .map(|component| part.relative_path(component)),
        );
    }
    files
}
