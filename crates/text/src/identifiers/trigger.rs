//! The words and signs that lead to values, found in one pass over a text.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::{money, onion, web};

/// What a trigger word leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trigger {
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
    /// A label of Telegram that speaks of an id.
    TelegramId,
    TelegramUserLink,
    Discord,
    DiscordLink,
    Wickr,
    Qiwi,
    Wmid,
    /// The digits with which the number of a wallet begins.
    Yoomoney,
    /// A word behind which the id of a key may stand.
    KeyLabel,
    /// What stands right before the id of a key.
    KeyPrefix,
    /// "0x" where the text speaks of OpenPGP.
    HexadecimalPrefix,
    Cve,
    PackageLink,
    /// The first label of the name of a package.
    Package,
    Onion,
    /// What stands between scheme and host.
    UrlMark,
    /// A dot in brackets.
    DefangedDot,
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
    (Trigger::TelegramUserLink, "tg://user?id="),
    (Trigger::TelegramId, "telegram id"),
    (Trigger::TelegramId, "telegram user id"),
    (Trigger::TelegramId, "telegram_id"),
    (Trigger::TelegramId, "tg id"),
    (Trigger::TelegramId, "tg_id"),
    (Trigger::TelegramId, "tgid"),
    (Trigger::TelegramId, "id telegram"),
    (Trigger::TelegramId, "id tg"),
    (Trigger::TelegramId, "тг ид"),
    (Trigger::TelegramId, "тг id"),
    (Trigger::TelegramId, "тг айди"),
    (Trigger::TelegramId, "ид тг"),
    (Trigger::TelegramId, "id тг"),
    (Trigger::TelegramId, "айди тг"),
    (Trigger::TelegramId, "айди в тг"),
    (Trigger::TelegramId, "id в тг"),
    (Trigger::TelegramId, "id телеграм"),
    (Trigger::TelegramId, "id в телег"),
    (Trigger::TelegramId, "айди телег"),
    (Trigger::TelegramId, "айди в телег"),
    (Trigger::TelegramId, "телеграм id"),
    (Trigger::TelegramId, "Телеграм id"),
    (Trigger::TelegramId, "телеграм айди"),
    (Trigger::Discord, "discord"),
    (Trigger::Discord, "дискорд"),
    (Trigger::Discord, "Дискорд"),
    (Trigger::Discord, "ДИСКОРД"),
    (Trigger::DiscordLink, "discord.com/users/"),
    (Trigger::Wickr, "wickr"),
    (Trigger::Wickr, "викр"),
    (Trigger::Wickr, "Викр"),
    (Trigger::Qiwi, "qiwi"),
    (Trigger::Qiwi, "киви"),
    (Trigger::Qiwi, "Киви"),
    (Trigger::Qiwi, "КИВИ"),
    (Trigger::Wmid, "wmid"),
    (Trigger::Wmid, "вмид"),
    (Trigger::Wmid, "ВМИД"),
    (Trigger::Yoomoney, money::YOOMONEY_START),
    (Trigger::KeyLabel, "pgp"),
    (Trigger::KeyLabel, "gpg"),
    (Trigger::KeyLabel, "keyid"),
    (Trigger::KeyLabel, "key id"),
    (Trigger::KeyLabel, "key-id"),
    (Trigger::KeyLabel, "id ключа"),
    (Trigger::KeyPrefix, "1024d/"),
    (Trigger::KeyPrefix, "2048r/"),
    (Trigger::KeyPrefix, "3072r/"),
    (Trigger::KeyPrefix, "4096r/"),
    (Trigger::KeyPrefix, "rsa2048/"),
    (Trigger::KeyPrefix, "rsa3072/"),
    (Trigger::KeyPrefix, "rsa4096/"),
    (Trigger::KeyPrefix, "ed25519/"),
    (Trigger::HexadecimalPrefix, "0x"),
    (Trigger::Cve, "cve"),
    (Trigger::PackageLink, "details?id="),
    (Trigger::Package, "com."),
    (Trigger::Package, "org."),
    (Trigger::Package, "net."),
    (Trigger::Package, "ru."),
    (Trigger::Package, "io."),
    (Trigger::Package, "me."),
    (Trigger::Package, "app."),
    (Trigger::Package, "de."),
    (Trigger::Package, "tr."),
    (Trigger::Package, "br."),
    (Trigger::Onion, onion::ENDING),
    (Trigger::UrlMark, "://"),
    (Trigger::UrlMark, "[:]//"),
    (Trigger::UrlMark, "[://]"),
];

/// What must stand behind English words for sites and telephones. They are frequent in ordinary
/// text, so they are searched for with what makes them a label.
const SITE_MARKS: &[&str] = &[":", " :", " -", "=", " is "];
const PHONE_MARKS: &[&str] = &[" 00", ": 00", ":00"];

/// The search for the trigger words, and for each of its patterns the trigger and the length of
/// the word.
pub(super) struct TriggerSearch {
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
        for dot in web::DEFANGED_DOTS {
            triggers.push((Trigger::DefangedDot, dot.len()));
            patterns.push((*dot).to_string());
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

    /// Every trigger of a text with the start and end of its word, in order.
    pub(super) fn triggers_of<'text>(
        &'text self,
        text: &'text str,
    ) -> impl Iterator<Item = (Trigger, usize, usize)> + 'text {
        self.automaton.find_iter(text).map(|found| {
            let (trigger, word_bytes) = self.triggers[found.pattern().as_usize()];
            (trigger, found.start(), found.start() + word_bytes)
        })
    }
}

/// Absent only if the table above could not be compiled, which a test rules out.
pub(super) static TRIGGER_SEARCH: LazyLock<Option<TriggerSearch>> =
    LazyLock::new(TriggerSearch::build);

impl Trigger {
    /// Whether it stands at the end of a word or address rather than at a start.
    pub(super) fn follows_a_word(self) -> bool {
        matches!(
            self,
            Trigger::TelegramHost
                | Trigger::At
                | Trigger::AtWord
                | Trigger::Dot
                | Trigger::Onion
                | Trigger::UrlMark
                | Trigger::DefangedDot
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trigger_search_compiles() {
        assert!(TRIGGER_SEARCH.is_some());
    }
}
