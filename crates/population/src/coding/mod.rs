//! Human codes on a sample of the population's posts: the draw, and what the codes say.
//!
//! The draw is stratified by the label of the rules and by whether the author is a strict crossover
//! user, so that rare labels and rare people are seen. Every post of the population has a known
//! chance of being drawn, which is what corrected shares need.
//!
//! Not for what a coder sees and writes: files and pseudonyms are the caller's.

mod allocation;
mod draw;
mod errors;
mod lot;
mod score;
mod shares;

pub use draw::{Draw, DrawRequest, DrawnPost, Stratum, draw_posts};
pub use score::{CodedPost, CodingInput, score_codes};

/// Classes that a coder can give, in the order of tables.
pub const CODES: [&str; 5] = ["sell", "buy", "hire", "seek_work", "none"];
