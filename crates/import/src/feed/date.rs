//! Dates of RSS (RFC 822 and its successors) in the form of RFC 3339.

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// The zones that RFC 822 names. Names of others are used for more than one zone.
const ZONES: [(&str, &str); 12] = [
    ("GMT", "Z"),
    ("UT", "Z"),
    ("UTC", "Z"),
    ("Z", "Z"),
    ("EST", "-05:00"),
    ("EDT", "-04:00"),
    ("CST", "-06:00"),
    ("CDT", "-05:00"),
    ("MST", "-07:00"),
    ("MDT", "-06:00"),
    ("PST", "-08:00"),
    ("PDT", "-07:00"),
];

/// `Tue, 06 Dec 2016 17:17:00 +0000` as `2016-12-06T17:17:00+0000`; `None` for what is no such
/// date. The day of the week is not believed or doubted. A zone that is named and not known is
/// left out, so that it counts as not stated.
pub(super) fn rfc_3339_of_rfc_822(text: &str) -> Option<String> {
    let text = text.split_once(',').map_or(text, |(_, rest)| rest);
    let mut words = text.split_whitespace();
    let day: u32 = words.next()?.parse().ok()?;
    let month = month_number(words.next()?)?;
    let year = full_year(words.next()?)?;
    let Some(time) = words.next() else {
        return Some(format!("{year:04}-{month:02}-{day:02}"));
    };
    let time = if time.find(':') == Some(1) {
        format!("0{time}")
    } else {
        time.to_string()
    };
    let zone = words.next().map_or("", zone_of);
    Some(format!("{year:04}-{month:02}-{day:02}T{time}{zone}"))
}

fn month_number(word: &str) -> Option<usize> {
    let start = word.get(..3)?.to_ascii_lowercase();
    let index = MONTHS.iter().position(|month| *month == start)?;
    Some(index + 1)
}

/// Two digits are those of RFC 2822: 50 to 99 lie in the last century.
fn full_year(word: &str) -> Option<u32> {
    let year: u32 = word.parse().ok()?;
    match (word.len(), year) {
        (2, 0..50) => Some(2000 + year),
        (2, _) => Some(1900 + year),
        (4, _) => Some(year),
        _ => None,
    }
}

fn zone_of(word: &str) -> &str {
    if word.starts_with(['+', '-']) {
        return word;
    }
    ZONES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(word))
        .map_or("", |(_, offset)| offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_and_old_forms_are_read() {
        let table: String = [
            "Tue, 06 Dec 2016 17:17:00 +0000",
            "Sat, 7 Sep 02 00:00:01 GMT",
            "7 September 1999 9:05 est",
            "Пн, 01 Feb 2021 10:00:00 MSK",
            "01 Feb 2021",
            "2016-12-06T17:17:00Z",
            "Tue, 06 Dez 2016 17:17:00 +0000",
            "é",
            "1 é 2000",
            "1 Jan 20000 00:00",
            "",
        ]
        .iter()
        .map(|text| format!("{text:?} -> {:?}\n", rfc_3339_of_rfc_822(text)))
        .collect();
        expect_test::expect![[r#"
            "Tue, 06 Dec 2016 17:17:00 +0000" -> Some("2016-12-06T17:17:00+0000")
            "Sat, 7 Sep 02 00:00:01 GMT" -> Some("2002-09-07T00:00:01Z")
            "7 September 1999 9:05 est" -> Some("1999-09-07T09:05-05:00")
            "Пн, 01 Feb 2021 10:00:00 MSK" -> Some("2021-02-01T10:00:00")
            "01 Feb 2021" -> Some("2021-02-01")
            "2016-12-06T17:17:00Z" -> None
            "Tue, 06 Dez 2016 17:17:00 +0000" -> None
            "é" -> None
            "1 é 2000" -> None
            "1 Jan 20000 00:00" -> None
            "" -> None
        "#]]
        .assert_eq(&table);
    }
}
