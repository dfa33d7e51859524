//! DataFusion tables over explicit lists of Parquet files.
//!
//! DataFusion's own listing table is used, not a provider of ours: it is what its plan format
//! can express, so executors of a cluster need no code of ours to read it.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};

use crate::error::{Result, StoreError};

/// A table over the files, with the given columns; without files it has no rows.
pub(crate) fn parquet_provider<'a>(
    schema: SchemaRef,
    uris: impl IntoIterator<Item = &'a str>,
) -> Result<Arc<dyn TableProvider>> {
    let failed = |error| StoreError::query("make a table of files", error);
    let urls = uris
        .into_iter()
        .map(ListingTableUrl::parse)
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(failed)?;
    // Texts stay Utf8 whatever the session prefers: that is the type the tables document.
    let format = ParquetFormat::default().with_force_view_types(false);
    let options = ListingOptions::new(Arc::new(format)).with_file_extension(".parquet");
    let config = ListingTableConfig::new_with_multi_paths(urls)
        .with_listing_options(options)
        .with_schema(schema);
    let table = ListingTable::try_new(config).map_err(failed)?;
    Ok(Arc::new(table))
}
