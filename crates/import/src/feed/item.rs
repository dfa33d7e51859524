//! An item of a feed: its elements under the names of RSS and Atom.

use entangle_dump::XmlNode;
use entangle_text::markup::{PlainText, html_to_plain, plain};
use std::borrow::Cow;

use super::person::{Person, person_of, person_of_text};
use crate::recorder::non_empty;

/// Elements that hold the text, the whole ones before the excerpts.
const BODY_NAMES: [&str; 4] = ["content:encoded", "content", "description", "summary"];

/// Elements that tell when an item was made, and when it was last changed.
const POSTED_NAMES: [&str; 5] = ["pubDate", "published", "issued", "dc:date", "created"];
const UPDATED_NAMES: [&str; 5] = [
    "updated",
    "modified",
    "atom:updated",
    "dcterms:modified",
    "dc:modified",
];

/// An item, split into its elements.
#[derive(Debug)]
pub(super) struct Item<'a> {
    node: XmlNode<'a>,
    children: Vec<XmlNode<'a>>,
    /// The prefix of the item itself with its colon, which its own elements bear too.
    prefix: &'a str,
    is_entry: bool,
}

impl<'a> Item<'a> {
    /// Splits an item.
    pub fn of(node: XmlNode<'a>) -> Result<Self, &'static str> {
        let name = node.name();
        let prefix = name.find(':').map_or("", |at| &name[..=at]);
        Ok(Self {
            children: node.children()?,
            is_entry: name.ends_with("entry"),
            node,
            prefix,
        })
    }

    /// Whether it is an entry of Atom.
    pub fn is_entry(&self) -> bool {
        self.is_entry
    }

    /// The type of a text that states none.
    fn default_type(&self) -> &'static str {
        if self.is_entry { "text" } else { HTML }
    }

    fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s XmlNode<'a>> + 's {
        self.children.iter().filter(move |child| {
            let own = child.name();
            own.strip_prefix(self.prefix).unwrap_or(own) == name
        })
    }

    fn first(&self, names: &[&str]) -> Option<String> {
        names
            .iter()
            .flat_map(|name| self.all(name))
            .find_map(|child| non_empty(child.text()))
    }

    /// The id that the feed gives, or else the address.
    pub fn id(&self) -> Option<String> {
        self.first(&["guid", "id"])
            .or_else(|| self.node.attribute("rdf:about").and_then(non_empty))
            .or_else(|| self.link())
    }

    /// The address of the item.
    pub fn link(&self) -> Option<String> {
        let is_own = |link: &&XmlNode<'_>| {
            let relation = link.attribute("rel");
            relation.is_none_or(|relation| relation == "alternate")
        };
        self.first(&["link"]).or_else(|| {
            let link = self.all("link").find(is_own)?;
            link.attribute("href").and_then(non_empty)
        })
    }

    /// The title. That of a post in a forum without the marks of replies; phpBB puts the name of
    /// the board before it.
    pub fn title(&self) -> Option<String> {
        let title = self
            .all("title")
            .find_map(|node| title_of(node, self.default_type()))?;
        let board = self.category().unwrap_or_default();
        let behind_board = title
            .strip_prefix(&board)
            .and_then(|rest| rest.strip_prefix(" • "));
        let title = behind_board.unwrap_or(&title);
        non_empty(title.strip_prefix("Re: ").unwrap_or(title))
    }

    /// The first category: the board of a forum, a rubric of a blog.
    pub fn category(&self) -> Option<String> {
        self.all("category").find_map(|category| {
            let attribute = |name| category.attribute(name).and_then(non_empty);
            attribute("label")
                .or_else(|| attribute("term"))
                .or_else(|| non_empty(html_to_plain(&category.text()).text))
        })
    }

    /// Who is named as an author, in order. `dc:creator` and `author` may name the same person,
    /// and of both the former is a name.
    pub fn authors(&self) -> Vec<Person> {
        let creators = self.all("dc:creator");
        let mut people: Vec<Person> = creators
            .filter_map(|creator| person_of_text(&creator.text()))
            .collect();
        if people.is_empty() {
            people = self.all("author").filter_map(person_of).collect();
        }
        people
    }

    /// When it was made, as written; an Atom entry need not tell more than its last change.
    pub fn posted_at(&self) -> Option<String> {
        self.first(&POSTED_NAMES)
            .or_else(|| self.first(&UPDATED_NAMES))
    }

    /// When it was last changed, where that is not when it was made.
    pub fn edited_at(&self) -> Option<String> {
        let posted = self.first(&POSTED_NAMES)?;
        self.first(&UPDATED_NAMES)
            .filter(|updated| *updated != posted)
    }

    /// What the item answers, by RFC 4685.
    pub fn answered_id(&self) -> Option<String> {
        let answer = self.all("thr:in-reply-to").next()?;
        ["ref", "href"]
            .iter()
            .find_map(|name| answer.attribute(name).and_then(non_empty))
    }

    /// The text; `None` where there is none.
    pub fn body(&self) -> Option<PlainText> {
        BODY_NAMES
            .iter()
            .flat_map(|name| self.all(name))
            .filter_map(|node| text_of(node, self.default_type()))
            .find(|text| !text.text.is_empty() || !text.quoted.is_empty())
    }

    /// The files that come with the item.
    pub fn attachment_count(&self) -> u64 {
        let is_enclosure =
            |link: &&XmlNode<'_>| link.attribute("rel").as_deref() == Some("enclosure");
        let linked = self.all("link").filter(is_enclosure).count();
        (self.all("enclosure").count() + linked) as u64
    }
}

/// The type of what states none in RSS.
pub(super) const HTML: &str = "html";

/// A title on one line.
pub(super) fn title_of(node: &XmlNode<'_>, default_type: &str) -> Option<String> {
    let text = text_of(node, default_type)?.text;
    let words: Vec<&str> = text.split_whitespace().collect();
    non_empty(words.join(" "))
}

/// The text of an element by the type that Atom states. `None` for what is no text.
fn text_of(node: &XmlNode<'_>, default_type: &str) -> Option<PlainText> {
    let stated = node.attribute("type");
    let stated = stated.as_deref().unwrap_or(default_type);
    let essence = stated.split(';').next().unwrap_or_default().trim();
    match essence.to_ascii_lowercase().as_str() {
        HTML | "text/html" => Some(html_to_plain(&node.text())),
        "xhtml" | "application/xhtml+xml" => Some(html_to_plain(&markup_of(node))),
        "text" | "text/plain" => Some(plain(node.text().trim())),
        _ => None,
    }
}

/// Markup that is XML itself, unless it was escaped all the same.
fn markup_of<'a>(node: &XmlNode<'a>) -> Cow<'a, str> {
    let content = node.content();
    if content.contains('<') && !content.contains("<![CDATA[") {
        Cow::Borrowed(content)
    } else {
        node.text()
    }
}
