//! Tests of the language that posts are stored with, on the Universal Declaration of Human Rights
//! and on real posts.

use entangle_text::language::identify;
use entangle_text::markup::html_to_plain;
use expect_test::expect;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use crate::testing::{import_path, real_data};

/// File of the declaration and language.
const DECLARATIONS: [(&str, &str); 20] = [
    ("arb", "ar"),
    ("bel", "be"),
    ("bul", "bg"),
    ("ces", "cs"),
    ("cmn_hans", "zh"),
    ("deu_1996", "de"),
    ("eng", "en"),
    ("fra", "fr"),
    ("hin", "hi"),
    ("ind", "id"),
    ("jpn", "ja"),
    ("pes_1", "fa"),
    ("pol", "pl"),
    ("por_BR", "pt"),
    ("ron_2006", "ro"),
    ("rus", "ru"),
    ("spa", "es"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("vie", "vi"),
];

/// Lengths of the pieces, in characters.
const LENGTHS: [usize; 4] = [20, 50, 100, 200];

#[derive(Default)]
struct Tally {
    pieces: usize,
    answered: usize,
    right: usize,
}

impl Tally {
    fn add(&mut self, text: &str, language: &str) {
        self.pieces += 1;
        if let Some(guess) = identify(text) {
            self.answered += 1;
            self.right += usize::from(guess.language == language);
        }
    }
}

/// Pieces of at most so many characters, cut between words where there are spaces.
fn pieces(text: &str, length: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for word in text.split_whitespace() {
        for part in word.chars().collect::<Vec<_>>().chunks(length) {
            let last = pieces.last_mut().unwrap();
            if last.chars().count() + part.len() < length {
                last.push(' ');
                last.extend(part);
            } else {
                pieces.push(part.iter().collect());
            }
        }
    }
    pieces.retain(|piece| piece.chars().count() * 10 >= length * 6);
    pieces
}

fn plain_declaration(folder: &Path, name: &str) -> String {
    let page = std::fs::read_to_string(folder.join(format!("{name}.html"))).unwrap();
    html_to_plain(page.split_once("<body").unwrap().1).text
}

#[test]
fn pieces_of_the_declaration_are_told_apart_in_twenty_languages() {
    let Some(folder) = real_data("udhr") else {
        return;
    };
    let mut of_length: BTreeMap<usize, Tally> = BTreeMap::new();
    let mut table = String::new();
    for (name, language) in DECLARATIONS {
        let text = plain_declaration(&folder, name);
        write!(table, "{language}").unwrap();
        for length in LENGTHS {
            let mut tally = Tally::default();
            for piece in pieces(&text, length) {
                tally.add(&piece, language);
                of_length.entry(length).or_default().add(&piece, language);
            }
            let wrong = tally.answered - tally.right;
            write!(table, "  {}/{}", tally.answered, tally.pieces).unwrap();
            write!(table, " -{wrong}").unwrap();
        }
        table.push('\n');
    }
    for (length, tally) in of_length {
        let Tally {
            pieces,
            answered,
            right,
        } = tally;
        writeln!(
            table,
            "{length} characters: {pieces} pieces, {answered} answered, {right} right"
        )
        .unwrap();
        let is_long = length >= 50;
        assert!(!is_long || right * 1000 >= answered * 995, "{table}");
        assert!(length < 100 || answered * 100 >= pieces * 98, "{table}");
    }
    // Answered of all pieces of 20, 50, 100 and 200 characters, and how many of them wrong.
    expect![[r#"
        ar  349/415 -0  156/156 -0  77/77 -0  38/38 -0
        be  408/604 -0  239/240 -0  117/117 -0  58/58 -0
        bg  110/606 -0  197/240 -0  117/117 -0  58/58 -0
        cs  131/521 -0  175/207 -0  101/101 -0  50/50 -0
        zh  138/138 -0  55/55 -0  30/30 -0  16/16 -0
        de  270/627 -0  242/254 -0  123/123 -0  60/60 -0
        en  218/561 -0  209/221 -0  109/109 -0  54/54 -0
        fr  121/625 -0  217/250 -3  122/122 -1  60/60 -1
        hi  191/576 -0  196/225 -0  111/111 -0  54/54 -0
        id  412/659 -0  264/266 -0  130/130 -0  63/63 -0
        ja  199/199 -1  79/79 -0  40/40 -0  22/22 -0
        fa  199/486 -0  172/186 -0  92/92 -0  46/46 -0
        pl  297/575 -0  210/238 -0  115/115 -0  57/57 -0
        pt  163/581 -0  204/232 -0  114/114 -0  56/56 -0
        ro  380/613 -0  248/251 -0  122/122 -0  60/60 -0
        ru  175/607 -0  215/251 -0  121/121 -0  59/59 -0
        es  76/627 -0  192/250 -0  121/122 -0  60/60 -0
        tr  213/555 -1  212/218 -0  106/106 -0  52/52 -0
        uk  309/561 -1  222/226 -0  111/111 -0  54/54 -0
        vi  385/689 -0  264/264 -0  130/130 -0  65/65 -0
        20 characters: 10825 pieces, 4744 answered, 4741 right
        50 characters: 4309 pieces, 3968 answered, 3965 right
        100 characters: 2110 pieces, 2109 answered, 2108 right
        200 characters: 1042 pieces, 1042 answered, 1041 right
    "#]]
    .assert_eq(&table);
}

#[test]
fn posts_of_two_russian_channels_are_russian() {
    let Some(folder) = real_data("telegram/channels") else {
        return;
    };
    expect![[r#"{"-": 65, "bg": 1, "ru": 1877, "uk": 1}"#]]
        .assert_eq(&languages_of_posts("telegram_channel", &folder));
}

#[test]
fn posts_of_an_english_site_are_english() {
    let Some(folder) = real_data("stackexchange/bicycles.meta") else {
        return;
    };
    expect![[r#"{"-": 249, "cs": 1, "en": 3644}"#]]
        .assert_eq(&languages_of_posts("stackexchange", &folder));
}

fn languages_of_posts(format: &str, path: &Path) -> String {
    let (collected, result) = import_path(format, path);
    result.unwrap();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for post in &collected.posts {
        assert_eq!(post.language.is_some(), post.language_confidence.is_some());
        *counts.entry(post.language.unwrap_or("-")).or_default() += 1;
    }
    format!("{counts:?}")
}
