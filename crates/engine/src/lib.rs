//! The facade: a workspace, its stages in order, and answers as plain structs.
