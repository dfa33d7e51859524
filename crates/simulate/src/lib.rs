//! A planted world: people with accounts on many sources, written in real formats with the truth beside them.
