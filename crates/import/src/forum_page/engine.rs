//! What one forum system's pages look like, as data: where in the markup each thing stands.

use entangle_dump::{ElementId, HtmlTree, Selector};
use std::ops::Range;

use super::address::Numbered;
use super::engines;

/// Selectors of one system (or one of its generations whose markup differs). Lists are tried in
/// order; the first that finds something counts.
///
/// A place is a [`Selector`], optionally with `@` and the attribute whose value is meant; without
/// a selector the post itself is meant. `@title+text` means the value of `title` of the element
/// or of one inside, followed by the element's text.
#[derive(Debug, Clone, Copy)]
pub(super) struct EngineTable {
    /// Its name, for reasons of rejects and for detection.
    pub(super) name: &'static str,
    /// Texts in the page's source of which each alone shows the system.
    pub(super) signs: &'static [&'static str],
    /// One element per post.
    pub(super) posts: &'static str,
    /// The post is the nearest element around it that fits; the element itself where empty.
    pub(super) post_around: &'static str,
    /// Whether a post reaches to the next one instead of ending with its element.
    pub(super) is_open_ended: bool,
    /// Places whose last digits are the number of the post. They are looked for in the element
    /// of `posts` and in the post.
    pub(super) post_id: &'static [&'static str],
    pub(super) author_name: &'static [&'static str],
    /// Attributes that are the number of the member.
    pub(super) author_id: &'static [&'static str],
    /// Links to the member's profile.
    pub(super) author_link: &'static [&'static str],
    pub(super) time: &'static [&'static str],
    pub(super) edited: &'static [&'static str],
    /// The text; several elements are one text.
    pub(super) body: &'static str,
    /// What inside the text is none of it.
    pub(super) dropped: &'static str,
    /// Quotations that are not `blockquote`.
    pub(super) quotes: &'static str,
    /// Lines that begin quotations outside of them ("anna wrote:").
    pub(super) quote_heads: &'static str,
    pub(super) signature: &'static [&'static str],
    /// A line inside the text behind which the signature stands.
    pub(super) signature_line: &'static str,
    pub(super) attachments: &'static str,
    /// The number of the post in its thread.
    pub(super) position: &'static [&'static str],
    /// What has to be added to that number so that the opening post is number 1: some systems
    /// count the replies and give the opening post no number.
    pub(super) position_offset: u64,
    /// The number of the page of the thread.
    pub(super) page_number: &'static [&'static str],
    pub(super) title: &'static [&'static str],
    /// The way from the start page; the last is the board.
    pub(super) boards: &'static [&'static str],
    /// Attributes that are the number of the thread, or links that hold it.
    pub(super) thread: &'static [&'static str],
    /// How addresses hold the number of the thread.
    pub(super) thread_number: Numbered,
    /// What stands beside a post about its author, as lines with labels. Only dates of
    /// registration and places are read.
    pub(super) author_panel: &'static str,
    pub(super) profile: ProfileTable,
}

/// Where a member's profile stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProfileTable {
    /// An element that only a profile page has; empty where profiles are not read.
    pub(super) page: &'static str,
    pub(super) name: &'static [&'static str],
    /// Attributes or links that hold the member's number, beside the page's own address.
    pub(super) id: &'static [&'static str],
    pub(super) signature: &'static [&'static str],
    /// Dates of registration and of the last visit that stand without a label.
    pub(super) registered: &'static [&'static str],
    pub(super) last_seen: &'static [&'static str],
}

pub(super) const NO_PROFILE: ProfileTable = ProfileTable {
    page: "",
    name: &[],
    id: &[],
    signature: &[],
    registered: &[],
    last_seen: &[],
};

/// An engine ready for use.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) table: &'static EngineTable,
    pub(super) posts: Selector,
    pub(super) post_around: Selector,
    pub(super) post_id: Vec<Place>,
    pub(super) author_name: Vec<Place>,
    pub(super) author_id: Vec<Place>,
    pub(super) author_link: Vec<Place>,
    pub(super) time: Vec<Place>,
    pub(super) edited: Vec<Place>,
    pub(super) body: Selector,
    pub(super) dropped: Selector,
    pub(super) quotes: Selector,
    pub(super) quote_heads: Selector,
    pub(super) signature: Vec<Place>,
    pub(super) attachments: Selector,
    pub(super) position: Vec<Place>,
    pub(super) page_number: Vec<Place>,
    pub(super) title: Vec<Place>,
    pub(super) boards: Vec<Place>,
    pub(super) thread: Vec<Place>,
    pub(super) author_panel: Selector,
    pub(super) profile_page: Selector,
    pub(super) profile_name: Vec<Place>,
    pub(super) profile_id: Vec<Place>,
    pub(super) profile_signature: Vec<Place>,
    pub(super) profile_registered: Vec<Place>,
    pub(super) profile_last_seen: Vec<Place>,
}

/// A place in a page: elements, and what of them is meant.
#[derive(Debug)]
pub(super) struct Place {
    /// `None` means the element in which one looks.
    pub(super) selector: Option<Selector>,
    /// `None` means the text inside.
    pub(super) attribute: Option<&'static str>,
}

impl Place {
    fn parse(text: &'static str) -> Option<Self> {
        let (selector, attribute) = match text.split_once('@') {
            Some((selector, attribute)) => (selector, Some(attribute)),
            None => (text, None),
        };
        let selector = match selector.is_empty() {
            true => None,
            false => Some(Selector::parse(selector)?),
        };
        Some(Self {
            selector,
            attribute,
        })
    }

    /// The elements meant, in a range whose first element is the one in which one looks.
    pub(super) fn elements<'t>(
        &'t self,
        tree: &'t HtmlTree<'_>,
        range: Range<ElementId>,
    ) -> Box<dyn Iterator<Item = ElementId> + 't> {
        match &self.selector {
            None => Box::new(range.take(1)),
            Some(selector) => Box::new(tree.select(range, selector)),
        }
    }
}

/// All engines, compiled. A place that is not well-formed means nothing; a test finds it.
pub(super) fn engines() -> Vec<Engine> {
    engines::TABLES.iter().map(|table| compile(table)).collect()
}

fn compile(table: &'static EngineTable) -> Engine {
    let selector = |text: &str| Selector::parse(text).unwrap_or_default();
    let places = |texts: &'static [&'static str]| -> Vec<Place> {
        texts.iter().filter_map(|text| Place::parse(text)).collect()
    };
    Engine {
        table,
        posts: selector(table.posts),
        post_around: selector(table.post_around),
        post_id: places(table.post_id),
        author_name: places(table.author_name),
        author_id: places(table.author_id),
        author_link: places(table.author_link),
        time: places(table.time),
        edited: places(table.edited),
        body: selector(table.body),
        dropped: selector(table.dropped),
        quotes: selector(table.quotes),
        quote_heads: selector(table.quote_heads),
        signature: places(table.signature),
        attachments: selector(table.attachments),
        position: places(table.position),
        page_number: places(table.page_number),
        title: places(table.title),
        boards: places(table.boards),
        thread: places(table.thread),
        author_panel: selector(table.author_panel),
        profile_page: selector(table.profile.page),
        profile_name: places(table.profile.name),
        profile_id: places(table.profile.id),
        profile_signature: places(table.profile.signature),
        profile_registered: places(table.profile.registered),
        profile_last_seen: places(table.profile.last_seen),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::manifest_folder;

    #[test]
    fn every_engine_has_a_page_of_documentation() {
        let pages = manifest_folder().join("../../docs/formats");
        let list = std::fs::read_to_string(pages.join("forum_pages.md")).unwrap();
        for table in engines::TABLES {
            let word = table.name.split(' ').next().unwrap().to_lowercase();
            let page = match word.as_str() {
                "ip.board" => "pages_invision.md".to_string(),
                "django-machina" => "pages_machina.md".to_string(),
                word => format!("pages_{word}.md"),
            };
            assert!(pages.join(&page).is_file(), "no page of {}", table.name);
            assert!(list.contains(&format!("({page})")), "{page} is not listed");
        }
    }

    #[test]
    fn every_place_of_every_engine_is_well_formed() {
        for table in engines::TABLES {
            for selector in [
                table.posts,
                table.post_around,
                table.body,
                table.dropped,
                table.quotes,
                table.quote_heads,
                table.attachments,
                table.author_panel,
                table.profile.page,
            ] {
                assert!(
                    Selector::parse(selector).is_some(),
                    "{}: {selector}",
                    table.name
                );
            }
            for places in [
                table.post_id,
                table.author_name,
                table.author_id,
                table.author_link,
                table.time,
                table.edited,
                table.signature,
                table.position,
                table.page_number,
                table.title,
                table.boards,
                table.thread,
                table.profile.name,
                table.profile.id,
                table.profile.signature,
                table.profile.registered,
                table.profile.last_seen,
            ] {
                for place in places {
                    assert!(Place::parse(place).is_some(), "{}: {place}", table.name);
                }
            }
        }
    }
}
