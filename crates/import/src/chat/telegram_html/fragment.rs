//! The HTML of one message. Only what Telegram Desktop writes is recognised, by the classes of
//! its elements; texts in it are escaped and cannot look like one.

use entangle_text::markup::html_to_plain;

use crate::recorder::non_empty;

/// What follows the start of a message: the rest of its classes, its id, its content.
#[derive(Debug)]
pub(super) struct Fragment<'h>(pub &'h str);

/// Media that are no files: Telegram's other exports count none for them either.
const MEDIA_WITHOUT_FILE: [&str; 7] = [
    "media_poll",
    "media_contact",
    "media_location",
    "media_live_location",
    "media_venue",
    "media_call",
    "media_invoice",
];

/// What follows the actor in the English words of events. Of other events the actor is not known.
const EVENT_VERBS: [&str; 22] = [
    " created group ",
    " created topic ",
    " invited ",
    " removed ",
    " joined group by link",
    " joined the group",
    " joined Telegram",
    " joined by request",
    " left the group",
    " left group",
    " pinned ",
    " changed group title",
    " changed group photo",
    " changed topic",
    " deleted group photo",
    " converted a basic group to this supergroup",
    " converted this group",
    " started video chat",
    " started voice chat",
    " set messages to auto-delete",
    " changed chat theme",
    " scored ",
];

/// The name shown for accounts that are gone, whoever they were.
const DELETED_NAME: &str = "Deleted Account";

impl<'h> Fragment<'h> {
    /// The classes after the first one.
    fn classes(&self) -> impl Iterator<Item = &'h str> {
        self.0.split('"').next().unwrap_or_default().split(' ')
    }

    /// Whether it tells of an event or shows a day.
    pub fn is_service(&self) -> bool {
        self.classes().any(|class| class == "service")
    }

    /// Whether it is by the author of the message before it.
    pub fn is_joined(&self) -> bool {
        self.classes().any(|class| class == "joined")
    }

    /// Its number; negative for what only shows a day.
    pub fn id(&self) -> Option<i64> {
        let tag = self.0.split('>').next()?;
        let (_, value) = tag.split_once("id=\"message")?;
        value.split('"').next()?.parse().ok()
    }

    /// The number of the message that it answers, if that lies in the same chat.
    pub fn answered_id(&self) -> Option<i64> {
        let reply = self.element("reply_to details")?;
        let (_, number) = reply.split_once("#go_to_message")?;
        let digits = number.split('"').next()?;
        digits.parse().ok()
    }

    /// When it was written, in RFC 3339 or without a zone; as it stands if it is no such instant.
    pub fn instant(&self) -> Option<String> {
        let (_, title) = self.0.split_once("date details\" title=\"")?;
        let title = title.split('"').next()?;
        Some(instant_of_title(title).unwrap_or_else(|| title.to_string()))
    }

    /// The author; `None` for a deleted account.
    pub fn sender(&self) -> Option<String> {
        let own = self.0.split("forwarded body").next()?;
        let name = plain_name(Fragment(own).element("from_name")?)?;
        // Written through a bot, which is named beside the author.
        let name = match name.rsplit_once(" via @") {
            Some((name, bot)) if !bot.contains(' ') => name,
            _ => &name,
        };
        non_empty(name).filter(|name| name != DELETED_NAME)
    }

    /// Who did what an event tells; `None` where the words do not say.
    pub fn actor(&self) -> Option<String> {
        let words = plain_name(self.element("body details")?)?;
        let end = EVENT_VERBS
            .iter()
            .filter_map(|verb| words.find(verb))
            .min()?;
        non_empty(&words[..end]).filter(|name| name != DELETED_NAME)
    }

    /// Whether it is somebody else's message.
    pub fn is_forwarded(&self) -> bool {
        self.0.contains("class=\"forwarded body\"")
    }

    /// The HTML of its text.
    pub fn text_html(&self) -> Option<&'h str> {
        self.element("text")
    }

    /// Whether a file came with it.
    pub fn has_attachment(&self) -> bool {
        let Some(media) = self.element("media_wrap clearfix") else {
            return false;
        };
        !MEDIA_WITHOUT_FILE.iter().any(|class| media.contains(class))
    }

    /// The content of the first `div` of these classes.
    fn element(&self, classes: &str) -> Option<&'h str> {
        let start = format!("<div class=\"{classes}\"");
        let (_, after) = self.0.split_once(&start)?;
        let (_, inside) = after.split_once('>')?;
        let mut depth = 1usize;
        let mut at = 0;
        while let Some(offset) = inside[at..].find('<') {
            at += offset;
            if inside[at..].starts_with("</div") {
                depth -= 1;
                if depth == 0 {
                    return Some(&inside[..at]);
                }
            } else if inside[at..].starts_with("<div") {
                depth += 1;
            }
            at += 1;
        }
        // The file was cut; what is there is the element's.
        Some(inside)
    }
}

/// Reads `16.03.2022 19:24:40`, which may end with ` UTC+01:00`.
fn instant_of_title(title: &str) -> Option<String> {
    let (date, rest) = title.split_once(' ')?;
    let mut parts = date.split('.');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let (time, zone) = rest.split_once(" UTC").unwrap_or((rest, ""));
    Some(format!("{year}-{month}-{day}T{time}{zone}"))
}

/// The name of the chat in the head of a page.
pub(super) fn chat_title(page_head: &str) -> Option<String> {
    let (_, header) = page_head.split_once("page_header")?;
    plain_name(Fragment(header).element("text bold")?)
}

fn plain_name(html: &str) -> Option<String> {
    non_empty(html_to_plain(html).text.replace('\n', " "))
}
