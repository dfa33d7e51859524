//! One file per subject: what an endpoint takes, and which listing it asks.

pub mod accounts;
pub mod jobs;
pub mod links;
pub mod operations;
pub mod personas;
pub mod posts;
pub mod search;
pub mod sources;
pub mod sql;
pub mod studies;

/// Declares the query of an endpoint: its own parameters, and those that every listing has.
macro_rules! listing_query {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
        #[into_params(parameter_in = Query)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
            /// Rows of a page.
            #[param(minimum = 1, maximum = 1000, default = 100)]
            pub limit: Option<u32>,
            /// Where to go on: `next_cursor` of the page before. It goes on in the snapshot of that page.
            #[param(max_length = 4096, pattern = "^[0-9a-f]+$")]
            pub cursor: Option<String>,
            /// The snapshot to read; the latest where it is absent.
            #[param(minimum = 0)]
            pub snapshot: Option<u64>,
        }

        impl $name {
            /// The page that is asked for.
            pub fn page(&self) -> $crate::answer::PageOf {
                $crate::answer::PageOf {
                    limit: self.limit,
                    cursor: self.cursor.clone(),
                    snapshot: self.snapshot,
                }
            }
        }
    };
}
pub(crate) use listing_query;

listing_query! {
    /// A page of everything.
    PageQuery {}
}

/// Which snapshot.
#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SnapshotQuery {
    /// The snapshot to read; the latest where it is absent.
    #[param(minimum = 0)]
    pub snapshot: Option<u64>,
}

/// Conditions from parameters that may be absent.
#[derive(Default)]
pub(crate) struct Conditions(pub Vec<entangle_engine::reader::listing::Condition>);

impl Conditions {
    /// That a column is this text, if there is one.
    pub fn is(mut self, column: &'static str, text: Option<&String>) -> Self {
        use entangle_engine::reader::listing::Condition;
        self.0
            .extend(text.map(|text| Condition::is(column, text.clone())));
        self
    }

    /// That one of two columns is this text, if there is one.
    pub fn either(mut self, columns: [&'static str; 2], text: Option<&String>) -> Self {
        use entangle_engine::reader::listing::Condition;
        self.0
            .extend(text.map(|text| Condition::either(columns, text.clone())));
        self
    }

    /// That a column compares with a value, if there is one.
    pub fn compares(
        mut self,
        column: &'static str,
        comparison: entangle_engine::reader::listing::Comparison,
        operand: Option<entangle_engine::reader::listing::Operand>,
    ) -> Self {
        self.0.extend(
            operand.map(|operand| entangle_engine::reader::listing::Condition {
                columns: vec![column],
                comparison,
                operand,
            }),
        );
        self
    }
}
