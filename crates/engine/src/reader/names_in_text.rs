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
/// Bits by which a name may be less surprising than the rarest of its source and still say who somebody is: in a small
/// source chance has a floor below those 20 bits, at which all rare names lie.
const BELOW_RAREST_BITS: f64 = 2.0;
/// Names of fewer characters are words.
const NAME_CHARACTERS_MIN: usize = 4;
/// Stems of fewer characters are words.
const STEM_CHARACTERS_MIN: usize = 6;

/// The rare names of a workspace, to be found again in texts.
#[derive(Default)]
pub(crate) struct NamesInText {
    /// Of names, but for case.
    hashes: FxHashSet<u64>,
    /// Of their stems: a handle is often a name with a number behind it.
    stem_hashes: FxHashSet<u64>,
}

impl NamesInText {
    /// Reads the names of accounts, present and former, that are rarer than a word; all where no
    /// linkage has said how rare they are.
    pub(crate) async fn read(context: &SessionContext) -> Result<Self, EngineError> {
        let rare_from = |bits: &str| {
            format!(
                "least({RARE_NAME_BITS:e}, max({bits}) OVER (PARTITION BY source) - {BELOW_RAREST_BITS:e})"
            )
        };
        let sql = format!(
            "WITH known AS (
                SELECT account_id, coalesce(folded_surprisal_bits >= {whole}, true) AS is_rare,
                       coalesce(stem_surprisal_bits >= {stem}, true) AS has_rare_stem
                FROM names
             )
             SELECT a.name, CASE WHEN coalesce(n.has_rare_stem, true) THEN a.name END AS by_stem
             FROM accounts a LEFT JOIN known n ON n.account_id = a.account_id
             WHERE a.name IS NOT NULL AND coalesce(n.is_rare, true)
             UNION ALL SELECT name, name AS by_stem FROM former_names",
            whole = rare_from("folded_surprisal_bits"),
            stem = rare_from("stem_surprisal_bits"),
        );
        let mut names = Self::default();
        for batch in context.sql(&sql).await?.collect().await? {
            let [all, by_stem] = [0, 1].map(|column| texts(&batch, column).iter().flatten());
            names.hashes.extend(all.filter_map(name_hash));
            names.stem_hashes.extend(by_stem.filter_map(stem_hash));
        }
        Ok(names)
    }

    /// Whether a word is a name, or has one between its dots, as the host of a person's own site has,
    /// with or without a number behind it.
    fn holds(&self, word: &str) -> bool {
        let is_name = |part: &str| {
            name_hash(part).is_some_and(|hash| self.hashes.contains(&hash))
                || stem_hash(part).is_some_and(|hash| self.stem_hashes.contains(&hash))
        };
        let has_name_before_number = |part: &str| {
            part.ends_with(char::is_numeric) && is_name(part.trim_end_matches(char::is_numeric))
        };
        let is_host_of_name = || {
            let mut parts = word.split('.');
            parts.any(|part| is_name(part) || has_name_before_number(part))
        };
        // Most words have neither a dot nor a number and are looked up once.
        is_name(word)
            || match word.contains('.') {
                true => is_host_of_name(),
                false => has_name_before_number(word),
            }
    }
}

fn name_hash(name: &str) -> Option<u64> {
    let folded = names::fold(name.trim());
    let is_long = folded.chars().count() >= NAME_CHARACTERS_MIN;
    is_long.then(|| FxBuildHasher.hash_one(folded.as_str()))
}

/// Of a stem of so many characters that it is no word.
fn stem_hash(name: &str) -> Option<u64> {
    let stem = names::stem(&names::skeleton(&names::fold(name.trim())));
    let is_long = stem.chars().count() >= STEM_CHARACTERS_MIN;
    is_long.then(|| FxBuildHasher.hash_one(stem.as_str()))
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
pub(crate) fn masked(text: &str, names: &NamesInText) -> String {
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
        // Whatever looks like an address is one, be its host known or not.
        if let Some(host) = host_behind(&from[length..]) {
            out.push_str("[address]");
            rest = &from[length + 1 + host.len()..];
            continue;
        }
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

/// What stands behind an at sign that follows at once; none where nothing does.
fn host_behind(text: &str) -> Option<&str> {
    let host = text.strip_prefix('@')?;
    let length = host
        .find(|letter| !is_of_name(letter))
        .unwrap_or(host.len());
    (length > 0).then(|| &host[..length])
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || "_-.".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(names: &[&str], text: &str, expected: Expect) {
        let names = NamesInText {
            hashes: names.iter().filter_map(|name| name_hash(name)).collect(),
            stem_hashes: names.iter().filter_map(|name| stem_hash(name)).collect(),
        };
        expected.assert_eq(&masked(text, &names));
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
    fn addresses_of_unknown_hosts_and_names_with_numbers_are_masked() {
        check(
            &["chotreeste"],
            "jabber: chotreeste22@jabber.example, also xx_chotreeste_2015; a@ b",
            expect!["jabber: [address], also [name]; a@ b"],
        );
    }

    #[test]
    fn names_in_the_hosts_of_sites_are_masked() {
        check(
            &["chotreeste"],
            "my site is http://chotreeste172.example/, not http://www.trees.example/page",
            expect!["my site is http://[name]/, not http://www.trees.example/page"],
        );
    }

    #[test]
    fn nothing_is_lost_at_either_end() {
        check(&[], "", expect![""]);
        check(&[], " ...@ ", expect![" ...@ "]);
        check(&[], "a@b@c", expect!["[address]@[name]"]);
        check(&["longname"], "longname", expect!["[name]"]);
    }
}
