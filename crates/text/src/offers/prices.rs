//! Amounts of money in texts: "$50", "50 usd", "1 500 руб", "от 500 р", "0.01 btc", "5k usd".
//!
//! An amount needs its currency beside it, or a word such as *price* before it. Converting
//! currencies is not for here. Only a few characters around each number are looked at, so that time
//! is linear in the text.

/// A currency, traditional or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Currency {
    /// United States dollar.
    Usd,
    /// Euro.
    Eur,
    /// Pound sterling.
    Gbp,
    /// Russian rouble.
    Rub,
    /// Ukrainian hryvnia.
    Uah,
    /// Kazakhstani tenge.
    Kzt,
    /// Indian rupee.
    Inr,
    /// Bitcoin.
    Btc,
    /// Ether.
    Eth,
    /// Litecoin.
    Ltc,
    /// Tether.
    Usdt,
    /// Monero.
    Xmr,
    /// WebMoney units of dollars.
    Wmz,
    /// WebMoney units of roubles.
    Wmr,
}

impl Currency {
    /// Every currency, in the order of tables.
    pub const ALL: [Currency; 14] = [
        Self::Usd,
        Self::Eur,
        Self::Gbp,
        Self::Rub,
        Self::Uah,
        Self::Kzt,
        Self::Inr,
        Self::Btc,
        Self::Eth,
        Self::Ltc,
        Self::Usdt,
        Self::Xmr,
        Self::Wmz,
        Self::Wmr,
    ];

    /// Its code: ISO 4217 where it has one.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Usd => "USD",
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Rub => "RUB",
            Self::Uah => "UAH",
            Self::Kzt => "KZT",
            Self::Inr => "INR",
            Self::Btc => "BTC",
            Self::Eth => "ETH",
            Self::Ltc => "LTC",
            Self::Usdt => "USDT",
            Self::Xmr => "XMR",
            Self::Wmz => "WMZ",
            Self::Wmr => "WMR",
        }
    }

    /// Whether three digits behind a point or comma are a fraction and not thousands.
    fn is_finely_divided(self) -> bool {
        matches!(self, Self::Btc | Self::Eth | Self::Ltc | Self::Xmr)
    }

    fn of_sign(sign: char) -> Option<Self> {
        Some(match sign {
            '$' => Self::Usd,
            '€' => Self::Eur,
            '£' => Self::Gbp,
            '₽' => Self::Rub,
            '₴' => Self::Uah,
            '₸' => Self::Kzt,
            '₹' => Self::Inr,
            '₿' => Self::Btc,
            _ => return None,
        })
    }

    fn of_word(word: &str) -> Option<Self> {
        let word = word.to_lowercase();
        let found = WORDS
            .iter()
            .find(|(known, _)| match known.strip_suffix('*') {
                Some(beginning) => word.starts_with(beginning),
                None => word == *known,
            });
        found.map(|(_, currency)| *currency)
    }
}

/// Words for currencies; a star stands for any ending.
const WORDS: [(&str, Currency); 38] = [
    ("usd", Currency::Usd),
    ("dollar*", Currency::Usd),
    ("bucks", Currency::Usd),
    ("доллар*", Currency::Usd),
    ("баксов", Currency::Usd),
    ("бакса", Currency::Usd),
    ("долл", Currency::Usd),
    ("eur", Currency::Eur),
    ("euro", Currency::Eur),
    ("euros", Currency::Eur),
    ("евро", Currency::Eur),
    ("gbp", Currency::Gbp),
    ("rub", Currency::Rub),
    ("rur", Currency::Rub),
    ("rubles", Currency::Rub),
    ("roubles", Currency::Rub),
    ("руб", Currency::Rub),
    ("рубл*", Currency::Rub),
    ("р", Currency::Rub),
    ("uah", Currency::Uah),
    ("грн", Currency::Uah),
    ("гривен*", Currency::Uah),
    ("гривн*", Currency::Uah),
    ("kzt", Currency::Kzt),
    ("тенге", Currency::Kzt),
    ("inr", Currency::Inr),
    ("btc", Currency::Btc),
    ("bitcoin*", Currency::Btc),
    ("биткоин*", Currency::Btc),
    ("биткойн*", Currency::Btc),
    ("eth", Currency::Eth),
    ("ltc", Currency::Ltc),
    ("usdt", Currency::Usdt),
    ("xmr", Currency::Xmr),
    ("monero", Currency::Xmr),
    ("wmz", Currency::Wmz),
    ("wmr", Currency::Wmr),
    ("тезер", Currency::Usdt),
];
/// Words before a number that make it an amount though no currency is stated.
const PRICE_WORDS: [&str; 9] = [
    "price",
    "prices",
    "cost",
    "costs",
    "budget",
    "цена",
    "цене",
    "стоимость",
    "бюджет",
];
/// Words before a number that make it the least amount.
const FROM_WORDS: [&str; 3] = ["from", "от", "начиная"];
const MULTIPLIERS: [(&str, f64); 8] = [
    ("k", 1e3),
    ("к", 1e3),
    ("тыс", 1e3),
    ("тысяч", 1e3),
    ("тысячи", 1e3),
    ("mln", 1e6),
    ("млн", 1e6),
    ("million", 1e6),
];
/// Characters that are looked at before and after a number.
const NEAR_CHARACTERS: usize = 16;
/// Digits of a number; a longer run is none.
const DIGITS_MAX: usize = 15;
/// Prices of one text; a text with more is a price list.
const PRICES_MAX: usize = 100;

/// An amount of money.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Price {
    /// The amount, in units of the currency; the lower end of a range.
    pub amount: f64,
    /// The currency; `None` where the text states an amount and not of what.
    pub currency: Option<Currency>,
    /// Whether it is the lower end: "from 500", "500-700".
    pub is_least: bool,
    /// Where its number begins, bytes.
    pub byte_start: usize,
}

/// The amounts of money in a text, in order, at most a hundred.
pub fn prices(text: &str) -> Vec<Price> {
    let mut found = Vec::new();
    let mut at = 0;
    while found.len() < PRICES_MAX
        && let Some(distance) = text[at..].find(|letter: char| letter.is_ascii_digit())
    {
        let start = at + distance;
        let number = Number::at(&text[start..]);
        let before = text[..start].chars().next_back();
        let is_whole = !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '.');
        let (price, length) = match number.digits.filter(|_| is_whole) {
            Some(_) => price_at(text, start, number),
            None => (None, number.length),
        };
        found.extend(price);
        at = start + length;
    }
    found
}

/// The price whose number begins at `start`, and the bytes that number and range have.
fn price_at(text: &str, start: usize, number: Number) -> (Option<Price>, usize) {
    let before = Before::of(&text[..start]);
    let mut end = start + number.length;
    let mut after = After::of(&text[end..]);
    let mut is_range = false;
    if after.currency.is_none()
        && let Some((dash_length, second)) = second_of_range(&text[end..])
    {
        end += dash_length + second.length;
        after = After::of(&text[end..]);
        is_range = true;
    }
    let currency = before.adjacent_sign.or(after.currency).or(before.currency);
    let is_price = currency.is_some() || before.has_price_word && !after.is_share;
    let amount = number.amount(currency) * after.multiplier;
    let price = (is_price && amount > 0.0 && amount < 1e12).then_some(Price {
        amount,
        currency,
        is_least: before.has_from || is_range,
        byte_start: start,
    });
    (price, end - start)
}

/// The second number of a range behind the first, with the bytes between them.
fn second_of_range(text: &str) -> Option<(usize, Number)> {
    let rest = text.trim_start_matches(' ');
    let rest = rest.strip_prefix(['-', '–', '—'])?.trim_start_matches(' ');
    let number = rest
        .starts_with(|letter: char| letter.is_ascii_digit())
        .then(|| Number::at(rest))?;
    number.digits?;
    Some((text.len() - rest.len(), number))
}

/// A number as written.
#[derive(Debug, Clone, Copy)]
struct Number {
    /// Its value with three digits behind a lone point or comma read as thousands; `None` where it
    /// has too many digits.
    digits: Option<f64>,
    /// Whether a lone point or comma stands before three digits, which may be a fraction.
    is_ambiguous: bool,
    /// Its bytes.
    length: usize,
}

impl Number {
    /// The number that the text begins with; its first character is a digit.
    fn at(text: &str) -> Self {
        let whole_length = digits_length(text);
        let mut digits = text[..whole_length].to_owned();
        let mut at = whole_length;
        let mut groups = Vec::new();
        let may_have_groups = whole_length <= 3 && !digits.starts_with('0');
        while may_have_groups
            && groups.len() < 4
            && let Some((separator, group)) = group_at(&text[at..])
        {
            if groups.first().is_some_and(|first| *first != separator) {
                break;
            }
            groups.push(separator);
            digits.push_str(group);
            at += separator.len_utf8() + 3;
        }
        let is_ambiguous = matches!(groups[..], ['.' | ',']);
        if let Some(fraction) = text[at..].strip_prefix(['.', ',']) {
            let length = digits_length(fraction);
            if length > 0 {
                digits.push('.');
                digits.push_str(&fraction[..length.min(8)]);
                at += 1 + length;
            }
        }
        Self {
            digits: (whole_length <= DIGITS_MAX)
                .then(|| digits.parse().ok())
                .flatten(),
            is_ambiguous,
            length: at,
        }
    }

    fn amount(&self, currency: Option<Currency>) -> f64 {
        let value = self.digits.unwrap_or(0.0);
        match self.is_ambiguous && currency.is_some_and(Currency::is_finely_divided) {
            true => value / 1000.0,
            false => value,
        }
    }
}

fn digits_length(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// A separator of thousands and the three digits behind it.
fn group_at(text: &str) -> Option<(char, &str)> {
    let separator = text.chars().next()?;
    if !matches!(separator, ' ' | '\u{a0}' | '\u{202f}' | '.' | ',' | '\'') {
        return None;
    }
    let rest = &text[separator.len_utf8()..];
    (digits_length(rest.get(..4).unwrap_or(rest)) == 3).then(|| (separator, &rest[..3]))
}

/// What stands before a number.
struct Before {
    /// A sign of a currency that touches it.
    adjacent_sign: Option<Currency>,
    /// A sign or word of a currency before it.
    currency: Option<Currency>,
    has_price_word: bool,
    has_from: bool,
}

impl Before {
    fn of(text: &str) -> Self {
        let from = text
            .char_indices()
            .rev()
            .take(NEAR_CHARACTERS)
            .last()
            .map_or(0, |(at, _)| at);
        let near = &text[from..];
        let adjacent_sign = near.chars().next_back().and_then(Currency::of_sign);
        let mut rest = near.trim_end_matches(is_between);
        let mut currency = adjacent_sign;
        let sign = rest
            .chars()
            .next_back()
            .and_then(|sign| Some((sign, Currency::of_sign(sign)?)));
        if let Some((sign, of_sign)) = sign {
            currency = currency.or(Some(of_sign));
            rest = rest[..rest.len() - sign.len_utf8()].trim_end_matches(is_between);
        }
        let mut word = last_word(rest);
        if currency.is_none()
            && word.chars().count() > 1
            && let Some(of_word) = Currency::of_word(word)
        {
            currency = Some(of_word);
            rest = rest[..rest.len() - word.len()].trim_end_matches(is_between);
            word = last_word(rest);
        }
        let has_from = FROM_WORDS.contains(&word.to_lowercase().as_str());
        if has_from {
            rest = rest[..rest.len() - word.len()].trim_end_matches(is_between);
            word = last_word(rest);
        }
        Self {
            adjacent_sign,
            currency,
            has_price_word: PRICE_WORDS.contains(&word.to_lowercase().as_str()),
            has_from,
        }
    }
}

fn is_between(letter: char) -> bool {
    matches!(
        letter,
        ' ' | '\u{a0}' | '\u{202f}' | ':' | '=' | '-' | '–' | '—' | '~'
    )
}

fn last_word(text: &str) -> &str {
    let start = text
        .char_indices()
        .rev()
        .take_while(|(_, letter)| letter.is_alphabetic())
        .last();
    start.map_or("", |(at, _)| &text[at..])
}

fn first_word(text: &str) -> &str {
    let end = text
        .find(|letter: char| !letter.is_alphabetic())
        .unwrap_or(text.len());
    &text[..end]
}

/// What stands after a number.
struct After {
    currency: Option<Currency>,
    multiplier: f64,
    /// Whether it is a share in per cent.
    is_share: bool,
}

impl After {
    fn of(text: &str) -> Self {
        let end = text
            .char_indices()
            .nth(2 * NEAR_CHARACTERS)
            .map_or(text.len(), |(at, _)| at);
        let mut rest = &text[..end];
        let mut multiplier = 1.0;
        let touching = rest;
        rest = rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
        let word = first_word(rest).to_lowercase();
        // A lone "k" belongs to the number it touches.
        let may_stand = word.chars().count() > 1 || touching.len() == rest.len();
        let known = MULTIPLIERS.iter().find(|(known, _)| *known == word);
        if let Some((_, factor)) = known.filter(|_| may_stand) {
            multiplier = *factor;
            rest =
                rest[first_word(rest).len()..].trim_start_matches(['.', ' ', '\u{a0}', '\u{202f}']);
        }
        let sign = rest.chars().next().and_then(Currency::of_sign);
        // A sign before the next number belongs to that number.
        let belongs_to_next = sign.is_some()
            && touching.len() != rest.len()
            && multiplier == 1.0
            && rest
                .chars()
                .nth(1)
                .is_some_and(|letter| letter.is_ascii_digit());
        let word = first_word(rest);
        let is_whole_word =
            !rest[word.len()..].starts_with(|letter: char| letter.is_alphanumeric());
        Self {
            currency: sign
                .filter(|_| !belongs_to_next)
                .or_else(|| Currency::of_word(word).filter(|_| is_whole_word)),
            multiplier,
            is_share: rest.starts_with('%'),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        let one = |price: Price| {
            format!(
                "{}{} {}",
                if price.is_least { "from " } else { "" },
                price.amount,
                price.currency.map_or("?", Currency::as_str)
            )
        };
        let all: Vec<String> = prices(text).into_iter().map(one).collect();
        all.join("; ")
    }

    fn check(texts: &[&str], expected: Expect) {
        let lines: Vec<String> = texts
            .iter()
            .map(|text| format!("{text} => {}", shown(text)))
            .collect();
        expected.assert_eq(&lines.join("\n"));
    }

    #[test]
    fn currency_before_or_behind_the_number() {
        check(
            &[
                "$50",
                "50$",
                "$ 50",
                "50 usd",
                "USD 50",
                "50 USD each",
                "99.90 €",
                "€1,200.50",
                "£5",
                "0.01 btc",
                "BTC 0.25",
                "1.500 btc",
                "300 USDT",
                "10 wmz",
                "20 долларов",
                "₽500",
            ],
            expect![[r#"
            $50 => 50 USD
            50$ => 50 USD
            $ 50 => 50 USD
            50 usd => 50 USD
            USD 50 => 50 USD
            50 USD each => 50 USD
            99.90 € => 99.9 EUR
            €1,200.50 => 1200.5 EUR
            £5 => 5 GBP
            0.01 btc => 0.01 BTC
            BTC 0.25 => 0.25 BTC
            1.500 btc => 1.5 BTC
            300 USDT => 300 USDT
            10 wmz => 10 WMZ
            20 долларов => 20 USD
            ₽500 => 500 RUB"#]],
        );
    }

    #[test]
    fn roubles_thousands_and_least_amounts() {
        check(
            &[
                "1 500 руб",
                "1\u{a0}500р.",
                "от 500 р",
                "от 1.500 рублей",
                "5к руб",
                "5 тыс. руб.",
                "12 000 000 руб",
                "5k$",
                "$5k",
                "5-10k usd",
                "500 – 700 грн",
                "from $20",
                "цена: 300",
                "Цена от 300",
                "price 5k",
                "бюджет - 20 тыс",
            ],
            expect![[r#"
            1 500 руб => 1500 RUB
            1 500р. => 1500 RUB
            от 500 р => from 500 RUB
            от 1.500 рублей => from 1500 RUB
            5к руб => 5000 RUB
            5 тыс. руб. => 5000 RUB
            12 000 000 руб => 12000000 RUB
            5k$ => 5000 USD
            $5k => 5000 USD
            5-10k usd => from 5000 USD
            500 – 700 грн => from 500 UAH
            from $20 => from 20 USD
            цена: 300 => 300 ?
            Цена от 300 => from 300 ?
            price 5k => 5000 ?
            бюджет - 20 тыс => 20000 ?"#]],
        );
    }

    #[test]
    fn numbers_that_are_no_prices() {
        check(
            &[
                "50",
                "5k followers",
                "цена 10%",
                "в 2020 россия",
                "windows10 usd",
                "ip 10.0.0.1",
                "000000000000000000001 usd",
                "0 usd",
                "50 usdx",
                "5 k usd",
            ],
            expect![[r#"
            50 => 
            5k followers => 
            цена 10% => 
            в 2020 россия => 
            windows10 usd => 
            ip 10.0.0.1 => 
            000000000000000000001 usd => 
            0 usd => 
            50 usdx => 
            5 k usd => "#]],
        );
    }

    #[test]
    fn several_prices_keep_their_own_currency() {
        check(
            &["$50 €60", "50€ 60$", "50$ 60$ 70$", "1 шт 5$, 10 шт 40$"],
            expect![[r#"
            $50 €60 => 50 USD; 60 EUR
            50€ 60$ => 50 EUR; 60 USD
            50$ 60$ 70$ => 50 USD; 60 USD; 70 USD
            1 шт 5$, 10 шт 40$ => 5 USD; 40 USD"#]],
        );
    }

    proptest! {
        #[test]
        fn any_text_has_few_prices_and_they_are_amounts(
            text in "([0-9]{1,4}|[ .,$€-]|k|руб|usd|\\PC){0,60}",
        ) {
            for price in prices(&text) {
                prop_assert!(price.amount > 0.0 && price.amount < 1e12);
                prop_assert!(text[price.byte_start..].starts_with(|one: char| one.is_ascii_digit()));
            }
        }
    }

    #[test]
    fn a_long_hostile_text_has_at_most_a_hundred_prices() {
        assert!(prices(&"1 ".repeat(1_000_000)).is_empty());
        assert!(prices(&"9".repeat(1_000_000)).is_empty());
        assert!(prices(&"1 000".repeat(200_000)).is_empty());
        assert_eq!(prices(&"$1 ".repeat(1_000_000)).len(), 100);
        assert!(prices(&"1-".repeat(1_000_000)).is_empty());
    }
}
