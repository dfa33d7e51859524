//! Latin forms of letters: transliteration of whole words, look-alikes within mixed ones.
//!
//! A word wholly in Cyrillic is read as it sounds ("вася" is "vasya"). A word that mixes
//! scripts is read as it looks, because nobody writes one by accident: in "pаypal" with a
//! Cyrillic а the letter stands for its Latin twin. Scripts without a letter-by-letter Latin
//! form (Chinese, Arabic and others) are left alone.

/// Rewrites the letters of a folded name in Latin where they have such a form; everything
/// else is kept as it is.
pub(super) fn latin_form(folded: &str) -> String {
    let mut latin = String::with_capacity(folded.len());
    for token in folded.split_inclusive(|letter: char| !is_word_part(letter)) {
        rewrite_token(token, &mut latin);
    }
    latin
}

fn is_word_part(letter: char) -> bool {
    letter.is_alphanumeric() || is_combining_mark(letter)
}

fn is_combining_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}')
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Greek,
    Other,
}

fn script_of(letter: char) -> Script {
    match letter {
        'a'..='z' => Script::Latin,
        '\u{400}'..='\u{482}' | '\u{48a}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' => Script::Cyrillic,
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' if letter.is_alphabetic() => Script::Greek,
        '\u{aa}'..='\u{24f}'
        | '\u{250}'..='\u{2af}'
        | '\u{1d00}'..='\u{1dbf}'
        | '\u{1e00}'..='\u{1eff}'
        | '\u{2c60}'..='\u{2c7f}'
        | '\u{a720}'..='\u{a7ff}'
        | '\u{ab30}'..='\u{ab6f}'
            if letter.is_alphabetic() =>
        {
            Script::Latin
        }
        _ => Script::Other,
    }
}

/// How the letters of one token are to be read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Sound,
    LatinLook,
    CyrillicLook,
}

fn reading_of(token: &str) -> Reading {
    let (mut latin_count, mut foreign_count) = (0usize, 0usize);
    let (mut all_look_latin, mut all_look_cyrillic, mut has_greek) = (true, true, false);
    for letter in token.chars() {
        match script_of(letter) {
            Script::Latin => {
                latin_count += 1;
                all_look_cyrillic &= cyrillic_twin(letter).is_some();
            }
            Script::Cyrillic => {
                foreign_count += 1;
                all_look_latin &= latin_twin(letter).is_some();
            }
            Script::Greek => {
                foreign_count += 1;
                has_greek = true;
                all_look_latin &= latin_twin(letter).is_some();
            }
            Script::Other => {}
        }
    }
    if latin_count == 0 || foreign_count == 0 {
        return Reading::Sound;
    }
    let can_look_cyrillic = all_look_cyrillic && !has_greek;
    match (all_look_latin, can_look_cyrillic) {
        (true, true) if latin_count < foreign_count => Reading::CyrillicLook,
        (true, _) => Reading::LatinLook,
        (false, true) => Reading::CyrillicLook,
        (false, false) => Reading::Sound,
    }
}

fn rewrite_token(token: &str, latin: &mut String) {
    let reading = reading_of(token);
    for letter in token.chars() {
        let letter = match reading {
            Reading::Sound => letter,
            Reading::LatinLook => latin_twin(letter).unwrap_or(letter),
            Reading::CyrillicLook => cyrillic_twin(letter).unwrap_or(letter),
        };
        push_as_it_sounds(letter, latin);
    }
}

fn push_as_it_sounds(letter: char, latin: &mut String) {
    if letter.is_ascii() {
        latin.push(letter);
        return;
    }
    if is_combining_mark(letter) {
        return;
    }
    if let Some(sound) = cyrillic_sound(letter) {
        latin.push_str(sound);
        return;
    }
    match script_of(letter) {
        Script::Other => latin.push(letter),
        _ => latin.extend(
            any_ascii::any_ascii_char(letter)
                .chars()
                .map(|sound| sound.to_ascii_lowercase()),
        ),
    }
}

/// Latin form of a Russian, Ukrainian or Belarusian letter. Spellings that compete for one
/// sound are brought to one form later, together with names that were written in Latin.
fn cyrillic_sound(letter: char) -> Option<&'static str> {
    Some(match letter {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' => "g",
        'д' => "d",
        'е' | 'ё' | 'э' | 'є' => "e",
        'ж' => "zh",
        'з' => "z",
        'и' | 'і' | 'ї' => "i",
        'й' | 'ы' => "y",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' | 'ў' => "u",
        'ф' => "f",
        'х' => "h",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "sch",
        'ъ' | 'ь' => "",
        'ю' => "yu",
        'я' => "ya",
        _ => return None,
    })
}

/// The Latin letter that a Cyrillic or Greek one looks like, in either case: the upper-case
/// forms of "в" and "н" pass for B and H, and folding has taken the case away.
fn latin_twin(letter: char) -> Option<char> {
    Some(match letter {
        'а' | 'α' => 'a',
        'в' | 'β' | 'ь' => 'b',
        'с' => 'c',
        'ԁ' => 'd',
        'е' | 'ё' | 'ε' => 'e',
        'н' | 'һ' => 'h',
        'і' | 'ї' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'п' | 'η' => 'n',
        'о' | 'ο' | 'σ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'г' => 'r',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' => 'u',
        'ѵ' | 'ν' => 'v',
        'ԝ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        _ => return None,
    })
}

/// The Cyrillic letter that a Latin one looks like, in either case.
fn cyrillic_twin(letter: char) -> Option<char> {
    Some(match letter {
        'a' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' => 'е',
        'h' => 'н',
        'i' => 'і',
        'k' => 'к',
        'm' => 'м',
        'o' => 'о',
        'p' => 'р',
        't' => 'т',
        'x' => 'х',
        'y' => 'у',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cyrillic_word_is_read_as_it_sounds() {
        assert_eq!(latin_form("вася пупкин"), "vasya pupkin");
        assert_eq!(latin_form("щука"), "schuka");
        assert_eq!(latin_form("сор"), "sor");
    }

    #[test]
    fn latin_word_with_cyrillic_letters_is_read_as_it_looks() {
        assert_eq!(latin_form("pаypаl"), "paypal");
        assert_eq!(latin_form("вlаск"), "black");
    }

    #[test]
    fn cyrillic_word_with_latin_letters_is_read_in_cyrillic() {
        assert_eq!(latin_form("вaся"), "vasya");
        assert_eq!(latin_form("xаkер"), "haker");
    }

    #[test]
    fn words_of_one_name_are_read_apart() {
        assert_eq!(latin_form("mike_вася"), "mike_vasya");
    }

    #[test]
    fn greek_is_read_like_cyrillic() {
        assert_eq!(latin_form("νίκος"), "nikos");
        assert_eq!(latin_form("αdmin"), "admin");
    }

    #[test]
    fn diacritics_are_removed_and_other_scripts_kept() {
        assert_eq!(latin_form("łukasz_müller"), "lukasz_muller");
        assert_eq!(latin_form("李小龙"), "李小龙");
    }
}
