//! Tables in snapshots, kept in Delta Lake.
