//! Feeds of blogs and forums: RSS 0.9x, 1.0 and 2.0, and Atom.
//!
//! See `docs/formats/feed.md` for the mapping and its reasons.

mod date;
mod item;
mod person;
mod record;

#[cfg(test)]
mod tests;

use entangle_dump::{FileReader, Found, Input, XmlElements};
use entangle_model::record::RecordKind;

use crate::recorder::Recorder;
use crate::{ImportError, ImportOptions, Importer, Sample, Sink};
use item::{HTML, Item, title_of};
use person::{Person, person_of};

/// The importer.
pub struct Feed;

/// The elements that are read; what lies inside of them is not read by itself, so that the title
/// of a picture is not taken for that of the feed.
const ELEMENTS: &[&str] = &[
    "item",
    "entry",
    "title",
    "author",
    "image",
    "textInput",
    "textinput",
];

/// What is known of a feed before its items.
#[derive(Debug, Default)]
struct Channel {
    title: Option<String>,
    /// The author of all entries that name none, which is Atom's rule.
    author: Option<Person>,
}

impl Importer for Feed {
    fn name(&self) -> &'static str {
        "feed"
    }

    fn about(&self) -> &'static str {
        "RSS and Atom feeds of blogs and forums"
    }

    fn detect(&self, sample: &Sample) -> f64 {
        sample.best_file(|file| if is_feed(&file.head) { 0.95 } else { 0.0 })
    }

    fn may_repeat_posts(&self) -> bool {
        true
    }

    fn import(
        &self,
        input: &Input,
        options: &ImportOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        let mut recorder = Recorder::new(options, sink);
        let mut has_feed = false;
        for entry in input.files() {
            input.read_file(entry, |file| {
                if !is_feed(&String::from_utf8_lossy(file.fill()?)) {
                    return Ok(());
                }
                has_feed = true;
                import_file(file, &mut recorder)
            })?;
        }
        if !has_feed {
            return Err(ImportError::NothingToRead {
                format: self.name(),
                expected: "XML whose root element is rss, feed, or RDF with RSS 1.0",
            });
        }
        recorder.finish()
    }
}

/// Whether a file that begins like this is a feed.
fn is_feed(head: &str) -> bool {
    let Some(tag) = root_tag(head) else {
        return false;
    };
    let name = tag
        .split(|letter: char| letter.is_ascii_whitespace() || matches!(letter, '>' | '/'))
        .next()
        .unwrap_or_default();
    match name.rsplit(':').next() {
        Some("rss") => true,
        Some("feed") => {
            tag.contains("http://www.w3.org/2005/Atom") || tag.contains("purl.org/atom")
        }
        Some("RDF") => tag.contains("purl.org/rss/") || tag.contains("my.netscape.com/rdf/"),
        _ => false,
    }
}

/// The start tag of the root element, behind its `<`.
fn root_tag(head: &str) -> Option<&str> {
    let mut rest = head.trim_start_matches('\u{feff}').trim_start();
    loop {
        let (end, behind) = match rest.as_bytes() {
            [b'<', b'?', ..] => ("?>", 2),
            [b'<', b'!', b'-', b'-', ..] => ("-->", 3),
            [b'<', b'!', ..] => (">", 1),
            [b'<', ..] => {
                let tag = &rest[1..];
                return Some(&tag[..tag.find('>').unwrap_or(tag.len())]);
            }
            _ => return None,
        };
        rest = rest[rest.find(end)? + behind..].trim_start();
    }
}

fn import_file(file: &mut FileReader<'_>, recorder: &mut Recorder<'_>) -> Result<(), ImportError> {
    recorder.start_file(file);
    let mut channel = Channel::default();
    let mut elements = XmlElements::new(file, ELEMENTS);
    while let Some(found) = elements.next_element()? {
        match found {
            Found::Unreadable(unreadable) => recorder.unreadable(RecordKind::Post, unreadable),
            Found::Readable(element) => match local_name(element.node.name()) {
                "item" | "entry" => match Item::of(element.node) {
                    Ok(item) => record::record_item(&item, &element.row, &channel, recorder)?,
                    Err(reason) => recorder.unreadable_row(RecordKind::Post, &element.row, reason),
                },
                "title" if channel.title.is_none() => {
                    channel.title = title_of(&element.node, HTML);
                }
                "author" if channel.author.is_none() => channel.author = person_of(&element.node),
                _ => {}
            },
        }
        recorder.progress(elements.byte_position())?;
    }
    recorder.progress(elements.byte_position())
}

fn local_name(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}
