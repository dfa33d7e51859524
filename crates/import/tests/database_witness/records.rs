//! A sink that keeps records as lines, so that two imports can be compared.

use entangle_import::{ImportError, Sink};
use entangle_model::record::{Account, FormerName, Identifier, Post, RecordKind, Reject, Thread};
use std::collections::BTreeMap;

/// Everything that an import gave.
#[derive(Debug, Clone, Default)]
pub(crate) struct Records {
    /// One line per record and reject, without their places and without the texts of posts.
    pub(crate) lines: Vec<String>,
    asked_count: u64,
    record_counts: BTreeMap<&'static str, u64>,
    bodies: BTreeMap<usize, String>,
}

impl Records {
    fn note(&mut self, kind: &'static str, line: String) -> Result<(), ImportError> {
        *self.record_counts.entry(kind).or_default() += 1;
        self.lines.push(format!("{kind} {line}"));
        Ok(())
    }

    /// The texts of posts from this number on, in order.
    pub(crate) fn bodies_from(&self, first_post: usize) -> Vec<&str> {
        let posts = self.bodies.range(first_post..);
        posts.map(|(_, body)| body.as_str()).collect()
    }

    /// Asserts the counting rule of [`Sink`]: what was asked for became a record or a reject.
    pub(crate) fn assert_balanced(&self) {
        let kinds = ["account", "thread", "post"];
        let counts = kinds.map(|kind| self.record_counts.get(kind).copied().unwrap_or(0));
        let is_row = |line: &&String| line.starts_with("reject ") && line.contains(". ");
        let rejected_count = self.lines.iter().filter(is_row).count() as u64;
        assert_eq!(
            self.asked_count,
            counts.iter().sum::<u64>() + rejected_count
        );
    }

    /// How many records there are, and all but the posts from this number on.
    pub(crate) fn summary(&self, first_post: usize) -> String {
        let planted = format!("post {first_post} ");
        let lines = self.lines.iter().filter(|line| {
            let number = line
                .strip_prefix("post ")
                .and_then(|rest| rest.split(' ').next());
            let number = number.and_then(|number| number.parse::<usize>().ok());
            number.is_none_or(|number| number < first_post) || line.starts_with(&planted)
        });
        let lines: Vec<&str> = lines.map(String::as_str).collect();
        let (asked_count, counts) = (self.asked_count, &self.record_counts);
        format!("asked {asked_count}, {counts:?}\n  {}", lines.join("\n  "))
    }
}

impl Sink for Records {
    fn asked(&mut self, _: RecordKind) {
        self.asked_count += 1;
    }

    fn unreadable(&mut self, reject: Reject) {
        panic!("{reject:?}");
    }

    fn account(&mut self, account: Account) -> Result<(), ImportError> {
        let flags = [account.is_staff, account.is_bot, account.is_banned];
        let about = (&account.about, &account.location, &account.website);
        let line = format!(
            "{} {:?} {:?} {:?} {about:?} {:?} {flags:?}",
            account.native_id,
            account.name,
            account.registered_at,
            account.last_seen_at,
            account.reputation,
        );
        self.note("account", line)
    }

    fn thread(&mut self, thread: Thread) -> Result<(), ImportError> {
        let Thread {
            native_id,
            account_native_id,
            board,
            title,
            started_at,
            ..
        } = thread;
        let line = format!("{native_id} {account_native_id:?} {board:?} {title:?} {started_at:?}");
        self.note("thread", line)
    }

    fn post(&mut self, post: Post) -> Result<(), ImportError> {
        let line = format!(
            "{} {} by {:?} in {:?} answers {:?} at {:?} edited {:?} quoted {} links {} attachments {} mentions {}",
            post.native_id,
            post.kind.as_str(),
            post.account_native_id,
            post.thread_native_id,
            post.parent_native_id,
            post.posted_at,
            post.edited_at,
            post.quoted_character_count,
            post.link_count,
            post.attachment_count,
            post.mention_count,
        );
        if let (Ok(number), Some(body)) = (post.native_id.parse(), post.body) {
            self.bodies.insert(number, body);
        }
        self.note("post", line)
    }

    fn identifier(&mut self, identifier: Identifier) -> Result<(), ImportError> {
        let line = format!(
            "{} {} {} {}",
            identifier.account_native_id,
            identifier.kind.as_str(),
            identifier.value,
            identifier.role.as_str()
        );
        self.note("identifier", line)
    }

    fn former_name(&mut self, former_name: FormerName) -> Result<(), ImportError> {
        let FormerName {
            account_native_id,
            name,
            used_until,
            ..
        } = former_name;
        self.note(
            "former name",
            format!("{account_native_id} {name:?} {used_until:?}"),
        )
    }

    fn reject(&mut self, reject: Reject) -> Result<(), ImportError> {
        let field = reject.field.unwrap_or_default();
        let line = format!("{}.{field} {}", reject.record.as_str(), reject.reason);
        self.note("reject", line)
    }

    fn progress(&mut self, _: u64) -> Result<(), ImportError> {
        Ok(())
    }
}
