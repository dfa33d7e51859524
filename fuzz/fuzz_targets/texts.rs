//! Any text through everything that reads texts: markup, identifiers, names, language.
#![no_main]

use entangle_model::IdentifierRole;
use entangle_text::identifiers::extract;
use entangle_text::language::guess;
use entangle_text::markup::{bbcode_to_plain, html_to_plain, phpbb_to_plain, plain};
use entangle_text::names::level;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for plain_text in [
        plain(text),
        bbcode_to_plain(text),
        html_to_plain(text),
        phpbb_to_plain(text, "1a2b3c4d"),
    ] {
        assert!(plain_text.text.len() + plain_text.quoted.len() <= 4 * text.len() + 64);
    }
    for found in extract(text, IdentifierRole::Mentioned) {
        assert!(text.get(found.byte_start..found.byte_end).is_some());
    }
    let _ = guess(text);
    assert_eq!(level(text, "Neo_42"), level("Neo_42", text));
});
