//! The stem of a name: the skeleton without the ornaments that people add when a name is
//! taken.

use super::skeleton::skeleton;
use super::transliteration::{Initial, unify};

/// Characters that must remain, or the skeleton is its own stem.
const STEM_LENGTH_MIN: usize = 3;

/// Letters that must remain after a word-like affix, lest a word that begins like one
/// ("theo", "realist") lose its head.
const AFTER_AFFIX_LENGTH_MIN: usize = 4;

const PREFIXES: &[&[u8]] = &[
    b"official",
    b"real",
    b"the",
    b"iam",
    b"its",
    b"mister",
    b"mr",
];

/// The skeleton without leading and trailing digits and without common affixes (the, mr, dr,
/// iam, its, real, official, ru, x on both sides), and with the spelling of its first letter
/// unified (wasja and vasya).
///
/// Where fewer than three characters would remain the result is the skeleton itself.
pub fn stem(name: &str) -> String {
    stem_of_skeleton(&skeleton(name))
}

/// As [`stem`], for a skeleton.
pub(super) fn stem_of_skeleton(skeleton: &str) -> String {
    let stripped = strip_affixes(skeleton.as_bytes());
    let is_long_enough = std::str::from_utf8(stripped).is_ok_and(has_stem_length);
    if !is_long_enough {
        return skeleton.to_string();
    }
    String::from_utf8(unify(stripped, Initial::Unified))
        .ok()
        .filter(|stem| has_stem_length(stem))
        .unwrap_or_else(|| skeleton.to_string())
}

fn has_stem_length(text: &str) -> bool {
    text.chars().nth(STEM_LENGTH_MIN - 1).is_some()
}

/// Removes affixes until none is left. Every step shortens the name, so it ends.
fn strip_affixes(skeleton: &[u8]) -> &[u8] {
    let mut name = skeleton;
    loop {
        let shorter = strip_once(name);
        if shorter.len() == name.len() {
            return name;
        }
        name = shorter;
    }
}

fn strip_once(name: &[u8]) -> &[u8] {
    let name = strip_digits(name);
    let name = strip_crosses(name);
    let name = strip_prefix(name);
    strip_suffix(name)
}

fn strip_digits(name: &[u8]) -> &[u8] {
    let start = name
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(name.len());
    let end = name
        .iter()
        .rposition(|byte| !byte.is_ascii_digit())
        .map_or(start, |last| last + 1);
    &name[start..end]
}

/// Removes the letters x around a name: on both sides, or two and more on one side. A single
/// x on each side may belong to a word ("xanax"), so more must remain then.
fn strip_crosses(name: &[u8]) -> &[u8] {
    let leading = name.iter().take_while(|byte| **byte == b'x').count();
    let trailing = name[leading..]
        .iter()
        .rev()
        .take_while(|byte| **byte == b'x')
        .count();
    let is_framed = leading > 0 && trailing > 0;
    let is_doubled = leading > 1 || trailing > 1;
    let start = if is_framed || leading > 1 { leading } else { 0 };
    let end = name.len()
        - if is_framed || trailing > 1 {
            trailing
        } else {
            0
        };
    let length_min = if is_doubled {
        STEM_LENGTH_MIN
    } else {
        AFTER_AFFIX_LENGTH_MIN
    };
    if end - start >= length_min {
        &name[start..end]
    } else {
        name
    }
}

fn strip_prefix(name: &[u8]) -> &[u8] {
    for prefix in PREFIXES {
        if let Some(rest) = name.strip_prefix(*prefix) {
            return keep_if_long(name, rest);
        }
    }
    match name.strip_prefix(b"dr") {
        // A vowel would make it a word: dragon, dream, drum.
        Some(rest) if rest.first().is_some_and(|first| !b"aeiouy".contains(first)) => {
            keep_if_long(name, rest)
        }
        _ => name,
    }
}

fn strip_suffix(name: &[u8]) -> &[u8] {
    if let Some(rest) = name.strip_suffix(b"official") {
        return keep_if_long(name, rest);
    }
    match name.strip_suffix(b"ru") {
        // After a vowel it belongs to the name: hikaru, guru.
        Some(rest) if rest.last().is_some_and(|last| !b"aeiouy".contains(last)) => {
            keep_if_long(name, rest)
        }
        _ => name,
    }
}

fn keep_if_long<'name>(name: &'name [u8], rest: &'name [u8]) -> &'name [u8] {
    if rest.len() >= AFTER_AFFIX_LENGTH_MIN {
        rest
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn stems_of_ornamented_names() {
        let names = "wolf,the_wolf,xX_Wolf_Xx,Wolf777,2wolf,mr.wolf,Dr. Wolf,iamwolf,RealWolf,\
             wolf_official,wolf_ru,wolf77_ru,itswolf,dragon,theo,hikaru,neo1,ab12,1337,\
             wasja,★,realist,xxx,李小龙88,drwho,xX_n3o_Xx,xanax";
        let report: String = names
            .split(',')
            .map(|name| format!("{name} {}\n", stem(name)))
            .collect();
        expect![[r#"
            wolf volf
            the_wolf volf
            xX_Wolf_Xx volf
            Wolf777 volf
            2wolf volf
            mr.wolf volf
            Dr. Wolf volf
            iamwolf volf
            RealWolf volf
            wolf_official volf
            wolf_ru volf
            wolf77_ru volf
            itswolf volf
            dragon dragon
            theo theo
            hikaru hikaru
            neo1 neo
            ab12 ab12
            1337 1337
            wasja vasya
            ★ ★
            realist realist
            xxx xxx
            李小龙88 李小龙
            drwho drvho
            xX_n3o_Xx neo
            xanax xanax
        "#]]
        .assert_eq(&report);
    }
}
