//! Text as LaTeX that prints it as it is: no character of a source acts as a command.

use crate::visible_text::visible_line;

/// The text for use in a paragraph or a cell.
///
/// Letters that the document's fonts lack are left as they are: LuaLaTeX and XeLaTeX print them,
/// and under pdfLaTeX `tables.tex` prints their code.
pub fn escaped(text: &str) -> String {
    let mut latex = String::new();
    let mut before = None;
    for character in visible_line(text).chars() {
        if before == Some(character) && "-',<>".contains(character) {
            latex.push_str("{}");
        }
        push_character(&mut latex, character);
        before = Some(character);
    }
    latex
}

fn push_character(latex: &mut String, character: char) {
    let command = match character {
        '\\' => "\\textbackslash{}",
        '{' => "\\{",
        '}' => "\\}",
        '$' => "\\$",
        '&' => "\\&",
        '#' => "\\#",
        '%' => "\\%",
        '_' => "\\_",
        '^' => "\\textasciicircum{}",
        '~' => "\\textasciitilde{}",
        '<' => "\\textless{}",
        '>' => "\\textgreater{}",
        '|' => "\\textbar{}",
        '"' => "\\char34{}",
        '`' => "\\textasciigrave{}",
        // After a line break a bracket or an asterisk would be read as its argument.
        '[' => "{[}",
        ']' => "{]}",
        '*' => "{*}",
        '\u{A0}' => "~",
        '\u{202F}' => "\\,",
        '\u{2212}' => "$-$",
        '±' => "$\\pm$",
        '·' => "$\\cdot$",
        '×' => "$\\times$",
        'Π' => "$\\Pi$",
        'λ' => "$\\lambda$",
        '–' => "--",
        '—' => "---",
        '’' => "'",
        '‘' => "`",
        '“' => "``",
        '”' => "''",
        '…' => "\\ldots{}",
        '\u{FFFD}' => "{?}",
        other => return latex.push(other),
    };
    latex.push_str(command);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_special_character_is_escaped() {
        let special = "\\ { } $ & # % _ ^ ~ < > | \" ` [ ] * -- '' ,, << \u{2212}1 “q” 5\u{202F}%";
        expect_test::expect![[r#"\textbackslash{} \{ \} \$ \& \# \% \_ \textasciicircum{} \textasciitilde{} \textless{} \textgreater{} \textbar{} \char34{} \textasciigrave{} {[} {]} {*} -{}- '{}' ,{}, \textless{}{}\textless{} $-$1 ``q'' 5\,\%"#]].assert_eq(&escaped(special));
    }

    #[test]
    fn no_input_makes_a_command() {
        let hostile = "\\input{/etc/passwd}\\write18{x}%$\\end{tabular}\n\\\\[1em]";
        let latex = escaped(hostile);
        expect_test::expect![[r#"\textbackslash{}input\{/etc/passwd\}\textbackslash{}write18\{x\}\%\$\textbackslash{}end\{tabular\} \textbackslash{}\textbackslash{}{[}1em{]}"#]].assert_eq(&latex);
    }
}
