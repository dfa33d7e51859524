//! Texts numbered as they come.

use rustc_hash::FxHashMap;

/// The numbers of the texts seen so far, from zero: of languages, or of boards.
#[derive(Debug, Default)]
pub(crate) struct Numbering(FxHashMap<String, u32>);

impl Numbering {
    /// The number of a text, a new one where it was not seen before.
    pub(crate) fn number_of(&mut self, text: &str) -> u32 {
        if let Some(number) = self.0.get(text) {
            return *number;
        }
        let number = self.0.len() as u32;
        self.0.insert(text.to_owned(), number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_number() {
        let mut numbering = Numbering::default();
        let numbers = ["en", "ru", "en"].map(|text| numbering.number_of(text));
        assert_eq!(numbers, [0, 1, 0]);
    }
}
