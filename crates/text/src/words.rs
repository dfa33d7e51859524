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

/// Letters of the longest word that is compared between texts.
const COMPARABLE_LETTERS_MAX: usize = 40;

/// Shows the words of a text that can be compared with those of others, in order: in lower case, with a
/// letter, and no longer than words are. Longer runs are keys and addresses.
pub fn for_each_comparable_word(text: &str, visit: &mut dyn FnMut(&str)) {
    let mut lower = String::new();
    for word in words(text) {
        if word.is_ascii() {
            if word.len() <= COMPARABLE_LETTERS_MAX
                && word.bytes().any(|byte| byte.is_ascii_alphabetic())
            {
                lower.clear();
                lower.push_str(word);
                lower.make_ascii_lowercase();
                visit(&lower);
            }
        } else if word.chars().any(char::is_alphabetic) {
            let lower = word.to_lowercase();
            if lower.chars().count() <= COMPARABLE_LETTERS_MAX {
                visit(&lower);
            }
        }
    }
}

struct Words<'text> {
    rest: &'text str,
}

impl<'text> Iterator for Words<'text> {
    type Item = &'text str;

    fn next(&mut self) -> Option<&'text str> {
        let start = word_start_byte(self.rest)?;
        let from_start = &self.rest[start..];
        let (word, rest) = from_start.split_at(word_length_bytes(from_start));
        self.rest = rest;
        Some(word)
    }
}

/// Where the first word begins. Most bytes are answered for without decoding characters.
fn word_start_byte(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = &text.as_bytes()[at..];
        at += rest
            .iter()
            .position(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())?;
        let letter = text[at..].chars().next()?;
        if is_word_letter(letter) {
            return Some(at);
        }
        at += letter.len_utf8();
    }
}

/// Length of the word that the text begins with.
fn word_length_bytes(text: &str) -> usize {
    let bytes = text.as_bytes();
    let plain = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric());
    let plain_length = plain.count();
    match bytes.get(plain_length) {
        Some(byte) if !byte.is_ascii() || is_joint(char::from(*byte)) => joined_length_bytes(text),
        _ => plain_length,
    }
}

/// The same of a word that may have joints, accents and letters of any script.
fn joined_length_bytes(text: &str) -> usize {
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
    fn comparable_words_have_a_letter_and_the_length_of_a_word() {
        let text = format!("Don't pay 100 $ to 4chan {} Пиши", "x".repeat(41));
        let mut found = Vec::new();
        for_each_comparable_word(&text, &mut |word| found.push(word.to_owned()));
        assert_eq!(found, ["don't", "pay", "to", "4chan", "пиши"]);
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
