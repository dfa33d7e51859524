//! The skeleton of a name: what is left when the usual ways of varying it are undone.
//!
//! Not a phonetic code: names that merely sound alike keep different skeletons.

use super::{fold::fold, script, transliteration};

/// The folded name with look-alikes, leet digits, Cyrillic script, competing spellings of
/// transliterated names, diacritics and separators undone.
///
/// The result holds `a-z`, `0-9` and letters of scripts without a Latin form. A name made of
/// symbols alone has no such letter: its skeleton is the folded name.
pub fn skeleton(name: &str) -> String {
    skeleton_of_folded(fold(name))
}

/// The skeleton of one of the [words](super::words) of a name: empty for what stands between them.
pub fn skeleton_of_word(word: &str) -> String {
    match word.chars().any(char::is_alphanumeric) {
        true => skeleton(word),
        false => String::new(),
    }
}

/// As [`skeleton`], for a name that is folded already.
pub(super) fn skeleton_of_folded(folded: String) -> String {
    let mut letters = if folded.is_ascii() {
        ascii_letters(folded.as_bytes())
    } else {
        unicode_letters(&script::latin_form(&folded))
    };
    undo_leet(&mut letters);
    let letters = transliteration::unify(&letters, transliteration::Initial::Kept);
    if letters.is_empty() {
        return folded;
    }
    String::from_utf8(letters).unwrap_or(folded)
}

fn ascii_letters(folded: &[u8]) -> Vec<u8> {
    let mut letters = Vec::with_capacity(folded.len());
    for (at, byte) in folded.iter().enumerate() {
        if byte.is_ascii_alphanumeric() {
            letters.push(*byte);
        } else if let Some(letter) = letter_of_symbol(*byte) {
            let is_inside = at > 0
                && folded[at - 1].is_ascii_alphabetic()
                && folded.get(at + 1).is_some_and(u8::is_ascii_alphabetic);
            if is_inside {
                letters.push(letter);
            }
        }
    }
    letters
}

fn unicode_letters(latin: &str) -> Vec<u8> {
    if latin.is_ascii() {
        return ascii_letters(latin.as_bytes());
    }
    let letters: String = latin
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect();
    letters.into_bytes()
}

/// Symbols that stand for letters when letters surround them, as in "ca$h".
fn letter_of_symbol(symbol: u8) -> Option<u8> {
    match symbol {
        b'@' => Some(b'a'),
        b'$' => Some(b's'),
        b'!' => Some(b'i'),
        _ => None,
    }
}

fn letter_of_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0' => Some(b'o'),
        b'1' => Some(b'i'),
        b'3' => Some(b'e'),
        b'4' => Some(b'a'),
        b'5' => Some(b's'),
        b'7' => Some(b't'),
        _ => None,
    }
}

/// Doubled digits that are read as doubled letters; other runs of two and more digits are
/// numbers ("win98pro", "wolf77xx").
fn letter_of_doubled_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0' => Some(b'o'),
        b'1' => Some(b'l'),
        b'3' => Some(b'e'),
        b'5' => Some(b's'),
        _ => None,
    }
}

/// Replaces single and doubled digits between letters by the letters they stand for.
fn undo_leet(letters: &mut [u8]) {
    let mut at = 0;
    while at < letters.len() {
        if !letters[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let run_length = letters[at..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let end = at + run_length;
        let is_inside = at > 0
            && letters[at - 1].is_ascii_alphabetic()
            && letters.get(end).is_some_and(u8::is_ascii_alphabetic);
        if is_inside {
            undo_leet_run(&mut letters[at..end]);
        }
        at = end;
    }
}

fn undo_leet_run(run: &mut [u8]) {
    let letter = match *run {
        [digit] => letter_of_digit(digit),
        [first, second] if first == second => letter_of_doubled_digit(first),
        _ => None,
    };
    if let Some(letter) = letter {
        run.fill(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn skeletons_of_varied_names() {
        let names = "Вася,vasya,vasja,VASIA,n3o,h4ck,ki11er,l33t,mike77,4nton,win98pro,area5151x,\
             1337,a,_,★★★,♥anna♥,ca$h_$,Сергей,Sergei,sergej77,Дмитрий,dmitry,dmitrii,\
             Щербаков,Shcherbakov,Кузнецов,kuznetsov,kuznecow,Максим,maxim,Михаил,mikhail,\
             mihail,Боец,boets,boec,José Núñez,O'Neil,o_neil,李小龙,Tom&amp;Jerry,ѕсаmmеr,\
             Мария,maria,marija";
        let report: String = names
            .split(',')
            .map(|name| format!("{name} {}\n", skeleton(name)))
            .collect();
        expect![[r#"
            Вася vasya
            vasya vasya
            vasja vasya
            VASIA vasia
            n3o neo
            h4ck hack
            ki11er killer
            l33t leet
            mike77 mike77
            4nton 4nton
            win98pro win98pro
            area5151x area5151x
            1337 1337
            a a
            _ _
            ★★★ ★★★
            ♥anna♥ anna
            ca$h_$ cash
            Сергей sergey
            Sergei sergey
            sergej77 sergey77
            Дмитрий dmitry
            dmitry dmitry
            dmitrii dmitry
            Щербаков scherbakov
            Shcherbakov scherbakov
            Кузнецов kuznecov
            kuznetsov kuznecov
            kuznecow kuznecov
            Максим maxim
            maxim maxim
            Михаил mihail
            mikhail mihail
            mihail mihail
            Боец boec
            boets boec
            boec boec
            José Núñez josenunez
            O'Neil oneil
            o_neil oneil
            李小龙 李小龙
            Tom&amp;Jerry tomampyerry
            ѕсаmmеr scammer
            Мария maria
            maria maria
            marija maria
        "#]]
        .assert_eq(&report);
    }

    #[test]
    fn ordinary_english_names_stay_apart() {
        let pairs = [
            ("west", "vest"),
            ("jack", "yack"),
            ("major", "mayor"),
            ("marc", "marts"),
            ("khan", "han"),
            ("kai", "kay"),
            ("andy", "andi"),
            ("linx", "links"),
            ("raj", "ray"),
            ("jon", "yon"),
            ("car", "tsar"),
        ];
        for (left, right) in pairs {
            assert_ne!(skeleton(left), skeleton(right), "{left} {right}");
        }
    }
}
