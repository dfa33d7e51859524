//! Numbers of members and threads in the addresses of forums, with and without search engine
//! friendly rewriting.

/// What a number is wanted of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Numbered {
    Member,
    Thread,
    /// A thread whose rewritten address has the number behind the title: `topic/10-things-7/`.
    ThreadBehindTitle,
}

impl Numbered {
    /// Names of parameters that hold the number.
    fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::Member => &[
                "u",
                "uid",
                "userid",
                "user_id",
                "showuser",
                "mid",
                "member",
                "author_id",
            ],
            Self::Thread | Self::ThreadBehindTitle => {
                &["t", "tid", "threadid", "showtopic", "topic"]
            }
        }
    }

    /// What stands before the number in the name of a rewritten page.
    fn prefixes(self) -> &'static [&'static str] {
        match self {
            Self::Member => &["user-", "user", "member-", "member", "u"],
            Self::Thread | Self::ThreadBehindTitle => {
                &["thread-", "thread", "topic-", "topic", "t", "showthread-"]
            }
        }
    }

    /// Folders behind which a number stands alone.
    fn folders(self) -> &'static [&'static str] {
        match self {
            Self::Member => &["members", "member", "user", "users", "profile"],
            Self::Thread | Self::ThreadBehindTitle => {
                &["threads", "topic", "thread", "topics", "comment"]
            }
        }
    }
}

/// The number in an address; `None` if it has none that is surely one.
pub(crate) fn number_in_address(address: &str, wanted: Numbered) -> Option<String> {
    let address = address.replace("&amp;", "&");
    let address = address.split('#').next().unwrap_or_default();
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    query_number(query, wanted)
        .or_else(|| titled_number(path, query, wanted))
        .or_else(|| path_number(path, query, wanted))
}

fn query_number(query: &str, wanted: Numbered) -> Option<String> {
    query.split(['&', ';']).find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        wanted
            .parameters()
            .contains(&name)
            .then(|| leading_number(value))?
    })
}

/// vBulletin 4: `showthread.php?77-title`, `member.php?71-name`.
fn titled_number(path: &str, query: &str, wanted: Numbered) -> Option<String> {
    let script = match wanted {
        Numbered::Member => "member.php",
        Numbered::Thread | Numbered::ThreadBehindTitle => "showthread.php",
    };
    path.ends_with(script).then(|| leading_number(query))?
}

/// Addresses in the query itself (`index.php?/topic/123-title/`) are paths.
fn path_number(path: &str, query: &str, wanted: Numbered) -> Option<String> {
    let path = if query.starts_with('/') { query } else { path };
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    // Discourse: /t/title/123/4
    if wanted == Numbered::Thread
        && let Some(at) = segments.iter().position(|segment| *segment == "t")
        && let Some(id) = segments[at + 1..]
            .iter()
            .find_map(|segment| whole_number(segment))
    {
        return Some(id);
    }
    // Misago: /u/name/12/
    if wanted == Numbered::Member
        && let Some(at) = segments.iter().position(|segment| *segment == "u")
        && let Some(id) = segments
            .get(at + 2)
            .and_then(|segment| whole_number(segment))
    {
        return Some(id);
    }
    let mut behind_folders = segments
        .windows(2)
        .filter(|pair| wanted.folders().contains(&pair[0]))
        .map(|pair| pair[1]);
    if wanted == Numbered::ThreadBehindTitle {
        let (_, number) = behind_folders.next()?.rsplit_once('-')?;
        return whole_number(number);
    }
    if let Some(id) = behind_folders.find_map(named_number) {
        return Some(id);
    }
    let last = segments.last()?;
    let stem = last
        .strip_suffix(".html")
        .or_else(|| last.strip_suffix(".htm"));
    if let Some(stem) = stem {
        return dashed_number(stem).or_else(|| prefixed_number(stem, wanted));
    }
    // vBulletin 5: /forum/board/123-title
    dashed_number(last)
}

/// `title.123` or `123-title` or `123`.
fn named_number(segment: &str) -> Option<String> {
    let dotted = segment
        .rsplit_once('.')
        .and_then(|(_, end)| whole_number(end));
    dotted
        .or_else(|| whole_number(segment))
        .or_else(|| dashed_number(segment))
}

fn dashed_number(segment: &str) -> Option<String> {
    let (number, _) = segment.split_once('-')?;
    whole_number(number)
}

/// `thread-123`, `topic123`, `title-t123`, each perhaps with the number of a page behind.
fn prefixed_number(stem: &str, wanted: Numbered) -> Option<String> {
    let behind = |rest: &str| {
        let number = leading_number(rest)?;
        let after = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
        matches!(after.as_bytes().first(), None | Some(b'-' | b'.')).then_some(number)
    };
    wanted.prefixes().iter().find_map(|prefix| {
        let inner = stem.rfind(&format!("-{prefix}"));
        stem.strip_prefix(prefix)
            .and_then(behind)
            .or_else(|| behind(&stem[inner? + 1 + prefix.len()..]))
    })
}

fn whole_number(text: &str) -> Option<String> {
    let is_number =
        !text.is_empty() && text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| normal(text))
}

fn leading_number(text: &str) -> Option<String> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    whole_number(&text[..length])
}

fn normal(digits: &str) -> String {
    let trimmed = digits.trim_start_matches('0');
    if trimmed.is_empty() { "0" } else { trimmed }.to_string()
}

/// The host of an address in lower case, without `www.` and port; `None` for a relative one.
pub(super) fn host_of(address: &str) -> Option<String> {
    let rest = address
        .split_once("://")
        .map(|(_, rest)| rest)
        .or(address.strip_prefix("//"))?;
    let host = rest.split(['/', '?', '#']).next()?;
    let host = host.rsplit('@').next()?.split(':').next()?.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (!host.is_empty()).then(|| host.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_in_plain_and_rewritten_addresses() {
        use Numbered::{Member, Thread, ThreadBehindTitle};
        for (address, wanted, number) in [
            (
                "./viewtopic.php?f=16&amp;t=11585&amp;sid=00",
                Thread,
                "11585",
            ),
            (
                "./memberlist.php?mode=viewprofile&amp;u=45240",
                Member,
                "45240",
            ),
            ("profile.php?mode=viewprofile&u=7", Member, "7"),
            ("index.php?topic=123.45", Thread, "123"),
            ("index.php?action=profile;u=12", Member, "12"),
            ("/index.php?showtopic=9&st=20", Thread, "9"),
            ("index.php?/topic/123-title/page-2", Thread, "123"),
            ("threads/name-a-city.160418/#post-1", Thread, "160418"),
            ("threads/160418/page-2", Thread, "160418"),
            ("members/faridd.316772/", Member, "316772"),
            ("http://a.example/threads/12-title?p=5", Thread, "12"),
            (
                "http://a.example/108-tribute/310106-2005-tribute.html#post705474",
                Thread,
                "310106",
            ),
            ("http://a.example/36706-tate16t.html", Member, "36706"),
            ("showthread.php?77-Big-deal&amp;p=400", Thread, "77"),
            ("member.php?71-karl", Member, "71"),
            ("thread-5-page-2.html", Thread, "5"),
            ("user-77.html", Member, "77"),
            ("topic16822.html", Thread, "16822"),
            ("title-words-t12-15.html", Thread, "12"),
            ("/t/my-title/4321/7", Thread, "4321"),
            ("/topic/1390809-bongs/", Thread, "1390809"),
            ("/forum/main/555-title", Thread, "555"),
            ("/profile/12-name/", Member, "12"),
            ("/member/profile/12/", Member, "12"),
            ("/u/10-things/12/details/", Member, "12"),
            ("/forum/f-1/topic/10-things-7/", ThreadBehindTitle, "7"),
            ("/comment/4/publish/", Thread, "4"),
        ] {
            assert_eq!(
                number_in_address(address, wanted).as_deref(),
                Some(number),
                "{address}"
            );
        }
        for address in [
            "",
            "#",
            "javascript:void(0)",
            "/members/name",
            "t=",
            "temoignages-f26.html",
            "?t=99999999999999999999",
        ] {
            assert_eq!(
                number_in_address(address, Numbered::Thread),
                None,
                "{address}"
            );
        }
    }

    #[test]
    fn hosts_are_compared_without_www() {
        assert_eq!(
            host_of("https://www.A.example:80/x").as_deref(),
            Some("a.example")
        );
        assert_eq!(host_of("//b.example?x").as_deref(), Some("b.example"));
        assert_eq!(host_of("threads/1"), None);
    }
}
