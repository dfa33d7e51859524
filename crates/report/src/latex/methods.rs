//! The methods as a fragment: sections below the heading that the paper gives them.

use super::escape::escaped;
use crate::document::{Block, Run, Text};
use crate::sections::MethodsPart;

/// The methods, to be taken into a paper by `\input`.
pub fn methods_latex(parts: &[MethodsPart]) -> String {
    let mut latex = String::from(
        "% Methods of the study, written from its result. A fragment: \\input it below a section.\n\
         % The document needs \\usepackage[T1]{fontenc}.\n",
    );
    for part in parts {
        latex.push_str(&format!("\n\\subsection*{{{}}}\n", escaped(part.title)));
        for block in &part.blocks {
            push_block(&mut latex, block);
        }
    }
    latex
}

/// Methods hold headings, paragraphs and lists only.
fn push_block(latex: &mut String, block: &Block) {
    match block {
        Block::Heading(words) => {
            latex.push_str(&format!("\n\\subsubsection*{{{}}}\n", escaped(words)));
        }
        Block::Paragraph(text) | Block::Caution(text) => {
            latex.push_str(&format!("\n{}\n", run_texts(text)));
        }
        Block::List(items) => {
            latex.push_str("\n\\begin{itemize}\n");
            for item in items {
                latex.push_str(&format!("  \\item {}\n", run_texts(item)));
            }
            latex.push_str("\\end{itemize}\n");
        }
        Block::Table(_) | Block::Figure(_) | Block::Terms(..) | Block::Lines(_) => {}
    }
}

fn run_texts(text: &Text) -> String {
    text.0.iter().map(run_text).collect()
}

fn run_text(run: &Run) -> String {
    match run {
        Run::Words(words) | Run::Name(words) => escaped(words),
        Run::Strong(words) => format!("\\textbf{{{}}}", escaped(words)),
        Run::Term(words) => format!("\\emph{{{}}}", escaped(words)),
        Run::Code(words) => format!("\\texttt{{{}}}", escaped(words)),
    }
}
