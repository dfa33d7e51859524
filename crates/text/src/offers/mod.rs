//! Offers and requests: what a text sells, buys or asks for, by rules that a person can read.
//!
//! The rules are the tables [`CUES`] and [`SUBJECT_WORDS`] and the few sentences of [`classify`];
//! every label names the cues that made it. English and Russian. How often the rules are wrong is
//! in `docs/concepts/offers.md`.
//!
//! Not for whether an offer is lawful, meant or honest.

mod cues;
mod phrases;
mod prices;
mod subjects;

use std::ops::Range;
use std::sync::LazyLock;

pub use cues::{CUES, Cue, Says};
use phrases::{Found, Phrases, TextWords};
pub use prices::{Currency, Price, prices};
pub use subjects::{SUBJECT_WORDS, Subject};
use twox_hash::XxHash64;

/// Words that are read: what a text is for is said at its beginning.
const READ_WORDS_MAX: usize = 200;
/// Points from which a class is given.
const LEAST_POINTS: i32 = 4;
/// Words at the beginning in which a cue of a class is worth a point more.
const OPENING_WORDS: usize = 3;
/// Points from which a cue is worth more at the beginning.
const OPENING_CUE_POINTS: u8 = 2;
/// Words behind a request within which a person is asked for.
const PERSON_WORDS: usize = 4;
/// Points that signs of a trade give at most.
const TRADE_POINTS_MAX: i32 = 2;

/// What a text does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfferClass {
    /// Offers goods or a service.
    Sell,
    /// Asks for goods or a service against payment.
    Buy,
    /// Looks for people to work.
    Hire,
    /// Looks for work.
    SeekWork,
    /// None of these.
    None,
}

impl OfferClass {
    /// Every class, in the order of tables.
    pub const ALL: [OfferClass; 5] = [
        Self::Sell,
        Self::Buy,
        Self::Hire,
        Self::SeekWork,
        Self::None,
    ];

    /// The word for it, as coders write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sell => "sell",
            Self::Buy => "buy",
            Self::Hire => "hire",
            Self::SeekWork => "seek_work",
            Self::None => "none",
        }
    }

    /// The class of a word; `None` for any other.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == word)
    }

    /// Its place in [`Self::ALL`].
    pub fn position(self) -> usize {
        self as usize
    }
}

/// A cue that was found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiredCue {
    /// The rule.
    pub cue: &'static Cue,
    /// Where it was found, bytes.
    pub bytes: Range<usize>,
}

/// A word for what is traded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSubject {
    /// Its category.
    pub subject: Subject,
    /// Where it was found, bytes.
    pub bytes: Range<usize>,
}

/// Version of the rules: labels of two versions may differ. Sixteen hexadecimal digits over the tables
/// and the numbers of [`classify`].
pub fn rules_version() -> String {
    let numbers = (
        READ_WORDS_MAX,
        LEAST_POINTS,
        OPENING_WORDS,
        OPENING_CUE_POINTS,
        PERSON_WORDS,
        TRADE_POINTS_MAX,
    );
    let all = format!("{numbers:?} {CUES:?} {SUBJECT_WORDS:?}");
    format!("{:016x}", XxHash64::oneshot(0, all.as_bytes()))
}

/// What a text was found to do, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct OfferLabel {
    /// The class.
    pub class: OfferClass,
    /// Points of every class but none, in the order of [`OfferClass::ALL`].
    pub points: [i32; 4],
    /// The cues that fired, in the order of the text, the silent ones among them.
    pub cues: Vec<FiredCue>,
    /// What is traded: the category whose word stands next behind the first cue of the class, or
    /// else first in the text. `None` where the class is none.
    pub subject: Option<Subject>,
    /// All words for what may be traded, in the order of the text.
    pub subjects: Vec<FoundSubject>,
    /// The amounts of money in the text, in order.
    pub prices: Vec<Price>,
}

static CUE_PHRASES: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::new(CUES.iter().map(|cue| cue.phrase)));
static SUBJECT_PHRASES: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::new(SUBJECT_WORDS.iter().map(|(_, phrase)| *phrase)));

/// Labels a text.
///
/// The first 200 words are read. Each cue counts once. A cue of two points or more among the first
/// three words is worth one more. A request counts for hiring, with the points of the person added,
/// where a person is named within four words, and otherwise for buying. Signs of a trade, a price among
/// them, add at most two points to the class that has most; cues of talk about trade take theirs
/// from every class. The class with most points is given if it has four or more; of two with as
/// many the one whose cue stands first.
///
/// No text panics; time is linear in its length.
pub fn classify(text: &str) -> OfferLabel {
    let words = TextWords::first(text, READ_WORDS_MAX);
    let found = CUE_PHRASES.find(&words);
    let prices = prices(text);
    let scores = Scores::of(&found, !prices.is_empty());
    let class = scores.class();
    let bytes =
        |one: &Found| words.bytes(one.first_word).start..words.bytes(one.end_word() - 1).end;
    let subjects: Vec<FoundSubject> = SUBJECT_PHRASES
        .find(&words)
        .iter()
        .map(|one| FoundSubject {
            subject: SUBJECT_WORDS[one.phrase].0,
            bytes: bytes(one),
        })
        .collect();
    let first_cue_byte = scores.first_words[class.position().min(3)]
        .filter(|_| class != OfferClass::None)
        .map(|word| words.bytes(word).start);
    OfferLabel {
        class,
        points: scores.points,
        cues: found
            .iter()
            .map(|one| FiredCue {
                cue: &CUES[one.phrase],
                bytes: bytes(one),
            })
            .collect(),
        subject: first_cue_byte.map(|first_byte| subject_behind(&subjects, first_byte)),
        subjects,
        prices,
    }
}

fn subject_behind(subjects: &[FoundSubject], first_byte: usize) -> Subject {
    subjects
        .iter()
        .find(|one| one.bytes.end > first_byte)
        .or(subjects.first())
        .map_or(Subject::Other, |one| one.subject)
}

/// Points of the classes.
struct Scores {
    points: [i32; 4],
    /// Per class, the first word of its first cue.
    first_words: [Option<usize>; 4],
}

impl Scores {
    fn of(found: &[Found], has_price: bool) -> Self {
        let mut scores = Self {
            points: [0; 4],
            first_words: [None; 4],
        };
        let (mut trade, mut against) = (i32::from(has_price), 0);
        let mut is_counted = vec![false; CUES.len()];
        for one in found {
            let cue = &CUES[one.phrase];
            if std::mem::replace(&mut is_counted[one.phrase], true) {
                continue;
            }
            match cue.says {
                Says::Class(class) => scores.add(class, cue.points, one),
                Says::Request => match person_behind(one, found) {
                    Some(points) => scores.add(OfferClass::Hire, cue.points + points, one),
                    None => scores.add(OfferClass::Buy, cue.points, one),
                },
                Says::Trade => trade += i32::from(cue.points),
                Says::Against => against += i32::from(cue.points),
                Says::Person | Says::Nothing => {}
            }
        }
        let most = scores.leading();
        if scores.points[most] > 0 {
            scores.points[most] += trade.min(TRADE_POINTS_MAX);
        }
        scores.points = scores.points.map(|points| points - against);
        scores
    }

    fn add(&mut self, class: OfferClass, points: u8, found: &Found) {
        let is_opening = found.first_word < OPENING_WORDS && points >= OPENING_CUE_POINTS;
        let place = class.position();
        self.points[place] += i32::from(points) + i32::from(is_opening);
        self.first_words[place].get_or_insert(found.first_word);
    }

    /// The class with most points, of several the one whose cue stands first.
    fn leading(&self) -> usize {
        let order = |place: &usize| {
            let first = self.first_words[*place].unwrap_or(usize::MAX);
            (std::cmp::Reverse(self.points[*place]), first, *place)
        };
        (0..self.points.len()).min_by_key(order).unwrap_or(0)
    }

    fn class(&self) -> OfferClass {
        let most = self.leading();
        match self.points[most] >= LEAST_POINTS {
            true => OfferClass::ALL[most],
            false => OfferClass::None,
        }
    }
}

/// The points of the person who is named within four words behind a request.
fn person_behind(request: &Found, found: &[Found]) -> Option<u8> {
    let behind = request.end_word()..request.end_word() + PERSON_WORDS;
    found
        .iter()
        .filter(|one| CUES[one.phrase].says == Says::Person && behind.contains(&one.first_word))
        .map(|one| CUES[one.phrase].points)
        .max()
}

#[cfg(test)]
mod tests;
