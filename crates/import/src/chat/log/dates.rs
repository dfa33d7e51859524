//! Dates in names of files, and the room that is left of a name without them.

use chrono::NaiveDate;

/// A date in a name and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedDate {
    /// The date.
    pub date: NaiveDate,
    /// Its first byte in the name.
    pub byte_start: usize,
    /// The byte after its last one.
    pub byte_end: usize,
}

/// The first date in a name: year, month and day, joined or with one sign between them.
pub(crate) fn date_in_name(name: &str) -> Option<NamedDate> {
    let bytes = name.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let number = |start: usize, count: usize| {
        name.get(start..start + count)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|digits| digits.parse::<u32>().ok())
    };
    (0..bytes.len()).find_map(|start| {
        if start > 0 && is_digit(start - 1) {
            return None;
        }
        let year = number(start, 4)?;
        let gap = usize::from(matches!(bytes.get(start + 4), Some(b'-' | b'_' | b'.')));
        let month = number(start + 4 + gap, 2)?;
        if gap == 1 && bytes.get(start + 7) != bytes.get(start + 4) {
            return None;
        }
        let byte_end = start + 8 + 2 * gap;
        let day = number(byte_end - 2, 2)?;
        let is_whole = !is_digit(byte_end);
        let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
        (is_whole && (1988..2100).contains(&year)).then_some(NamedDate {
            date,
            byte_start: start,
            byte_end,
        })
    })
}

/// Endings of names of logs; anything else after a dot may be part of a room's name.
const LOG_ENDINGS: [&str; 7] = [
    ".log",
    ".txt",
    ".html",
    ".htm",
    ".weechatlog",
    ".json",
    ".csv",
];

/// The room that a log is about: the name of its file without date and ending or, where nothing
/// is left, its folder's.
pub(super) fn room_of_file(name: &str) -> String {
    let mut parts = name.rsplit(['/', '\\', '!']);
    let base = parts.next().unwrap_or(name);
    let folder = parts.next().unwrap_or_default();
    let lower = base.to_ascii_lowercase();
    let compressed = [".gz", ".zst", ".zstd"]
        .iter()
        .find(|ending| lower.ends_with(**ending));
    let base = &base[..base.len() - compressed.map_or(0, |ending| ending.len())];
    let lower = base.to_ascii_lowercase();
    let ending = LOG_ENDINGS.iter().find(|ending| lower.ends_with(**ending));
    let stem = &base[..base.len() - ending.map_or(0, |ending| ending.len())];
    let room = match date_in_name(stem) {
        // What follows the date is a time of day or a zone, if anything.
        Some(date) => &stem[..date.byte_start],
        None => stem,
    };
    let is_separator = |letter: char| matches!(letter, '.' | '_' | '-' | ' ');
    match room.trim_end_matches(is_separator) {
        "" if folder.is_empty() => stem.to_string(),
        "" => folder.to_string(),
        room => room.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_logs_tell_room_and_date() {
        let names = [
            "#ceph.2012-10-17.log",
            "supybot_2012_10_17.log",
            "net/#chan/2020-01-02.log",
            "#chan.libera.20200102.log.gz",
            "irc.libera.#chan.weechatlog",
            "logs.zip!jabber/a@x.example/b@y.example/2010-01-02.120000+0100CET.txt",
            "2020-01-02.log",
            "99999999.log",
            "20201399.log",
            "é2020-01-0é.log",
        ];
        let table: String = names
            .iter()
            .map(|name| {
                let base = name.rsplit(['/', '!']).next().unwrap();
                let date = date_in_name(base).map(|named| named.date.to_string());
                format!("{name}: {} {date:?}\n", room_of_file(name))
            })
            .collect();
        expect_test::expect![[r##"
            #ceph.2012-10-17.log: #ceph Some("2012-10-17")
            supybot_2012_10_17.log: supybot Some("2012-10-17")
            net/#chan/2020-01-02.log: #chan Some("2020-01-02")
            #chan.libera.20200102.log.gz: #chan.libera Some("2020-01-02")
            irc.libera.#chan.weechatlog: irc.libera.#chan None
            logs.zip!jabber/a@x.example/b@y.example/2010-01-02.120000+0100CET.txt: b@y.example Some("2010-01-02")
            2020-01-02.log: 2020-01-02 Some("2020-01-02")
            99999999.log: 99999999 None
            20201399.log: 20201399 None
            é2020-01-0é.log: é2020-01-0é None
        "##]].assert_eq(&table);
    }
}
