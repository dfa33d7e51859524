//! Word tokens of a text.
//!
//! Words are runs of letters and digits as Unicode defines them. Scripts that are written
//! without spaces are not segmented: a Chinese clause is one word.

/// The words of a text in order, as slices of it; letters keep their case.
///
/// An apostrophe or hyphen between two letters belongs to the word ("don't", "e-mail").
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    Words { rest: text }
}

struct Words<'text> {
    rest: &'text str,
}

impl<'text> Iterator for Words<'text> {
    type Item = &'text str;

    fn next(&mut self) -> Option<&'text str> {
        let start = self.rest.find(is_word_letter)?;
        let from_start = &self.rest[start..];
        let (word, rest) = from_start.split_at(word_length_bytes(from_start));
        self.rest = rest;
        Some(word)
    }
}

/// Length of the word that the text begins with.
fn word_length_bytes(text: &str) -> usize {
    let mut end = 0;
    let mut is_joint_open = false;
    for (at, letter) in text.char_indices() {
        if is_word_letter(letter) || is_combining_mark(letter) && at == end {
            end = at + letter.len_utf8();
            is_joint_open = false;
        } else if is_joint(letter) && !is_joint_open {
            is_joint_open = true;
        } else {
            break;
        }
    }
    end
}

/// The two commonest alphabets are answered without a table of Unicode.
fn is_word_letter(letter: char) -> bool {
    match letter {
        '\0'..='\u{7f}' => letter.is_ascii_alphanumeric(),
        '\u{400}'..='\u{481}' => true,
        other => other.is_alphanumeric(),
    }
}

fn is_joint(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '-')
}

/// Accents that follow the letter they belong to.
fn is_combining_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(words(text).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn words_of_two_languages() {
        check("Don't buy e-mail2.", &["Don't", "buy", "e-mail2"]);
        check("Кто-то продаёт акк'и!", &["Кто-то", "продаёт", "акк'и"]);
    }

    #[test]
    fn outer_and_doubled_joints_are_dropped() {
        check(
            "'quoted' -- a--b rock'n'roll-",
            &["quoted", "a", "b", "rock'n'roll"],
        );
    }

    #[test]
    fn decomposed_accents_stay_in_the_word() {
        check("cafe\u{301}s ok", &["cafe\u{301}s", "ok"]);
    }

    #[test]
    fn text_without_letters_has_no_words() {
        check(" ... \u{301} -'", &[]);
    }

    proptest! {
        #[test]
        fn words_are_found_again_in_any_text(text in "\\PC{0,40}") {
            let letters: usize = text.chars().filter(|letter| is_word_letter(*letter)).count();
            let in_words: usize = words(&text).flat_map(str::chars).filter(|letter| is_word_letter(*letter)).count();
            prop_assert_eq!(letters, in_words);
        }
    }
}
