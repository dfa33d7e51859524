//! What the author of a plain mail wrote: without signature, the list's footer, notes about
//! attachments that the archive took out, and the line that introduces a quotation.

/// A text and what stood below it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OwnText {
    /// The text. Lines that introduce a quotation begin with `>` like the quotation itself.
    pub(super) text: String,
    /// The author's signature.
    pub(super) signature: Option<String>,
    /// Attachments that the archive took out and left a note about.
    pub(super) removed_attachment_count: u64,
}

/// The line with which pipermail begins what it says about a part of the mail.
const NEXT_PART: &str = "-------------- next part --------------";

/// Takes a plain text apart.
pub(super) fn own_text(text: &str) -> OwnText {
    let mut lines: Vec<&str> = text.lines().collect();
    let removed_attachment_count = lines
        .iter()
        .filter(|line| line.trim_end() == NEXT_PART)
        .count() as u64;
    if let Some(end) = lines.iter().position(|line| line.trim_end() == NEXT_PART) {
        lines.truncate(end);
    }
    if let Some(end) = footer_start(&lines) {
        lines.truncate(end);
    }
    let signature = lines
        .iter()
        .rposition(|line| matches!(*line, "-- " | "--"))
        .map(|start| lines.split_off(start));
    OwnText {
        text: with_marked_introductions(&lines),
        signature: signature.map(|lines| lines[1..].join("\n")),
        removed_attachment_count,
    }
}

/// Where the footer of a list begins: a rule of underscores over the list's name or address.
fn footer_start(lines: &[&str]) -> Option<usize> {
    let is_rule = |line: &str| {
        let line = line.trim_end();
        line.len() >= 40 && line.bytes().all(|byte| byte == b'_')
    };
    let start = lines.iter().rposition(|line| is_rule(line))?;
    let below = lines.get(start + 1..)?;
    let names_list = below
        .iter()
        .take(3)
        .any(|line| line.contains("mailing list") || line.contains("listinfo"));
    names_list.then_some(start)
}

/// Undoes the escaping of `From ` and marks the lines that introduce a quotation.
fn with_marked_introductions(lines: &[&str]) -> String {
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        let escaped = line
            .strip_prefix('>')
            .filter(|rest| rest.trim_start_matches('>').starts_with("From "));
        if escaped.is_none() && introduces_quotation(lines, index) {
            text.push_str("> ");
        }
        text.push_str(escaped.unwrap_or(line));
        text.push('\n');
    }
    text
}

/// Lines over which an introduction may be folded.
const INTRODUCTION_LINE_COUNT_MAX: usize = 3;

/// Whether a line belongs to an introduction such as `On Monday, Anna <a@b.example> wrote:`, which
/// the mail program writes above a quotation: it or one soon below ends with a colon right above
/// a quoted line, and all of it names an address or says "wrote".
fn introduces_quotation(lines: &[&str], index: usize) -> bool {
    let here = &lines[index..lines.len().min(index + INTRODUCTION_LINE_COUNT_MAX)];
    if lines[index].trim().is_empty() || lines[index].starts_with('>') {
        return false;
    }
    let Some(end) = here.iter().position(|line| line.trim_end().ends_with(':')) else {
        return false;
    };
    if here[..end].iter().any(|line| line.trim().is_empty()) {
        return false;
    }
    let below = lines[index + end + 1..]
        .iter()
        .find(|line| !line.trim().is_empty());
    let says_who = here[..=end].iter().any(|line| {
        line.contains('@') || line.contains(" at ") || line.trim_end().ends_with("wrote:")
    });
    let begins_here = index == 0
        || lines[index - 1].trim().is_empty()
        || lines[index - 1].starts_with('>')
        || end == 0;
    says_who && begins_here && below.is_some_and(|line| line.starts_with('>'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn what_is_not_the_authors_own_is_taken_off() {
        let rule = "_".repeat(47);
        let text = format!(
            "Hello,\n\nOn Mon, Anna\n<anna at host.example> wrote:\n> old\n\nI agree with this:\n> other\n>From now on\n-- \nBen\nICQ 123456789\n{rule}\nList mailing list\nList at host.example\n{NEXT_PART}\nAn HTML attachment was scrubbed...\n"
        );
        expect![[r#"
            OwnText {
                text: "Hello,\n\n> On Mon, Anna\n> <anna at host.example> wrote:\n> old\n\nI agree with this:\n> other\nFrom now on\n",
                signature: Some(
                    "Ben\nICQ 123456789",
                ),
                removed_attachment_count: 1,
            }
        "#]]
        .assert_debug_eq(&own_text(&text));
    }

    #[test]
    fn plain_text_is_kept() {
        for text in ["", "one\ntwo\n", "a: b\nc\n", "____\nx\n", "-\n--x\n"] {
            assert_eq!(own_text(text).text, text);
        }
    }
}
