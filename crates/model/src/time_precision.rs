//! How exactly an instant is stated.

/// How exactly a source states an instant. What is stored is the beginning of the stated second,
/// minute, hour, day, month or year, in the zone of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimePrecision {
    /// To the second or finer.
    Second,
    /// To the minute.
    Minute,
    /// To the hour, as in "2 hours ago".
    Hour,
    /// To the day.
    Day,
    /// To the month, as in "Joined: Mar 2011", or to a few weeks.
    Month,
    /// To the year.
    Year,
}

impl TimePrecision {
    /// All, from the finest on.
    pub const ALL: [Self; 6] = [
        Self::Second,
        Self::Minute,
        Self::Hour,
        Self::Day,
        Self::Month,
        Self::Year,
    ];

    /// The word used in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// The precision that a word names.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|precision| precision.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_precisions_and_finer_ones_are_less() {
        for precision in TimePrecision::ALL {
            assert_eq!(TimePrecision::parse(precision.as_str()), Some(precision));
        }
        assert!(TimePrecision::ALL.is_sorted());
        assert_eq!(TimePrecision::parse("week"), None);
    }
}
