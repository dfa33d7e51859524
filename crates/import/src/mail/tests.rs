use crate::testing::{import_files, import_path, real_data, records};
use expect_test::expect;

const LIST: &str = "From anna at host.org  Mon Nov  7 18:44:27 2016
From: anna at host.org (=?ISO-8859-1?Q?Ann=E1?=)
Date: Mon, 7 Nov 2016 19:44:27 +0100
Subject: [list] Question
Message-ID: <1@host.example>

Hello.
-- 
My jabber is anna@jabber.org

From ben@other.example  Mon Nov  7 19:44:27 2016
From: \"Ben B.\" <Ben@Other.example>
Date: Mon, 7 Nov 2016 20:44:27 +0100
Subject: Re: [list] Question
List-Id: The list <list.host.example>
In-Reply-To: <1@host.example>
References: <1@host.example>
Message-ID: <2@other.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=\"x\"

nobody's
--x
Content-Type: multipart/alternative; boundary=y

--y
Content-Type: text/html; charset=utf-8

<p>html</p>
--y
Content-Type: text/plain; charset=koi8-r
Content-Transfer-Encoding: quoted-printable

Anna <anna@host.org> wrote:
> Hello.

=F0=D2=C9=D7=C5=D4
--y--
--x
Content-Type: application/zip
Content-Transfer-Encoding: base64

AAAA
--x--

From list@host.example  Mon Nov  7 20:44:27 2016
From: Carl via list <list@host.example>
Reply-To: Carl <carl@third.org>
List-Post: <mailto:list@host.example>
Date: never
Subject: html only
Content-Type: text/html; charset=no-such-charset
Content-Transfer-Encoding: base64

PHA+SGkgPGI+YWxsPC9iPjwvcD4=
";

#[test]
fn mails_of_a_list_become_records() {
    expect![[r#"
        asked account 3
        asked thread 2
        asked post 3
        account anna@host.org Some("Anná")
        account ben@other.example Some("Ben B.")
        account carl@third.org Some("Carl")
        thread 1@host.example by="anna@host.org" title="[list] Question" started=2016-11-07T18:44:27Z
        thread hash:7a438edad9fd9a33bf526ea3326d0e4c by="carl@third.org" title="html only" started=2016-11-07T20:44:27Z
        post 1@host.example opening by="anna@host.org" in="1@host.example" at=2016-11-07T18:44:27Z body="Hello." quoted=0 links=0
        post 2@other.example reply by="ben@other.example" in="1@host.example" answers="1@host.example" at=2016-11-07T19:44:27Z body="Привет" quoted=35 links=0
        post hash:7a438edad9fd9a33bf526ea3326d0e4c opening by="carl@third.org" in="hash:7a438edad9fd9a33bf526ea3326d0e4c" at=2016-11-07T20:44:27Z body="Hi all" quoted=0 links=0
        identifier anna@host.org email anna@host.org profile
        identifier anna@host.org jabber anna@jabber.org signature
        identifier ben@other.example email anna@host.org quoted in="2@other.example"
        identifier carl@third.org email carl@third.org profile
        reject post.posted_at at list.mbox 922..1225 line 46: the date of the mail cannot be read; the one of its From line is taken as UTC
    "#]].assert_eq(&records("mail", &[("list.mbox", LIST)]));
}

/// Posts, accounts, threads, rejected or unreadable rows, and the names of dropped fields.
fn counts(path: &std::path::Path) -> String {
    let (collected, result) = import_path("mail", path);
    if let Err(error) = result {
        return error.to_string();
    }
    collected.assert_balanced();
    let whole = collected
        .rejects
        .iter()
        .filter(|reject| reject.field.is_none());
    let mut fields: Vec<&str> = collected
        .rejects
        .iter()
        .filter_map(|reject| reject.field.as_deref())
        .collect();
    fields.dedup();
    format!(
        "{} posts, {} accounts, {} threads, {} attachments, {} identifiers, {} dated, {} quoted characters; {} lost {fields:?}",
        collected.posts.len(),
        collected.accounts.len(),
        collected.threads.len(),
        collected
            .posts
            .iter()
            .map(|post| post.attachment_count)
            .sum::<u64>(),
        collected.identifiers.len(),
        collected
            .posts
            .iter()
            .filter(|post| post.posted_at.is_some())
            .count(),
        collected
            .posts
            .iter()
            .map(|post| post.quoted_character_count)
            .sum::<u64>(),
        collected.unreadable.len() + whole.count(),
    )
}

#[test]
fn real_archives_have_exact_counts() {
    let mut table = String::new();
    for folder in ["mbox", "hyperkitty", "pipermail", "nntp", "groupsio"] {
        let Some(path) = real_data(&format!("perceval/{folder}")) else {
            return;
        };
        let mut files: Vec<_> = std::fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        for file in files {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            table += &format!("{folder}/{name}: {}\n", counts(&file));
        }
    }
    expect![[r#"
        mbox/mbox_complex.mbox: 2 posts, 2 accounts, 2 threads, 0 attachments, 2 identifiers, 2 dated, 1884 quoted characters; 0 lost []
        mbox/mbox_iso8859_encoding.mbox: 1 posts, 1 accounts, 1 threads, 0 attachments, 0 identifiers, 1 dated, 0 quoted characters; 0 lost []
        mbox/mbox_multipart.mbox: 2 posts, 2 accounts, 2 threads, 0 attachments, 0 identifiers, 2 dated, 0 quoted characters; 0 lost []
        mbox/mbox_no_fields.mbox: 6 posts, 1 accounts, 6 threads, 0 attachments, 1 identifiers, 6 dated, 0 quoted characters; 0 lost ["posted_at"]
        mbox/mbox_single.mbox: 1 posts, 1 accounts, 1 threads, 0 attachments, 1 identifiers, 1 dated, 0 quoted characters; 0 lost []
        mbox/mbox_unixfrom_encoding.mbox: 1 posts, 1 accounts, 1 threads, 1 attachments, 0 identifiers, 1 dated, 247 quoted characters; 0 lost []
        mbox/mbox_unknown_encoding.mbox: 1 posts, 1 accounts, 1 threads, 0 attachments, 0 identifiers, 1 dated, 0 quoted characters; 0 lost []
        hyperkitty/hyperkitty_2016_april.mbox: 3 posts, 2 accounts, 1 threads, 1 attachments, 16 identifiers, 3 dated, 3158 quoted characters; 0 lost []
        hyperkitty/hyperkitty_2016_march.mbox: 1 posts, 1 accounts, 1 threads, 0 attachments, 2 identifiers, 1 dated, 0 quoted characters; 0 lost []
        pipermail/pipermail_2015_november.mbox: 4 posts, 2 accounts, 2 threads, 3 attachments, 15 identifiers, 4 dated, 2969 quoted characters; 0 lost []
        pipermail/pipermail_2016_april.mbox: 3 posts, 2 accounts, 1 threads, 1 attachments, 16 identifiers, 3 dated, 3158 quoted characters; 0 lost []
        pipermail/pipermail_2016_march.mbox: 1 posts, 1 accounts, 1 threads, 0 attachments, 2 identifiers, 1 dated, 0 quoted characters; 0 lost []
        pipermail/pipermail_apache_index.html: the input holds nothing that mail reads; it looks for files that begin with the header of a mail, or with its From line
        pipermail/pipermail_index.html: the input holds nothing that mail reads; it looks for files that begin with the header of a mail, or with its From line
        pipermail/pipermail_index_empty.html: the input holds nothing that mail reads; it looks for files that begin with the header of a mail, or with its From line
        nntp/nntp_1.txt: 1 posts, 1 accounts, 1 threads, 0 attachments, 1 identifiers, 1 dated, 0 quoted characters; 0 lost []
        nntp/nntp_2.txt: 1 posts, 1 accounts, 1 threads, 0 attachments, 3 identifiers, 1 dated, 650 quoted characters; 0 lost []
        nntp/nntp_parsing_error.txt: 1 posts, 1 accounts, 1 threads, 0 attachments, 4 identifiers, 1 dated, 516 quoted characters; 0 lost []
        groupsio/empty.zip: the input holds nothing that mail reads; it looks for files that begin with the header of a mail, or with its From line
        groupsio/login: the input holds nothing that mail reads; it looks for files that begin with the header of a mail, or with its From line
        groupsio/messages.zip: 49 posts, 3 accounts, 49 threads, 0 attachments, 33 identifiers, 49 dated, 0 quoted characters; 0 lost []
        groupsio/subscriptions_page_1: the input holds nothing that mail reads; it looks for files that begin with the header of a mail, or with its From line
        groupsio/subscriptions_page_2: the input holds nothing that mail reads; it looks for files that begin with the header of a mail, or with its From line
    "#]].assert_eq(&table);
}

/// How a text was decoded, without the text: the mails are those of living people.
fn decoding(text: Option<&str>) -> String {
    let text = text.unwrap_or_default();
    let count = |is_counted: fn(&char) -> bool| text.chars().filter(is_counted).count();
    format!(
        "{}/{}/{}",
        count(|letter| letter.is_alphabetic() && !letter.is_ascii()),
        count(|letter| ('\u{600}'..='\u{6FF}').contains(letter)),
        count(|letter| *letter == char::REPLACEMENT_CHARACTER),
    )
}

#[test]
fn broken_encodings_are_read() {
    let Some(folder) = real_data("perceval") else {
        return;
    };
    let mut table = "letters beyond ASCII/of them Arabic/replaced characters\n".to_string();
    for file in [
        "mbox/mbox_iso8859_encoding.mbox",
        "mbox/mbox_unixfrom_encoding.mbox",
        "mbox/mbox_unknown_encoding.mbox",
        "mbox/mbox_complex.mbox",
        "nntp/nntp_parsing_error.txt",
        "nntp/nntp_1.txt",
    ] {
        let (collected, _) = import_path("mail", &folder.join(file));
        let last = collected.posts.len() - 1;
        table += &format!(
            "{file}: name {} title {} body {}\n",
            decoding(collected.accounts[last].name.as_deref()),
            decoding(collected.threads[last].title.as_deref()),
            decoding(collected.posts[last].body.as_deref()),
        );
    }
    expect![[r#"
        letters beyond ASCII/of them Arabic/replaced characters
        mbox/mbox_iso8859_encoding.mbox: name 0/0/1 title 0/0/0 body 0/0/0
        mbox/mbox_unixfrom_encoding.mbox: name 0/0/0 title 0/0/0 body 0/0/0
        mbox/mbox_unknown_encoding.mbox: name 2/0/0 title 0/0/0 body 0/0/0
        mbox/mbox_complex.mbox: name 1/0/0 title 0/0/0 body 0/0/0
        nntp/nntp_parsing_error.txt: name 0/0/0 title 16/16/0 body 98/98/0
        nntp/nntp_1.txt: name 1/0/0 title 0/0/0 body 0/0/0
    "#]]
    .assert_eq(&table);
}

#[test]
fn any_prefix_of_an_archive_is_balanced() {
    for length in 0..=LIST.len() {
        let (collected, result) = import_files("mail", &[("a.mbox", &LIST.as_bytes()[..length])]);
        assert!(result.is_ok() || collected.posts.is_empty());
        collected.assert_balanced();
    }
}

#[test]
fn hostile_mails_cost_themselves_only() {
    let header = "From a@b.org Mon Nov  7 18:44:27 2016\nFrom: a@b.org\nDate: Mon, 7 Nov 2016 19:44:27 +0100\nSubject: x\n";
    let nested = |line: &str| line.repeat(100_000);
    let hostile = [
        nested("Content-Type: message/rfc822\n\n"),
        nested("Content-Type: multipart/digest; boundary=a\n\n--a\n\n"),
        nested("Content-Type: multipart/mixed; boundary=a\n\n--a\n"),
        format!(
            "Content-Type: multipart/mixed; boundary=a\n\n{}",
            "--a\n\n".repeat(100_000)
        ),
        format!(
            "Content-Type: multipart/mixed; boundary=\"{}\"\n\nx",
            "a".repeat(100_000)
        ),
        format!("X-Long: {}\n\nx", "y".repeat(10 << 20)),
        format!("{}\n\nx", "X-Many: z\n".repeat(50_000)),
        format!("To: {}\n\nx", "(".repeat(500_000)),
        format!("From: {}\n\nx", "(<\"".repeat(100_000)),
        format!("Subject: {}\n\nx", "=?x?Q?=?=".repeat(50_000)),
        "Content-Type: text/plain; charset=\"\0\u{1F600}\"\n\n\0\0x".to_string(),
        format!(
            "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n{}",
            "!".repeat(1000)
        ),
        format!(
            "Content-Type: text/html\n\n{}",
            "<blockquote>".repeat(100_000)
        ),
    ];
    let archive: String = hostile
        .iter()
        .map(|mail| format!("{header}{mail}\n\n"))
        .collect();
    let (collected, result) = import_files("mail", &[("a.mbox", archive.as_bytes())]);
    result.unwrap();
    collected.assert_balanced();
    let lost: Vec<&str> = collected
        .unreadable
        .iter()
        .map(|reject| reject.reason.as_str())
        .collect();
    assert_eq!(lost, ["the header is longer than 1048576 bytes"]);
    assert_eq!(collected.posts.len(), hostile.len() - 1);
}

#[test]
fn other_texts_are_refused() {
    for text in [
        "",
        "hello",
        "From here on\n\nx",
        "A: b\nC: d\n\nx",
        "HTTP/1.1 200 OK\nDate: x\nServer: y\n",
    ] {
        let (collected, result) = import_files("mail", &[("a.txt", text.as_bytes())]);
        assert!(
            result
                .unwrap_err()
                .to_string()
                .starts_with("the input holds nothing")
        );
        assert!(collected.asked.is_empty());
    }
}

#[test]
fn packed_archive_and_single_mail_with_other_line_breaks_are_read_alike() {
    let mail: String = LIST
        .lines()
        .skip(1)
        .take(8)
        .collect::<Vec<_>>()
        .join("\r\n");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, LIST.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    let (archive, result) = import_files("mail", &[("2016-November.txt.gz", &packed)]);
    result.unwrap();
    let (single, result) = import_files("mail", &[("1.eml", mail.as_bytes())]);
    result.unwrap();
    assert_eq!(archive.posts.len(), 3);
    assert_eq!(single.posts.len(), 1);
    assert_eq!(single.posts[0].native_id, archive.posts[0].native_id);
    assert_eq!(single.posts[0].body, archive.posts[0].body);
    assert_eq!(single.accounts[0].native_id, "anna@host.org");
}
