//! Numbers of Telegram's users, groups and channels, in the forms of its interfaces, and the
//! native ids that the importers of Telegram share.
//!
//! The bot interface and the libraries mark a number: a user's is positive, a basic group's
//! negative, a channel's or supergroup's is -1000000000000 less the number. Native ids are those
//! of Telegram Desktop's export, so that one chat has the same ids whichever way it was saved.

use serde_json::Value;

use super::fields::{first_word, flag_at, word_at};
use crate::chat::message::{Author, Room};
use crate::recorder::non_empty;
use entangle_model::IdentifierKind;

const CHANNEL_MARK: i64 = 1_000_000_000_000;

/// A user, a group or a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Peer {
    User(u64),
    Group(u64),
    Channel(u64),
}

impl Peer {
    /// Reads a marked number.
    pub fn of_marked(id: i64) -> Self {
        let positive = id.unsigned_abs();
        match id {
            0.. => Self::User(positive),
            id if id < -CHANNEL_MARK => Self::Channel(positive - CHANNEL_MARK.unsigned_abs()),
            _ => Self::Group(positive),
        }
    }

    /// Reads a marked number at a pointer.
    pub fn marked_at(value: &Value, pointer: &str) -> Option<Self> {
        value.pointer(pointer)?.as_i64().map(Self::of_marked)
    }

    /// Reads a peer as Telethon writes it: an object with the number under the name of its kind.
    pub fn of_object(value: &Value) -> Option<Self> {
        let number = |key: &str| value.get(key).and_then(Value::as_u64);
        number("user_id")
            .map(Self::User)
            .or_else(|| number("chat_id").map(Self::Group))
            .or_else(|| number("channel_id").map(Self::Channel))
    }

    /// Native id of the peer as an author.
    pub fn account_native_id(self) -> String {
        match self {
            Self::User(number) => format!("user{number}"),
            Self::Group(number) => format!("chat{number}"),
            Self::Channel(number) => format!("channel{number}"),
        }
    }

    /// Native id of the peer as a room.
    pub fn room_native_id(self) -> String {
        let (Self::User(number) | Self::Group(number) | Self::Channel(number)) = self;
        number.to_string()
    }
}

/// An author, with what the object of a user or a chat says: its name in parts or its title, and
/// its handle.
pub(super) fn author_of(peer: Peer, described: Option<&Value>) -> Author {
    let Some(described) = described else {
        return Author::new(peer.account_native_id(), None);
    };
    Author {
        is_bot: first_flag(described, &["/is_bot", "/bot"]),
        address: word_at(described, "/username").map(|name| (IdentifierKind::Telegram, name)),
        ..Author::new(peer.account_native_id(), display_name(described))
    }
}

/// A room, with the title or the name that its object states.
pub(super) fn room_of(peer: Peer, described: Option<&Value>) -> Room {
    Room {
        native_id: peer.room_native_id(),
        title: described.and_then(display_name),
    }
}

fn display_name(described: &Value) -> Option<String> {
    let parts = ["/first_name", "/last_name"].map(|part| word_at(described, part));
    let joined = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    non_empty(joined).or_else(|| first_word(described, &["/title", "/username"]))
}

fn first_flag(value: &Value, pointers: &[&str]) -> Option<bool> {
    pointers.iter().find_map(|pointer| flag_at(value, pointer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_numbers_are_told_apart() {
        assert_eq!(Peer::of_marked(8), Peer::User(8));
        assert_eq!(Peer::of_marked(-8), Peer::Group(8));
        assert_eq!(
            Peer::of_marked(-1_001_044_298_783),
            Peer::Channel(1_044_298_783)
        );
        assert_eq!(
            Peer::of_marked(i64::MIN),
            Peer::Channel((1 << 63) - 1_000_000_000_000)
        );
    }
}
