//! Text that was UTF-8, was read as a single-byte code page, and was written as UTF-8 again.
//!
//! Boards that changed the encoding of their database once leave such text behind: `Привет`
//! has become `ÐŸÑ€Ð¸Ð²ÐµÑ‚`. The way back is exact, since every character stands for one byte.

use encoding_rs::{Encoding, WINDOWS_1251, WINDOWS_1252};

/// The code pages through which it happens.
pub(crate) const MISREAD_AS: [&Encoding; 2] = [WINDOWS_1252, WINDOWS_1251];

/// Runs that must be doubled before a file is taken as doubled.
const DOUBLED_RUNS_MIN: usize = 5;
/// Of ten runs, how many must be doubled.
const DOUBLED_TENTHS_MIN: usize = 9;

/// The code page through which nearly all characters outside ASCII went, if there is one.
///
/// Proper text hardly ever passes for doubled: the bytes of its letters in a code page would have
/// to be valid UTF-8.
pub(crate) fn detect(text: &str) -> Option<&'static Encoding> {
    let best = MISREAD_AS
        .into_iter()
        .map(|misread_as| (doubled_run_count(text, misread_as), misread_as))
        .max_by_key(|((doubled, _), _)| *doubled)?;
    let ((doubled, all), misread_as) = best;
    (doubled >= DOUBLED_RUNS_MIN && doubled * 10 >= all * DOUBLED_TENTHS_MIN).then_some(misread_as)
}

fn doubled_run_count(text: &str, misread_as: &'static Encoding) -> (usize, usize) {
    let runs = text
        .split(|letter: char| letter.is_ascii())
        .filter(|run| !run.is_empty());
    runs.fold((0, 0), |(doubled, all), run| {
        let is_doubled = undo_run(run, misread_as).is_some();
        (doubled + usize::from(is_doubled), all + 1)
    })
}

/// The text with every doubled run undone; what is not doubled stays as it is.
pub(crate) fn undo(text: &str, misread_as: &'static Encoding) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| !letter.is_ascii()) {
        let (ascii, from_run) = rest.split_at(start);
        let length = from_run
            .find(|letter: char| letter.is_ascii())
            .unwrap_or(from_run.len());
        let (run, after) = from_run.split_at(length);
        out.push_str(ascii);
        out.push_str(undo_run(run, misread_as).as_deref().unwrap_or(run));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A run of characters outside ASCII as the text it was; `None` if it was never doubled.
fn undo_run(run: &str, misread_as: &'static Encoding) -> Option<String> {
    let (bytes, _, has_unknown) = misread_as.encode(run);
    (!has_unknown)
        .then(|| String::from_utf8(bytes.into_owned()).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RUSSIAN: &str = "Продам базу, пишите в личные сообщения, цена договорная.";

    fn doubled(text: &str, misread_as: &'static Encoding) -> String {
        misread_as
            .decode_without_bom_handling(text.as_bytes())
            .0
            .into_owned()
    }

    #[test]
    fn doubled_text_is_found_and_undone() {
        for misread_as in MISREAD_AS {
            let text = doubled(RUSSIAN, misread_as);
            assert_eq!(detect(&text), Some(misread_as));
            assert_eq!(undo(&text, misread_as), RUSSIAN);
        }
    }

    #[test]
    fn proper_text_is_left_alone() {
        for text in [
            RUSSIAN,
            "Grüße aus Köln, die Straße ist schön, für über fünf Bücher",
            "naïve café déjà vu, où êtes-vous, garçon",
            "日本語の文章です。これは二つ目の文です。",
        ] {
            assert_eq!(detect(text), None, "{text}");
            for misread_as in MISREAD_AS {
                assert_eq!(undo(text, misread_as), text);
            }
        }
    }

    #[test]
    fn a_text_doubled_in_part_keeps_the_rest() {
        let mixed = format!("{} – и ещё", doubled("Привет", WINDOWS_1252));
        assert_eq!(undo(&mixed, WINDOWS_1252), "Привет – и ещё");
    }

    proptest! {
        #[test]
        fn what_was_doubled_comes_back(text in "[а-яёA-Za-z ,.!?é€😀]{0,40}") {
            for misread_as in MISREAD_AS {
                prop_assert_eq!(undo(&doubled(&text, misread_as), misread_as), text.as_str());
            }
        }
    }
}
