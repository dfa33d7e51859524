//! Case folding and compatibility normalisation of names.
//!
//! Letters keep their script and their diacritics here; those are undone by the skeleton.

use unicode_normalization::UnicodeNormalization;

/// The name in lower case and compatibility form (NFKC), trimmed, with inner white space
/// collapsed to single spaces and invisible characters dropped.
///
/// Markup is not decoded: `&amp;` stays five characters. Folding twice changes nothing.
pub fn fold(name: &str) -> String {
    if name.is_ascii() {
        fold_ascii(name)
    } else if name.chars().all(is_basic) {
        fold_basic(name)
    } else {
        fold_unicode(name)
    }
}

/// Letters that are in NFKC in either case: ASCII and the Cyrillic alphabets in use.
fn is_basic(letter: char) -> bool {
    matches!(letter, '\0'..='\u{7f}' | '\u{400}'..='\u{45f}')
}

fn fold_basic(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    collapse_into(&mut folded, name.chars().flat_map(char::to_lowercase));
    folded
}

fn fold_ascii(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    collapse_into(
        &mut folded,
        name.bytes()
            .map(|byte| char::from(byte.to_ascii_lowercase())),
    );
    folded
}

/// Normalises twice, because lower-casing can leave a string that is no longer in NFKC.
fn fold_unicode(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    let lowered = name
        .chars()
        .filter(|letter| !is_invisible(*letter))
        .nfkc()
        .flat_map(lower_case);
    collapse_into(&mut folded, lowered.nfkc());
    folded
}

/// Lower case with the two foldings that differ from it and occur in names: sharp s and the
/// final form of sigma.
fn lower_case(letter: char) -> impl Iterator<Item = char> {
    let (folded, second) = match letter {
        'ß' | 'ẞ' => ('s', Some('s')),
        'ς' => ('σ', None),
        other => (other, None),
    };
    folded.to_lowercase().chain(second)
}

fn collapse_into(folded: &mut String, letters: impl Iterator<Item = char>) {
    let mut is_space_due = false;
    for letter in letters {
        if letter.is_whitespace() {
            is_space_due = !folded.is_empty();
        } else if !is_invisible(letter) {
            if is_space_due {
                folded.push(' ');
                is_space_due = false;
            }
            folded.push(letter);
        }
    }
}

/// Characters that leave no mark on a screen: controls, joiners, direction marks, variation
/// selectors, fillers and tags. White space is not among them.
fn is_invisible(letter: char) -> bool {
    match letter {
        '\u{20}'..='\u{7e}' => false,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => {
            true
        }
        '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => true,
        '\u{e0000}'..='\u{e0fff}' => true,
        other => other.is_control() && !other.is_whitespace(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn white_space_and_case_do_not_matter() {
        assert_eq!(fold("  The \t Wolf\n"), "the wolf");
        assert_eq!(fold("ДЯДЯ\u{a0}Фёдор"), "дядя фёдор");
    }

    #[test]
    fn compatibility_forms_become_plain_letters() {
        assert_eq!(fold("ｎｅｏ"), "neo");
        assert_eq!(fold("𝓜𝓲𝓴𝓮"), "mike");
        assert_eq!(fold("STRAẞE ΣΑΣ"), "strasse σασ");
    }

    #[test]
    fn invisible_characters_are_dropped() {
        assert_eq!(fold("ne\u{200b}o\u{feff}\u{0}"), "neo");
    }

    #[test]
    fn entities_are_not_decoded() {
        assert_eq!(fold("Tom&amp;Jerry"), "tom&amp;jerry");
    }

    proptest! {
        #[test]
        fn quick_paths_agree_with_the_general_one(ascii in "[ -~\t\n]{0,20}", basic in "[ -~\u{400}-\u{45f}\n]{0,20}") {
            prop_assert_eq!(fold_ascii(&ascii), fold_unicode(&ascii));
            prop_assert_eq!(fold_basic(&basic), fold_unicode(&basic));
        }
    }
}
