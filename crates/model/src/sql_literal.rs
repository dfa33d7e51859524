//! Texts inside SQL: what a source is called is data, and must not end a literal.

/// A text as an SQL literal.
pub fn sql_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Texts as the inside of an SQL list.
pub fn sql_list<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    let quoted: Vec<String> = texts
        .into_iter()
        .map(|text| sql_text(text.as_ref()))
        .collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_in_names_do_not_end_the_literal() {
        assert_eq!(sql_text("o'neill's"), "'o''neill''s'");
        assert_eq!(sql_list(&["a".to_owned(), "b'".to_owned()]), "'a', 'b'''");
    }
}
