//! Escaping for XML attributes, HTML text, JSON strings and CSV fields.

use std::fmt::Write;

/// Appends text, with every byte for which `replacement` gives something replaced. Only ASCII
/// bytes may be replaced, so that no character is cut.
fn push_replaced(out: &mut String, text: &str, replacement: impl Fn(u8) -> Option<&'static str>) {
    let mut kept_from = 0;
    for (position, byte) in text.bytes().enumerate() {
        if let Some(replaced) = replacement(byte) {
            out.push_str(&text[kept_from..position]);
            out.push_str(replaced);
            kept_from = position + 1;
        }
    }
    out.push_str(&text[kept_from..]);
}

/// Appends text inside a double-quoted XML attribute; line feeds become `&#xA;`.
pub(super) fn push_xml_attribute(out: &mut String, text: &str) {
    push_replaced(out, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\n' => Some("&#xA;"),
        _ => None,
    });
}

/// Appends text as HTML text.
pub(super) fn push_html(out: &mut String, text: &str) {
    push_replaced(out, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        _ => None,
    });
}

/// Appends text as a JSON string with its quotation marks. Control characters other than line
/// feed and tab do not occur in a world and are left out.
pub(super) fn push_json_string(out: &mut String, text: &str) {
    out.push('"');
    push_replaced(out, text, |byte| match byte {
        b'"' => Some("\\\""),
        b'\\' => Some("\\\\"),
        b'\n' => Some("\\n"),
        b'\t' => Some("\\t"),
        0..0x20 => Some(""),
        _ => None,
    });
    out.push('"');
}

/// Appends a CSV field, in quotation marks where needed.
pub(super) fn push_csv_field(out: &mut String, text: &str) {
    let needs_quotes = text
        .bytes()
        .any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'));
    if !needs_quotes {
        out.push_str(text);
        return;
    }
    out.push('"');
    push_replaced(out, text, |byte| (byte == b'"').then_some("\"\""));
    out.push('"');
}

/// Appends a number.
pub(super) fn push_number(out: &mut String, number: u64) {
    // Writing to a string cannot fail.
    let _ = write!(out, "{number}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(push: fn(&mut String, &str), text: &str) -> String {
        let mut out = String::new();
        push(&mut out, text);
        out
    }

    #[test]
    fn each_syntax_escapes_its_own_characters() {
        let text = "a \"b\" <c> & д,\nline \\ 2";
        let all = [
            push_xml_attribute,
            push_html,
            push_json_string,
            push_csv_field,
        ]
        .map(|push| escaped(push, text))
        .join("\n---\n");
        expect_test::expect![[r#"
            a &quot;b&quot; &lt;c&gt; &amp; д,&#xA;line \ 2
            ---
            a "b" &lt;c&gt; &amp; д,
            line \ 2
            ---
            "a \"b\" <c> & д,\nline \\ 2"
            ---
            "a ""b"" <c> & д,
            line \ 2""#]]
        .assert_eq(&all);
    }

    #[test]
    fn json_strings_are_read_back() {
        let text = "a \"b\" \\ \n\t д";
        let json = escaped(push_json_string, text);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
