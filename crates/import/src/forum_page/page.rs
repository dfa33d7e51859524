//! One saved page read with the tables of its engine: what it is, its thread, its posts.

use chrono::NaiveDateTime;
use entangle_dump::{ElementId, HtmlTree};
use entangle_text::markup::html_to_plain;
use std::ops::Range;

use super::address::{Numbered, host_of, number_in_address};
use super::engine::{Engine, Place};
use super::times::{Day, PageClock, Stated, read_time, read_zone};
use super::words::EDIT_WORDS;
use crate::recorder::non_empty;

/// Elements of one post that are looked through for a time that can be read.
const TIME_TRIES_MAX: usize = 30;

/// Bytes behind a label that are looked at for a time or a zone.
const LABELLED_BYTES_MAX: usize = 160;

/// What a page says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PageFacts {
    /// Address as the page or its container states it.
    pub(super) address: Option<String>,
    /// Host of the address.
    pub(super) host: Option<String>,
    pub(super) clock: PageClock,
    pub(super) title: Option<String>,
    pub(super) board: Option<String>,
    /// Number of the thread.
    pub(super) thread: Option<String>,
}

/// One post as it stands in a page.
#[derive(Debug)]
pub(super) struct FoundPost {
    /// Bytes of the page's text.
    pub(super) span: Range<usize>,
    /// The number of the post; `None` where the markup has none.
    pub(super) id: Option<String>,
    pub(super) author_id: Option<String>,
    pub(super) author_name: Option<String>,
    /// The texts that state when it was posted and changed.
    pub(super) time_text: Option<String>,
    pub(super) edit_text: Option<String>,
    /// HTML, with quotations as `blockquote`.
    pub(super) body: String,
    /// HTML.
    pub(super) signature: Option<String>,
    pub(super) attachment_count: u64,
    pub(super) is_opening: bool,
    /// Its number in the thread, counted from 1.
    pub(super) position: Option<u64>,
    /// What stands beside the post about its author: bytes of the page's text.
    pub(super) author_panel: Option<Range<usize>>,
}

/// The elements of one post.
struct Container {
    /// The element by which the post was found.
    element: ElementId,
    /// All of its elements.
    range: Range<ElementId>,
    /// Those that hold its text.
    bodies: Vec<ElementId>,
}

/// A page and the engine that wrote it.
pub(super) struct ForumPage<'a> {
    pub(super) tree: HtmlTree<'a>,
    pub(super) engine: &'a Engine,
    pub(super) labels: &'a Labels,
}

/// Where a page says something about its own time: positions behind the words that announce it.
#[derive(Debug, Default)]
pub(super) struct Labels {
    pub(super) zone_ends: Vec<usize>,
    pub(super) clock_ends: Vec<usize>,
}

impl<'a> ForumPage<'a> {
    /// The facts of the page. `address` is what the container states, `saved_at` the time of
    /// saving in UTC.
    pub(super) fn facts(
        &self,
        address: Option<&str>,
        saved_at: Option<NaiveDateTime>,
    ) -> PageFacts {
        let all = self.tree.all();
        let address = self.site_address(address);
        let numbered = self.engine.table.thread_number;
        let thread = self
            .numbers(&self.engine.thread, all.clone(), numbered)
            .or_else(|| number_in_address(address.as_deref()?, numbered));
        let title = self.first_text(&self.engine.title, all.clone());
        PageFacts {
            host: address.as_deref().and_then(host_of),
            clock: self.clock(saved_at),
            board: self.board(all, title.as_deref()),
            title,
            thread,
            address,
        }
    }

    /// The page's address as it states it: for itself or in a comment of the program that saved
    /// it.
    fn stated_address(&self) -> Option<String> {
        let tree = &self.tree;
        let of_tree = tree.all().take(500).find_map(|element| {
            let name = tree.name(element);
            let value = if name.eq_ignore_ascii_case("link") {
                (tree.attribute(element, "rel") == Some("canonical"))
                    .then(|| tree.attribute(element, "href"))?
            } else if name.eq_ignore_ascii_case("meta") {
                (tree.attribute(element, "property") == Some("og:url"))
                    .then(|| tree.attribute(element, "content"))?
            } else {
                None
            };
            value.filter(|value| host_of(value).is_some())
        });
        of_tree
            .map(decoded)
            .or_else(|| saved_from(self.tree.text()))
    }

    /// The posts, in the order of the page.
    pub(super) fn posts(&self) -> Vec<FoundPost> {
        let is_first_page = self.page_number().is_none_or(|number| number == 1);
        let mut posts: Vec<FoundPost> = self
            .containers()
            .into_iter()
            .map(|container| self.post(container))
            .collect();
        if let Some(first) = posts.first_mut()
            && first.position.is_none()
        {
            first.is_opening = is_first_page;
        }
        posts
    }

    /// The texts that state when the posts were posted; `None` for a post without one.
    pub(super) fn post_times(&self) -> Vec<Option<String>> {
        let time_text = |container: &Container| {
            let is_allowed = |element: &ElementId| !self.is_within(&container.bodies, *element);
            self.time_text(
                &self.engine.time,
                container.range.clone(),
                is_allowed,
                false,
            )
        };
        self.containers().iter().map(time_text).collect()
    }

    /// Address and host as the page or its container states them.
    pub(super) fn site_address(&self, address: Option<&str>) -> Option<String> {
        address
            .map(str::to_string)
            .or_else(|| self.stated_address())
    }

    /// The elements of the posts. Those without a text, as placeholders are, are no posts.
    fn containers(&self) -> Vec<Container> {
        let (tree, engine) = (&self.tree, self.engine);
        let mut found: Vec<Container> = Vec::new();
        for element in tree.select(tree.all(), &engine.posts) {
            let range = tree.within(self.around(element));
            // What stands inside or around a post is none: a page that nests them would give the
            // same text again and again.
            let overlaps = |known: &Container| range.start < known.range.end;
            if !found.last().is_some_and(overlaps) {
                found.push(Container {
                    element,
                    range,
                    bodies: Vec::new(),
                });
            }
        }
        if engine.table.is_open_ended {
            for index in 0..found.len() {
                let parent = tree.parent(found[index].range.start);
                let limit = parent.map_or(tree.all().end, |parent| tree.within(parent).end);
                let next = found.get(index + 1).map_or(limit, |next| next.range.start);
                let range = &mut found[index].range;
                range.end = next.min(limit).max(range.end);
            }
        }
        for container in &mut found {
            container.bodies = outermost(tree, tree.select(container.range.clone(), &engine.body));
        }
        found.retain(|container| !container.bodies.is_empty());
        found
    }

    /// Whether an element is inside one of others, which are disjoint and in order.
    fn is_within(&self, others: &[ElementId], element: ElementId) -> bool {
        let before = others.partition_point(|other| *other <= element);
        others[..before]
            .last()
            .is_some_and(|other| self.tree.within(*other).contains(&element))
    }

    fn around(&self, element: ElementId) -> ElementId {
        if self.engine.table.post_around.is_empty() {
            return element;
        }
        let mut above = Some(element);
        while let Some(candidate) = above {
            if self.engine.post_around.fits(&self.tree, candidate) {
                return candidate;
            }
            above = self.tree.parent(candidate);
        }
        element
    }

    /// The first number in the text, which may be "Page 2 of 3".
    fn page_number(&self) -> Option<u64> {
        let text = self.first_text(&self.engine.page_number, self.tree.all())?;
        text.split(|letter: char| !letter.is_ascii_digit())
            .find(|digits| !digits.is_empty())?
            .parse()
            .ok()
    }

    fn post(&self, container: Container) -> FoundPost {
        let (tree, engine) = (&self.tree, self.engine);
        let Container {
            element,
            range,
            bodies,
        } = container;
        let (body, line_signature) = self.body(&bodies);
        let is_outside = |element: &ElementId| !self.is_within(&bodies, *element);
        let position = self
            .first_text(&engine.position, range.clone())
            .and_then(|text| first_number(&text))
            .map(|number| number.saturating_add(engine.table.position_offset));
        let author_id = self
            .numbers_at_end(&engine.author_id, range.clone())
            .or_else(|| self.numbers(&engine.author_link, range.clone(), Numbered::Member));
        let start = tree.outside(range.start);
        let end = tree.outside(range.end - 1).end.max(start.end);
        FoundPost {
            span: start.start..end,
            id: self
                .numbers_at_end(&engine.post_id, tree.within(element))
                .or_else(|| self.numbers_at_end(&engine.post_id, range.clone())),
            author_id: author_id.filter(|id| id != "0"),
            author_name: self.texts_where(&engine.author_name, range.clone(), is_outside),
            time_text: self.time_text(&engine.time, range.clone(), is_outside, false),
            edit_text: self.time_text(&engine.edited, range.clone(), |_| true, true),
            body,
            signature: self
                .html_of(&engine.signature, range.clone())
                .or(line_signature),
            attachment_count: tree.select(range.clone(), &engine.attachments).count() as u64,
            author_panel: tree
                .select(range, &engine.author_panel)
                .find(is_outside)
                .map(|panel| tree.content(panel)),
            is_opening: position == Some(1),
            position,
        }
    }

    /// The HTML of a text, without what is none of it, and the signature that stands behind a
    /// line inside.
    fn body(&self, bodies: &[ElementId]) -> (String, Option<String>) {
        let mut html = String::new();
        for (index, body) in bodies.iter().enumerate() {
            if index > 0 {
                html.push_str("<br>");
            }
            let is_quote = self.engine.quotes.fits(&self.tree, *body);
            html.push_str(if is_quote { "<blockquote>" } else { "" });
            self.append_content(*body, &mut html);
            html.push_str(if is_quote { "</blockquote>" } else { "" });
        }
        let line = self.engine.table.signature_line;
        if line.is_empty() {
            return (html, None);
        }
        match html.rfind(line) {
            Some(at) => {
                let signature = html[at + line.len()..].to_string();
                html.truncate(at);
                (html, Some(signature))
            }
            None => (html, None),
        }
    }

    fn append_content(&self, body: ElementId, html: &mut String) {
        let (tree, engine) = (&self.tree, self.engine);
        let text = tree.text();
        let content = tree.content(body);
        let mut at = content.start;
        let inner = tree.within(body).skip(1);
        for element in inner {
            let outside = tree.outside(element);
            if outside.start < at {
                continue;
            }
            let is_dropped = engine.dropped.fits(tree, element);
            let is_quote = (engine.quotes.fits(tree, element) && !self.holds_code(element))
                || engine.quote_heads.fits(tree, element);
            if !is_dropped && !is_quote {
                continue;
            }
            html.push_str(&text[at..outside.start]);
            if is_quote && !is_dropped {
                html.push_str("<blockquote>");
                html.push_str(&text[tree.content(element)]);
                html.push_str("</blockquote>");
            }
            at = outside.end.min(content.end);
        }
        html.push_str(&text[at.min(content.end)..content.end]);
    }

    /// Some engines lay out quotations and program code alike, but for `pre`.
    fn holds_code(&self, element: ElementId) -> bool {
        let tree = &self.tree;
        tree.within(element).any(|inside| {
            tree.parent(inside) == Some(element) && tree.name(inside).eq_ignore_ascii_case("pre")
        })
    }

    /// The first text that states a time. Where `is_edit`, elements without an attribute have to
    /// say that they are about a change.
    fn time_text(
        &self,
        places: &[Place],
        range: Range<ElementId>,
        is_allowed: impl Fn(&ElementId) -> bool,
        is_edit: bool,
    ) -> Option<String> {
        places.iter().find_map(|place| {
            place
                .elements(&self.tree, range.clone())
                .filter(|element| is_allowed(element))
                .take(TIME_TRIES_MAX)
                .find_map(|element| {
                    let text = self.value(place, element)?;
                    let says_edit = || {
                        let lower = text.to_lowercase();
                        EDIT_WORDS.iter().any(|word| lower.contains(word))
                    };
                    let is_meant = !is_edit || place.attribute.is_some() || says_edit();
                    (is_meant && read_time(&text).is_some()).then_some(text)
                })
        })
    }

    /// The value of a place at an element, decoded and trimmed; `None` if it is empty.
    fn value(&self, place: &Place, element: ElementId) -> Option<String> {
        let tree = &self.tree;
        match place.attribute {
            None => non_empty(self.text_of(element)),
            Some("title+text") => {
                let titled = tree
                    .within(element)
                    .find_map(|inside| tree.attribute(inside, "title"))
                    .unwrap_or_default();
                non_empty(format!("{} {}", decoded(titled), self.text_of(element)))
            }
            Some(attribute) => non_empty(decoded(tree.attribute(element, attribute)?)),
        }
    }

    pub(super) fn text_of(&self, element: ElementId) -> String {
        // Names, titles and times are short; a giant element is none of them.
        const LENGTH_BYTES_MAX: usize = 4096;
        let content = self.tree.content(element);
        let mut html = &self.tree.text()[content];
        if html.len() > LENGTH_BYTES_MAX {
            let cut = (0..=LENGTH_BYTES_MAX)
                .rev()
                .find(|at| html.is_char_boundary(*at));
            html = &html[..cut.unwrap_or(0)];
        }
        one_line(&html_to_plain(html).text)
    }

    pub(super) fn first_text(&self, places: &[Place], range: Range<ElementId>) -> Option<String> {
        self.texts_where(places, range, |_| true)
    }

    /// As [`ForumPage::first_text`], up to the first element inside: titles and pictures stand
    /// behind names.
    pub(super) fn first_leading_text(
        &self,
        places: &[Place],
        range: Range<ElementId>,
    ) -> Option<String> {
        let tree = &self.tree;
        let leading = |element: ElementId| {
            let content = tree.content(element);
            let inside = tree.within(element).nth(1)?;
            let text = &tree.text()[content.start..tree.outside(inside).start];
            non_empty(one_line(&html_to_plain(text).text))
        };
        places.iter().find_map(|place| {
            let mut elements = place.elements(tree, range.clone());
            elements.find_map(|element| leading(element).or_else(|| self.value(place, element)))
        })
    }

    fn texts_where(
        &self,
        places: &[Place],
        range: Range<ElementId>,
        is_allowed: impl Fn(&ElementId) -> bool,
    ) -> Option<String> {
        places.iter().find_map(|place| {
            place
                .elements(&self.tree, range.clone())
                .filter(|element| is_allowed(element))
                .find_map(|element| self.value(place, element))
        })
    }

    /// The last step of the way to the page, which may end with the title itself.
    fn board(&self, range: Range<ElementId>, title: Option<&str>) -> Option<String> {
        self.engine.boards.iter().find_map(|place| {
            let steps: Vec<ElementId> = place.elements(&self.tree, range.clone()).collect();
            let mut texts = steps.iter().rev().map(|step| self.value(place, *step));
            let last = texts.next()??;
            match Some(last.as_str()) == title {
                true => texts.next().flatten(),
                false => Some(last),
            }
        })
    }

    /// The inner HTML of the first place that has any text.
    pub(super) fn html_of(&self, places: &[Place], range: Range<ElementId>) -> Option<String> {
        places.iter().find_map(|place| {
            place
                .elements(&self.tree, range.clone())
                .map(|element| self.tree.text()[self.tree.content(element)].to_string())
                .find(|html| !html.trim().is_empty())
        })
    }

    /// The first number in the addresses of places, or the places' value if it is a number.
    pub(super) fn numbers(
        &self,
        places: &[Place],
        range: Range<ElementId>,
        wanted: Numbered,
    ) -> Option<String> {
        places.iter().find_map(|place| {
            place
                .elements(&self.tree, range.clone())
                .find_map(|element| {
                    let value = self.value(place, element)?;
                    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
                    if is_number && value.len() <= 18 {
                        return Some(value);
                    }
                    number_in_address(&value, wanted)
                })
        })
    }

    /// The last digits of the first place that has any.
    pub(super) fn numbers_at_end(
        &self,
        places: &[Place],
        range: Range<ElementId>,
    ) -> Option<String> {
        places.iter().find_map(|place| {
            place
                .elements(&self.tree, range.clone())
                .find_map(|element| digits_at_end(&self.value(place, element)?))
        })
    }

    /// Time zone and time of saving: the page's own clock counts before that of the container.
    fn clock(&self, saved_at: Option<NaiveDateTime>) -> PageClock {
        let behind = |start: usize| {
            let text = self.tree.text();
            let reach = text.len().min(start + LABELLED_BYTES_MAX);
            let end = (start..=reach)
                .rev()
                .find(|end| text.is_char_boundary(*end))?;
            Some(html_to_plain(text.get(start..end)?).text)
        };
        let zone = self
            .labels
            .zone_ends
            .iter()
            .find_map(|end| read_zone(behind(*end)?.trim_start()));
        let own = self.labels.clock_ends.iter().find_map(|end| {
            match read_time(behind(*end)?.lines().next()?)?.stated {
                Stated::Local(Day::Known(day), time) => Some(day.and_time(time)),
                _ => None,
            }
        });
        PageClock {
            zone,
            saved_local: own.or_else(|| Some(saved_at? + zone.unwrap_or_default())),
        }
    }
}

/// The outermost of elements that come in the order of the page.
fn outermost(tree: &HtmlTree<'_>, elements: impl Iterator<Item = ElementId>) -> Vec<ElementId> {
    let mut kept: Vec<ElementId> = Vec::new();
    for element in elements {
        if !kept
            .last()
            .is_some_and(|last| tree.within(*last).contains(&element))
        {
            kept.push(element);
        }
    }
    kept
}

/// The address in the comment of a browser or of a program that copies sites.
fn saved_from(text: &str) -> Option<String> {
    let end = (0..=text.len().min(4096))
        .rev()
        .find(|end| text.is_char_boundary(*end))?;
    let head = &text[..end];
    let address = |label: &str, prefix: &str| {
        let rest = &head[head.find(label)? + label.len()..];
        let rest = rest[rest.find(prefix)? + prefix.len()..].trim_start();
        let word = rest.split_ascii_whitespace().next()?;
        non_empty(word.trim_end_matches("-->"))
    };
    address("saved from url=(", ")")
        .or_else(|| address("Page saved with SingleFile", "url:"))
        .or_else(|| address("<!-- Mirrored from", "").map(|address| format!("http://{address}")))
        .filter(|address| host_of(address).is_some())
}

/// The value of an attribute without references. Of tags inside, which are text there, only the
/// text is kept; no value that is read has any.
fn decoded(value: &str) -> String {
    if value.contains('&') {
        html_to_plain(value).text
    } else {
        value.to_string()
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn digits_at_end(text: &str) -> Option<String> {
    let start = text
        .trim_end_matches(|letter: char| letter.is_ascii_digit())
        .len();
    let digits = &text[start..];
    (!digits.is_empty() && digits.len() <= 18).then(|| digits.to_string())
}

fn first_number(text: &str) -> Option<u64> {
    let start = text.find(|letter: char| letter.is_ascii_digit())?;
    let digits: String = text[start..]
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}
