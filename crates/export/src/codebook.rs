//! What the columns of a package's tables mean: type, unit, meaning of null.

use std::fmt::Write;

use arrow::datatypes::Schema;
use entangle_model::schema::Table;
use serde::Serialize;

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodebookColumn {
    /// Its name.
    pub name: String,
    /// Its type.
    pub column_type: String,
    /// Its unit; `None` where it has none or none is stated.
    pub unit: Option<String>,
    /// What null means; `None` where the column is never null.
    pub null_means: Option<String>,
    /// What it holds; `None` where that is not stated.
    pub about: Option<String>,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodebookTable {
    /// The file that holds it, as named in the package.
    pub file: String,
    /// What one row is.
    pub about: String,
    /// Columns in order.
    pub columns: Vec<CodebookColumn>,
}

impl CodebookTable {
    /// A table with a schema whose fields say in their metadata what they are, under the names
    /// `about`, `unit` and `null_means`. Without a stated unit, the end of the name tells it, as
    /// names of columns end in their unit.
    pub fn from_schema(file: &str, about: &str, schema: &Schema) -> Self {
        let columns = schema.fields().iter().map(|field| {
            let stated = |key: &str| field.metadata().get(key).cloned();
            let null_means = field.is_nullable().then(|| {
                stated("null_means").unwrap_or_else(|| "missing; the reason is not stated".into())
            });
            CodebookColumn {
                name: field.name().clone(),
                column_type: field.data_type().to_string(),
                unit: stated("unit").or_else(|| unit_of_name(field.name())),
                null_means,
                about: stated("about"),
            }
        });
        CodebookTable {
            file: file.to_owned(),
            about: about.to_owned(),
            columns: columns.collect(),
        }
    }

    /// A table of a workspace, as the model declares it.
    pub fn from_table(file: &str, table: &Table) -> Self {
        let columns = table.columns.iter().map(|column| CodebookColumn {
            name: column.name.to_owned(),
            column_type: column.column_type.as_str().to_owned(),
            unit: unit_of_name(column.name),
            null_means: column.null_means.map(str::to_owned),
            about: Some(column.about.to_owned()),
        });
        CodebookTable {
            file: file.to_owned(),
            about: table.about.trim().to_owned(),
            columns: columns.collect(),
        }
    }
}

/// Ends of names and the units that they stand for.
const UNITS: [(&str, &str); 9] = [
    ("_bits", "bits"),
    ("_at", "instant in UTC"),
    ("_ms", "milliseconds"),
    ("_days", "days"),
    ("_bytes", "bytes"),
    ("_count", "count"),
    ("_share", "share, 0 to 1"),
    ("_probability", "probability, 0 to 1"),
    ("_confidence", "probability, 0 to 1"),
];

fn unit_of_name(name: &str) -> Option<String> {
    // Ends of intervals have the unit of what they bound.
    let name = name
        .strip_suffix("_low")
        .or_else(|| name.strip_suffix("_high"))
        .unwrap_or(name);
    UNITS
        .iter()
        .find(|(end, _)| name.ends_with(end))
        .map(|(_, unit)| (*unit).to_owned())
}

/// The codebook for people.
pub(crate) fn codebook_markdown(tables: &[CodebookTable]) -> String {
    let mut page = "# Codebook\n\nEvery table of this package, column by column. `codebook.json` holds the same for programs.\n".to_owned();
    for table in tables {
        let _ = write!(
            page,
            "\n## {}\n\n{}\n\n| Column | Type | Unit | Null means | Holds |\n|---|---|---|---|---|\n",
            markdown_cell(&table.file),
            markdown_cell(&table.about)
        );
        for column in &table.columns {
            let _ = writeln!(
                page,
                "| {} | {} | {} | {} | {} |",
                markdown_cell(&column.name),
                markdown_cell(&column.column_type),
                markdown_cell(column.unit.as_deref().unwrap_or_default()),
                markdown_cell(column.null_means.as_deref().unwrap_or("never null")),
                markdown_cell(column.about.as_deref().unwrap_or("not stated")),
            );
        }
    }
    page
}

/// Text in a table of Markdown: nothing in it is markup, and it stays on its line.
pub(crate) fn markdown_cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') {
            cell.push(' ');
            continue;
        }
        if "\\|*[]<>`&#".contains(character) {
            cell.push('\\');
        }
        cell.push(character);
    }
    cell
}
