//! A text as words, marks and gaps, without what names somebody.
//!
//! Addresses, handles, keys and numbers are taken out here, so that nothing after this module can
//! compare them by accident.

/// One piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'text> {
    /// A run of letters, as written.
    Word(&'text str),
    /// A run of digits, or of letters and digits; which ones is not told.
    Number,
    /// Any other visible character.
    Mark(char),
    /// White space without a line feed; `is_wide` where it is longer than one character.
    Space { is_wide: bool },
    /// White space with a line feed; `is_blank` where it leaves an empty line.
    Break { is_blank: bool },
}

/// Characters from which a run without white space is taken for a key or an address.
const CHUNK_CHARACTER_COUNT_MAX: usize = 40;

/// Calls `visit` with every piece in order. Time is linear in the text.
pub(crate) fn for_each_piece<'text>(text: &'text str, visit: &mut impl FnMut(Piece<'text>)) {
    let mut rest = text;
    while !rest.is_empty() {
        let gap_end = rest
            .find(|letter: char| !letter.is_whitespace())
            .unwrap_or(rest.len());
        let (gap, from_chunk) = rest.split_at(gap_end);
        visit_gap(gap, visit);
        let chunk_end = from_chunk
            .find(char::is_whitespace)
            .unwrap_or(from_chunk.len());
        let (chunk, after) = from_chunk.split_at(chunk_end);
        if !names_somebody(chunk) {
            visit_chunk(chunk, visit);
        }
        rest = after;
    }
}

fn visit_gap<'text>(gap: &str, visit: &mut impl FnMut(Piece<'text>)) {
    if gap.is_empty() {
        return;
    }
    let feed_count = gap.bytes().filter(|byte| *byte == b'\n').count();
    visit(if feed_count == 0 {
        Piece::Space {
            is_wide: gap.chars().nth(1).is_some(),
        }
    } else {
        Piece::Break {
            is_blank: feed_count > 1,
        }
    });
}

/// Whether a run without white space looks like a link, an address, a handle, a path, a key or the
/// name of a host: a full stop stands between two letters or digits.
fn names_somebody(chunk: &str) -> bool {
    if chunk.starts_with('/') {
        return true;
    }
    let mut before = [' '; 2];
    for (position, letter) in chunk.chars().enumerate() {
        let is_inner_dot =
            before[1] == '.' && before[0].is_alphanumeric() && letter.is_alphanumeric();
        let is_scheme = letter == '/' && before == [':', '/'];
        let is_long = position >= CHUNK_CHARACTER_COUNT_MAX;
        if is_inner_dot || is_scheme || is_long || matches!(letter, '@' | '_') {
            return true;
        }
        before = [before[1], letter];
    }
    false
}

fn visit_chunk<'text>(chunk: &'text str, visit: &mut impl FnMut(Piece<'text>)) {
    let mut rest = chunk;
    while let Some(first) = rest.chars().next() {
        if !is_run_letter(first) {
            visit(Piece::Mark(first));
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let end = rest
            .find(|letter| !is_run_letter(letter))
            .unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        let has_digit = run.chars().any(char::is_numeric);
        visit(if has_digit {
            Piece::Number
        } else {
            Piece::Word(run)
        });
        rest = after;
    }
}

fn is_run_letter(letter: char) -> bool {
    match letter {
        '\0'..='\u{7f}' => letter.is_ascii_alphanumeric(),
        '\u{300}'..='\u{36f}' | '\u{400}'..='\u{481}' => true,
        other => other.is_alphanumeric(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(text: &str, expected: Expect) {
        let mut out = String::new();
        for_each_piece(text, &mut |piece| match piece {
            Piece::Word(word) => out.push_str(&format!("[{word}]")),
            Piece::Number => out.push('#'),
            Piece::Mark(mark) => out.push(mark),
            Piece::Space { is_wide } => out.push_str(if is_wide { "__" } else { "_" }),
            Piece::Break { is_blank } => out.push_str(if is_blank { "//" } else { "/" }),
        });
        expected.assert_eq(&out);
    }

    #[test]
    fn words_marks_and_gaps_are_told_apart() {
        check(
            "Well,  don't\nask me...\n\nПривет!",
            expect!["[Well],__[don]'[t]/[ask]_[me]...//[Привет]!"],
        );
    }

    #[test]
    fn addresses_handles_keys_and_numbers_are_left_out() {
        check(
            "see https://a.example/x or www.b.example, neo@c.example @neo dark_neo d.example /e \
             1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa0123456789 call 555-1234 neo77",
            expect!["[see]__[or]________[call]_#-#_#"],
        );
    }

    #[test]
    fn a_pause_of_dots_between_words_is_kept() {
        check("well...no", expect!["[well]...[no]"]);
    }
}
