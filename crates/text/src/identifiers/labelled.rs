//! Values that a word gives away: a label before them ("icq", "телеграм", "skype") or the host
//! of a link.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use entangle_model::IdentifierKind;

use super::scan::{Candidate, Shape, continues};
use super::{claim, handle, spelled, values};

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
    /// The end of a host that begins with a handle.
    TelegramHost,
    Phone,
    PhoneLink,
    Site,
    /// A sign that stands for "@" by itself.
    At,
    /// A word that may stand for "@" where the host has a spelled dot too.
    AtWord,
    /// A word that stands for a dot.
    Dot,
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
    (Trigger::Skype, "scype"),
    (Trigger::SkypeLive, "live:"),
    (Trigger::Icq, "uin"),
    (Trigger::Icq, "уин"),
    (Trigger::Icq, "УИН"),
    (Trigger::Telegram, "tlgrm"),
    (Trigger::Telegram, "тлг"),
    (Trigger::TelegramLink, "tg://resolve?domain="),
    (Trigger::TelegramHost, ".t.me"),
    (Trigger::Phone, "phone"),
    (Trigger::Phone, "тел"),
    (Trigger::Phone, "Тел"),
    (Trigger::Phone, "телефон"),
    (Trigger::Phone, "Телефон"),
    (Trigger::Phone, "whatsapp"),
    (Trigger::PhoneLink, "wa.me/"),
    (Trigger::PhoneLink, "whatsapp.com/send?phone="),
    (Trigger::Site, "site"),
    (Trigger::Site, "website"),
    (Trigger::Site, "homepage"),
    (Trigger::Site, "shop"),
    (Trigger::Site, "blog"),
    (Trigger::Site, "domain"),
    (Trigger::Site, "mirror"),
    (Trigger::Site, "portfolio"),
    (Trigger::Site, "сайт"),
    (Trigger::Site, "Сайт"),
    (Trigger::Site, "блог"),
    (Trigger::Site, "Блог"),
    (Trigger::Site, "магазин"),
    (Trigger::Site, "Магазин"),
    (Trigger::Site, "домен"),
    (Trigger::Site, "Домен"),
    (Trigger::At, "(at)"),
    (Trigger::At, "[at]"),
    (Trigger::At, "{at}"),
    (Trigger::At, "(a)"),
    (Trigger::At, "(dog)"),
    (Trigger::At, "(гав)"),
    (Trigger::At, "(собака)"),
    (Trigger::At, "[собака]"),
    (Trigger::AtWord, " собака "),
    (Trigger::Dot, " dot "),
];

/// What must stand behind English words for sites and telephones. They are frequent in ordinary
/// text, so they are searched for with what makes them a label.
const SITE_MARKS: &[&str] = &[":", " :", " -", "=", " is "];
const PHONE_MARKS: &[&str] = &[" 00", ": 00", ":00"];

/// The search for the trigger words, and for each of its patterns the trigger and the length of
/// the word.
struct TriggerSearch {
    automaton: AhoCorasick,
    triggers: Vec<(Trigger, usize)>,
}

impl TriggerSearch {
    fn build() -> Option<Self> {
        let mut triggers = Vec::new();
        let mut patterns = Vec::new();
        for (trigger, word) in TRIGGERS {
            let marks: &[&str] = match trigger {
                Trigger::Site if word.is_ascii() => SITE_MARKS,
                Trigger::Phone => PHONE_MARKS,
                _ => &[""],
            };
            for mark in marks {
                triggers.push((*trigger, word.len()));
                patterns.push(format!("{word}{mark}"));
            }
        }
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(patterns)
            .ok()?;
        Some(Self {
            automaton,
            triggers,
        })
    }
}

/// Absent only if the table above could not be compiled, which a test rules out.
static TRIGGER_SEARCH: LazyLock<Option<TriggerSearch>> = LazyLock::new(TriggerSearch::build);

/// Finds ICQ numbers, Telegram handles and links, and Skype names.
pub(super) fn find_labelled(text: &str, candidates: &mut Vec<Candidate>) {
    let Some(search) = TRIGGER_SEARCH.as_ref() else {
        return;
    };
    for found in search.automaton.find_iter(text) {
        let (trigger, word_bytes) = search.triggers[found.pattern().as_usize()];
        if !trigger.follows_a_word() && is_inside_word(text, found.start()) {
            continue;
        }
        let (start, end) = (found.start(), found.start() + word_bytes);
        let candidate = match trigger {
            Trigger::TelegramLink => telegram_link_at(text, start, end),
            Trigger::TelegramHost => telegram_host_at(text, start),
            Trigger::SkypeLive => skype_live_at(text, start, end),
            Trigger::PhoneLink => values::phone_at(text, end, true),
            Trigger::At => spelled::address_around(text, start, end, false),
            Trigger::AtWord => spelled::address_around(text, start, end, true),
            Trigger::Dot => spelled::address_before_dot(text, start),
            _ => labelled_value(text, trigger, start, end),
        };
        let Some(candidate) = candidate else { continue };
        values::further_values(text, &candidate, candidates);
        candidates.push(candidate);
    }
}

fn is_inside_word(text: &str, start: usize) -> bool {
    match text.as_bytes()[..start].last() {
        Some(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric(),
        _ => text[..start]
            .chars()
            .next_back()
            .is_some_and(char::is_alphanumeric),
    }
}

impl Trigger {
    /// Whether it stands at the end of a word or address rather than at a start.
    fn follows_a_word(self) -> bool {
        matches!(
            self,
            Trigger::TelegramHost | Trigger::At | Trigger::AtWord | Trigger::Dot
        )
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
    // Behind "tg://resolve?domain=" stands the handle alone.
    let is_resolved = text[start..path_start].ends_with('=');
    let written = &text[if is_resolved { path_start } else { start }..end];
    let value = handle::normalize_telegram(written)?;
    Some(Candidate {
        shape: Shape::Known(IdentifierKind::Telegram, value),
        start,
        end,
    })
}

fn skype_live_at(text: &str, start: usize, name_start: usize) -> Option<Candidate> {
    let end = values::skype_name_end(text.as_bytes(), name_start);
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

/// A handle that is the first part of a host: "bob_sells.t.me".
fn telegram_host_at(text: &str, host_start: usize) -> Option<Candidate> {
    let length = text.as_bytes()[..host_start]
        .iter()
        .rev()
        .take(handle::HANDLE_BYTES_MAX)
        .take_while(|byte| handle::is_telegram_byte(**byte))
        .count();
    let start = host_start - length;
    let end = host_start + ".t.me".len();
    if continues(text.as_bytes(), end) && !text[end..].starts_with('/') {
        return None;
    }
    let value = handle::normalize_telegram(&text[start..host_start])?;
    Some(Candidate {
        shape: Shape::Known(IdentifierKind::Telegram, value),
        start,
        end,
    })
}

/// The value that a label leads to, a few signs and words behind it.
fn labelled_value(
    text: &str,
    trigger: Trigger,
    label_start: usize,
    trigger_end: usize,
) -> Option<Candidate> {
    let gap = LabelGap::read(text, trigger_end)?;
    let start = gap.value_start;
    let is_introduced = || claim::context_before(text, start, None).is_introduced;
    match trigger {
        Trigger::Icq => values::icq_at(text, start, gap.has_mark),
        Trigger::Phone => values::phone_at(text, start, false),
        Trigger::Site => values::site_at(text, start).filter(|_| gap.has_mark || is_introduced()),
        _ => {
            let kind = match trigger {
                Trigger::Telegram => IdentifierKind::Telegram,
                _ => IdentifierKind::Skype,
            };
            let is_claimed = claim::context_before(text, label_start, None).is_introduced;
            let is_assigned = gap.has_mark || gap.has_is && is_claimed;
            values::name_at(text, kind, start, is_assigned, is_claimed)
        }
    }
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
            has_mark |=
                rest[..signs].contains([':', '=', '-', '–', '—']) && !is_hyphen(rest, signs);
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

/// Whether a single hyphen ties a label to the next word ("skype-compatible").
fn is_hyphen(rest: &str, sign_bytes: usize) -> bool {
    sign_bytes == 1 && rest.starts_with('-') && rest[1..].starts_with(char::is_alphabetic)
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
            | '/'
            | '@'
    )
}

/// Words that may stand between a label and its value, in lower case.
const GAP_WORDS: &[&str] = &[
    "uin",
    "number",
    "num",
    "no",
    "nr",
    "id",
    "is",
    "name",
    "nick",
    "handle",
    "username",
    "account",
    "me",
    "номер",
    "ник",
    "логин",
    "мой",
    "моя",
    "login",
    "was",
    "at",
    "личный",
    "рабочий",
];

/// Whether a word is one in lower case. Ordinary text has many labels without values, so ASCII
/// words, which most are, are compared without a copy.
fn is_same_word(known: &str, word: &str) -> bool {
    if word.is_ascii() {
        return known.eq_ignore_ascii_case(word);
    }
    known.len() == word.len() && known == word.to_lowercase()
}

/// A word that joins a label to its value, at the start of the text.
fn gap_word(rest: &str) -> Option<&str> {
    let end = rest
        .char_indices()
        .take(12)
        .find(|(_, letter)| !letter.is_alphanumeric())
        .map_or(rest.len(), |(at, _)| at);
    let word = rest.get(..end)?;
    GAP_WORDS
        .iter()
        .any(|known| is_same_word(known, word))
        .then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trigger_search_compiles() {
        assert!(TRIGGER_SEARCH.is_some());
    }
}
