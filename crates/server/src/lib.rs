//! The workspace over HTTP and the PostgreSQL protocol.
