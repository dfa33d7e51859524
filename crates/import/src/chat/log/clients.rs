//! The table of clients: how the lines of their logs look.

use super::pattern::LineForms;
use super::pattern::Meaning::{Day, Event, Message, NickChange, Nothing, Room};
use super::{LogFormat, Nicks};

/// Lines of IRC before a client says how its own look.
const IRC_LINES: LineForms = LineForms {
    stamps: &[],
    stamped: &[],
    bare: &[],
    is_declarable: false,
    confidence: 0.95,
};

/// What the logs of IRC have in common; every client names itself and its lines.
const IRC_LOG: LogFormat = LogFormat {
    name: "",
    about: "",
    file_endings: &[".log", ".txt"],
    forms: IRC_LINES,
    signature: &[],
    is_html: false,
    nicks: Nicks::Irc,
    has_continuations: false,
    rolls_over: false,
};

/// Logs of the supybot and Limnoria bots.
pub(crate) const IRC_SUPYBOT: LogFormat = LogFormat {
    name: "irc_supybot",
    about: "IRC logs of the bots supybot and Limnoria",
    forms: LineForms {
        stamps: &["{time:%Y-%m-%dT%H:%M:%S%z}  ", "{time:%Y-%m-%dT%H:%M:%S}  "],
        stamped: &[
            ("<{nick}> {text}", Message),
            ("*** {nick} is now known as {text}", NickChange),
            ("*** {nick} {skip}", Event),
            ("* {nick} {text}", Message),
            ("-{nick}- {text}", Message),
        ],
        ..IRC_LINES
    },
    ..IRC_LOG
};

/// Logs of irssi.
pub(crate) const IRC_IRSSI: LogFormat = LogFormat {
    name: "irc_irssi",
    about: "IRC logs of the client irssi",
    forms: LineForms {
        stamps: &[
            "{time:%H:%M} ",
            "{time:%H:%M:%S} ",
            "[{time:%H:%M}] ",
            "[{time:%H:%M:%S}] ",
            "{time:%Y-%m-%d %H:%M} ",
            "{time:%Y-%m-%d %H:%M:%S} ",
        ],
        stamped: &[
            ("<{nick}> {text}", Message),
            ("-!- {nick} [{skip}] has {skip}", Event),
            ("-!- {nick} is now known as {text}", NickChange),
            ("-!- {nick} was kicked {skip}", Event),
            ("-!- {nick} changed the topic {skip}", Event),
            ("-!- {skip}", Event),
            (" * {nick} {text}", Message),
            ("-{nick}:{skip}- {text}", Message),
            ("-{nick}({skip})- {text}", Message),
            ("-{nick}- {text}", Message),
        ],
        bare: &[
            ("--- Log opened {time:%a %b %d %H:%M:%S %Y}", Day),
            ("--- Day changed {time:%a %b %d %Y}", Day),
            ("--- Log closed {skip}", Nothing),
        ],
        ..IRC_LINES
    },
    signature: &[
        "--- Log opened {skip}",
        "--- Day changed {skip}",
        "{time:%H:%M} -!- {skip}",
        "{time:%H:%M:%S} -!- {skip}",
        "[{time:%H:%M}] -!- {skip}",
        "[{time:%H:%M:%S}] -!- {skip}",
        "{time:%Y-%m-%d %H:%M:%S} -!- {skip}",
    ],
    ..IRC_LOG
};

/// Logs of WeeChat.
pub(crate) const IRC_WEECHAT: LogFormat = LogFormat {
    name: "irc_weechat",
    about: "IRC logs of the client WeeChat",
    file_endings: &[".weechatlog", ".log"],
    forms: LineForms {
        stamps: &["{time:%Y-%m-%d %H:%M:%S}\t", "{time:%Y-%m-%dT%H:%M:%S%z}\t"],
        stamped: &[
            ("-->\t{nick} {skip}", Event),
            ("<--\t{nick} {skip}", Event),
            ("--\t{nick} is now known as {text}", NickChange),
            ("--\tNotice({nick}): {text}", Message),
            ("--\t{skip}", Event),
            (" *\t{nick} {text}", Message),
            ("*\t{nick} {text}", Message),
            ("=!=\t{skip}", Nothing),
            ("\t{skip}", Nothing),
            ("{nick}\t{text}", Message),
        ],
        ..IRC_LINES
    },
    ..IRC_LOG
};

/// Logs of HexChat and XChat.
pub(crate) const IRC_HEXCHAT: LogFormat = LogFormat {
    name: "irc_hexchat",
    about: "IRC logs of the clients HexChat and XChat",
    forms: LineForms {
        stamps: &["{time:%b %d %H:%M:%S} "],
        stamped: &[
            ("<{nick}>\t{text}", Message),
            ("*\t{nick} is now known as {text}", NickChange),
            ("*\t{nick} ({skip}) has joined{skip}", Event),
            ("*\t{nick} ({skip}) has left{skip}", Event),
            ("*\t{nick} has left {skip}", Event),
            ("*\t{nick} has quit {skip}", Event),
            ("*\t{nick} has kicked {skip}", Event),
            ("*\t{nick} has changed the topic {skip}", Event),
            ("*\t{nick} sets mode {skip}", Event),
            ("*\t{nick} gives {skip}", Event),
            ("*\t{nick} removes {skip}", Event),
            ("*\tNow talking {skip}", Nothing),
            ("*\tTopic for {skip}", Nothing),
            ("*\tDisconnected {skip}", Nothing),
            ("*\t{nick} {text}", Message),
            ("-{nick}-\t{text}", Message),
            ("-{nick}/{skip}-\t{text}", Message),
        ],
        bare: &[
            ("**** BEGIN LOGGING AT {time:%a %b %d %H:%M:%S %Y}", Day),
            ("**** ENDING LOGGING AT {skip}", Nothing),
        ],
        ..IRC_LINES
    },
    signature: &[
        "**** BEGIN LOGGING AT {skip}",
        "**** ENDING LOGGING AT {skip}",
        "{time:%b %d %H:%M:%S} <{nick}>\t{text}",
        "{time:%b %d %H:%M:%S} *\t{skip}",
    ],
    ..IRC_LOG
};

/// Logs of mIRC.
pub(crate) const IRC_MIRC: LogFormat = LogFormat {
    name: "irc_mirc",
    about: "IRC logs of the client mIRC",
    forms: LineForms {
        stamps: &["[{time:%H:%M}] ", "[{time:%H:%M:%S}] "],
        stamped: &[
            ("<{nick}> {text}", Message),
            ("* {nick} is now known as {text}", NickChange),
            ("* Joins: {nick} {skip}", Event),
            ("* Parts: {nick} {skip}", Event),
            ("* Quits: {nick} {skip}", Event),
            ("* {nick} ({skip}) has joined {skip}", Event),
            ("* {nick} ({skip}) has left {skip}", Event),
            ("* {nick} ({skip}) Quit {skip}", Event),
            ("* {nick} sets mode: {skip}", Event),
            ("* {nick} was kicked by {skip}", Event),
            ("* {nick} changes topic to {skip}", Event),
            ("* Now talking {skip}", Nothing),
            ("* Topic is {skip}", Nothing),
            ("* Set by {skip}", Nothing),
            ("* Rejoined channel {skip}", Nothing),
            ("* Disconnected{skip}", Nothing),
            ("* Attempting to rejoin {skip}", Nothing),
            ("* {nick} {text}", Message),
            ("-{nick}- {text}", Message),
            ("-{nick}:{skip}- {text}", Message),
        ],
        bare: &[
            ("Session Start: {time:%a %b %d %H:%M:%S %Y}", Day),
            ("Session Time: {time:%a %b %d %H:%M:%S %Y}", Day),
            ("Session Ident: {room}", Room),
            ("Session Close: {skip}", Nothing),
        ],
        ..IRC_LINES
    },
    signature: &[
        "Session Start: {skip}",
        "Session Ident: {skip}",
        "Session Time: {skip}",
        "[{time:%H:%M}] * {skip}",
        "[{time:%H:%M:%S}] * {skip}",
    ],
    rolls_over: true,
    ..IRC_LOG
};

/// Rooms of Matrix as text.
pub(crate) const MATRIX_TEXT: LogFormat = LogFormat {
    name: "matrix_text",
    about: "Matrix rooms as text: [time] @name:server: text",
    file_endings: &[".log", ".txt"],
    forms: LineForms {
        stamps: &[],
        stamped: &[],
        bare: &[("[{time}] {nick}: {text}", Message)],
        is_declarable: false,
        confidence: 0.95,
    },
    signature: &["[{time}] @{nick}:{skip}: {text}"],
    is_html: false,
    nicks: Nicks::Matrix,
    has_continuations: true,
    rolls_over: false,
};

/// The lines of Pidgin, after its HTML is taken off where there is any.
const PIDGIN_LINES: LineForms = LineForms {
    stamps: &[
        "({time:%H:%M:%S}) ",
        "({time:%I:%M:%S %p}) ",
        "({time:%Y-%m-%d %H:%M:%S}) ",
        "({time:%m/%d/%Y %I:%M:%S %p}) ",
        "({time:%d.%m.%Y %H:%M:%S}) ",
    ],
    stamped: &[
        ("***{nick} {text}", Message),
        ("{nick} <AUTO-REPLY>: {text}", Message),
        ("{nick}: {text}", Message),
        ("{skip}", Event),
    ],
    bare: &[("Conversation with {room} at {skip} on {skip}", Room)],
    is_declarable: false,
    confidence: 0.95,
};

/// Logs of Pidgin as text.
pub(crate) const PIDGIN_TEXT: LogFormat = LogFormat {
    name: "pidgin_text",
    about: "logs of the client Pidgin as text",
    file_endings: &[".txt"],
    forms: PIDGIN_LINES,
    signature: &["Conversation with {room} at {skip} on {skip}"],
    is_html: false,
    nicks: Nicks::Names,
    has_continuations: true,
    rolls_over: true,
};

/// Logs of Pidgin as HTML.
pub(crate) const PIDGIN_HTML: LogFormat = LogFormat {
    name: "pidgin_html",
    about: "logs of the client Pidgin as HTML",
    file_endings: &[".html", ".htm"],
    forms: PIDGIN_LINES,
    signature: &["{skip}<title>Conversation with {skip}"],
    is_html: true,
    nicks: Nicks::Names,
    has_continuations: true,
    rolls_over: true,
};

/// Any other log, by a declared pattern.
pub(crate) const CHAT_LOG: LogFormat = LogFormat {
    name: "chat_log",
    about: "plain chat logs of lines with a time, a nick and a text, by a declared pattern",
    file_endings: &[".log", ".txt"],
    forms: LineForms {
        stamps: &[],
        stamped: &[],
        bare: &[("[{time}] {nick}: {text}", Message)],
        is_declarable: true,
        // Logs of programs look like this too, so it has to be asked for.
        confidence: 0.4,
    },
    signature: &["[{time}] {nick}: {text}"],
    is_html: false,
    nicks: Nicks::Names,
    has_continuations: true,
    rolls_over: false,
};
