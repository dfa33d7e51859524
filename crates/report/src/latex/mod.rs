//! Tables and methods for a paper in LaTeX.
//!
//! `tables/*.tex` and `methods.tex` are fragments for a document of one's own, which must load
//! the packages that `tables.tex` loads; `tables.tex` is such a document and shows every table.

mod escape;
mod methods;
mod table;

pub use methods::methods_latex;
pub use table::{table_latex, tables_document};
