//! Database dumps of forum systems, as SQL text: phpBB, SMF, MyBB, vBulletin, XenForo, Invision
//! Community, FluxBB and PunBB, Discourse; and NodeBB, which has no tables to tell of.
//!
//! One mapper serves all; what differs is told in tables of columns, a module per system. The
//! dump is read twice: first its small tables, since their place in a dump is arbitrary, then
//! everything else, row by row. See `docs/formats/forum_database.md`.

mod account;
mod discourse;
mod fields;
mod fluxbb;
mod former_name;
mod invision;
mod known;
mod mapper;
mod mybb;
mod nodebb;
mod nodes;
mod number_table;
mod php;
mod phpbb;
mod smf;
mod system;
mod vbulletin;
mod xenforo;

use entangle_dump::{FileEntry, FileReader, Input, SqlEvent, SqlRow, SqlRows, SqlSchema, SqlTable};
use entangle_model::record::RecordKind;
use rustc_hash::FxHashMap;

use crate::recorder::Recorder;
use crate::{ImportError, ImportOptions, Importer, Sample, Sink};
use fields::{ColumnNumbers, Fields};
use known::{Known, is_read_first};
use mapper::{Mapper, record_kind};
pub use nodebb::NodeBb;
use system::{System, Table};

/// The importer of one system's dumps.
pub struct ForumDatabase(&'static System);

/// phpBB 3.
pub const PHPBB: ForumDatabase = ForumDatabase(&phpbb::PHPBB);
/// Simple Machines Forum 2.
pub const SMF: ForumDatabase = ForumDatabase(&smf::SMF);
/// MyBB 1.8.
pub const MYBB: ForumDatabase = ForumDatabase(&mybb::MYBB);
/// vBulletin 3 and 4.
pub const VBULLETIN: ForumDatabase = ForumDatabase(&vbulletin::VBULLETIN);
/// vBulletin 5.
pub const VBULLETIN_5: ForumDatabase = ForumDatabase(&vbulletin::VBULLETIN_5);
/// XenForo 1 and 2.
pub const XENFORO: ForumDatabase = ForumDatabase(&xenforo::XENFORO);
/// IP.Board 3.
pub const IPB: ForumDatabase = ForumDatabase(&invision::IPB_3);
/// Invision Community 4.
pub const INVISION: ForumDatabase = ForumDatabase(&invision::IPS_4);
/// FluxBB and PunBB.
pub const FLUXBB: ForumDatabase = ForumDatabase(&fluxbb::FLUXBB);
/// Discourse.
pub const DISCOURSE: ForumDatabase = ForumDatabase(&discourse::DISCOURSE);

impl Importer for ForumDatabase {
    fn name(&self) -> &'static str {
        self.0.name
    }

    fn about(&self) -> &'static str {
        self.0.about
    }

    /// Two words of the system's schema in the heads of files that hold SQL, and none of its
    /// successor's.
    fn detect(&self, sample: &Sample) -> f64 {
        let heads: Vec<&str> = sample
            .files
            .iter()
            .map(|file| file.head.as_str())
            .filter(|head| is_sql(head))
            .collect();
        let is_there = |mark: &&&str| heads.iter().any(|head| has_word(head, mark));
        if self.0.successor_marks.iter().any(|mark| is_there(&mark)) {
            return 0.0;
        }
        match self.0.marks.iter().filter(is_there).count() {
            0 => 0.0,
            1 => 0.3,
            _ => 0.95,
        }
    }

    fn import(
        &self,
        input: &Input,
        options: &ImportOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        let files: Vec<&FileEntry> = sql_files(input);
        let (mut known, mut schema) = (Known::default(), SqlSchema::default());
        for entry in &files {
            input.read_file(entry, |file| learn(self.0, file, &mut schema, &mut known))?;
        }
        if !known.finish()? {
            return Err(ImportError::NothingToRead {
                format: self.0.name,
                expected: "a dump in SQL with the system's tables and their columns",
            });
        }
        let mut recorder = Recorder::new(options, sink);
        for entry in &files {
            input.read_file(entry, |file| {
                import_file(self.0, file, &mut schema, &known, &mut recorder)
            })?;
        }
        recorder.finish()
    }
}

/// Of several files, those that are named as dumps.
fn sql_files(input: &Input) -> Vec<&FileEntry> {
    let is_single = input.files().len() == 1;
    input
        .files()
        .iter()
        .filter(|entry| is_single || entry.base_name().to_lowercase().ends_with(".sql"))
        .collect()
}

pub(crate) fn is_sql(head: &str) -> bool {
    [
        "CREATE TABLE",
        "INSERT INTO",
        "create table",
        "insert into",
        "COPY ",
    ]
    .iter()
    .any(|statement| head.contains(statement))
}

/// Whether a word stands in a text, not as part of a longer one.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        // A word that begins with an underscore stands behind the prefix of a table.
        (word.starts_with('_') || !before.is_some_and(is_part)) && !after.is_some_and(is_part)
    })
}

/// What a table of a file is.
struct Plan {
    columns: ColumnNumbers,
    /// The table and its prefix; `None` if it means nothing.
    table: Option<(&'static Table, String)>,
}

/// What the tables of a file are, looked up once per table.
struct Tables {
    system: &'static System,
    plans: FxHashMap<usize, Plan>,
}

impl Tables {
    fn new(system: &'static System) -> Self {
        Self {
            system,
            plans: FxHashMap::default(),
        }
    }

    /// The row's table with its prefix and the row by columns; `None` for tables that mean
    /// nothing.
    fn look_up<'r>(&'r mut self, row: SqlRow<'r>) -> Option<(&'static Table, &'r str, Fields<'r>)> {
        let system = self.system;
        let plan = self.plans.entry(row.table.number).or_insert_with(|| {
            let table = system.table_of(row.table);
            Plan {
                columns: ColumnNumbers::of(row.table),
                table: table.map(|(table, prefix)| (table, prefix.to_string())),
            }
        });
        let (table, prefix) = plan.table.as_ref()?;
        Some((table, prefix, Fields::new(row, &plan.columns)))
    }
}

/// The first reading.
fn learn(
    system: &'static System,
    file: &mut FileReader<'_>,
    schema: &mut SqlSchema,
    known: &mut Known,
) -> Result<(), ImportError> {
    let mut rows = SqlRows::new(file, schema, |table| is_read_first(system, table));
    let mut tables = Tables::new(system);
    while let Some(event) = rows.next_event()? {
        if let SqlEvent::Row(row) = event
            && let Some((table, prefix, fields)) = tables.look_up(row)
        {
            known.add(&table.role, prefix, &fields);
        }
    }
    Ok(())
}

/// The second reading.
fn import_file(
    system: &'static System,
    file: &mut FileReader<'_>,
    schema: &mut SqlSchema,
    known: &Known,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    recorder.start_file(file);
    let is_wanted = |table: &SqlTable| {
        system
            .table_of(table)
            .is_some_and(|(table, prefix)| table.role.is_record() && known.is_of_forum(prefix))
    };
    let mut rows = SqlRows::new(file, schema, is_wanted);
    let mut tables = Tables::new(system);
    while let Some(event) = rows.next_event()? {
        match event {
            SqlEvent::Row(row) => {
                if let Some((table, _, fields)) = tables.look_up(row) {
                    let mut mapper = Mapper {
                        system,
                        known,
                        recorder,
                    };
                    mapper.map(&table.role, &fields)?;
                }
            }
            SqlEvent::Unreadable { table, unreadable } => {
                let table = table.and_then(|table| system.table_of(table));
                let kind = table.map_or(RecordKind::Unknown, |(table, _)| record_kind(&table.role));
                recorder.unreadable(kind, unreadable);
            }
        }
        recorder.progress(rows.byte_position())?;
    }
    recorder.progress(rows.byte_position())
}

#[cfg(test)]
mod tests;
