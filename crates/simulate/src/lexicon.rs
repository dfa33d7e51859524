//! Word lists and sentence templates, read from the text files in `vocabulary`.
//!
//! The files are part of the program, so a line that cannot be read is a fault of ours that the
//! tests find; it is never an error while a world is written.

/// A sentence with slots.
#[derive(Debug, Clone, Default)]
pub(crate) struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, Copy)]
enum Piece {
    Text(&'static str),
    Slot(u16),
}

/// A subject of conversation: the board or tag it belongs on and what is said about it.
#[derive(Debug, Default)]
pub(crate) struct Topic {
    pub(crate) name: &'static str,
    pub(crate) titles: Vec<Template>,
    pub(crate) says: Vec<Template>,
}

/// Everything people say on one kind of source in one language.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    pub(crate) greets: Vec<&'static str>,
    pub(crate) closes: Vec<&'static str>,
    pub(crate) fillers: Vec<&'static str>,
    pub(crate) topics: Vec<Topic>,
    pub(crate) replies: Vec<Template>,
    slot_names: Vec<&'static str>,
    slots: Vec<Vec<Template>>,
}

/// Slots within slots are followed to this depth.
const SLOT_DEPTH_MAX: u32 = 3;

impl Lexicon {
    /// Chatter about web sites, in English.
    pub(crate) fn english_public() -> Self {
        Self::read(include_str!("vocabulary/english_public.txt"))
    }

    /// Talk of buying and selling accounts and traffic, in English.
    pub(crate) fn english_target() -> Self {
        Self::read(include_str!("vocabulary/english_target.txt"))
    }

    /// Chatter about web sites, in Russian.
    pub(crate) fn russian_public() -> Self {
        Self::read(include_str!("vocabulary/russian_public.txt"))
    }

    /// Talk of buying and selling accounts and traffic, in Russian.
    pub(crate) fn russian_target() -> Self {
        Self::read(include_str!("vocabulary/russian_target.txt"))
    }

    fn read(text: &'static str) -> Self {
        let mut lexicon = Lexicon::default();
        let lines = || text.lines().filter_map(|line| line.split_once(' '));
        for (word, rest) in lines() {
            if let ("slot", Some((name, _))) = (word, rest.split_once(" = ")) {
                lexicon.slot_names.push(name);
            }
        }
        for (word, rest) in lines() {
            lexicon.read_line(word, rest);
        }
        lexicon
    }

    fn read_line(&mut self, word: &str, rest: &'static str) {
        match word {
            "greet" => self.greets.push(rest),
            "close" => self.closes.push(rest),
            "filler" => self.fillers.push(rest),
            "reply" => self.replies.push(self.template(rest)),
            "topic" => self.topics.push(Topic {
                name: rest,
                ..Topic::default()
            }),
            "title" | "say" => {
                let template = self.template(rest);
                if let Some(topic) = self.topics.last_mut() {
                    let list = if word == "title" {
                        &mut topic.titles
                    } else {
                        &mut topic.says
                    };
                    list.push(template);
                }
            }
            "slot" => {
                if let Some((_, items)) = rest.split_once(" = ") {
                    let items = items.split('|').map(|item| self.template(item)).collect();
                    self.slots.push(items);
                }
            }
            _ => {}
        }
    }

    fn template(&self, text: &'static str) -> Template {
        let mut pieces = Vec::new();
        for (position, part) in text.split(['{', '}']).enumerate() {
            if position % 2 == 0 {
                if !part.is_empty() {
                    pieces.push(Piece::Text(part));
                }
            } else if let Some(slot) = self.slot_names.iter().position(|name| *name == part) {
                pieces.push(Piece::Slot(slot as u16));
            }
        }
        Template { pieces }
    }

    /// Appends a template; `choose(n)` gives a number below n for each slot met.
    pub(crate) fn push(
        &self,
        out: &mut String,
        template: &Template,
        choose: &mut dyn FnMut(usize) -> usize,
    ) {
        self.push_to_depth(out, template, choose, SLOT_DEPTH_MAX);
    }

    fn push_to_depth(
        &self,
        out: &mut String,
        template: &Template,
        choose: &mut dyn FnMut(usize) -> usize,
        depth_left: u32,
    ) {
        for piece in &template.pieces {
            match *piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Slot(_) if depth_left == 0 => {}
                Piece::Slot(slot) => {
                    let items = &self.slots[usize::from(slot)];
                    let item = &items[choose(items.len())];
                    self.push_to_depth(out, item, choose, depth_left - 1);
                }
            }
        }
    }
}

/// The list of a slot in a vocabulary file, in its order; empty if there is no such slot.
pub(crate) fn word_list(text: &'static str, slot: &str) -> Vec<&'static str> {
    text.lines()
        .filter_map(|line| line.strip_prefix("slot "))
        .filter_map(|line| line.split_once(" = "))
        .find(|(name, _)| *name == slot)
        .map(|(_, items)| items.split('|').collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> [(&'static str, Lexicon); 4] {
        [
            (
                include_str!("vocabulary/english_public.txt"),
                Lexicon::english_public(),
            ),
            (
                include_str!("vocabulary/english_target.txt"),
                Lexicon::english_target(),
            ),
            (
                include_str!("vocabulary/russian_public.txt"),
                Lexicon::russian_public(),
            ),
            (
                include_str!("vocabulary/russian_target.txt"),
                Lexicon::russian_target(),
            ),
        ]
    }

    #[test]
    fn every_slot_that_a_vocabulary_names_is_declared_in_it() {
        for (text, lexicon) in all() {
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                for part in line.split(['{', '}']).skip(1).step_by(2) {
                    assert!(lexicon.slot_names.contains(&part), "{part} in {line}");
                }
            }
        }
    }

    #[test]
    fn every_line_of_a_vocabulary_is_understood() {
        for (text, lexicon) in all() {
            let line_count = text.lines().filter(|line| !line.starts_with('#')).count();
            let topic_lines: usize = lexicon
                .topics
                .iter()
                .map(|topic| 1 + topic.titles.len() + topic.says.len())
                .sum();
            let read_count = topic_lines
                + lexicon.greets.len()
                + lexicon.closes.len()
                + lexicon.fillers.len()
                + lexicon.replies.len()
                + lexicon.slots.len();
            assert_eq!(read_count, line_count);
            assert!(lexicon.topics.iter().all(|topic| !topic.titles.is_empty()));
            assert!(lexicon.topics.iter().all(|topic| !topic.says.is_empty()));
        }
    }

    #[test]
    fn slots_within_slots_are_filled() {
        let lexicon = Lexicon::read("slot a = x|{b} y\nslot b = z\nreply <{a}>\n");
        let mut out = String::new();
        lexicon.push(&mut out, &lexicon.replies[0], &mut |length| length - 1);
        assert_eq!(out, "<z y>");
    }

    #[test]
    fn a_word_list_keeps_its_order() {
        assert_eq!(word_list("slot a = x|y\n", "a"), ["x", "y"]);
        assert!(word_list("slot a = x|y\n", "b").is_empty());
    }
}
