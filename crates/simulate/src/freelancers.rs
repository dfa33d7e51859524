//! Three freelancers whom a leaked chat log names: the small case from which the field began.
//!
//! They are people of the public forum who offer their work there under their own name and
//! contacts, who also wrote in the chat, and of whom its operators speak. Whoever studies the
//! world can start from them and ask whether they are found.

use serde::{Deserialize, Serialize};

use crate::contacts::{ContactKind, contact_value};
use crate::people::Person;
use crate::roster::Roster;
use crate::sources::PUBLIC;

/// How many there are.
pub(crate) const FREELANCER_COUNT: usize = 3;

/// One message in this many names a freelancer, from the tenth on.
const MESSAGES_BETWEEN: u64 = 25;
const FIRST_MESSAGE: u64 = 10;
/// How often each of them is named.
const TIMES_NAMED: usize = 3;

/// The accounts of one freelancer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freelancer {
    /// Name on the public source.
    pub public_name: String,
    /// Native id there.
    pub public_native_id: String,
    /// The chat log.
    pub chat_source: String,
    /// Native id there, which is an address.
    pub chat_native_id: String,
}

/// The freelancers among the accounts of a world; none in a world without them.
pub(crate) fn freelancers(people: &[Person], rosters: &[Roster]) -> Vec<Freelancer> {
    let account_of = |roster: &Roster, person: u32| {
        let account = roster.accounts.iter().find(|one| one.person == person);
        account.map(|account| (account.name.to_string(), roster.native_id(account)))
    };
    let (Some(public), Some(chat)) = (rosters.get(PUBLIC), rosters.last()) else {
        return Vec::new();
    };
    let found = everybody(people).filter_map(|(person, _)| {
        let (public_name, public_native_id) = account_of(public, person)?;
        let (_, chat_native_id) = account_of(chat, person)?;
        Some(Freelancer {
            public_name,
            public_native_id,
            chat_source: chat.spec().name.to_owned(),
            chat_native_id,
        })
    });
    found.collect()
}

fn everybody(people: &[Person]) -> impl Iterator<Item = (u32, &Person)> {
    let numbered = people.iter().enumerate();
    let freelancers = numbered.filter(|(_, person)| person.is_freelancer);
    freelancers.map(|(position, person)| (position as u32, person))
}

/// What the operators of the chat write about the freelancers.
#[derive(Debug, Default)]
pub(crate) struct OperatorTalk {
    sentences: Vec<String>,
    said_count: usize,
}

impl OperatorTalk {
    pub(crate) fn new(seed: u64, people: &[Person], public_source: &str) -> Self {
        let named = everybody(people).map(|(index, person)| {
            let name = &person.preferred_name;
            let telegram = contact_value(seed, ContactKind::Telegram, index, person);
            [
                format!(" Сайт нам делает {name} с {public_source}, его телеграм {telegram}"),
                format!(" Лендинг готов, {name} просил оплату, пишите ему в телеграм {telegram}"),
                format!(" По верстке вопросы к {name}, на {public_source} он под тем же ником"),
            ]
        });
        let sentences_by_person: Vec<[String; TIMES_NAMED]> = named.collect();
        let turns = (0..TIMES_NAMED)
            .flat_map(|turn| sentences_by_person.iter().map(move |one| one[turn].clone()));
        Self {
            sentences: turns.collect(),
            said_count: 0,
        }
    }

    /// The sentence that goes under the chat's message of that number, from 1, of somebody who is no
    /// freelancer.
    pub(crate) fn next_under(&mut self, message_number: u64) -> Option<&str> {
        let turn = self.said_count;
        let due_from = FIRST_MESSAGE + turn as u64 * MESSAGES_BETWEEN;
        let sentence = self.sentences.get(turn)?;
        if message_number < due_from {
            return None;
        }
        self.said_count += 1;
        Some(sentence)
    }
}
