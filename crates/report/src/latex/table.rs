//! A table as LaTeX: rules of `booktabs`, widths by content, notes with n and method below.

use super::escape::escaped;
use crate::number::MISSING;
use crate::study_table::{Below, Cell, StudyTable, letter};

/// A table with more rows may break across pages.
const FLOAT_ROW_COUNT_MAX: usize = 24;
/// Characters of `\footnotesize` on a line of text.
const FOOTNOTE_LINE_CHARACTERS: f64 = 96.0;
/// Words get at least so many characters before they break.
const WORDS_CHARACTERS_MIN: f64 = 9.0;
/// Words get at most so many characters before they break.
const WORDS_CHARACTERS_MAX: f64 = 46.0;

/// What a document must load for the fragments.
const PREAMBLE: &str = "\\documentclass[11pt,a4paper]{article}
\\usepackage[margin=22mm]{geometry}
\\usepackage{array,booktabs,longtable}
\\usepackage{iftex}
\\iftutex
  \\usepackage{fontspec}
\\else
  \\usepackage[T1]{fontenc}
  % A letter that the fonts of pdfLaTeX lack is printed as its code; LuaLaTeX and XeLaTeX print it.
  \\makeatletter
  \\def\\UTFviii@undefined@err#1{{\\tiny[#1]}}
  \\makeatother
\\fi
";

/// A document that shows every table.
pub fn tables_document(title: &str, tables: &[StudyTable]) -> String {
    let mut latex = format!(
        "% Every table of the study. Compile with pdflatex, lualatex or xelatex.\n{PREAMBLE}\
         \\title{{{}}}\n\\date{{}}\n\\begin{{document}}\n\\maketitle\n",
        escaped(title)
    );
    for table in tables {
        latex.push_str(&format!("\\input{{tables/{}.tex}}\n", table.data.name));
    }
    latex.push_str("\\end{document}\n");
    latex
}

/// The table as a fragment, to be taken into a document by `\input`.
pub fn table_latex(table: &StudyTable) -> String {
    let widths = Widths::of(table);
    let name = table.data.name;
    let caption = format!(
        "\\caption{{{}}}\\label{{tab:{}}}",
        escaped(&table.title),
        name.replace('_', "-")
    );
    let needs = "% Needs \\usepackage{array,booktabs,longtable}.";
    let body = match table.rows.len() > FLOAT_ROW_COUNT_MAX {
        true => long_table(table, &widths, &caption),
        false => float(table, &widths, &caption),
    };
    format!("{needs} Data: tables/{name}.csv.\n{body}")
}

fn float(table: &StudyTable, widths: &Widths, caption: &str) -> String {
    format!(
        "\\begin{{table}}[htbp]\n{caption}\n{}\\setlength{{\\tabcolsep}}{{3pt}}\n\
         \\begin{{tabular}}{{{}}}\n\\toprule\n{}\\midrule\n{}\\bottomrule\n\\end{{tabular}}\n\n\
         \\smallskip\\noindent {}\n\\end{{table}}\n",
        widths.size,
        widths.columns(table),
        heads(table),
        rows(table),
        notes(table)
    )
}

fn long_table(table: &StudyTable, widths: &Widths, caption: &str) -> String {
    let heads = heads(table);
    format!(
        "{{{}\\setlength{{\\tabcolsep}}{{3pt}}\n\\begin{{longtable}}{{{}}}\n{caption}\\\\\n\
         \\toprule\n{heads}\\midrule\n\\endfirsthead\n\\toprule\n{heads}\\midrule\n\\endhead\n\
         \\bottomrule\n\\endfoot\n{}\\end{{longtable}}\n\\noindent {}\\par}}\n",
        widths.size,
        widths.columns(table),
        rows(table),
        notes(table)
    )
}

fn heads(table: &StudyTable) -> String {
    let heads: Vec<String> = table
        .heads
        .iter()
        .map(|head| format!("\\textbf{{{}}}", escaped(&head.words)))
        .collect();
    format!("{}\\\\\n", heads.join(" & "))
}

fn rows(table: &StudyTable) -> String {
    if table.rows.is_empty() {
        return format!(
            "\\multicolumn{{{}}}{{l}}{{\\emph{{{}}}}}\\\\\n",
            table.heads.len(),
            escaped(table.when_empty)
        );
    }
    let rows = table.rows.iter().map(|row| {
        let cells: Vec<String> = row.iter().map(cell).collect();
        format!("{}\\\\\n", cells.join(" & "))
    });
    rows.collect()
}

fn cell(cell: &Cell) -> String {
    let mut latex = escaped(&cell.text);
    if cell.is_strong {
        latex = format!("\\textbf{{{latex}}}");
    }
    latex.push_str(&reason_letter(cell.reason));
    let below = match &cell.below {
        None => return latex,
        Some(Below::Interval(words) | Below::Meaning(words)) if words.is_empty() => return latex,
        Some(Below::Interval(words) | Below::Meaning(words)) => escaped(words),
        Some(Below::OtherGroup(words, reason)) => {
            format!("{}{}", escaped(words), reason_letter(*reason))
        }
    };
    format!("{latex}\\newline {below}")
}

fn reason_letter(reason: Option<usize>) -> String {
    reason.map_or_else(String::new, |index| {
        format!("\\textsuperscript{{{}}}", letter(index))
    })
}

/// Population, n, method, and why numbers are missing.
fn notes(table: &StudyTable) -> String {
    let mut notes = format!("\\emph{{Note.}} {}", escaped(&table.basis));
    for (index, reason) in table.reasons.iter().enumerate() {
        notes.push_str(&format!(
            " \\textsuperscript{{{}}}\\,{}.",
            letter(index),
            escaped(reason)
        ));
    }
    notes
}

/// Widths of columns as parts of the line, and the size of letters that they need.
struct Widths {
    parts: Vec<f64>,
    size: &'static str,
}

impl Widths {
    /// Numbers get the width of their longest; words share what is left.
    fn of(table: &StudyTable) -> Self {
        let needs: Vec<f64> = (0..table.heads.len())
            .map(|column| need_of_column(table, column))
            .collect();
        let all: f64 = needs.iter().sum();
        let size = match all {
            all if all <= FOOTNOTE_LINE_CHARACTERS => "\\footnotesize",
            all if all <= FOOTNOTE_LINE_CHARACTERS * 1.25 => "\\scriptsize",
            _ => "\\tiny",
        };
        // A narrow table keeps its width instead of being stretched over the line.
        let line = all.max(FOOTNOTE_LINE_CHARACTERS);
        Self {
            parts: needs.iter().map(|need| need / line).collect(),
            size,
        }
    }

    fn columns(&self, table: &StudyTable) -> String {
        self.parts
            .iter()
            .zip(&table.heads)
            .map(|(part, head)| {
                let side = match head.is_number {
                    true => "\\raggedleft",
                    false => "\\raggedright",
                };
                format!(
                    ">{{{side}\\arraybackslash}}p{{\\dimexpr {part:.4}\\linewidth-2\\tabcolsep\\relax}}"
                )
            })
            .collect()
    }
}

/// Characters that a column needs, with two for the space between columns.
fn need_of_column(table: &StudyTable, column: usize) -> f64 {
    let head = &table.heads[column];
    let cells = table.rows.iter().filter_map(|row| row.get(column));
    let longest = cells.map(longest_part).max().unwrap_or(0) as f64;
    let head_word = head
        .words
        .split(' ')
        .map(|word| word.chars().count())
        .max()
        .unwrap_or(0) as f64;
    let own = match head.is_number {
        true => longest,
        false => longest.clamp(WORDS_CHARACTERS_MIN, WORDS_CHARACTERS_MAX),
    };
    own.max(head_word * 1.15) + 2.0
}

/// The longer of the two things that a cell says, with room for the letter of a reason.
fn longest_part(cell: &Cell) -> usize {
    let reason = usize::from(cell.text == MISSING);
    let below = match &cell.below {
        None => 0,
        Some(Below::Interval(words) | Below::Meaning(words) | Below::OtherGroup(words, _)) => {
            words.chars().count()
        }
    };
    below.max(cell.text.chars().count() + reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::study_tables::study_tables;

    fn table_of(result: &entangle_model::study::StudyResult, name: &str) -> String {
        let tables = study_tables(result);
        let table = tables.iter().find(|table| table.data.name == name);
        table_latex(table.unwrap()).replace("\\,", " ")
    }

    #[test]
    fn a_small_table_floats_with_its_notes() {
        expect_test::expect![[""]].assert_eq(&table_of(&fixture::realistic(), "nulls"));
    }

    #[test]
    fn a_table_without_rows_says_so() {
        expect_test::expect![[""]].assert_eq(&table_of(&fixture::empty(), "targets"));
    }

    #[test]
    fn a_long_table_may_break_across_pages() {
        let latex = table_of(&fixture::realistic(), "target_overlap");
        assert!(latex.contains("\\begin{longtable}") && latex.contains("\\endhead"));
    }

    #[test]
    fn columns_of_every_table_fill_at_most_the_line() {
        for result in [
            fixture::realistic(),
            fixture::withheld(),
            fixture::empty(),
            fixture::hostile(),
        ] {
            for table in study_tables(&result) {
                let widths = Widths::of(&table);
                let all: f64 = widths.parts.iter().sum();
                assert!(all <= 1.000_001, "{}: {all}", table.data.name);
            }
        }
    }

    /// Rows end and cells part only where we wrote so, whatever a name holds.
    #[test]
    fn hostile_text_adds_no_cell_no_row_and_no_command() {
        for table in study_tables(&fixture::hostile()) {
            let latex = table_latex(&table);
            let known = [
                "arraybackslash", "begin", "bottomrule", "caption", "char", "dimexpr", "emph",
                "end", "endfirsthead", "endfoot", "endhead", "footnotesize", "label", "linewidth",
                "midrule", "multicolumn", "newline", "noindent", "par", "pm", "raggedleft",
                "raggedright", "relax", "scriptsize", "setlength", "smallskip", "tabcolsep",
                "textasciicircum", "textasciitilde", "textbackslash", "textbar", "textbf",
                "textgreater", "textless", "textsuperscript", "tiny", "toprule", "usepackage",
                "cdot", "",
            ];
            for part in latex.split('\\').skip(1) {
                let command: String = part.chars().take_while(char::is_ascii_alphabetic).collect();
                assert!(known.contains(&command.as_str()), "\\{command} in {latex}");
            }
            let cells = latex.replace("\\&", "").matches('&').count();
            let rows = table.rows.len().max(1);
            let between = table.heads.len() - 1;
            assert!(cells <= between * (rows + 2), "{}", table.data.name);
        }
    }
}
