//! A study's result as documents: HTML, figures, tables.
