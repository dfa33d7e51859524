//! Who answers whom: threads, replies, comments and messages.
//!
//! A source keeps a few hundred threads in memory, as a forum keeps them on its first pages;
//! replies go to one of them, more often to a newer one.

use entangle_model::record::PostKind;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::freelancers::OperatorTalk;
use crate::options::{PlantedEffect, WorldOptions};
use crate::people::Person;
use crate::prose::{Body, Prose, TextWish};
use crate::random::{Purpose, chance, index, stream};
use crate::roster::{Account, AccountIndex, Roster};
use crate::sources::{PUBLIC, SourceFormat};

/// One post, ready to be written; reused from post to post.
#[derive(Debug)]
pub(crate) struct Post {
    /// Number of the post in the source; comments of a question and answer site count apart.
    pub(crate) number: u64,
    /// Number of the thread; 0 in chats.
    pub(crate) thread_number: u64,
    pub(crate) parent_number: Option<u64>,
    pub(crate) kind: PostKind,
    /// Seconds since 1970; `None` where the source lost the date.
    pub(crate) posted_at_s: Option<i64>,
    /// The account that wrote it, whether or not the source still says so.
    pub(crate) account: AccountIndex,
    /// Whether the source says who wrote it.
    pub(crate) has_author: bool,
    /// To whom a chat message went.
    pub(crate) recipient: AccountIndex,
    pub(crate) board: &'static str,
    /// Title of the thread, for its opening post.
    pub(crate) title: String,
    pub(crate) body: Body,
}

impl Post {
    fn empty() -> Self {
        Post {
            number: 0,
            thread_number: 0,
            parent_number: None,
            kind: PostKind::Message,
            posted_at_s: None,
            account: 0,
            has_author: false,
            recipient: 0,
            board: "",
            title: String::new(),
            body: Body::default(),
        }
    }
}

/// What is remembered of a thread, or in chats of a message.
#[derive(Debug, Clone, Default)]
struct OpenThread {
    thread_number: u64,
    opening_number: u64,
    opening_account: AccountIndex,
    last_number: u64,
    last_account: AccountIndex,
    topic: u8,
    /// Beginning of the last post, for quotations.
    snippet: String,
}

const OPEN_THREAD_COUNT_MAX: usize = 300;
const SNIPPET_BYTES_MAX: usize = 90;
const COMMENT_SHARE: f64 = 0.5;
const QUOTATION_SHARE: f64 = 0.15;
const CHAT_REPLY_SHARE: f64 = 0.35;
const THREAD_START_PROBABILITY_MAX: f64 = 0.9;

/// What is said about freelancers on this source; nothing but on the chat.
fn operator_talk(options: &WorldOptions, people: &[Person], roster: &Roster) -> OperatorTalk {
    if roster.spec().format != SourceFormat::JabberJson {
        return OperatorTalk::default();
    }
    let public = options.kind.sources()[PUBLIC].name;
    OperatorTalk::new(options.seed, people, public)
}

/// Turns events of one source into posts.
pub(crate) struct Conversation<'a> {
    options: &'a WorldOptions,
    people: &'a [Person],
    roster: &'a Roster,
    rng: ChaCha8Rng,
    prose: Prose,
    operator_talk: OperatorTalk,
    open_threads: Vec<OpenThread>,
    /// Where the next new thread goes once the list is full.
    oldest: usize,
    /// The thread of the post at hand.
    current: usize,
    thread_count: u64,
    post_count: u64,
    comment_count: u64,
    post: Post,
}

impl<'a> Conversation<'a> {
    pub(crate) fn new(options: &'a WorldOptions, people: &'a [Person], roster: &'a Roster) -> Self {
        Conversation {
            options,
            people,
            roster,
            rng: stream(options.seed, Purpose::Conversation, roster.source),
            prose: Prose::new(options, roster),
            operator_talk: operator_talk(options, people, roster),
            open_threads: Vec::new(),
            oldest: 0,
            current: 0,
            thread_count: 0,
            post_count: 0,
            comment_count: 0,
            post: Post::empty(),
        }
    }

    /// The post that an account writes at an instant, given in seconds since 1970.
    pub(crate) fn next_post(
        &mut self,
        account_index: AccountIndex,
        instant_s: i64,
        is_first_of_account: bool,
    ) -> &Post {
        let account = &self.roster.accounts[account_index as usize];
        let person = &self.people[account.person as usize];
        self.post.account = account_index;
        self.post.body.clear();
        self.post.title.clear();
        let topic = if self.roster.spec().format.is_chat() {
            self.choose_message(account_index, person)
        } else if self.open_threads.is_empty() || self.starts_thread(person) {
            self.open_thread(account_index, person)
        } else {
            self.reply(account_index)
        };
        self.post.board = self.prose.topic_name(topic);
        self.lose_fields(account, instant_s);
        let wish = TextWish {
            topic,
            is_reply: !matches!(self.post.kind, PostKind::Opening),
            sentences_mean: self.sentences_mean(person),
            must_introduce: is_first_of_account,
        };
        self.prose.write(&mut self.post.body, person, account, wish);
        if !person.is_freelancer
            && let Some(sentence) = self.operator_talk.next_under(self.post.number)
        {
            self.post.body.text.push_str(sentence);
        }
        self.remember_snippet();
        &self.post
    }

    /// What the planted difference does to this person's posts here.
    fn effect_on(&self, person: &Person) -> Option<PlantedEffect> {
        let effect = self.options.behavioural_difference.effect();
        effect.filter(|_| person.is_crossover && self.roster.source == PUBLIC)
    }

    fn starts_thread(&mut self, person: &Person) -> bool {
        let usual = f64::from(person.thread_start_percent) / 100.0;
        let probability = match self.effect_on(person) {
            Some(effect) => (usual * effect.thread_start_factor).min(THREAD_START_PROBABILITY_MAX),
            None => usual,
        };
        chance(&mut self.rng, probability)
    }

    fn sentences_mean(&self, person: &Person) -> f64 {
        let kind_factor = match self.post.kind {
            PostKind::Opening => 1.6,
            PostKind::Comment => 0.6,
            PostKind::Message => 0.5,
            PostKind::Reply | PostKind::Notice => 1.0,
        };
        let effect = self.effect_on(person);
        let planted_factor = effect.map_or(1.0, |effect| effect.length_factor);
        f64::from(person.sentences_mean_tenths) / 10.0 * kind_factor * planted_factor
    }

    fn open_thread(&mut self, account: AccountIndex, person: &Person) -> u8 {
        self.post_count += 1;
        self.thread_count += 1;
        let topic = self.prose.choose_topic(person);
        self.prose.write_title(&mut self.post.title, topic);
        // On a question and answer site the question is the thread.
        let is_question = self.roster.spec().format == SourceFormat::StackExchange;
        let thread_number = if is_question {
            self.post_count
        } else {
            self.thread_count
        };
        self.post.kind = PostKind::Opening;
        self.post.number = self.post_count;
        self.post.thread_number = thread_number;
        self.post.parent_number = None;
        self.keep(account, topic);
        topic
    }

    /// Remembers the thread just opened, in place of the oldest if the list is full.
    fn keep(&mut self, account: AccountIndex, topic: u8) {
        let thread = OpenThread {
            thread_number: self.post.thread_number,
            opening_number: self.post.number,
            opening_account: account,
            last_number: self.post.number,
            last_account: account,
            topic,
            snippet: String::new(),
        };
        if self.open_threads.len() < OPEN_THREAD_COUNT_MAX {
            self.current = self.open_threads.len();
            self.open_threads.push(thread);
        } else {
            self.current = self.oldest;
            self.open_threads[self.oldest] = thread;
            self.oldest = (self.oldest + 1) % OPEN_THREAD_COUNT_MAX;
        }
    }

    /// A remembered thread, more often a newer one.
    fn choose_open(&mut self) -> usize {
        let count = self.open_threads.len();
        let age = (self.rng.random::<f64>().powi(2) * count as f64) as usize;
        let newest = if count < OPEN_THREAD_COUNT_MAX {
            count - 1
        } else {
            (self.oldest + count - 1) % count
        };
        (newest + count - age.min(count - 1)) % count
    }

    /// A thread in which a crossover user would answer another one, if this is such a user who
    /// looks for one and there is one. Without the preference nothing is drawn.
    fn seek_crossover(&mut self, account: AccountIndex, answers_last: bool) -> Option<usize> {
        let preference = self.options.crossover_answer_preference;
        let seeks = preference > 0.0 && self.roster.source == PUBLIC && self.is_crossover(account);
        if !seeks || !chance(&mut self.rng, preference) {
            return None;
        }
        let answered = |thread: &OpenThread| {
            if answers_last {
                thread.last_account
            } else {
                thread.opening_account
            }
        };
        let is_sought = |position: &usize| {
            let other = answered(&self.open_threads[*position]);
            other != account && self.is_crossover(other)
        };
        let sought: Vec<usize> = (0..self.open_threads.len()).filter(is_sought).collect();
        (!sought.is_empty()).then(|| sought[index(&mut self.rng, sought.len())])
    }

    fn is_crossover(&self, account: AccountIndex) -> bool {
        let person = self.roster.accounts[account as usize].person;
        self.people[person as usize].is_crossover
    }

    fn reply(&mut self, account: AccountIndex) -> u8 {
        self.current = self.choose_open();
        let is_question_site = self.roster.spec().format == SourceFormat::StackExchange;
        let is_comment = is_question_site && chance(&mut self.rng, COMMENT_SHARE);
        let quotes = !is_question_site && chance(&mut self.rng, QUOTATION_SHARE);
        if let Some(sought) = self.seek_crossover(account, is_comment || quotes) {
            self.current = sought;
        }
        let thread = &mut self.open_threads[self.current];
        self.post.thread_number = thread.thread_number;
        if is_comment {
            self.comment_count += 1;
            self.post.kind = PostKind::Comment;
            self.post.number = self.comment_count;
            self.post.parent_number = Some(thread.last_number);
            return thread.topic;
        }
        self.post_count += 1;
        self.post.kind = PostKind::Reply;
        self.post.number = self.post_count;
        let parent = if quotes {
            thread.last_number
        } else {
            thread.opening_number
        };
        self.post.parent_number = Some(parent);
        if quotes {
            let quoted = &self.roster.accounts[thread.last_account as usize];
            let name = self.roster.shown_name(quoted).unwrap_or("guest");
            self.post.body.quoted_name.push_str(name);
            self.post.body.quoted_text.push_str(&thread.snippet);
        }
        thread.last_number = self.post.number;
        thread.last_account = account;
        thread.topic
    }

    /// A chat message: sometimes an answer to a recent one; on a chat of pairs it goes to the
    /// author of a recent one.
    fn choose_message(&mut self, account: AccountIndex, person: &Person) -> u8 {
        let mut topic = self.prose.choose_topic(person);
        self.post_count += 1;
        self.post.kind = PostKind::Message;
        self.post.number = self.post_count;
        self.post.thread_number = 0;
        self.post.parent_number = None;
        self.post.recipient = self.other_account(account);
        if !self.open_threads.is_empty() && chance(&mut self.rng, CHAT_REPLY_SHARE) {
            let position = self.choose_open();
            let answered = &self.open_threads[position];
            self.post.parent_number = Some(answered.last_number);
            topic = answered.topic;
            if answered.last_account != account {
                self.post.recipient = answered.last_account;
            }
        }
        self.keep(account, topic);
        topic
    }

    /// Any account but the given one, if there is another.
    fn other_account(&mut self, account: AccountIndex) -> AccountIndex {
        let count = self.roster.accounts.len();
        let other = index(&mut self.rng, count) as AccountIndex;
        if other == account {
            ((other as usize + 1) % count) as AccountIndex
        } else {
            other
        }
    }

    /// Decides which of author and date the source still has.
    fn lose_fields(&mut self, account: &Account, instant_s: i64) {
        let format = self.roster.spec().format;
        let is_lost = !format.is_chat() && chance(&mut self.rng, self.options.missing_author_share);
        self.post.has_author = self.roster.is_visible(account) && !is_lost;
        let has_dates = format.is_chat() || format == SourceFormat::StackExchange;
        let is_undated = !has_dates && chance(&mut self.rng, self.options.missing_date_share);
        self.post.posted_at_s = (!is_undated).then_some(instant_s);
    }

    /// Keeps the beginning of a thread's last post, for the next quotation.
    fn remember_snippet(&mut self) {
        let can_be_quoted = matches!(self.post.kind, PostKind::Opening | PostKind::Reply);
        if !can_be_quoted {
            return;
        }
        let text = &self.post.body.text;
        let mut end = text.len().min(SNIPPET_BYTES_MAX);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let snippet = &mut self.open_threads[self.current].snippet;
        snippet.clear();
        snippet.extend(text[..end].chars().map(|letter| match letter {
            '\n' => ' ',
            other => other,
        }));
    }
}
