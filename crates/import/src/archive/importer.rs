//! The importer of a system that is described by data.

use entangle_dump::{FileReader, Input, SqlSchema};

use super::csv_file::import_csv;
use super::json_file::import_json;
use super::layout::{Layout, Reading};
use super::mapper::Mapper;
use super::sql_file::import_sql;
use crate::recorder::Recorder;
use crate::{ImportError, ImportOptions, Importer, Sample, Sink};

/// A system and the layouts of its files.
pub(crate) struct ArchiveImporter {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// What files are looked for, in words.
    pub(super) expected: &'static str,
    /// The first that fits a file is taken.
    pub(super) layouts: &'static [Layout],
    /// Confidence where a layout fits.
    pub(super) confidence: f64,
}

impl ArchiveImporter {
    fn reading(&self, name: &str, head: &str) -> Option<Reading> {
        let mut layouts = self.layouts.iter();
        layouts.find_map(|layout| layout.reading(name, head))
    }
}

impl Importer for ArchiveImporter {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn detect(&self, sample: &Sample) -> f64 {
        sample.best_file(|file| {
            let mut layouts = self.layouts.iter();
            if layouts.any(|layout| layout.fits(&file.base_name, &file.head)) {
                self.confidence
            } else {
                0.0
            }
        })
    }

    /// Pages of one question repeat it.
    fn may_repeat_posts(&self) -> bool {
        let mut layouts = self.layouts.iter();
        layouts.any(|layout| matches!(layout, Layout::Pages { .. }))
    }

    fn import(
        &self,
        input: &Input,
        options: &ImportOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        let mut recorder = Recorder::new(options, sink);
        let mut schema = SqlSchema::default();
        let mut has_file = false;
        for entry in input.files() {
            input.read_file(entry, |file| {
                let head = String::from_utf8_lossy(file.fill()?).into_owned();
                if let Some(reading) = self.reading(entry.base_name(), &head) {
                    has_file |= import_file(file, reading, &mut schema, &mut recorder)?;
                }
                Ok::<(), ImportError>(())
            })?;
        }
        if !has_file {
            return Err(ImportError::NothingToRead {
                format: self.name,
                expected: self.expected,
            });
        }
        recorder.finish()
    }
}

/// Imports a file, and says whether there was anything in it for the system.
fn import_file(
    file: &mut FileReader<'_>,
    reading: Reading,
    schema: &mut SqlSchema,
    recorder: &mut Recorder<'_>,
) -> Result<bool, ImportError> {
    recorder.start_file(file);
    let limits = file.limits().clone();
    let mapper = &mut Mapper::new(&limits, recorder);
    match reading {
        Reading::Json(records) => import_json(file, records, mapper)?,
        Reading::Csv(tables) => import_csv(file, tables, mapper)?,
        Reading::Sql(tables) => return import_sql(file, tables, schema, mapper),
        Reading::Pages(read) => read(file, mapper.recorder())?,
    }
    Ok(true)
}
