//! Masking what a text says of who somebody is: contacts, mentions, and rare names of accounts.
//!
//! A name that is an ordinary word is left: it cannot be told from the word, and masking it would
//! mask the word everywhere. What a text says by its content is not masked and cannot be.

use datafusion::prelude::SessionContext;
use entangle_model::{IdentifierKind, IdentifierRole};
use entangle_text::identifiers::extract;
use entangle_text::names;
use rustc_hash::{FxBuildHasher, FxHashSet};
use std::hash::BuildHasher;

use crate::EngineError;
use crate::table_reader::texts;

/// Surprisal from which a name says who somebody is, bits.
const RARE_NAME_BITS: f64 = 20.0;
/// Names of fewer characters are words.
const NAME_CHARACTERS_MIN: usize = 4;

/// The rare names of a workspace, to be found again in texts.
pub(super) struct NamesInText {
    hashes: FxHashSet<u64>,
}

impl NamesInText {
    /// Reads the names of accounts, present and former, that are rarer than a word; all where no
    /// linkage has said how rare they are.
    pub(super) async fn read(context: &SessionContext) -> Result<Self, EngineError> {
        let sql = format!(
            "SELECT a.name FROM accounts a LEFT JOIN names n ON n.account_id = a.account_id
             WHERE a.name IS NOT NULL AND coalesce(n.folded_surprisal_bits, 1e9) >= {RARE_NAME_BITS}
             UNION ALL SELECT name FROM former_names"
        );
        let mut hashes = FxHashSet::default();
        for batch in context.sql(&sql).await?.collect().await? {
            hashes.extend(texts(&batch, 0).iter().flatten().filter_map(name_hash));
        }
        Ok(Self { hashes })
    }

    fn holds(&self, word: &str) -> bool {
        name_hash(word).is_some_and(|hash| self.hashes.contains(&hash))
    }
}

fn name_hash(name: &str) -> Option<u64> {
    let folded = names::fold(name.trim());
    let is_long = folded.chars().count() >= NAME_CHARACTERS_MIN;
    is_long.then(|| FxBuildHasher.hash_one(folded.as_str()))
}

/// Whether an identifier of this kind is a topic that says nothing of who wrote.
fn is_topic(kind: IdentifierKind) -> bool {
    matches!(
        kind,
        IdentifierKind::Cve | IdentifierKind::FileHash | IdentifierKind::ApkPackage
    )
}

/// The text with `[email]`, `[telegram]` and so on for contacts, `[name]` for rare names and words
/// behind an at sign.
pub(super) fn masked(text: &str, names: &NamesInText) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for found in extract(text, IdentifierRole::Mentioned) {
        // All that a key says has the range of its block.
        if is_topic(found.kind) || found.byte_start < done {
            continue;
        }
        mask_names(&text[done..found.byte_start], names, &mut out);
        out.push('[');
        out.push_str(found.kind.as_str());
        out.push(']');
        done = found.byte_end;
    }
    mask_names(&text[done..], names, &mut out);
    out
}

fn mask_names(text: &str, names: &NamesInText, out: &mut String) {
    let mut rest = text;
    while let Some(start) = rest.find(is_of_name) {
        out.push_str(&rest[..start]);
        let is_mention = out.ends_with('@');
        let from = &rest[start..];
        let length = from
            .find(|letter| !is_of_name(letter))
            .unwrap_or(from.len());
        let word = &from[..length];
        // A sentence ends with a full stop, a name rarely.
        let name = word.trim_end_matches(['.', '-']);
        if !name.is_empty() && (is_mention || names.holds(name)) {
            out.push_str("[name]");
            out.push_str(&word[name.len()..]);
        } else {
            out.push_str(word);
        }
        rest = &from[length..];
    }
    out.push_str(rest);
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || "_-.".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(names: &[&str], text: &str, expected: Expect) {
        let hashes = names.iter().filter_map(|name| name_hash(name)).collect();
        expected.assert_eq(&masked(text, &NamesInText { hashes }));
    }

    #[test]
    fn contacts_mentions_and_rare_names_are_masked_and_words_are_left() {
        check(
            &["dark_Volk77", "abc"],
            "Thanks Dark_volk77. abc! write to bob@mail.ru or @somebody about CVE-2020-1472",
            expect!["Thanks [name]. abc! write to [email] or @[name] about CVE-2020-1472"],
        );
    }

    #[test]
    fn nothing_is_lost_at_either_end() {
        check(&[], "", expect![""]);
        check(&[], " ...@ ", expect![" ...@ "]);
        check(&["longname"], "longname", expect!["[name]"]);
    }
}
