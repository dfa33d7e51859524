//! A reader of CSV after RFC 4180, apart from the writer.

/// One cell: its text, and whether it stood in quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadCell {
    pub text: String,
    pub is_quoted: bool,
}

/// Every line's cells. Panics where the text is no CSV.
pub fn read_csv(text: &str) -> Vec<Vec<ReadCell>> {
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let mut cells = Vec::new();
        loop {
            let (cell, after) = read_cell(rest);
            cells.push(cell);
            match after.chars().next() {
                Some(',') => rest = &after[1..],
                Some('\n') => {
                    rest = &after[1..];
                    break;
                }
                other => panic!("a cell is followed by {other:?}"),
            }
        }
        lines.push(cells);
    }
    lines
}

fn read_cell(text: &str) -> (ReadCell, &str) {
    let Some(mut rest) = text.strip_prefix('"') else {
        let end = text.find([',', '\n']).unwrap_or(text.len());
        assert!(
            !text[..end].contains(['"', '\r']),
            "a bare cell holds a quote or a line end"
        );
        let cell = ReadCell {
            text: text[..end].to_owned(),
            is_quoted: false,
        };
        return (cell, &text[end..]);
    };
    let mut cell = String::new();
    loop {
        let quote = rest.find('"').expect("a quote is closed");
        cell.push_str(&rest[..quote]);
        rest = &rest[quote + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                cell.push('"');
                rest = after;
            }
            None => break,
        }
    }
    let cell = ReadCell {
        text: cell,
        is_quoted: true,
    };
    (cell, rest)
}

/// The text behind the guard against formulas.
pub fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').unwrap_or(text)
}
