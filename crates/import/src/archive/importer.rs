//! The importer of a system that is described by data.

use entangle_dump::{FileReader, Input};

use super::csv_file::import_csv;
use super::json_file::import_json;
use super::layout::Layout;
use super::mapper::Mapper;
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
    fn layout(&self, head: &str) -> Option<&'static Layout> {
        self.layouts.iter().find(|layout| layout.fits(head))
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
        sample.best_file(|file| match self.layout(&file.head) {
            Some(_) => self.confidence,
            None => 0.0,
        })
    }

    fn import(
        &self,
        input: &Input,
        options: &ImportOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        let mut recorder = Recorder::new(options, sink);
        let mut has_file = false;
        for entry in input.files() {
            input.read_file(entry, |file| {
                let head = String::from_utf8_lossy(file.fill()?).into_owned();
                if let Some(layout) = self.layout(&head) {
                    has_file = true;
                    import_file(file, layout, &mut recorder)?;
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

fn import_file(
    file: &mut FileReader<'_>,
    layout: &'static Layout,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    recorder.start_file(file);
    let mut mapper = Mapper::new(file.limits(), recorder);
    match layout {
        Layout::Json { records, .. } => import_json(file, records, &mut mapper),
        Layout::Csv { table, .. } => import_csv(file, table, &mut mapper),
    }
}
