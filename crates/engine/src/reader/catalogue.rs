//! What tables and columns hold, told in the way of PostgreSQL: `pg_description`, `col_description`
//! and `obj_description`.
//!
//! The catalogue itself is made by whoever speaks PostgreSQL's protocol; it gives tables their
//! numbers and knows no description.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use async_trait::async_trait;
use datafusion::catalog::{MemTable, SchemaProvider, TableProvider};
use datafusion::common::cast::as_int64_array;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{ColumnarValue, LogicalPlan, ScalarUDF, Volatility, create_udf};
use datafusion::scalar::ScalarValue;
use entangle_model::schema::table;

use super::sql::{PreparedQuery, SqlSession};
use crate::EngineError;
use crate::table_reader::texts;

/// Number of `pg_class` in every PostgreSQL.
const CLASS_OF_TABLES: i32 = 1259;
const CATALOGUE: &str = "pg_catalog";

/// Descriptions by number of the table and of the column; 0 for the table itself.
type Descriptions = Arc<HashMap<(i64, i64), String>>;

impl SqlSession {
    /// Adds descriptions to the catalogue of PostgreSQL, which the session must have.
    ///
    /// # Errors
    /// Where the catalogue cannot be read.
    pub async fn describe_tables(&self) -> Result<(), EngineError> {
        let context = self.context();
        let sql = "SELECT CAST(oid AS BIGINT) AS oid, CAST(relname AS VARCHAR) AS name
                   FROM pg_catalog.pg_class";
        let mut found = HashMap::new();
        for batch in context.sql(sql).await?.collect().await? {
            let oids = as_int64_array(batch.column(0))?;
            for (oid, name) in oids.iter().zip(texts(&batch, 1)) {
                if let (Some(oid), Some(name)) = (oid, name) {
                    describe(oid, name, &mut found);
                }
            }
        }
        let found: Descriptions = Arc::new(found);
        for catalogue in context.catalog_names() {
            let Some(catalogue) = context.catalog(&catalogue) else {
                continue;
            };
            if let Some(inner) = catalogue.schema(CATALOGUE) {
                let described = Described {
                    inner,
                    descriptions: description_table(&found)?,
                };
                catalogue.register_schema(CATALOGUE, Arc::new(described))?;
            }
        }
        context.register_udf(version());
        context.register_udf(no_type_of_an_extension());
        context.register_udf(column_description(Arc::clone(&found)));
        context.register_udf(object_description(found));
        Ok(())
    }
}

impl PreparedQuery {
    /// Whether the query reads what tables there are, and none of them.
    pub fn reads_catalogue_only(&self) -> bool {
        let mut reads_catalogue_only = true;
        let walked = self.plan().apply_with_subqueries(|node| {
            if let LogicalPlan::TableScan(scan) = node {
                let schema = scan.table_name.schema().unwrap_or_default();
                reads_catalogue_only &= schema == CATALOGUE || schema == "information_schema";
            }
            Ok(TreeNodeRecursion::Continue)
        });
        walked.is_ok() && reads_catalogue_only
    }
}

fn describe(oid: i64, name: &str, found: &mut HashMap<(i64, i64), String>) {
    let Some(table) = table(name) else {
        return;
    };
    found.insert((oid, 0), table.about.trim().to_owned());
    for (number, column) in (1..).zip(table.columns) {
        let text = match column.null_means {
            Some(null_means) => format!("{}; null: {null_means}", column.about),
            None => column.about.to_owned(),
        };
        found.insert((oid, number), text);
    }
}

fn description_table(found: &Descriptions) -> Result<Arc<dyn TableProvider>, EngineError> {
    let mut rows: Vec<_> = found.iter().collect();
    rows.sort_unstable();
    let number = |of: fn(&(i64, i64)) -> i64| -> ArrayRef {
        Arc::new(
            rows.iter()
                .map(|(key, _)| of(key) as i32)
                .collect::<Int32Array>(),
        )
    };
    let texts: StringArray = rows.iter().map(|(_, text)| Some(text.as_str())).collect();
    let class = Int32Array::from(vec![CLASS_OF_TABLES; rows.len()]);
    let columns: Vec<ArrayRef> = vec![
        number(|key| key.0),
        Arc::new(class),
        number(|key| key.1),
        Arc::new(texts),
    ];
    let schema = Arc::new(Schema::new(vec![
        Field::new("objoid", DataType::Int32, false),
        Field::new("classoid", DataType::Int32, false),
        Field::new("objsubid", DataType::Int32, false),
        Field::new("description", DataType::Utf8, false),
    ]));
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    Ok(Arc::new(MemTable::try_new(schema, vec![vec![batch]])?))
}

/// `version()`: programs read from it which PostgreSQL's words they may use.
fn version() -> ScalarUDF {
    let answer = |_: &[ColumnarValue]| {
        let text = format!("PostgreSQL 16.6 (Entangle {})", env!("CARGO_PKG_VERSION"));
        Ok(ColumnarValue::Scalar(ScalarValue::Utf8(Some(text))))
    };
    let none = Vec::new();
    create_udf(
        "version",
        none,
        DataType::Utf8,
        Volatility::Stable,
        Arc::new(answer),
    )
}

/// `to_regtype(name)`: programs ask for types of extensions, of which there are none.
fn no_type_of_an_extension() -> ScalarUDF {
    let answer = |_: &[ColumnarValue]| Ok(ColumnarValue::Scalar(ScalarValue::Int32(None)));
    let name = vec![DataType::Utf8];
    create_udf(
        "to_regtype",
        name,
        DataType::Int32,
        Volatility::Stable,
        Arc::new(answer),
    )
}

/// `col_description(table, column)`.
fn column_description(found: Descriptions) -> ScalarUDF {
    let integers = vec![DataType::Int64, DataType::Int64];
    description_function("col_description", integers, move |arguments| {
        let columns = as_int64_array(&arguments[1])?;
        Ok(described(
            as_int64_array(&arguments[0])?,
            Some(columns),
            &found,
        ))
    })
}

/// `obj_description(table, catalogue)`.
fn object_description(found: Descriptions) -> ScalarUDF {
    let types = vec![DataType::Int64, DataType::Utf8];
    description_function("obj_description", types, move |arguments| {
        Ok(described(as_int64_array(&arguments[0])?, None, &found))
    })
}

fn described(
    tables: &Int64Array,
    columns: Option<&Int64Array>,
    found: &Descriptions,
) -> StringArray {
    let of = |row: usize| {
        if tables.is_null(row) {
            return None;
        }
        let column = columns.map_or(0, |columns| columns.value(row));
        found.get(&(tables.value(row), column)).map(String::as_str)
    };
    (0..tables.len()).map(of).collect()
}

fn description_function(
    name: &str,
    arguments: Vec<DataType>,
    describe: impl Fn(&[ArrayRef]) -> Result<StringArray, DataFusionError> + Send + Sync + 'static,
) -> ScalarUDF {
    let function = move |arguments: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        Ok(ColumnarValue::Array(Arc::new(describe(&arrays)?)))
    };
    create_udf(
        name,
        arguments,
        DataType::Utf8,
        Volatility::Stable,
        Arc::new(function),
    )
}

/// The catalogue with descriptions.
#[derive(Debug)]
struct Described {
    inner: Arc<dyn SchemaProvider>,
    descriptions: Arc<dyn TableProvider>,
}

#[async_trait]
impl SchemaProvider for Described {
    fn table_names(&self) -> Vec<String> {
        self.inner.table_names()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>, DataFusionError> {
        match name {
            "pg_description" => Ok(Some(Arc::clone(&self.descriptions))),
            other => self.inner.table(other).await,
        }
    }

    fn table_exist(&self, name: &str) -> bool {
        self.inner.table_exist(name)
    }
}
