//! What posts say: sentences of a topic in a person's own habits, with contacts where the
//! account shows them.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use std::fmt::Write;

use crate::contacts::{
    ContactKind, ContactRole, ESCROW_JABBER, HELP_DESK_EMAIL, SHOP_TELEGRAM, contact_value,
};
use crate::lexicon::{Lexicon, Template};
use crate::names::capitalised;
use crate::options::WorldOptions;
use crate::people::Person;
use crate::random::{Purpose, chance, index, pick, stream};
use crate::roster::{Account, Roster};
use crate::sources::PUBLIC;
use crate::writing_style::WritingStyle;

/// The parts of a post, before a format gives them markup.
#[derive(Debug, Default)]
pub(crate) struct Body {
    /// Name and text quoted before the text; empty without a quotation.
    pub(crate) quoted_name: String,
    pub(crate) quoted_text: String,
    /// The text; paragraphs are separated by a line feed.
    pub(crate) text: String,
    /// A web address after the text; empty without one.
    pub(crate) link: String,
    /// Lines under the text; empty without a signature.
    pub(crate) signature: String,
}

impl Body {
    pub(crate) fn clear(&mut self) {
        self.quoted_name.clear();
        self.quoted_text.clear();
        self.text.clear();
        self.link.clear();
        self.signature.clear();
    }
}

/// How a text is to be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextWish {
    /// Position of the topic; taken modulo the number of topics of the language.
    pub(crate) topic: u8,
    /// Whether the text answers somebody.
    pub(crate) is_reply: bool,
    /// Mean number of sentences.
    pub(crate) sentences_mean: f64,
    /// Whether an account that introduces its contacts in texts must do so here.
    pub(crate) must_introduce: bool,
}

const INTRODUCTION_SHARE: f64 = 0.12;
const LINK_SHARE: f64 = 0.05;
const ESCROW_MENTION_SHARE: f64 = 0.02;
const SHOP_MENTION_SHARE: f64 = 0.005;
const HELP_DESK_MENTION_SHARE: f64 = 0.003;
const SENTENCE_COUNT_MAX: usize = 40;
const SENTENCES_PER_PARAGRAPH: usize = 4;

/// Writes the texts of one source.
pub(crate) struct Prose {
    seed: u64,
    rng: ChaCha8Rng,
    writing_style: Option<WritingStyle>,
    is_public: bool,
    is_trade_in_russian: bool,
    main: Lexicon,
    /// What people of Russian native language fall into on an English-language source.
    foreign: Option<Lexicon>,
    foreign_share: f64,
}

impl Prose {
    pub(crate) fn new(options: &WorldOptions, roster: &Roster) -> Self {
        let seed = options.seed;
        let is_public = roster.source == PUBLIC;
        let is_russian = roster.spec().language == "ru";
        let (main, foreign) = match (is_public, is_russian) {
            (true, _) => (Lexicon::english_public(), Some(Lexicon::russian_public())),
            (false, false) => (Lexicon::english_target(), Some(Lexicon::russian_target())),
            (false, true) => (Lexicon::russian_target(), None),
        };
        Prose {
            seed,
            rng: stream(seed, Purpose::Prose, roster.source),
            writing_style: WritingStyle::new(seed, roster.source, options.style_strength),
            is_public,
            is_trade_in_russian: is_russian,
            main,
            foreign,
            foreign_share: roster.spec().foreign_share,
        }
    }

    /// Names of the topics, which are the boards or tags of the source.
    pub(crate) fn topic_name(&self, topic: u8) -> &'static str {
        let topics = &self.main.topics;
        topics[usize::from(topic) % topics.len()].name
    }

    /// The topic that a person likes best, or sometimes another.
    pub(crate) fn choose_topic(&mut self, person: &Person) -> u8 {
        if chance(&mut self.rng, 0.6) {
            (person.habits >> 27) as u8
        } else {
            index(&mut self.rng, 32) as u8
        }
    }

    /// Replaces `title` by a title on the topic.
    pub(crate) fn write_title(&mut self, title: &mut String, topic: u8) {
        title.clear();
        let topics = &self.main.topics;
        let titles = &topics[usize::from(topic) % topics.len()].titles;
        let template = &titles[index(&mut self.rng, titles.len())];
        push_template(&self.main, title, template, &mut self.rng);
    }

    /// Adds text, link and signature of one post to an empty body.
    pub(crate) fn write(
        &mut self,
        body: &mut Body,
        person: &Person,
        account: &Account,
        wish: TextWish,
    ) {
        let rng = &mut self.rng;
        let (lexicon, is_russian) = match &self.foreign {
            Some(foreign) if person.is_russian && chance(rng, self.foreign_share) => {
                (foreign, true)
            }
            _ => (&self.main, self.is_trade_in_russian),
        };
        write_sentences(lexicon, rng, &mut body.text, person, wish);
        if let Some(style) = &mut self.writing_style {
            style.apply(&mut body.text, account.person, is_russian);
        }
        self.add_mentions(&mut body.text);
        let introduces =
            account.contact_kinds != 0 && account.contact_role == ContactRole::Introduced;
        if introduces && (wish.must_introduce || chance(&mut self.rng, INTRODUCTION_SHARE)) {
            self.add_introduction(&mut body.text, person, account);
        }
        if chance(&mut self.rng, LINK_SHARE) {
            let number = index(&mut self.rng, 100_000);
            let topic = self.topic_name(wish.topic);
            // Writing to a string cannot fail.
            let _ = write!(
                body.link,
                "http://www.{topic}-{}.example/page/{number}",
                number % 97
            );
        }
        if account.contact_role == ContactRole::Signature {
            push_contact_lines(
                &mut body.signature,
                self.seed,
                self.is_public,
                person,
                account,
            );
        }
    }

    fn add_mentions(&mut self, text: &mut String) {
        let rng = &mut self.rng;
        if !self.is_public && chance(rng, ESCROW_MENTION_SHARE) {
            text.push_str(if self.is_trade_in_russian {
                " Сделки через гаранта "
            } else {
                " Deals through escrow "
            });
            text.push_str(ESCROW_JABBER);
        }
        if !self.is_public && chance(rng, SHOP_MENTION_SHARE) {
            text.push_str(if self.is_trade_in_russian {
                " Магазин: телеграм "
            } else {
                " See the shop on telegram "
            });
            text.push_str(SHOP_TELEGRAM);
        }
        if chance(rng, HELP_DESK_MENTION_SHARE) {
            text.push_str(if self.is_trade_in_russian {
                " Хостинг отвечает по адресу "
            } else {
                " The help desk answers at "
            });
            text.push_str(HELP_DESK_EMAIL);
        }
    }

    /// One sentence that claims one of the account's contacts.
    fn add_introduction(&mut self, text: &mut String, person: &Person, account: &Account) {
        let shown: Vec<ContactKind> = shown_kinds(account).collect();
        let kind = shown[index(&mut self.rng, shown.len())];
        let value = contact_value(self.seed, kind, account.person, person);
        let label = kind.label();
        let claim = if self.is_trade_in_russian {
            pick(&mut self.rng, &["мой", "пишите, мой", "связь, мой"])
        } else {
            pick(&mut self.rng, &["my", "contact me, my", "reach me, my"])
        };
        let verb = if self.is_trade_in_russian { ":" } else { " is" };
        // Writing to a string cannot fail.
        let _ = write!(text, "\n{claim} {label}{verb} {value}");
    }
}

fn shown_kinds(account: &Account) -> impl Iterator<Item = ContactKind> {
    let kinds = account.contact_kinds;
    ContactKind::ALL
        .into_iter()
        .filter(move |kind| kinds & kind.bit() != 0)
}

/// Lines such as `jabber: kevin41@jabber.example`, as profiles and signatures have them. The web
/// site has a field of its own in profiles and is left out.
pub(crate) fn push_contact_lines(
    out: &mut String,
    seed: u64,
    is_public: bool,
    person: &Person,
    account: &Account,
) {
    let mut push = |label: &str, value: &str| {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(label);
        out.push_str(": ");
        out.push_str(value);
    };
    for kind in shown_kinds(account).filter(|kind| *kind != ContactKind::Website) {
        let value = contact_value(seed, kind, account.person, person);
        push(kind.label(), &value);
    }
    if account.shows_service && is_public {
        push("hosting help desk", HELP_DESK_EMAIL);
    } else if account.shows_service {
        push("escrow", ESCROW_JABBER);
    }
}

/// The web site in the account's profile, if it shows one.
pub(crate) fn profile_website(seed: u64, person: &Person, account: &Account) -> Option<String> {
    let shows = account.contact_role == ContactRole::Profile
        && account.contact_kinds & ContactKind::Website.bit() != 0;
    shows.then(|| contact_value(seed, ContactKind::Website, account.person, person))
}

fn push_template(lexicon: &Lexicon, out: &mut String, template: &Template, rng: &mut ChaCha8Rng) {
    lexicon.push(out, template, &mut |length| index(rng, length));
}

/// A greeting, sentences and a close, in the person's habits.
///
/// Bits of the habits: 0-7 greeting, 8-15 close, 16-21 filler, 22-23 end of sentences, 24 no
/// capitals, 25 greets often, 26 closes often, 27-31 favourite topic.
fn write_sentences(
    lexicon: &Lexicon,
    rng: &mut ChaCha8Rng,
    out: &mut String,
    person: &Person,
    wish: TextWish,
) {
    let habits = person.habits;
    let habit_probability = |bit: u32| if habits >> bit & 1 == 1 { 0.5 } else { 0.05 };
    let wait = -(1.0 - rng.random::<f64>()).ln();
    let count = 1 + (wait * (wish.sentences_mean - 0.6).max(0.2)) as usize;
    let count = count.min(SENTENCE_COUNT_MAX);
    if count > 1 && chance(rng, habit_probability(25)) {
        out.push_str(own(&lexicon.greets, habits & 0xFF));
        out.push(' ');
    }
    for position in 0..count {
        if position > 0 {
            let is_new_paragraph = position % SENTENCES_PER_PARAGRAPH == 0;
            out.push(if is_new_paragraph { '\n' } else { ' ' });
        }
        let is_answer = wish.is_reply && (position == 0 || chance(rng, 0.3));
        write_sentence(lexicon, rng, out, habits, wish.topic, is_answer);
    }
    if count > 1 && chance(rng, habit_probability(26)) {
        out.push('\n');
        out.push_str(own(&lexicon.closes, habits >> 8 & 0xFF));
    }
}

fn write_sentence(
    lexicon: &Lexicon,
    rng: &mut ChaCha8Rng,
    out: &mut String,
    habits: u32,
    topic: u8,
    is_answer: bool,
) {
    let start = out.len();
    if chance(rng, 0.12) {
        out.push_str(own(&lexicon.fillers, habits >> 16 & 0x3F));
        out.push(' ');
    }
    let templates = if is_answer {
        &lexicon.replies
    } else {
        &lexicon.topics[usize::from(topic) % lexicon.topics.len()].says
    };
    let template = &templates[index(rng, templates.len())];
    push_template(lexicon, out, template, rng);
    let has_capitals = habits >> 24 & 1 == 0;
    if has_capitals {
        capitalise_from(out, start);
    }
    if !out.ends_with('?') {
        out.push_str([".", ".", "...", "!"][(habits >> 22 & 3) as usize]);
    }
}

/// The item of a list that a person keeps to.
fn own(items: &[&'static str], habit: u32) -> &'static str {
    items[habit as usize % items.len()]
}

fn capitalise_from(out: &mut String, start: usize) {
    if let Some(first) = out.get_mut(start..start + 1) {
        first.make_ascii_uppercase();
    } else if let Some(sentence) = out.get(start..) {
        let sentence = capitalised(sentence);
        out.truncate(start);
        out.push_str(&sentence);
    }
}
