//! Habits of punctuation, case, spacing and length, as counts.

use crate::pieces::Piece;

macro_rules! habits {
    ($($name:ident),* $(,)?) => {
        /// A habit that is counted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Habit { $($name),* }

        /// Number of habits without the word lengths.
        const NAMED_HABIT_COUNT: usize = [$(Habit::$name),*].len();
    };
}

habits! {
    Comma, FullStop, Exclamation, Question, Colon, Semicolon, Ellipsis, RepeatedMark, Hyphen, Dash,
    BracketOpened, BracketClosed, StraightQuote, TypographicQuote, StraightApostrophe,
    TypographicApostrophe, Slash, Ampersand, Plus, Asterisk, Emoji, Smiley, Number, LineBreak,
    BlankLine, SpaceBeforeMark, NoSpaceAfterMark, WideSpace, WordInCapitals, WordCapitalised,
    SentenceInLowerCase, LoneLowerI, ElongatedWord, LetterYo,
    // Counted once for a post.
    PostBeginsInLowerCase, PostEndsWithoutMark, PostOfOneLine, PostUnderTenWords, PostOverSixtyWords,
}

/// Words of this many letters or more are counted as one length.
const WORD_LENGTH_MAX: usize = 12;
/// Where the habits begin whose rate is one of posts.
const FIRST_OF_POST: usize = Habit::PostBeginsInLowerCase as usize;

/// Number of counts: the habits, then words of one to twelve letters.
pub(crate) const HABIT_COUNT: usize = NAMED_HABIT_COUNT + WORD_LENGTH_MAX;

/// Whether the count at a position is one of posts, and not of words.
pub(crate) fn is_of_posts(position: usize) -> bool {
    (FIRST_OF_POST..NAMED_HABIT_COUNT).contains(&position)
}

/// Counts the habits of one text.
#[derive(Debug)]
pub(crate) struct HabitCounter {
    counts: [u32; HABIT_COUNT],
    /// The last piece if it was a mark.
    mark_before: Option<char>,
    /// The mark before that one, with nothing between them.
    mark_before_that: Option<char>,
    is_after_gap: bool,
    is_sentence_start: bool,
    word_count: u32,
}

impl HabitCounter {
    pub(crate) fn new() -> Self {
        HabitCounter {
            counts: [0; HABIT_COUNT],
            mark_before: None,
            mark_before_that: None,
            is_after_gap: true,
            is_sentence_start: true,
            word_count: 0,
        }
    }

    /// Takes the next piece of the text.
    pub(crate) fn add(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Word(word) => self.add_word(word),
            Piece::Number => self.count(Habit::Number),
            Piece::Mark(mark) => return self.add_mark(mark),
            Piece::Space { is_wide } => {
                self.count_if(Habit::WideSpace, is_wide);
            }
            Piece::Break { is_blank } => {
                self.count(Habit::LineBreak);
                self.count_if(Habit::BlankLine, is_blank);
            }
        }
        let is_gap = matches!(piece, Piece::Space { .. } | Piece::Break { .. });
        self.is_after_gap = is_gap;
        if !is_gap {
            self.mark_before = None;
        }
        self.mark_before_that = None;
    }

    /// The counts of the text, with those of the post as a whole.
    pub(crate) fn finish(mut self) -> ([u32; HABIT_COUNT], u32) {
        let is_one_line = self.counts[Habit::LineBreak as usize] == 0;
        self.count_if(Habit::PostEndsWithoutMark, self.mark_before.is_none());
        self.count_if(Habit::PostOfOneLine, is_one_line);
        self.count_if(Habit::PostUnderTenWords, self.word_count < 10);
        self.count_if(Habit::PostOverSixtyWords, self.word_count > 60);
        (self.counts, self.word_count)
    }

    fn count(&mut self, habit: Habit) {
        self.counts[habit as usize] += 1;
    }

    fn count_if(&mut self, habit: Habit, is_met: bool) {
        self.counts[habit as usize] += u32::from(is_met);
    }

    fn add_word(&mut self, word: &str) {
        let is_joined = !self.is_after_gap;
        let after_comma = matches!(self.mark_before, Some(',' | ';' | '!' | '?'));
        self.count_if(Habit::NoSpaceAfterMark, is_joined && after_comma);
        let form = WordForm::of(word);
        let is_first = self.word_count == 0;
        self.count_if(
            Habit::WordInCapitals,
            form.is_all_upper && form.letter_count > 1,
        );
        self.count_if(
            Habit::WordCapitalised,
            form.begins_upper && !form.is_all_upper,
        );
        self.count_if(
            Habit::SentenceInLowerCase,
            self.is_sentence_start && form.begins_lower,
        );
        self.count_if(Habit::PostBeginsInLowerCase, is_first && form.begins_lower);
        self.count_if(Habit::LoneLowerI, word == "i");
        self.count_if(Habit::ElongatedWord, form.is_elongated);
        self.count_if(Habit::LetterYo, form.has_yo);
        let length = form.letter_count.clamp(1, WORD_LENGTH_MAX);
        self.counts[NAMED_HABIT_COUNT + length - 1] += 1;
        self.is_sentence_start = false;
        self.word_count += 1;
    }

    fn add_mark(&mut self, mark: char) {
        let repeats = self.mark_before == Some(mark) && !self.is_after_gap;
        let is_end = matches!(mark, '.' | '!' | '?' | '…');
        if repeats && is_end {
            self.add_repeated(mark);
        } else if let Some(habit) = habit_of(mark) {
            self.count(habit);
            let is_spaced = matches!(mark, ',' | '.' | '!' | '?' | ':' | ';') && self.is_after_gap;
            self.count_if(Habit::SpaceBeforeMark, is_spaced && self.word_count > 0);
        }
        let is_smile = matches!(mark, '(' | ')' | '/' | ']') && !self.is_after_gap;
        let eyes = if self.mark_before == Some('-') {
            self.mark_before_that
        } else {
            self.mark_before
        };
        self.count_if(
            Habit::Smiley,
            is_smile && matches!(eyes, Some(':' | ';' | '=')),
        );
        self.is_sentence_start |= is_end;
        self.mark_before_that = self.mark_before.filter(|_| !self.is_after_gap);
        self.mark_before = Some(mark);
        self.is_after_gap = false;
    }

    /// A second mark makes a pause of dots or a repeated mark of what was counted as a single one.
    fn add_repeated(&mut self, mark: char) {
        if self.mark_before_that == Some(mark) {
            return;
        }
        let (single, repeated) = match mark {
            '!' => (Habit::Exclamation, Habit::RepeatedMark),
            '?' => (Habit::Question, Habit::RepeatedMark),
            '.' => (Habit::FullStop, Habit::Ellipsis),
            _ => return,
        };
        let single = &mut self.counts[single as usize];
        *single = single.saturating_sub(1);
        self.count(repeated);
    }
}

/// What is looked at in one word.
#[derive(Debug, Default)]
struct WordForm {
    letter_count: usize,
    begins_upper: bool,
    begins_lower: bool,
    is_all_upper: bool,
    is_elongated: bool,
    has_yo: bool,
}

impl WordForm {
    fn of(word: &str) -> Self {
        let mut form = WordForm {
            is_all_upper: true,
            ..WordForm::default()
        };
        let mut run_length = 0;
        let mut before = '\0';
        for letter in word.chars() {
            if form.letter_count == 0 {
                form.begins_upper = letter.is_uppercase();
                form.begins_lower = letter.is_lowercase();
            }
            form.letter_count += 1;
            form.is_all_upper &= letter.is_uppercase();
            form.has_yo |= matches!(letter, 'ё' | 'Ё');
            run_length = if letter == before { run_length + 1 } else { 1 };
            form.is_elongated |= run_length >= 3;
            before = letter;
        }
        form
    }
}

fn habit_of(mark: char) -> Option<Habit> {
    Some(match mark {
        ',' => Habit::Comma,
        '.' => Habit::FullStop,
        '!' => Habit::Exclamation,
        '?' => Habit::Question,
        ':' => Habit::Colon,
        ';' => Habit::Semicolon,
        '…' => Habit::Ellipsis,
        '-' => Habit::Hyphen,
        '–' | '—' => Habit::Dash,
        '(' => Habit::BracketOpened,
        ')' => Habit::BracketClosed,
        '"' => Habit::StraightQuote,
        '“' | '”' | '„' | '«' | '»' => Habit::TypographicQuote,
        '\'' | '`' => Habit::StraightApostrophe,
        '’' | '‘' => Habit::TypographicApostrophe,
        '/' => Habit::Slash,
        '&' => Habit::Ampersand,
        '+' => Habit::Plus,
        '*' => Habit::Asterisk,
        '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}' => Habit::Emoji,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pieces::for_each_piece;

    fn check(text: &str, expected: &[(Habit, u32)]) {
        let mut counter = HabitCounter::new();
        for_each_piece(text, &mut |piece| counter.add(piece));
        let (counts, _) = counter.finish();
        for (habit, count) in expected {
            assert_eq!(counts[*habit as usize], *count, "{habit:?} in {text}");
        }
    }

    #[test]
    fn marks_are_counted_once_for_a_run() {
        check(
            "Wait... what?? No!!! Yes. Ok!",
            &[
                (Habit::Ellipsis, 1),
                (Habit::RepeatedMark, 2),
                (Habit::FullStop, 1),
                (Habit::Exclamation, 1),
                (Habit::Question, 0),
            ],
        );
    }

    #[test]
    fn case_and_spacing_are_counted() {
        check(
            "hello ,i am HERE,now.  ok Bob",
            &[
                (Habit::PostBeginsInLowerCase, 1),
                (Habit::SentenceInLowerCase, 2),
                (Habit::SpaceBeforeMark, 1),
                (Habit::NoSpaceAfterMark, 2),
                (Habit::WordInCapitals, 1),
                (Habit::WordCapitalised, 1),
                (Habit::LoneLowerI, 1),
                (Habit::WideSpace, 1),
                (Habit::PostEndsWithoutMark, 1),
            ],
        );
    }

    #[test]
    fn smileys_emoji_and_stretched_words_are_counted() {
        check(
            "sooo good :-) ;) 😀 ещё))",
            &[
                (Habit::ElongatedWord, 1),
                (Habit::Smiley, 2),
                (Habit::Emoji, 1),
                (Habit::LetterYo, 1),
                (Habit::BracketClosed, 4),
            ],
        );
    }
}
