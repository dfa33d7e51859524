//! Folding: texts that a reader takes for the same become the same.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Marks after one letter that are looked at; the rest of a pile of marks is passed over.
pub(crate) const MARKS_PER_LETTER_MAX: usize = 4;

/// Whether the character only makes sense together with the one before it.
///
/// Beside Unicode's combining marks these are the vowels and finals of decomposed Hangul and the
/// half-width voicing marks of Katakana, which normalisation joins to the letter before them.
pub(crate) fn is_mark(character: char) -> bool {
    is_combining_mark(character)
        || matches!(character, '\u{1160}'..='\u{11FF}' | '\u{FF9E}' | '\u{FF9F}')
}

/// Whether the character is not seen and may stand inside a word: soft hyphen, joiners,
/// zero-width spaces, marks of direction.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(character, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// Folds one letter and its marks: compatibility normalisation, lower case, and «ё» as «е».
pub(crate) fn fold_cluster(cluster: &str) -> impl Iterator<Item = char> {
    let normal: String = cluster.nfkc().flat_map(char::to_lowercase).collect();
    let folded: String = normal.nfkc().collect();
    folded
        .chars()
        .map(|character| match character {
            'ё' => 'е',
            // The final sigma is the same letter as the others.
            'ς' => 'σ',
            other => other,
        })
        .collect::<Vec<_>>()
        .into_iter()
}

/// Folds a whole line (a name, a board): as words are folded, with single spaces and none at the
/// ends; punctuation stays.
pub(crate) fn fold_line(line: &str) -> String {
    let folded: String = fold_cluster(line)
        .filter(|&character| !is_invisible(character))
        .collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}
