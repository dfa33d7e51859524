//! One form for the competing Latin spellings of Russian names.
//!
//! "Сергей Кузнецов" is written Sergey, Sergei or Sergej Kuznetsov or Kuznecow. The rules
//! below bring such spellings together only where ordinary English or German words do not
//! have both forms: an initial letter keeps its spelling (west is not vest, jack not yack),
//! and endings are unified in words of five letters or more only (kai is not kay).

/// Letters from which the spelling of a word's ending is unified.
const ENDING_WORD_LENGTH_MIN: usize = 5;

/// Whether the first letter keeps its spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Initial {
    /// The rules do not apply at the first letter.
    Kept,
    /// The rules apply there as well.
    Unified,
}

/// Brings competing spellings to one form. Bytes other than `a-z` pass through.
pub(super) fn unify(letters: &[u8], initial: Initial) -> Vec<u8> {
    let mut unified = Vec::with_capacity(letters.len() + 1);
    let mut at = 0;
    while at < letters.len() {
        let previous = at.checked_sub(1).map(|before| letters[before]);
        let is_kept = at == 0 && initial == Initial::Kept;
        match unified_spelling(&letters[at..], previous, is_kept) {
            Some((spelling, consumed)) => {
                unified.extend_from_slice(spelling);
                at += consumed;
            }
            None => {
                unified.push(letters[at]);
                at += 1;
            }
        }
    }
    unify_ending(&mut unified);
    unified
}

/// The form that replaces the first letters of `rest`, with their number; `None` if they
/// stay.
fn unified_spelling(
    rest: &[u8],
    previous: Option<u8>,
    is_kept: bool,
) -> Option<(&'static [u8], usize)> {
    let next = rest.get(1).copied().unwrap_or(0);
    let is_after_vowel = previous.is_some_and(is_vowel);
    match rest[0] {
        b's' if rest.starts_with(b"shch") => Some((b"sch", 4)),
        b'k' if next == b'h' && !is_kept && previous != Some(b'c') => Some((b"h", 2)),
        b'k' if next == b's' && is_after_vowel => Some((b"x", 2)),
        b't' if next == b's' && !is_kept && rest.get(2).copied().is_some_and(is_vowel) => {
            Some((b"c", 2))
        }
        b'w' if !is_kept || next == b'l' => Some((b"v", 1)),
        b'y' | b'j' if previous == Some(b'i') && is_glide_vowel(next) => Some((b"", 1)),
        b'j' if is_after_vowel && is_consonant(next) => Some((b"y", 1)),
        b'j' if !is_kept && !is_after_vowel && is_glide_vowel(next) => Some((b"y", 1)),
        _ => None,
    }
}

/// Unifies the ending of the last word, which digits may follow.
fn unify_ending(letters: &mut Vec<u8>) {
    let end = letters
        .iter()
        .rposition(|byte| !byte.is_ascii_digit())
        .map_or(0, |last| last + 1);
    let word_length = letters[..end]
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    if word_length < ENDING_WORD_LENGTH_MIN {
        return;
    }
    let (before, last) = (letters[end - 2], letters[end - 1]);
    match (before, last) {
        (b'i', b'y' | b'j' | b'i') | (b'y', b'i' | b'j' | b'y') => {
            letters[end - 1] = b'y';
            letters.remove(end - 2);
        }
        (b'a' | b'e' | b'o' | b'u', b'i' | b'j') => letters[end - 1] = b'y',
        (b't', b's') if letters[end - 3] == b'e' => {
            letters[end - 2] = b'c';
            letters.remove(end - 1);
        }
        _ => {}
    }
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

/// Vowels before which "j" and "y" spell the same glide ("ja" and "ya").
fn is_glide_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'o' | b'u')
}

fn is_consonant(letter: u8) -> bool {
    letter.is_ascii_alphabetic() && !is_vowel(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(spellings: &[&str], initial: Initial) {
        let forms: Vec<_> = spellings
            .iter()
            .map(|spelling| unify(spelling.as_bytes(), initial))
            .collect();
        assert!(
            forms.windows(2).all(|pair| pair[0] == pair[1]),
            "{spellings:?} {forms:?}"
        );
    }

    #[test]
    fn competing_spellings_meet() {
        check(&["vasya", "vasja"], Initial::Kept);
        check(&["lyuda", "ljuda"], Initial::Kept);
        check(&["sergey", "sergei", "sergej"], Initial::Kept);
        check(&["kuznetsov", "kuznecov", "kuznecow"], Initial::Kept);
        check(&["dmitry", "dmitriy", "dmitrij", "dmitrii"], Initial::Kept);
        check(&["anastasia", "anastasiya", "anastasija"], Initial::Kept);
        check(&["scherbina", "shcherbina"], Initial::Kept);
        check(&["alexandr", "aleksandr"], Initial::Kept);
        check(&["maykl", "majkl"], Initial::Kept);
        check(&["vlad", "wlad"], Initial::Kept);
    }

    #[test]
    fn initials_meet_when_they_are_unified() {
        check(&["vasya", "wasja"], Initial::Unified);
        check(&["yura", "jura"], Initial::Unified);
        check(&["han", "khan"], Initial::Unified);
    }

    #[test]
    fn short_and_empty_words_are_safe() {
        assert_eq!(unify(b"", Initial::Unified), b"");
        assert_eq!(unify(b"77", Initial::Unified), b"77");
        assert_eq!(unify(b"j", Initial::Unified), b"j");
    }
}
