//! Full-text search over posts: an index, a query language, and what may be asked of them.
