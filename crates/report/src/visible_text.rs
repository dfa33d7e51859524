//! Text of sources made fit for a document: no character that a reader cannot see.
//!
//! Control characters make an SVG file ill-formed, and characters that reverse the direction of
//! writing let a name change the look of its neighbours. Text for SVG is escaped here as well;
//! in HTML the template escapes.

/// Stands in the place of a character that was taken out.
const REPLACEMENT: char = '\u{FFFD}';

/// The text on one line, with invisible characters replaced by U+FFFD.
pub fn visible_line(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\n' | '\r' | '\t' => ' ',
            other if is_invisible(other) => REPLACEMENT,
            other => other,
        })
        .collect()
}

/// The text with its lines kept and invisible characters replaced by U+FFFD.
pub fn visible_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|character| match character {
            '\n' | '\t' => character,
            other if is_invisible(other) => REPLACEMENT,
            other => other,
        })
        .collect()
}

/// Appends text to SVG, as content or inside a double-quoted attribute.
pub fn push_escaped(markup: &mut String, text: &str) {
    for character in visible_line(text).chars() {
        match character {
            '&' => markup.push_str("&amp;"),
            '<' => markup.push_str("&lt;"),
            '>' => markup.push_str("&gt;"),
            '"' => markup.push_str("&quot;"),
            '\'' => markup.push_str("&#39;"),
            other => markup.push(other),
        }
    }
}

fn is_invisible(character: char) -> bool {
    let changes_direction = matches!(
        character,
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
    );
    let is_not_xml = matches!(character, '\u{FFFE}' | '\u{FFFF}');
    character.is_control() || changes_direction || is_not_xml
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_controls_in_text_are_harmless() {
        let mut markup = String::new();
        push_escaped(&mut markup, "<b a='1' c=\"2\">&\u{0}\u{202E}\n");
        expect_test::expect!["&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;\u{fffd}\u{fffd} "]
            .assert_eq(&markup);
    }

    #[test]
    fn lines_are_kept_where_asked() {
        assert_eq!(visible_lines("a\r\nb\tc\u{7}"), "a\nb\tc\u{FFFD}");
        assert_eq!(visible_line("a\nb"), "a b");
    }
}
