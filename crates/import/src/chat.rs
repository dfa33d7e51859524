//! Chats: one module per system over three shared parts.
//!
//! [`message`] takes a message that a system's module has mapped and records it, [`json`] walks
//! through files of JSON and [`log`] through logs of lines. A module of a system says where its
//! fields stand, as data where that is enough.

mod json;
mod log;
mod markdown;
mod message;
mod prosody;
mod telegram_html;

#[cfg(test)]
mod tests;

pub(crate) use json::{
    DISCORD, GITTER, MATRIX_JSON, MATTERMOST, ROCKETCHAT, SKYPE, SLACK, TELEGRAM_API,
    TELEGRAM_CHANNEL,
};
pub(crate) use log::{
    CHAT_LOG, IRC_HEXCHAT, IRC_IRSSI, IRC_MIRC, IRC_SUPYBOT, IRC_WEECHAT, MATRIX_TEXT, PIDGIN_HTML,
    PIDGIN_TEXT,
};
pub(crate) use markdown::markdown_text;
pub(crate) use prosody::Prosody;
pub(crate) use telegram_html::TelegramHtml;
