#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod instant;
pub mod mapping;
pub mod recorder;

mod archive;
mod canonical;
mod canonical_csv;
mod canonical_jsonl;
mod chat;
mod detect;
mod error;
mod feed;
mod files;
mod forum_database;
mod forum_page;
mod importer;
mod jabber_json;
mod mail;
mod stackexchange;
mod telegram_desktop;

#[cfg(test)]
mod post_language;
#[cfg(test)]
mod testing;

pub use detect::{CONFIDENCE_MARGIN_MIN, CONFIDENCE_MIN, Detection, Sample, SampleFile, detect};
pub use error::ImportError;
pub use importer::{ImportOptions, Importer, Sink};
pub use instant::{ZoneBasis, ZoneCounts};

/// Every importer: what stands alone, then the families. Adding one is a module and a line here.
pub fn importers() -> &'static [&'static dyn Importer] {
    &[
        &canonical_csv::CanonicalCsv,
        &canonical_jsonl::CanonicalJsonl,
        &feed::Feed,
        &forum_page::ForumPages,
        &jabber_json::JabberJson,
        &mail::Mail,
        &stackexchange::StackExchange,
        &telegram_desktop::TelegramDesktop,
        &archive::AIL,
        &archive::ASKBOT,
        &archive::CONVOKIT,
        &archive::CRIMEBB,
        &archive::DARKNET_MARKET,
        &archive::DISCOURSE,
        &archive::FLARE,
        &archive::FOUR_CAT,
        &archive::HACKER_NEWS,
        &archive::MATTERMOST_BULK,
        &archive::MEDIAWIKI,
        &archive::REDDIT,
        &archive::STACKEXCHANGE_API,
        &chat::CHAT_LOG,
        &chat::DISCORD,
        &chat::GITTER,
        &chat::IRC_HEXCHAT,
        &chat::IRC_IRSSI,
        &chat::IRC_MIRC,
        &chat::IRC_SUPYBOT,
        &chat::IRC_WEECHAT,
        &chat::MATRIX_JSON,
        &chat::MATRIX_TEXT,
        &chat::MATTERMOST,
        &chat::PIDGIN_HTML,
        &chat::PIDGIN_TEXT,
        &chat::Prosody,
        &chat::ROCKETCHAT,
        &chat::SKYPE,
        &chat::SLACK,
        &chat::TELEGRAM_API,
        &chat::TELEGRAM_CHANNEL,
        &chat::TelegramHtml,
        &forum_database::DISCOURSE,
        &forum_database::FLUXBB,
        &forum_database::INVISION,
        &forum_database::IPB,
        &forum_database::MYBB,
        &forum_database::NodeBb,
        &forum_database::PHPBB,
        &forum_database::SMF,
        &forum_database::VBULLETIN,
        &forum_database::VBULLETIN_5,
        &forum_database::XENFORO,
    ]
}

/// The importer of that name.
///
/// # Errors
///
/// [`ImportError::UnknownFormat`].
pub fn importer(name: &str) -> Result<&'static dyn Importer, ImportError> {
    importers()
        .iter()
        .copied()
        .find(|importer| importer.name() == name)
        .ok_or_else(|| ImportError::UnknownFormat {
            name: name.to_string(),
        })
}
