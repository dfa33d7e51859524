//! The words of a name, as its writing shows them.

/// What a character is part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Letters,
    Digits,
    Between,
}

fn part_of(character: char) -> Part {
    match character {
        letter if letter.is_alphabetic() => Part::Letters,
        digit if digit.is_numeric() => Part::Digits,
        _ => Part::Between,
    }
}

/// The words of a name in order: runs of letters, of digits and of what is neither, and within letters a
/// new word at each capital behind a small one. Put together they are the name.
pub fn words(name: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, character) in name.char_indices() {
        let begins = before.is_some_and(|before| {
            part_of(before) != part_of(character)
                || before.is_lowercase() && character.is_uppercase()
        });
        if begins {
            words.push(&name[start..at]);
            start = at;
        }
        before = Some(character);
    }
    if start < name.len() {
        words.push(&name[start..]);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_told_apart_by_separators_digits_and_capitals() {
        for (name, expected) in [
            ("John Perry", &["John", " ", "Perry"][..]),
            ("dark_wolf77", &["dark", "_", "wolf", "77"]),
            ("VividBanana", &["Vivid", "Banana"]),
            ("МедведьRU", &["Медведь", "RU"]),
            ("johnperry", &["johnperry"]),
            ("...", &["..."]),
            ("", &[]),
        ] {
            assert_eq!(words(name), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn put_together_they_are_the_name(name in ".*") {
            prop_assert_eq!(words(&name).concat(), name);
        }
    }
}
