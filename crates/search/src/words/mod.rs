//! Texts to words, and words to the terms that the index holds.
//!
//! * [`fold`]: capital letters, compatibility forms and loose marks are taken away
//! * [`tokens`]: where words begin and end
//! * [`language`]: which stemmer a word gets
//! * [`ready_made`]: how terms get into the index
//! * [`terms`]: the three lists of terms of one text

pub(crate) mod fold;
pub(crate) mod language;
pub(crate) mod ready_made;
pub(crate) mod terms;
pub(crate) mod tokens;
