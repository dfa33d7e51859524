//! Values that a word gives away: a label before them ("icq", "телеграм", "skype") or the host
//! of a link.

use entangle_model::IdentifierKind;

use super::scan::{Candidate, Shape, continues};
use super::trigger::{TRIGGER_SEARCH, Trigger};
use super::{claim, handle, key, money, onion, spelled, topic, values, web};

/// Words and signs between a label and its value.
const LABEL_GAP_STEPS_MAX: usize = 6;

/// Finds what a label, a link or the ending of a host leads to.
pub(super) fn find_labelled(text: &str, candidates: &mut Vec<Candidate>) {
    let Some(search) = TRIGGER_SEARCH.as_ref() else {
        return;
    };
    for (trigger, start, end) in search.triggers_of(text) {
        if !trigger.follows_a_word() && is_inside_word(text, start) {
            continue;
        }
        let Some(candidate) = value_of(text, trigger, start, end) else {
            continue;
        };
        values::further_values(text, &candidate, candidates);
        candidates.push(candidate);
    }
}

fn value_of(text: &str, trigger: Trigger, start: usize, end: usize) -> Option<Candidate> {
    match trigger {
        Trigger::UrlMark => web::url_at(text, start, end),
        Trigger::DefangedDot => web::defanged_at(text, start, end),
        Trigger::Onion => onion::onion_at(text, start),
        Trigger::TelegramLink => telegram_link_at(text, start, end),
        Trigger::TelegramHost => telegram_host_at(text, start),
        Trigger::TelegramUserLink => values::telegram_id_at(text, end),
        Trigger::DiscordLink => values::discord_at(text, end, false, false),
        Trigger::SkypeLive => skype_live_at(text, start, end),
        Trigger::PhoneLink => values::phone_at(text, end, true),
        Trigger::PackageLink => topic::package_at(text, end, true),
        Trigger::Package => topic::package_at(text, start, false),
        Trigger::Cve => topic::cve_at(text, start),
        Trigger::Yoomoney => money::yoomoney_at(text, start),
        Trigger::KeyPrefix => key::key_id_at(text, end),
        Trigger::HexadecimalPrefix => {
            key::key_id_at(text, start).filter(|_| claim::speaks_of_openpgp(text, start))
        }
        Trigger::At => spelled::address_around(text, start, end, false),
        Trigger::AtWord => spelled::address_around(text, start, end, true),
        Trigger::Dot => spelled::address_before_dot(text, start),
        _ => labelled_value(text, trigger, start, end),
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
        Trigger::Qiwi => money::qiwi_at(text, start),
        Trigger::Wmid => money::wmid_at(text, start),
        Trigger::KeyLabel => key::key_id_at(text, start),
        Trigger::TelegramId => values::telegram_id_at(text, start).or_else(|| {
            values::name_at(text, IdentifierKind::Telegram, start, true, is_introduced())
        }),
        Trigger::Discord => values::discord_at(text, start, gap.has_mark, is_introduced()),
        Trigger::Site => values::site_at(text, start).filter(|_| gap.has_mark || is_introduced()),
        _ => {
            let kind = match trigger {
                Trigger::Telegram => IdentifierKind::Telegram,
                Trigger::Wickr => IdentifierKind::Wickr,
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
    "айди",
    "ид",
    "wallet",
    "кошелек",
    "кошелёк",
    "key",
    "keys",
    "keyid",
    "recv",
    "ключ",
    "public",
    "on",
    "user",
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
