//! A table as LaTeX: rules of `booktabs`, widths by content, notes with n and method below.

use super::escape::escaped;
use crate::number::MISSING;
use crate::study_table::{Below, Cell, StudyTable, letter};

/// A table with more rows may break across pages.
const FLOAT_ROW_COUNT_MAX: usize = 24;
/// Sizes of letters from large to small: the characters that a line of 166 mm holds, and the part
/// of the room they would like that words must get for the size to be taken.
const SIZES: [(&str, f64, f64); 3] = [
    ("\\footnotesize", 94.0, 0.4),
    ("\\scriptsize", 104.0, 0.05),
    ("\\tiny", 136.0, 0.0),
];
/// Words are given at most so many characters before they break.
const WORDS_CHARACTERS_MAX: f64 = 46.0;
/// Space between columns, in characters.
const GAP_CHARACTERS: f64 = 2.2;

/// What a document must load for the fragments.
const PREAMBLE: &str = "\\documentclass[11pt,a4paper]{article}
\\usepackage[margin=22mm]{geometry}
\\usepackage{array,booktabs,longtable}
\\usepackage{iftex}
\\iftutex
  \\usepackage{fontspec}
\\else
  \\usepackage[T1]{fontenc}
  \\IfFileExists{lmodern.sty}{\\usepackage{lmodern}}{}
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
        // Tables that float would otherwise move behind one that does not.
        if table.rows.len() > FLOAT_ROW_COUNT_MAX {
            latex.push_str("\\clearpage\n");
        }
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
        "\\begin{{table}}[htbp]\n{caption}\\vskip 4pt\n{}\\setlength{{\\tabcolsep}}{{4pt}}\n\
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
        "{{{}\\setlength{{\\tabcolsep}}{{4pt}}\n\\begin{{longtable}}{{{}}}\n{caption}\\\\\n\
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
    let rows = table.rows.iter().zip(&table.groups).map(|(row, group)| {
        let heading = group.as_ref().map_or_else(String::new, |group| {
            let columns = table.heads.len();
            let words = escaped(group);
            format!("\\multicolumn{{{columns}}}{{l}}{{\\emph{{{words}}}}}\\\\\n")
        });
        let cells: Vec<String> = row.iter().map(cell).collect();
        let space = match row.iter().any(|cell| cell.below.is_some()) {
            true => "\\addlinespace[2pt]\n",
            false => "",
        };
        format!("{heading}{}\\\\\n{space}", cells.join(" & "))
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
    format!("{latex}\\par {below}")
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
        let needs: Vec<Need> = (0..table.heads.len())
            .map(|column| Need::of(table, column))
            .collect();
        let least: f64 = needs.iter().map(|need| need.least).sum();
        let wished: f64 = needs.iter().map(|need| need.wished - need.least).sum();
        let room = |line: f64| match wished > 0.0 {
            true => ((line - least) / wished).min(1.0),
            false => 1.0,
        };
        let enough = SIZES
            .into_iter()
            .find(|(_, line, enough)| *line >= least && room(*line) >= *enough);
        let (size, line, _) = enough.unwrap_or(SIZES[SIZES.len() - 1]);
        let room = room(line).max(0.0);
        // Where even the least is too much, all columns shrink alike.
        let whole = line.max(least);
        let parts = needs
            .iter()
            .map(|need| (need.least + room * (need.wished - need.least)) / whole)
            .collect();
        Self { parts, size }
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

/// Characters that a column needs.
struct Need {
    /// Without which something would stick out.
    least: f64,
    /// With which nothing but long texts would break.
    wished: f64,
}

impl Need {
    fn of(table: &StudyTable, column: usize) -> Self {
        let head = &table.heads[column];
        let texts: Vec<&str> = table
            .rows
            .iter()
            .filter_map(|row| row.get(column))
            .flat_map(texts_of)
            .collect();
        // Bold letters are wider.
        let head_word = 1.25 * longest_word(&head.words);
        let longest = texts.iter().map(|text| length(text)).fold(0.0, f64::max);
        let word = texts
            .iter()
            .map(|text| longest_word(text))
            .fold(0.0, f64::max);
        let least = match head.is_number {
            true => 1.06 * longest,
            false => 1.06 * word.min(WORDS_CHARACTERS_MAX),
        };
        let least = least.max(head_word);
        let wished = match head.is_number {
            true => least,
            false => longest.min(WORDS_CHARACTERS_MAX).max(least),
        };
        Self {
            least: least + GAP_CHARACTERS,
            wished: wished + GAP_CHARACTERS,
        }
    }
}

/// The two things that a cell says.
fn texts_of(cell: &Cell) -> impl Iterator<Item = &str> {
    let below = cell.below.as_ref().map(|below| match below {
        Below::Interval(words) | Below::Meaning(words) | Below::OtherGroup(words, _) => {
            words.as_str()
        }
    });
    std::iter::once(cell.text.as_str()).chain(below)
}

/// Characters of a text; a missing number has room for the letter of its reason.
fn length(text: &str) -> f64 {
    let reason = usize::from(text == MISSING);
    (text.chars().count() + reason) as f64
}

fn longest_word(text: &str) -> f64 {
    text.split(' ').map(length).fold(0.0, f64::max)
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
        expect_test::expect![[r#"
            % Needs \usepackage{array,booktabs,longtable}. Data: tables/nulls.csv.
            \begin{table}[htbp]
            \caption{Null models: links found where no true link is expected}\label{tab:nulls}\vskip 4pt
            \footnotesize\setlength{\tabcolsep}{4pt}
            \begin{tabular}{>{\raggedright\arraybackslash}p{\dimexpr 0.3511\linewidth-2\tabcolsep\relax}>{\raggedleft\arraybackslash}p{\dimexpr 0.0911\linewidth-2\tabcolsep\relax}>{\raggedleft\arraybackslash}p{\dimexpr 0.1813\linewidth-2\tabcolsep\relax}>{\raggedleft\arraybackslash}p{\dimexpr 0.0911\linewidth-2\tabcolsep\relax}>{\raggedright\arraybackslash}p{\dimexpr 0.2855\linewidth-2\tabcolsep\relax}}
            \toprule
            \textbf{Null model} & \textbf{Share} & \textbf{95 \% interval} & \textbf{n} & \textbf{Method}\\
            \midrule
            decoy names\par 2,000 names drawn from the character model of the public source were linked as if they were accounts & 0.6 \% & 0.3 to 1.0 \% & 2,000 & share called crossover users; Wilson\\
            \addlinespace[2pt]
            unrelated source\par the population was linked with a source about aquariums, whose members have nothing to do with it & 0.21 \% & 0.17 to 0.26 \% & 38,214 & share called crossover users; Wilson\\
            \addlinespace[2pt]
            \bottomrule
            \end{tabular}

            \smallskip\noindent \emph{Note.} Population: null accounts, n and method by row.
            \end{table}
        "#]].assert_eq(&table_of(&fixture::realistic(), "nulls"));
    }

    #[test]
    fn a_table_without_rows_says_so() {
        expect_test::expect![[r#"
            % Needs \usepackage{array,booktabs,longtable}. Data: tables/targets.csv.
            \begin{table}[htbp]
            \caption{Target sources and the crossover users on them}\label{tab:targets}\vskip 4pt
            \footnotesize\setlength{\tabcolsep}{4pt}
            \begin{tabular}{>{\raggedright\arraybackslash}p{\dimexpr 0.1032\linewidth-2\tabcolsep\relax}>{\raggedright\arraybackslash}p{\dimexpr 0.1298\linewidth-2\tabcolsep\relax}>{\raggedleft\arraybackslash}p{\dimexpr 0.1298\linewidth-2\tabcolsep\relax}>{\raggedleft\arraybackslash}p{\dimexpr 0.0899\linewidth-2\tabcolsep\relax}>{\raggedleft\arraybackslash}p{\dimexpr 0.1032\linewidth-2\tabcolsep\relax}>{\raggedleft\arraybackslash}p{\dimexpr 0.1298\linewidth-2\tabcolsep\relax}>{\raggedleft\arraybackslash}p{\dimexpr 0.0899\linewidth-2\tabcolsep\relax}>{\raggedleft\arraybackslash}p{\dimexpr 0.1165\linewidth-2\tabcolsep\relax}>{\raggedleft\arraybackslash}p{\dimexpr 0.1032\linewidth-2\tabcolsep\relax}}
            \toprule
            \textbf{Source} & \textbf{Language} & \textbf{Accounts} & \textbf{Posts} & \textbf{Strict} & \textbf{Expected} & \textbf{Share of posts} & \textbf{Share of threads} & \textbf{Equal names by chance}\\
            \midrule
            \multicolumn{9}{l}{\emph{There was no target source.}}\\
            \bottomrule
            \end{tabular}

            \smallskip\noindent \emph{Note.} Population: accounts of webmasters that the rule includes (n~=~0); shares of posts and threads rest on all of the source. Intervals of 95 \% below the values. Method of strict: not estimated. Of expected: not estimated. Of share of posts: not estimated. Of share of threads: not estimated. Of equal names by chance: not estimated.
            \end{table}
        "#]].assert_eq(&table_of(&fixture::empty(), "targets"));
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
                "arraybackslash",
                "begin",
                "bottomrule",
                "caption",
                "char",
                "dimexpr",
                "emph",
                "end",
                "endfirsthead",
                "endfoot",
                "endhead",
                "footnotesize",
                "label",
                "linewidth",
                "addlinespace",
                "clearpage",
                "midrule",
                "multicolumn",
                "noindent",
                "par",
                "pm",
                "raggedleft",
                "raggedright",
                "relax",
                "scriptsize",
                "setlength",
                "smallskip",
                "tabcolsep",
                "textasciicircum",
                "textasciitilde",
                "textbackslash",
                "textbar",
                "textbf",
                "textgreater",
                "textless",
                "textsuperscript",
                "tiny",
                "toprule",
                "usepackage",
                "vskip",
                "cdot",
                "",
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
