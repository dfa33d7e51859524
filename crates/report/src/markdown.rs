//! A document as Markdown, for repositories, notebooks and Pandoc.
//!
//! Plain CommonMark with the pipe tables of GitHub; no HTML. Every character that Markdown could
//! take for markup is escaped, so a name cannot make a link, a heading or a column.

use crate::document::{Block, Exhibits, Numbering, Run, Section, TermsKind, Text};
use crate::figure::Figure;
use crate::sections::{Front, MethodsPart};
use crate::study_table::{Below, Cell, StudyTable, letter};
use crate::visible_text::{visible_line, visible_lines};

/// The document of a front and its sections.
pub fn markdown(front: &Front, sections: &[Section], exhibits: Exhibits<'_>) -> String {
    let mut text = format!("# {}\n", escaped(&front.title));
    push_paragraph(&mut text, &run_texts(&front.subtitle));
    push_paragraph(&mut text, &escaped(&front.imprint));
    if !front.key_numbers.is_empty() {
        text.push('\n');
    }
    for key in &front.key_numbers {
        text.push_str(&format!(
            "- {}: **{}** ({})\n",
            escaped(&key.title),
            escaped(&key.number),
            escaped(&key.below)
        ));
    }
    let numbering = &mut Numbering::default();
    for section in sections {
        text.push_str(&format!("\n## {}\n", escaped(section.title)));
        for block in &section.blocks {
            push_block(&mut text, block, exhibits, numbering);
        }
    }
    text
}

/// The methods by themselves.
pub fn methods_markdown(title: &str, parts: &[MethodsPart]) -> String {
    let nothing = Exhibits {
        tables: &[],
        figures: &[],
    };
    let mut text = format!("# Methods: {}\n", escaped(title));
    for part in parts {
        text.push_str(&format!("\n## {}\n", escaped(part.title)));
        for block in &part.blocks {
            push_block(&mut text, block, nothing, &mut Numbering::default());
        }
    }
    text
}

fn push_block(text: &mut String, block: &Block, exhibits: Exhibits<'_>, numbering: &mut Numbering) {
    match block {
        Block::Heading(words) => text.push_str(&format!("\n### {}\n", escaped(words))),
        Block::Paragraph(sentences) => push_paragraph(text, &run_texts(sentences)),
        Block::Caution(sentences) => {
            text.push_str(&format!("\n> {}\n", run_texts(sentences)));
        }
        Block::Table(name) => {
            if let Some(table) = exhibits.table(name) {
                push_table(text, table, numbering.next_table());
            }
        }
        Block::Figure(name) => {
            if let Some(figure) = exhibits.figure(name) {
                push_figure(text, figure, numbering.next_figure());
            }
        }
        Block::Terms(kind, terms) => {
            text.push('\n');
            for term in terms {
                let (mark, end) = match kind {
                    TermsKind::Findings | TermsKind::Glossary => ("**", "."),
                    TermsKind::Facts => ("", ":"),
                };
                let (term, words) = (escaped(&term.term), run_texts(&term.text));
                text.push_str(&format!("- {mark}{term}{end}{mark} {words}\n"));
            }
        }
        Block::List(items) => {
            text.push('\n');
            for item in items {
                text.push_str(&format!("- {}\n", run_texts(item)));
            }
        }
        Block::Lines(lines) => push_lines(text, lines),
    }
}

fn push_paragraph(text: &mut String, words: &str) {
    text.push_str(&format!("\n{words}\n"));
}

/// Lines as they are, in a fence longer than any run of its sign within them.
fn push_lines(text: &mut String, lines: &str) {
    let lines = visible_lines(lines);
    let fence = "`".repeat(longest_run_of_backticks(&lines).max(2) + 1);
    text.push_str(&format!("\n{fence}\n{}\n{fence}\n", lines.trim_end()));
}

fn longest_run_of_backticks(text: &str) -> usize {
    text.split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or(0)
}

fn push_table(text: &mut String, table: &StudyTable, number: u32) {
    text.push_str(&format!(
        "\n**Table {number}. {}.** {} Data: {}.\n\n",
        escaped(&table.title),
        escaped(&table.basis),
        code(&table.data_file())
    ));
    if table.rows.is_empty() {
        text.push_str(&format!("*{}*\n", escaped(table.when_empty)));
        return;
    }
    let heads = table.heads.iter().map(|head| escaped(&head.words));
    push_row(text, heads);
    let rules = table.heads.iter().map(|head| match head.is_number {
        true => "--:".to_owned(),
        false => ":--".to_owned(),
    });
    push_row(text, rules);
    for (row, group) in table.rows.iter().zip(&table.groups) {
        if let Some(group) = group {
            let heading = emphasised("*", group);
            let rest = std::iter::repeat_n(String::new(), table.heads.len() - 1);
            push_row(text, std::iter::once(heading).chain(rest));
        }
        push_row(text, row.iter().map(cell));
    }
    push_reasons(text, &table.reasons);
}

fn push_row(text: &mut String, cells: impl Iterator<Item = String>) {
    text.push('|');
    for cell in cells {
        text.push_str(&format!(" {cell} |"));
    }
    text.push('\n');
}

fn push_reasons(text: &mut String, reasons: &[String]) {
    if reasons.is_empty() {
        return;
    }
    let notes: Vec<String> = reasons
        .iter()
        .enumerate()
        .map(|(index, reason)| format!("({}) {}", letter(index), escaped(reason)))
        .collect();
    text.push_str(&format!("\n{}.\n", notes.join("; ")));
}

fn cell(cell: &Cell) -> String {
    let mut text = escaped(&cell.text);
    if cell.is_strong {
        text = format!("**{text}**");
    }
    text.push_str(&reason_letter(cell.reason));
    match &cell.below {
        None => {}
        Some(Below::Interval(interval)) => text.push_str(&format!(" ({})", escaped(interval))),
        Some(Below::Meaning(meaning)) if meaning.is_empty() => {}
        Some(Below::Meaning(meaning)) => text.push_str(&format!(": {}", escaped(meaning))),
        Some(Below::OtherGroup(words, reason)) => {
            text.push_str(&format!(" / {}{}", escaped(words), reason_letter(*reason)));
        }
    }
    text
}

fn reason_letter(reason: Option<usize>) -> String {
    reason.map_or_else(String::new, |index| format!(" ({})", letter(index)))
}

fn push_figure(text: &mut String, figure: &Figure, number: u32) {
    let file = format!("figures/{}", figure.name);
    if figure.is_empty() {
        text.push_str(&format!("\n*{}*\n", figure.nothing_to_draw()));
    } else {
        text.push_str(&format!(
            "\n![{}]({file}.svg)\n",
            escaped(&figure.description)
        ));
    }
    let reading = match figure.is_empty() {
        true => String::new(),
        false => format!("{} ", escaped(figure.reading)),
    };
    text.push_str(&format!(
        "\n**Figure {number}. {}.** {reading}{} Data: {}.\n",
        escaped(&figure.title),
        escaped(&figure.basis),
        code(&format!("{file}.csv"))
    ));
}

fn run_texts(text: &Text) -> String {
    text.0.iter().map(run_text).collect()
}

fn run_text(run: &Run) -> String {
    match run {
        Run::Words(words) | Run::Name(words) => escaped(words),
        Run::Strong(words) => emphasised("**", words),
        Run::Term(words) => emphasised("*", words),
        Run::Code(words) => code(words),
    }
}

/// Spaces stand outside the marks, where Markdown wants them.
fn emphasised(mark: &str, words: &str) -> String {
    let inner = words.trim_end();
    let space = &words[inner.len()..];
    format!("{mark}{}{mark}{space}", escaped(inner))
}

/// A text as it is typed; one that holds a backtick is escaped as words are.
fn code(words: &str) -> String {
    let words = visible_line(words);
    match words.contains(['`', '|']) {
        true => escaped(&words),
        false => format!("`{words}`"),
    }
}

/// A text on one line that Markdown shows as it is.
fn escaped(text: &str) -> String {
    let line = visible_line(text);
    let mut markdown = String::new();
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let is_mark = "\\`*_[]<>|~&$#^@".contains(character);
        let begins_a_block = markdown.is_empty() && "+-=:".contains(character);
        let makes_an_address = character == ':' && characters.peek() == Some(&'/');
        if is_mark || begins_a_block || makes_an_address {
            markdown.push('\\');
        }
        markdown.push(character);
    }
    unnumbered(unlinked(markdown))
}

/// `www.` would make a link of what follows.
fn unlinked(text: String) -> String {
    match text.contains("www.") {
        true => text.replace("www.", "www\\."),
        false => text,
    }
}

/// A number with a full stop or a bracket at the start would make a list.
fn unnumbered(text: String) -> String {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let after = &text[digits..];
    let is_list = digits > 0 && (after.starts_with(['.', ')']) && !is_decimal(after));
    match is_list {
        true => format!("{}\\{}", &text[..digits], &text[digits..]),
        false => text,
    }
}

/// Whether a digit follows a point, as in `12.5`.
fn is_decimal(after: &str) -> bool {
    after
        .chars()
        .nth(1)
        .is_some_and(|next| next.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_markdown_in_a_text_are_escaped() {
        let shown = [
            "a|b *c* [d](http://evil.test) <e> `f`",
            "# title",
            "- item",
            "12. item",
            "12.5 % of accounts",
            "see www.evil.test ![x](y)",
            "a_b & c$d @name ~x~",
        ]
        .map(escaped);
        expect_test::expect![[r#"
            a\|b \*c\* \[d\](http\://evil.test) \<e\> \`f\`
            \# title
            \- item
            12\. item
            12.5 % of accounts
            see www\.evil.test !\[x\](y)
            a\_b \& c\$d \@name \~x\~"#]]
        .assert_eq(&shown.join("\n"));
    }

    #[test]
    fn lines_stay_inside_their_fence() {
        let mut text = String::new();
        push_lines(&mut text, "a\n````\nb\n");
        assert_eq!(text, "\n`````\na\n````\nb\n`````\n");
    }

    fn report(result: &entangle_model::study::StudyResult) -> String {
        let tables = crate::study_tables::study_tables(result);
        let figures = crate::figure::study_figures(result);
        let exhibits = Exhibits {
            tables: &tables,
            figures: &figures,
        };
        let sections = crate::sections::study_sections(result);
        markdown(&crate::sections::front(result), &sections, exhibits)
    }

    #[test]
    fn report_of_missing_estimates() {
        let text = report(&crate::fixture::withheld()).replace('\u{202F}', " ");
        expect_test::expect_file!["snapshots/withheld_report.md"].assert_eq(&text);
    }

    #[test]
    fn hostile_text_makes_no_markup() {
        let text = report(&crate::fixture::hostile());
        // What stands in the fence of the configuration is not read as markup.
        let outside_fence = text.split("```").next().unwrap();
        let unescaped = outside_fence.replace("\\<", "").replace("\\&", "");
        assert!(!unescaped.contains(['<', '&']), "{unescaped}");
        assert!(
            !outside_fence.contains("http://"),
            "an address became a link"
        );
    }

    #[test]
    fn every_row_of_a_table_has_as_many_cells_as_its_head() {
        for result in [crate::fixture::realistic(), crate::fixture::hostile()] {
            let mut width = 0;
            for line in report(&result).lines() {
                let cells = line.replace("\\|", "").matches('|').count();
                if !line.starts_with('|') {
                    width = 0;
                } else if width == 0 {
                    width = cells;
                }
                assert!(width == 0 || cells == width, "{line}");
            }
        }
    }
}
