//! What stands before a value: a label that names its kind, and a claim that it is the
//! writer's own.
//!
//! The words before the value are read backwards as long as they are labels or words that
//! join labels to values. Whatever stops the walk decides: "my jabber is x" is a claim, "his
//! jabber is x" is none. A value close behind another on one line shares its claim.

/// How far before a value its context reaches.
const CONTEXT_BYTES_MAX: usize = 120;

/// How many words of context are read.
const CONTEXT_WORDS_MAX: usize = 12;

/// How far before a value words about it may stand, and how far behind.
const WORDS_BEFORE_BYTES_MAX: usize = 80;
const WORDS_BEHIND_BYTES_MAX: usize = 50;

/// How far before a number the words that say what it is may stand.
const NEAR_BYTES_MAX: usize = 40;

/// Words of at most so many letters must stand alone; longer ones may be parts of words.
const SHORT_WORD_LETTERS: usize = 3;

/// What a label says the value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Email,
    Jabber,
    Icq,
    Telegram,
    Skype,
    /// A label of a kind that values show by their own form.
    Other,
}

/// What the words before a value say about it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Context {
    /// The nearest label.
    pub(super) label: Option<Label>,
    /// Whether the value is claimed as the writer's own.
    pub(super) is_introduced: bool,
    /// Whether it is named as a way to reach the writer, of a kind that no nearer word tells.
    pub(super) is_contact: bool,
}

/// An identifier found before, which the walk may meet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Previous {
    pub(super) byte_end: usize,
    pub(super) context: Context,
}

/// Reads the context of the value that starts at a byte of the text.
pub(super) fn context_before(
    text: &str,
    value_start: usize,
    previous: Option<Previous>,
) -> Context {
    let window_start = floor_boundary(text, value_start.saturating_sub(CONTEXT_BYTES_MAX));
    let window = &text[window_start..value_start];
    let line = window.rsplit('\n').next().unwrap_or(window);
    let line_start = value_start - line.len();
    let mut walk = Walk {
        rest: line,
        line_start,
        begins_line: line.len() < window.len() || window_start == 0,
        previous,
        context: Context::default(),
        has_label_mark: false,
        is_me_seen: false,
    };
    for _ in 0..CONTEXT_WORDS_MAX {
        if walk.step() == Step::Stop {
            break;
        }
    }
    walk.context
}

/// Whether a text before a value speaks of keys and their fingerprints.
pub(super) fn speaks_of_keys(text: &str, value_start: usize) -> bool {
    const WORDS: &[&str] = &[
        "pgp",
        "gpg",
        "openpgp",
        "fingerprint",
        "key",
        "отпечат",
        "ключ",
        "rsa2048",
        "rsa4096",
        "ed25519",
    ];
    speaks_of(text, value_start, value_start, WORDS)
}

/// As [`speaks_of_keys`], for a value that would otherwise be a wallet, which has keys too.
pub(super) fn speaks_of_openpgp(text: &str, value_start: usize) -> bool {
    const WORDS: &[&str] = &[
        "pgp",
        "gpg",
        "openpgp",
        "fingerprint",
        "key id",
        "keyid",
        "отпечат",
    ];
    speaks_of(text, value_start, value_start, WORDS)
}

/// Whether one of some words, in lower case, stands near a value. An empty range looks before it
/// alone.
pub(super) fn speaks_of(text: &str, start: usize, end: usize, words: &[&str]) -> bool {
    let floor = floor_boundary(text, start.saturating_sub(WORDS_BEFORE_BYTES_MAX));
    let is_in = |window: &str| {
        let window = window.to_lowercase();
        words.iter().any(|word| contains_word(&window, word))
    };
    let ceiling = floor_boundary(text, text.len().min(end + WORDS_BEHIND_BYTES_MAX));
    is_in(&text[floor..start]) || start < end && is_in(&text[end..ceiling])
}

/// Whether one of some words, in lower case, stands as a whole word shortly before a number.
pub(super) fn has_word_before(text: &str, start: usize, words: &[&str]) -> bool {
    let floor = floor_boundary(text, start.saturating_sub(NEAR_BYTES_MAX));
    let window = text[floor..start].to_lowercase();
    window
        .split(|letter: char| !letter.is_alphanumeric() && letter != '&')
        .any(|word| words.contains(&word))
}

fn contains_word(window: &str, word: &str) -> bool {
    let is_short = word.chars().count() <= SHORT_WORD_LETTERS;
    window.match_indices(word).any(|(at, _)| {
        let is_part = window[..at].ends_with(char::is_alphabetic)
            || window[at + word.len()..].starts_with(char::is_alphabetic);
        !(is_short && is_part)
    })
}

/// The label that a word is; `None` for any other word.
pub(super) fn label_of(word: &str) -> Option<Label> {
    match word_class(&word.to_lowercase()) {
        WordClass::Label(label) => Some(label),
        _ => None,
    }
}

/// Nearest character boundary at or before a byte.
fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[derive(PartialEq, Eq)]
enum Step {
    Continue,
    Stop,
}

struct Walk<'text> {
    rest: &'text str,
    line_start: usize,
    begins_line: bool,
    previous: Option<Previous>,
    context: Context,
    has_label_mark: bool,
    is_me_seen: bool,
}

impl Walk<'_> {
    /// Reads one word backwards.
    fn step(&mut self) -> Step {
        let before_gap = self.rest.trim_end_matches(|letter| !is_word_letter(letter));
        let gap = &self.rest[before_gap.len()..];
        let meets_previous = self.previous.filter(|previous| {
            (before_gap.len()..=self.rest.len())
                .contains(&previous.byte_end.wrapping_sub(self.line_start))
        });
        if let Some(previous) = meets_previous {
            self.context.label = self.context.label.or(previous.context.label);
            self.context.is_introduced = previous.context.is_introduced;
            return Step::Stop;
        }
        if gap.contains(['.', '!', '?', '…']) {
            return Step::Stop;
        }
        if before_gap.is_empty() {
            self.context.is_introduced = self.begins_line && self.has_label_mark;
            return Step::Stop;
        }
        let word_start = before_gap
            .char_indices()
            .rev()
            .take_while(|(_, letter)| is_word_letter(*letter))
            .last()
            .map_or(0, |(at, _)| at);
        let word = before_gap[word_start..].to_lowercase();
        self.rest = &before_gap[..word_start];
        self.read_word(&word, gap)
    }

    fn read_word(&mut self, word: &str, gap: &str) -> Step {
        if self.is_me_seen {
            self.context.is_introduced = is_verb_before_me(word);
            return Step::Stop;
        }
        match word_class(word) {
            WordClass::Label(label) => {
                self.context.label = self.context.label.or(Some(label));
                let has_mark = gap.contains([':', '=', '-', '–', '—', '#']);
                self.has_label_mark |= has_mark;
                self.context.is_contact |= is_contact_word(word) && has_mark && self.is_kind_open();
                Step::Continue
            }
            WordClass::Joint => Step::Continue,
            WordClass::Me => {
                self.is_me_seen = true;
                Step::Continue
            }
            WordClass::Claim => {
                self.context.is_introduced = true;
                self.context.is_contact |= is_contact_word(word) && self.is_kind_open();
                Step::Stop
            }
            WordClass::Other => Step::Stop,
        }
    }
}

impl Walk<'_> {
    /// Whether no label says of which kind the value is.
    fn is_kind_open(&self) -> bool {
        matches!(self.context.label, None | Some(Label::Other))
    }
}

/// Words that announce a way to reach somebody without naming it.
fn is_contact_word(word: &str) -> bool {
    matches!(
        word,
        "contact"
            | "contacts"
            | "контакт"
            | "контакты"
            | "пиши"
            | "пишите"
            | "писать"
            | "связь"
            | "связи"
            | "связаться"
            | "обращаться"
            | "обращайтесь"
            | "вопросам"
    )
}

fn is_word_letter(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '\'' | '’' | '_')
}

enum WordClass {
    Label(Label),
    /// Joins labels to values.
    Joint,
    /// Makes a claim if a verb stands before it.
    Me,
    /// Makes a claim by itself.
    Claim,
    Other,
}

fn is_verb_before_me(word: &str) -> bool {
    matches!(
        word,
        "contact"
            | "write"
            | "add"
            | "reach"
            | "message"
            | "msg"
            | "pm"
            | "dm"
            | "hit"
            | "find"
            | "email"
            | "mail"
            | "ping"
            | "text"
            | "call"
            | "catch"
            | "skype"
            | "icq"
    )
}

fn word_class(word: &str) -> WordClass {
    match word {
        "email" | "mail" | "emails" | "почта" | "почту" | "мыло" | "емейл" | "имейл" | "gmail" => {
            WordClass::Label(Label::Email)
        }
        "jabber" | "xmpp" | "jid" | "жаба" | "жабу" | "жабе" | "жаббер" | "жабер" | "джаббер"
        | "джаббере" | "джабер" | "джабере" | "джаба" | "джабу" | "жабой" | "jabb" => {
            WordClass::Label(Label::Jabber)
        }
        "icq" | "uin" | "уин" | "аська" | "аську" | "аське" | "аськи" | "ася" | "асю" | "асе" => {
            WordClass::Label(Label::Icq)
        }
        "telegram"
        | "telega"
        | "tele"
        | "tlgrm"
        | "тлг"
        | "телеграма"
        | "tg"
        | "tlg"
        | "телеграм"
        | "телеграмм"
        | "телеграме"
        | "телеграмме"
        | "телега"
        | "телегу"
        | "телеге"
        | "тг" => WordClass::Label(Label::Telegram),
        "skype" | "scype" | "скайп" | "скайпе" | "скайпу" => {
            WordClass::Label(Label::Skype)
        }
        "tox" | "qtox" | "utox" | "токс" | "session" | "btc" | "bitcoin" | "биткоин" | "eth"
        | "ethereum" | "xmr" | "monero" | "wallet" | "кошелек" | "кошелёк" | "pgp" | "gpg"
        | "key" | "ключ" | "fingerprint" | "phone" | "телефон" | "тел" | "whatsapp" | "viber"
        | "contact" | "contacts" | "контакт" | "контакты" | "signal" | "site" | "website"
        | "homepage" | "blog" | "shop" | "domain" | "mirror" | "portfolio" | "сайт" | "блог"
        | "магазин" | "домен" | "discord" | "дискорд" | "дискорде" | "wickr" | "викр" | "qiwi"
        | "киви" | "matrix" | "element" | "матрикс" | "ltc" | "litecoin" | "лайткоин" | "doge"
        | "dogecoin" | "dash" | "zec" | "zcash" | "bch" | "trx" | "tron" | "usdt" | "trc20"
        | "erc20" | "webmoney" | "вебмани" | "wmz" | "wmr" | "wmu" | "wme" | "wmid" | "вмз"
        | "вмр" | "yoomoney" | "юмани" | "яндекс" | "yandex" | "деньги" | "карта" => {
            WordClass::Label(Label::Other)
        }
        "me" => WordClass::Me,
        "my"
        | "мой"
        | "моя"
        | "моё"
        | "мое"
        | "мои"
        | "мою"
        | "моего"
        | "моей"
        | "моем"
        | "моём"
        | "пиши"
        | "пишите"
        | "писать"
        | "стучи"
        | "стучите"
        | "стучать"
        | "стучитесь"
        | "связь"
        | "связи"
        | "связаться"
        | "обращаться"
        | "обращайтесь"
        | "добавляй"
        | "добавляйте"
        | "вопросам"
        | "our"
        | "наш"
        | "наша"
        | "наши"
        | "нашем" => WordClass::Claim,
        "is" | "are" | "at" | "on" | "via" | "by" | "in" | "the" | "to" | "id" | "or" | "and"
        | "e" | "address" | "adress" | "number" | "num" | "no" | "nr" | "handle" | "nick"
        | "nickname" | "username" | "name" | "account" | "acc" | "new" | "main" | "old"
        | "personal" | "private" | "current" | "primary" | "direct" | "here" | "up" | "through"
        | "using" | "login" | "messenger" | "onion" | "with" | "for" | "в" | "на" | "по"
        | "или" | "и" | "с" | "для" | "адрес" | "номер" | "ник" | "логин" | "мне" | "через"
        | "новый" | "новая" | "основной" | "личный" | "рабочий" | "вот" | "как" | "это" | "тут"
        | "сюда" | "только" | "лс" | "личку" => WordClass::Joint,
        _ => WordClass::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn introduces(before: &str) -> bool {
        context_before(&format!("{before}VALUE"), before.len(), None).is_introduced
    }

    #[test]
    fn claims_are_recognised() {
        for before in [
            "my jabber is ",
            "My new e-mail address: ",
            "Contact me via icq ",
            "add me on Skype: ",
            "hit me up on tg ",
            "мой джаббер ",
            "Пишите мне в телеграм: ",
            "Для связи: ",
            "text\nJabber: ",
            "- ICQ - ",
            "reach me at ",
        ] {
            assert!(introduces(before), "{before}");
        }
    }

    #[test]
    fn mentions_are_no_claims() {
        for before in [
            "his jabber is ",
            "my friend's jabber: ",
            "the scammer used jabber: ",
            "ask me. Jabber ",
            "jabber ",
            "",
            "send me ",
            "его джаббер: ",
            "Contact ",
            "don't write to ",
        ] {
            assert!(!introduces(before), "{before}");
        }
    }

    #[test]
    fn nearest_label_wins() {
        let text = "my icq or jabber: ";
        assert_eq!(
            context_before(text, text.len(), None).label,
            Some(Label::Jabber)
        );
    }
}
