//! Small worlds in memory: rows by column name, every other column filled with its emptiest
//! value.

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};
use entangle_model::schema::{self, Column, ColumnType, Table};
use entangle_model::study::StudyResult;
use entangle_population::{StudyConfig, run_study};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Seconds since 1970 of 2020-01-01, a Wednesday.
pub const START_S: i64 = 1_577_836_800;
pub const DAY_S: i64 = 86_400;

#[derive(Clone)]
pub enum Cell {
    Text(String),
    Integer(i64),
    Number(f64),
    Flag(bool),
    InstantS(i64),
}

type Row = BTreeMap<&'static str, Cell>;

/// Tables of a world, by name.
#[derive(Default, Clone)]
pub struct World {
    rows: BTreeMap<&'static str, Vec<Row>>,
    post_count: usize,
    /// Without it, `names` is not registered.
    pub has_names: bool,
}

pub fn text(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

impl World {
    pub fn add(&mut self, table: &'static str, cells: Vec<(&'static str, Cell)>) {
        self.rows
            .entry(table)
            .or_default()
            .push(cells.into_iter().collect());
    }

    pub fn source(&mut self, source: &str, kind: &str) {
        self.add(
            "sources",
            vec![("source", text(source)), ("kind", text(kind))],
        );
        if kind != "public" {
            let (left, right) = if source < "public" {
                (source, "public")
            } else {
                ("public", source)
            };
            self.add(
                "link_models",
                vec![("source_left", text(left)), ("source_right", text(right))],
            );
        }
    }

    /// An account with its name and with other columns.
    pub fn account(
        &mut self,
        source: &str,
        id: &str,
        name: &str,
        mut more: Vec<(&'static str, Cell)>,
    ) {
        more.extend([
            ("account_id", text(id)),
            ("source", text(source)),
            ("name", text(name)),
        ]);
        self.add("accounts", more);
    }

    pub fn post(
        &mut self,
        source: &str,
        account: &str,
        at_s: i64,
        mut more: Vec<(&'static str, Cell)>,
    ) {
        self.post_count += 1;
        let post_id = format!("post{}", self.post_count);
        let mut cells = vec![
            ("kind", text("reply")),
            ("post_id", text(post_id)),
            ("source", text(source)),
            ("account_id", text(account)),
            ("posted_at", Cell::InstantS(at_s)),
        ];
        cells.append(&mut more);
        self.add("posts", cells);
    }

    /// A link between an account of `public` and one of a target, sides ordered by id.
    pub fn link(
        &mut self,
        public: &str,
        target: (&str, &str),
        probability: f64,
        more: Vec<(&'static str, Cell)>,
    ) {
        let sides = [("public", public), target];
        let [left, right] = if public < target.1 {
            sides
        } else {
            [sides[1], sides[0]]
        };
        let mut cells = vec![
            ("account_left", text(left.1)),
            ("source_left", text(left.0)),
            ("account_right", text(right.1)),
            ("source_right", text(right.0)),
            ("match_probability", Cell::Number(probability)),
        ];
        cells.extend(more);
        self.add("links", cells);
    }

    /// A session with every table of the world, read by so many threads.
    pub fn session(&self, partition_count: usize) -> SessionContext {
        let config = SessionConfig::new().with_target_partitions(partition_count);
        let session = SessionContext::new_with_config(config);
        let all_but_names = schema::TABLES.iter().filter(|table| table.name != "names");
        let names = self.has_names.then_some(&schema::NAMES);
        for table in all_but_names.copied().chain(names) {
            let rows = self.rows.get(table.name).map_or(&[][..], Vec::as_slice);
            let batches = rows.chunks(7).map(|rows| batch(table, rows)).collect();
            let provider = MemTable::try_new(table.arrow_schema(), vec![batches]).unwrap();
            session
                .register_table(table.name, Arc::new(provider))
                .unwrap();
        }
        session
    }

    pub async fn study(&self, config: &StudyConfig) -> StudyResult {
        run_study(&self.session(2), config, 3, &mut |_| ())
            .await
            .unwrap()
    }
}

fn batch(table: &Table, rows: &[Row]) -> RecordBatch {
    let columns = table
        .columns
        .iter()
        .map(|column| array(column, rows))
        .collect();
    RecordBatch::try_new(table.arrow_schema(), columns).unwrap()
}

fn array(column: &Column, rows: &[Row]) -> ArrayRef {
    let is_null = column.null_means.is_some();
    let cells = || rows.iter().map(|row| row.get(column.name));
    match column.column_type {
        ColumnType::Text => Arc::new(StringArray::from_iter(cells().map(|cell| match cell {
            Some(Cell::Text(text)) => Some(text.clone()),
            _ => (!is_null).then(String::new),
        }))),
        ColumnType::Integer => Arc::new(Int64Array::from_iter(cells().map(|cell| match cell {
            Some(Cell::Integer(value)) => Some(*value),
            _ => (!is_null).then_some(0),
        }))),
        ColumnType::Number => Arc::new(Float64Array::from_iter(cells().map(|cell| match cell {
            Some(Cell::Number(value)) => Some(*value),
            _ => (!is_null).then_some(0.0),
        }))),
        ColumnType::Flag => Arc::new(BooleanArray::from_iter(cells().map(|cell| match cell {
            Some(Cell::Flag(value)) => Some(*value),
            _ => (!is_null).then_some(false),
        }))),
        ColumnType::Instant => {
            let instants = cells().map(|cell| match cell {
                Some(Cell::InstantS(seconds)) => Some(seconds * 1_000_000),
                _ => (!is_null).then_some(0),
            });
            Arc::new(TimestampMicrosecondArray::from_iter(instants).with_timezone("UTC"))
        }
    }
}

/// A study of `public` against the targets, with few replicates and more lines of TOML.
pub fn config(targets: &[&str], more: &str) -> StudyConfig {
    let text = format!(
        "title = \"A small world\"\npublic_source = \"public\"\ntargets = {targets:?}\n\
         bootstrap_count = 100\npermutation_count = 39\n{more}"
    );
    StudyConfig::parse(&text).unwrap()
}
