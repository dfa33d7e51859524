//! The files of an export: written under another name and given theirs when they are whole.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use entangle_export::RecordWriter;
use entangle_export::convokit::{ConvokitFiles, ConvokitWriter};
use entangle_export::gephi_csv::GephiCsvWriter;
use entangle_export::gexf::GexfWriter;
use entangle_export::graphml::GraphmlWriter;
use entangle_export::misp::{MispOptions, MispWriter};
use entangle_export::stix::{StixOptions, StixWriter};

use super::{ExportRequest, RecordFormat};
use crate::EngineError;

/// `created` of STIX objects must be the same in every export, whatever the snapshot.
const STIX_CREATED_AT: &str = "2026-01-01T00:00:00Z";

/// A file that can be closed after a writer that holds a copy of its handle.
#[derive(Debug)]
struct OpenFile {
    file: File,
    path: PathBuf,
}

impl OpenFile {
    fn create(path: &Path) -> Result<(Self, BufWriter<File>), EngineError> {
        let failed = |source| EngineError::File {
            action: "create",
            path: path.to_owned(),
            source,
        };
        let file = File::create_new(path).map_err(failed)?;
        let writer = BufWriter::new(file.try_clone().map_err(failed)?);
        let path = path.to_owned();
        Ok((Self { file, path }, writer))
    }

    fn sync(&self) -> Result<(), EngineError> {
        self.file.sync_all().map_err(|source| EngineError::File {
            action: "write",
            path: self.path.clone(),
            source,
        })
    }
}

/// A document of any format with the files below it.
pub(super) struct Document {
    writer: Box<dyn RecordWriter + Send>,
    files: Vec<OpenFile>,
}

impl Document {
    /// Begins a document at `place`, a file or a folder that is not there.
    pub(super) fn create(
        request: &ExportRequest,
        place: &Path,
        made_at: DateTime<Utc>,
    ) -> Result<Self, EngineError> {
        let one = || -> Result<_, EngineError> {
            let (file, out) = OpenFile::create(place)?;
            Ok((vec![file], out))
        };
        let (files, writer): (Vec<OpenFile>, Box<dyn RecordWriter + Send>) = match request.format {
            RecordFormat::Stix => {
                let options = StixOptions {
                    tlp: request.tlp,
                    created_at: STIX_CREATED_AT.parse().unwrap_or(made_at),
                    modified_at: made_at,
                };
                let (files, out) = one()?;
                (files, Box::new(StixWriter::new(out, &options)?))
            }
            RecordFormat::Misp => {
                let info = "Possible links between accounts of forums (Entangle)";
                let (files, out) = one()?;
                let options = MispOptions::new(info, request.tlp, made_at);
                (files, Box::new(MispWriter::new(out, options)?))
            }
            RecordFormat::Gexf => {
                let (files, out) = one()?;
                (files, Box::new(GexfWriter::new(out)?))
            }
            RecordFormat::Graphml => {
                let (files, out) = one()?;
                (files, Box::new(GraphmlWriter::new(out)?))
            }
            RecordFormat::GephiCsv => {
                create_folder(place)?;
                let (nodes_file, nodes) = OpenFile::create(&place.join("nodes.csv"))?;
                let (edges_file, edges) = OpenFile::create(&place.join("edges.csv"))?;
                let writer = GephiCsvWriter::new(nodes, edges)?;
                (vec![nodes_file, edges_file], Box::new(writer))
            }
            RecordFormat::Convokit => {
                create_folder(place)?;
                let files = ConvokitFiles::create(place)?;
                (
                    Vec::new(),
                    Box::new(ConvokitWriter::new(files, "entangle")?),
                )
            }
        };
        Ok(Self { writer, files })
    }

    pub(super) fn writer(&mut self) -> &mut (dyn RecordWriter + Send) {
        self.writer.as_mut()
    }

    /// Makes the files durable.
    pub(super) fn close(self) -> Result<(), EngineError> {
        drop(self.writer);
        self.files.iter().try_for_each(OpenFile::sync)
    }
}

fn create_folder(path: &Path) -> Result<(), EngineError> {
    fs::create_dir(path).map_err(|source| EngineError::File {
        action: "create",
        path: path.to_owned(),
        source,
    })
}

/// Writes to a name beside `out` and renames when all is written; of a failure nothing is left.
pub(super) async fn write_whole<R>(
    out: &Path,
    write: impl AsyncFnOnce(&Path) -> Result<R, EngineError>,
) -> Result<R, EngineError> {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = out.with_file_name(name);
    let written = match write(&part).await {
        Ok(result) => match fs::rename(&part, out) {
            Ok(()) => return Ok(result),
            Err(source) => Err(EngineError::File {
                action: "write",
                path: out.to_owned(),
                source,
            }),
        },
        failed => failed,
    };
    // What failed is told; that its remains could not be removed would only hide it.
    let _ = match part.is_dir() {
        true => fs::remove_dir_all(&part),
        false => fs::remove_file(&part),
    };
    written
}

/// A buffered file at `place`, for tables.
pub(super) fn create_file(place: &Path) -> Result<impl Write + use<>, EngineError> {
    Ok(OpenFile::create(place)?.1)
}
