//! Values that a word gives away: a label before them ("icq", "телеграм", "skype") or the host
//! of a link.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use entangle_model::IdentifierKind;

use super::scan::{Candidate, Shape, continues};
use super::{claim, handle};

/// Words and signs between a label and its value.
const LABEL_GAP_STEPS_MAX: usize = 6;

/// What a trigger word leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trigger {
    Icq,
    Telegram,
    TelegramLink,
    Skype,
    SkypeLive,
}

/// Trigger words with what they lead to; Cyrillic ones are stems that may have an ending, and
/// are given in each case because the search folds the case of ASCII letters only.
const TRIGGERS: &[(Trigger, &str)] = &[
    (Trigger::Icq, "icq"),
    (Trigger::Icq, "ась"),
    (Trigger::Icq, "Ась"),
    (Trigger::Icq, "АСЬ"),
    (Trigger::Icq, "ася"),
    (Trigger::Icq, "Ася"),
    (Trigger::Icq, "АСЯ"),
    (Trigger::Icq, "асе"),
    (Trigger::Icq, "Асе"),
    (Trigger::Icq, "асю"),
    (Trigger::Icq, "Асю"),
    (Trigger::Telegram, "telegram"),
    (Trigger::Telegram, "tg"),
    (Trigger::Telegram, "телег"),
    (Trigger::Telegram, "Телег"),
    (Trigger::Telegram, "ТЕЛЕГ"),
    (Trigger::Telegram, "тг"),
    (Trigger::Telegram, "Тг"),
    (Trigger::Telegram, "ТГ"),
    (Trigger::TelegramLink, "t.me/"),
    (Trigger::TelegramLink, "telegram.me/"),
    (Trigger::TelegramLink, "telegram.dog/"),
    (Trigger::Skype, "skype"),
    (Trigger::Skype, "скайп"),
    (Trigger::Skype, "Скайп"),
    (Trigger::Skype, "СКАЙП"),
    (Trigger::SkypeLive, "live:"),
];

/// Absent only if the table above could not be compiled, which a test rules out.
static TRIGGER_SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .match_kind(MatchKind::LeftmostLongest)
        .ascii_case_insensitive(true)
        .build(TRIGGERS.iter().map(|(_, word)| word))
        .ok()
});

/// Finds ICQ numbers, Telegram handles and links, and Skype names.
pub(super) fn find_labelled(text: &str, candidates: &mut Vec<Candidate>) {
    let Some(search) = TRIGGER_SEARCH.as_ref() else {
        return;
    };
    for found in search.find_iter(text) {
        let (trigger, _) = TRIGGERS[found.pattern().as_usize()];
        let is_inside_word = text[..found.start()]
            .chars()
            .next_back()
            .is_some_and(char::is_alphanumeric);
        if is_inside_word {
            continue;
        }
        candidates.extend(match trigger {
            Trigger::TelegramLink => telegram_link_at(text, found.start(), found.end()),
            Trigger::SkypeLive => skype_live_at(text, found.start(), found.end()),
            _ => labelled_value(text, trigger, found.start(), found.end()),
        });
    }
}

fn telegram_link_at(text: &str, start: usize, path_start: usize) -> Option<Candidate> {
    let is_part = |byte: &u8| {
        handle::is_telegram_byte(*byte) || matches!(byte, b'/' | b'+' | b'?' | b'=' | b'&' | b'-')
    };
    let length = text.as_bytes()[path_start..]
        .iter()
        .take(handle::HANDLE_BYTES_MAX)
        .take_while(|byte| is_part(byte))
        .count();
    let end = path_start + length;
    let value = handle::normalize_telegram(&text[start..end])?;
    Some(Candidate {
        shape: Shape::Known(IdentifierKind::Telegram, value),
        start,
        end,
    })
}

fn skype_live_at(text: &str, start: usize, name_start: usize) -> Option<Candidate> {
    let end = skype_name_end(text.as_bytes(), name_start);
    if continues(text.as_bytes(), end) {
        return None;
    }
    let value = handle::normalize_skype(&text[start..end])?;
    Some(Candidate {
        shape: Shape::Known(IdentifierKind::Skype, value),
        start,
        end,
    })
}

fn skype_name_end(bytes: &[u8], start: usize) -> usize {
    let name = bytes[start..]
        .iter()
        .take(handle::HANDLE_BYTES_MAX)
        .take_while(|byte| handle::is_skype_byte(**byte))
        .count();
    let trailing = bytes[start..start + name]
        .iter()
        .rev()
        .take_while(|byte| !byte.is_ascii_alphanumeric())
        .count();
    start + name - trailing
}

/// The value that a label leads to, a few signs and words behind it.
fn labelled_value(
    text: &str,
    trigger: Trigger,
    label_start: usize,
    trigger_end: usize,
) -> Option<Candidate> {
    let gap = LabelGap::read(text, trigger_end)?;
    let bytes = text.as_bytes();
    let start = gap.value_start;
    if trigger == Trigger::Icq {
        return icq_at(text, start);
    }
    let is_assigned =
        gap.has_mark || gap.has_is && claim::context_before(text, label_start, None).is_introduced;
    if !is_assigned {
        return None;
    }
    let (kind, end) = match trigger {
        Trigger::Telegram => {
            let length = bytes[start..]
                .iter()
                .take(handle::HANDLE_BYTES_MAX)
                .take_while(|byte| handle::is_telegram_byte(**byte))
                .count();
            (IdentifierKind::Telegram, start + length)
        }
        _ => (IdentifierKind::Skype, skype_name_end(bytes, start)),
    };
    if continues(bytes, end) || !stands_alone(text, start, end) {
        return None;
    }
    let value = super::normalize(kind, &text[start..end])?;
    Some(Candidate {
        shape: Shape::Known(kind, value),
        start,
        end,
    })
}

fn icq_at(text: &str, start: usize) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let length = bytes[start..]
        .iter()
        .take(handle::HANDLE_BYTES_MAX)
        .take_while(|byte| byte.is_ascii_digit() || **byte == b'-')
        .count();
    let written = text[start..start + length].trim_end_matches('-');
    let end = start + written.len();
    let goes_on = continues(bytes, end) || text[end..].starts_with(char::is_alphabetic);
    let value = handle::normalize_icq(written)
        .filter(|_| !goes_on && written.starts_with(|first: char| first.is_ascii_digit()))?;
    Some(Candidate {
        shape: Shape::Known(IdentifierKind::Icq, value),
        start,
        end,
    })
}

/// Whether a word behind a label is a name rather than the first word of a phrase ("skype:
/// available on request"): it has a sign or digit in it, or no further word follows.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    if text[start..end]
        .bytes()
        .any(|byte| !byte.is_ascii_alphabetic())
    {
        return true;
    }
    let behind = text[end..].trim_start_matches([' ', '\t']);
    let word_end = behind
        .find(|letter: char| !letter.is_alphanumeric())
        .unwrap_or(behind.len());
    let next_word = &behind[..word_end];
    next_word.is_empty()
        || claim::label_of(next_word).is_some()
        || matches!(next_word, "or" | "and" | "или" | "и")
}

/// What lies between a label and its value.
struct LabelGap {
    value_start: usize,
    /// Whether a colon, equals sign or dash assigns the value.
    has_mark: bool,
    /// Whether the word "is" does.
    has_is: bool,
}

impl LabelGap {
    fn read(text: &str, trigger_end: usize) -> Option<Self> {
        let mut at = trigger_end + ending_length_bytes(&text[trigger_end..])?;
        let (mut has_mark, mut has_is) = (false, false);
        for _ in 0..LABEL_GAP_STEPS_MAX {
            let rest = &text[at..];
            let signs: usize = rest
                .chars()
                .take(8)
                .take_while(|sign| is_gap_sign(*sign))
                .map(char::len_utf8)
                .sum();
            has_mark |= rest[..signs].contains([':', '=', '-', '–', '—']);
            at += signs;
            let Some(word) = gap_word(&text[at..]) else {
                break;
            };
            has_is |= word.eq_ignore_ascii_case("is");
            at += word.len();
        }
        Some(Self {
            value_start: at,
            has_mark,
            has_is,
        })
    }
}

/// Length of the ending of a Cyrillic label; `None` if the word that was found goes on as
/// another word.
fn ending_length_bytes(rest: &str) -> Option<usize> {
    let ending: usize = rest
        .chars()
        .take_while(|letter| letter.is_alphabetic())
        .take(6)
        .map(char::len_utf8)
        .sum();
    let is_cyrillic = rest[..ending]
        .chars()
        .all(|letter| matches!(letter, 'а'..='я' | 'А'..='Я'));
    (is_cyrillic && ending <= 2 * 4).then_some(ending)
}

fn is_gap_sign(sign: char) -> bool {
    matches!(
        sign,
        ' ' | '\t'
            | '\u{a0}'
            | ':'
            | '='
            | '-'
            | '–'
            | '—'
            | '#'
            | '№'
            | '>'
            | '|'
            | '('
            | ')'
            | '*'
            | '['
            | ']'
    )
}

/// A word that joins a label to its value, at the start of the text.
fn gap_word(rest: &str) -> Option<&str> {
    let end = rest
        .char_indices()
        .take(12)
        .find(|(_, letter)| !letter.is_alphanumeric())
        .map_or(rest.len(), |(at, _)| at);
    let word = rest.get(..end)?;
    let is_known = matches!(
        word.to_lowercase().as_str(),
        "uin"
            | "number"
            | "num"
            | "no"
            | "nr"
            | "id"
            | "is"
            | "name"
            | "nick"
            | "handle"
            | "username"
            | "account"
            | "me"
            | "номер"
            | "ник"
            | "логин"
            | "мой"
    );
    is_known.then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trigger_search_compiles() {
        assert!(TRIGGER_SEARCH.is_some());
    }
}
