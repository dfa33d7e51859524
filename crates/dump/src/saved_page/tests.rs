//! Containers of pages: real samples, small ones of each kind, cut and damaged ones.

use super::*;
use crate::Limits;
use expect_test::expect;
use std::io::Write;

fn pages(bytes: &[u8]) -> String {
    let mut reader =
        FileReader::from_stream("x", bytes, &Limits::default(), Some(TextEncoding::UTF_8)).unwrap();
    let mut pages = SavedPages::new(&mut reader);
    let mut out = String::new();
    while let Some(found) = pages.next_page().unwrap() {
        match found {
            Found::Readable(page) => {
                let span = page.span;
                out += &format!(
                    "{}..{} {} {} {} bytes\n",
                    span.byte_start,
                    span.byte_end,
                    page.address.as_deref().unwrap_or("-"),
                    page.saved_at.as_deref().unwrap_or("-"),
                    page.bytes.len()
                );
            }
            Found::Unreadable(lost) => {
                out += &format!(
                    "{}..{} {}\n",
                    lost.span.byte_start, lost.span.byte_end, lost.reason
                );
            }
        }
    }
    out
}

fn text_of(bytes: &[u8]) -> String {
    let mut reader =
        FileReader::from_stream("x", bytes, &Limits::default(), Some(TextEncoding::UTF_8)).unwrap();
    match SavedPages::new(&mut reader).next_page().unwrap() {
        Some(Found::Readable(page)) => page.to_text().0,
        other => format!("{other:?}"),
    }
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn record(kind: &str, media_type: &str, content: &[u8]) -> Vec<u8> {
    let mut record = format!(
        "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: <http://a.example/{kind}>\r\nWARC-Date: 2020-01-02T03:04:05Z\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\r\n",
        content.len()
    )
    .into_bytes();
    record.extend_from_slice(content);
    record.extend_from_slice(b"\r\n\r\n");
    record
}

fn response(headers: &str, body: &[u8]) -> Vec<u8> {
    let mut content =
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{headers}\r\n").into_bytes();
    content.extend_from_slice(body);
    record("response", "application/http; msgtype=response", &content)
}

/// `<html>page</html>` as Node.js compresses it.
const BROTLI_PAGE: &[u8] = b"\x0B\x08\x80<html>page</html>\x03";

/// `<html>` and 16 MiB of blanks, compressed by the same.
const BROTLI_BOMB: &[u8] = b"\xCB\xFF\xFF\x3F\xF8\x8D\x54\xB5\xBF\x06\xE1\x41\xA3\x93\x3E\x6C\x6D\x71\x5B\x20\x70\xF6\xFE\xCF\x3E\xF0\xFF\xFF\x0F\x7E\x09\x80\x38\x2C\x02\xD0\xBD\xFF\x8B\x02\x00\xFC\x12\x00\x41\x40\x00\x00";

#[test]
fn damaged_and_excessive_brotli_costs_its_page() {
    let large_window = [&[0x11, 0x1E], BROTLI_PAGE].concat();
    let cut = (0..BROTLI_PAGE.len()).map(|length| &BROTLI_PAGE[..length]);
    for body in cut.chain([&large_window[..], b"\xFF\xFF\xFF"]) {
        let found = pages(&response("Content-Encoding: br\r\n", body));
        let is_lost = found.contains("damaged or cut");
        assert!(is_lost || body.is_empty() || is_html(body), "{found}");
    }
    let bomb = pages(&response("Content-Encoding: br\r\n", BROTLI_BOMB));
    assert!(bomb.contains("longer than 16 MiB after"), "{bomb}");
}

#[test]
fn responses_are_unchunked_and_decompressed() {
    let html = b"<html>page</html>";
    let chunked = b"6\r\n<html>\r\nB;x=y\r\npage</html>\r\n0\r\n\r\n";
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    zlib.write_all(html).unwrap();
    for content in [
        response("", html),
        response("Transfer-Encoding: chunked\r\n", chunked),
        response("Transfer-Encoding: chunked\r\n", html),
        response("Content-Encoding: gzip\r\n", &gz(html)),
        response("Content-Encoding: gzip\r\n", html),
        response("Content-Encoding: deflate\r\n", &zlib.finish().unwrap()),
        response(
            "Content-Encoding: zstd\r\n",
            &zstd::encode_all(&html[..], 1).unwrap(),
        ),
        response("Content-Encoding: br\r\n", BROTLI_PAGE),
        response("Content-Encoding: br\r\n", html),
        record("resource", "text/html; charset=utf-8", html),
    ] {
        assert_eq!(text_of(&content), "<html>page</html>");
    }
}

#[test]
fn what_is_no_page_is_passed_over_and_damage_costs_one_record() {
    let archive = [
        record("warcinfo", "application/warc-fields", b"software: x"),
        response("", b"<html>1"),
        record("request", "application/http; msgtype=request", b"GET / HTTP/1.1\r\n\r\n"),
        record("response", "application/http", b"HTTP/1.1 404 No\r\nContent-Type: text/html\r\n\r\n<html>"),
        record("response", "application/http", b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n<html>"),
        record("revisit", "application/http", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"),
        b"garbage\nmore garbage\n".to_vec(),
        response("Content-Encoding: br\r\n", b"\x01\x02"),
        response("Content-Encoding: gzip\r\n", &gz(b"<html>2")[..15]),
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: many\r\n\r\n<html>\n".to_vec(),
        response("", b"<html>3"),
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: 999\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<html>".to_vec(),
    ];
    let plain = archive.concat();
    let by_record: Vec<u8> = archive.iter().flat_map(|record| gz(record)).collect();
    assert_eq!(pages(&plain), pages(&by_record));
    expect![[r#"
        186..419 http://a.example/response 2020-01-02T03:04:05Z 7 bytes
        1270..1291 no record begins where one has to; passed over up to the next
        1291..1541 the page's compression is damaged or cut
        1545..1810 the page's compression is damaged or cut
        1814..1876 the record does not state its length; passed over up to the next
        1876..2109 http://a.example/response 2020-01-02T03:04:05Z 7 bytes
        2113..2224 the file ends inside this record
    "#]]
    .assert_eq(&pages(&plain));
}

#[test]
fn page_over_the_limit_is_unreadable_and_its_neighbours_are_not() {
    let giant = format!("<html>{}", " ".repeat(PAGE_BYTES_MAX));
    let bomb = gz(giant.as_bytes());
    let archive = [
        response("", giant.as_bytes()),
        response("Content-Encoding: gzip\r\n", &bomb),
        response("", b"<html>"),
    ];
    expect![[r#"
        0..16777454 the page is longer than 16777216 bytes
        16777458..16794049 the page is longer than 16 MiB after decompression
        16794053..16794285 http://a.example/response 2020-01-02T03:04:05Z 6 bytes
    "#]]
    .assert_eq(&pages(&archive.concat()));
    expect![[r#"
        0..16777222 the page is longer than 16777216 bytes
    "#]]
    .assert_eq(&pages(giant.as_bytes()));
}

const MHTML: &str = "From: <Saved by Blink>\nSnapshot-Content-Location: http://a.example/t\nSubject: x\nDate: Sun, 15 Nov 2020 10:11:12 -0000\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\ttype=\"text/html\";\n\tboundary=\"--=_x\"\n\n\n----=_x\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\nContent-Location: http://ads.example/\n\n<html>frame\n----=_x\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\nContent-Location: http://a.example/t\n\n<html><p class=3D\"a\">=D0=BF=\n=D1=80</p>\n\n----=_x\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\nAAAA\n----=_x--\n";

#[test]
fn the_main_part_of_mhtml_is_read() {
    assert_eq!(text_of(MHTML.as_bytes()), "<html><p class=\"a\">пр</p>\n\n");
    expect![[r#"
        0..513 http://a.example/t Sun, 15 Nov 2020 10:11:12 -0000 29 bytes
    "#]]
    .assert_eq(&pages(MHTML.as_bytes()));
    let base64 = "MIME-Version: 1.0\r\nContent-Type: text/html; charset=windows-1251\r\nContent-Transfer-Encoding: base64\r\n\r\nPGh0bWw+\r\nz/Du8Q==\r\n";
    assert_eq!(text_of(base64.as_bytes()), "<html>Прос");
}

#[test]
fn encoding_is_that_of_the_page_or_guessed() {
    for (bytes, text) in [
        (
            &b"<html><meta charset=windows-1251>\xEF\xF0\xE8\xE2\xE5\xF2"[..],
            "привет",
        ),
        (
            b"<html><meta http-equiv=x content='text/html; charset=ISO-8859-1'>na\xEFve",
            "naïve",
        ),
        ("<html><meta charset=utf-16>ü".as_bytes(), "ü"),
        ("\u{FEFF}<html>ü".as_bytes(), "ü"),
        (
            b"<html>\xEF\xF0\xE8\xE2\xE5\xF2 \xEA\xE0\xEA \xE4\xE5\xEB\xE0",
            "привет как дела",
        ),
        (b"\xFF\xFE<\0h\0t\0m\0l\0>\0\x3F\x04", "п"),
    ] {
        let read = text_of(bytes);
        assert!(read.ends_with(text), "{read:?}");
    }
}

#[test]
fn files_that_are_no_pages_have_none() {
    for bytes in [
        &b""[..],
        b"plain text",
        b"{\"a\": \"<html>\"}",
        b"<?xml version=\"1.0\"?><posts/>",
        b"PK\x03",
        b"\0\0\0",
        b"Subject: <html>\n\n<html>",
    ] {
        assert_eq!(pages(bytes), "");
    }
    assert!(!pages(b" \n<!-- saved from url=(0014)about:internet -->\r\n<HTML>").is_empty());
}

#[test]
fn any_prefix_of_a_container_is_read_to_its_end() {
    let warc = [
        response(
            "Transfer-Encoding: chunked\r\n",
            b"7\r\n<html>1\r\n0\r\n\r\n",
        ),
        record("resource", "text/html", b"<html>"),
    ]
    .concat();
    let arc = b"filedesc://x 0 20200101000000 text/plain 3\n1 0\nhttp://a.example/ 1.1.1.1 20200101000000 text/html 6\n<html>\n";
    for whole in [
        warc.clone(),
        gz(&warc),
        arc.to_vec(),
        MHTML.as_bytes().to_vec(),
    ] {
        for end in 0..whole.len() {
            pages(&whole[..end]);
        }
    }
    expect![[r#"
        47..106 http://a.example/ 20200101000000 6 bytes
    "#]]
    .assert_eq(&pages(arc));
}

#[test]
fn wacz_is_read_through_its_members() {
    use zip::write::SimpleFileOptions;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.wacz");
    let mut writer = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for (name, content) in [
        ("archive/data.warc.gz", gz(&response("", b"<html>"))),
        ("indexes/index.cdx.gz", gz(b"org,example)/ 2020 {}")),
        (
            "pages/pages.jsonl",
            b"{\"format\": \"json-pages-1.0\"}\n".to_vec(),
        ),
    ] {
        writer
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(&content).unwrap();
    }
    writer.finish().unwrap();
    let input = crate::Input::open(&path, crate::InputOptions::default()).unwrap();
    let mut counts = Vec::new();
    for entry in input.files() {
        input
            .read_file_bytes(entry, |file| {
                let mut pages = SavedPages::new(file);
                let mut count = 0;
                while let Some(found) = pages.next_page()? {
                    assert!(matches!(found, Found::Readable(_)));
                    count += 1;
                }
                counts.push(format!("{} {count}", entry.name));
                Ok::<_, InputError>(())
            })
            .unwrap();
    }
    expect![[r#"
        [
            "a.wacz!archive/data.warc.gz 1",
            "a.wacz!indexes/index.cdx.gz 0",
            "a.wacz!pages/pages.jsonl 0",
        ]
    "#]]
    .assert_debug_eq(&counts);
}

fn real(name: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("ENTANGLE_DATA")
        .map(std::path::PathBuf::from)
        .unwrap_or_else(|| {
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data")
        });
    std::fs::read(root.join("warc").join(name)).ok()
}

#[test]
fn real_archives_give_their_pages() {
    let mut table = String::new();
    for name in [
        "bad.arc",
        "dupes.warc.gz",
        "example-bad.warc.gz.bad",
        "example-extra.warc",
        "example-url-agnostic-orig.warc.gz",
        "example-url-agnostic-revisit.warc.gz",
        "example-wget-1-14.warc.gz",
        "example-wpull.warc.gz",
        "example.arc",
        "example.arc.gz",
        "example.warc",
        "example.warc.gz",
        "example2.warc.gz",
        "httpbin-resource.warc.gz",
        "iana.warc.gz",
        "missing-status-text.warc",
        "post-test.warc.gz",
    ] {
        let Some(bytes) = real(name) else { return };
        table += &format!("{name}\n{}", pages(&bytes));
    }
    expect![[r#"
        bad.arc
        0..61 the line begins no record: address, host, time, type and length
        61..77 the line begins no record: address, host, time, type and length
        77..133 the line begins no record: address, host, time, type and length
        134..201 the line begins no record: address, host, time, type and length
        262..330 the line begins no record: address, host, time, type and length
        dupes.warc.gz
        460..2437 http://example.com 2014-01-27T17:12:00Z 1270 bytes
        example-bad.warc.gz.bad
        460..2447 http://example.com?example=1 2014-01-03T03:03:21Z 1270 bytes
        example-extra.warc
        0..1987 http://example.com?example=2 2014-01-03T03:03:21Z 1270 bytes
        example-url-agnostic-orig.warc.gz
        488..2374 http://example.iana.org/ 2013-07-02T19:54:02Z 1270 bytes
        example-url-agnostic-revisit.warc.gz
        example-wget-1-14.warc.gz
        1015..3133 http://example.com/ 2014-02-16T01:29:08Z 1270 bytes
        example-wpull.warc.gz
        4365..6482 http://example.com/ 2015-03-30T23:50:46Z 1270 bytes
        example.arc
        151..1807 http://example.com/ 20140216050221 1270 bytes
        example.arc.gz
        151..1807 http://example.com/ 20140216050221 1270 bytes
        example.warc
        460..2447 http://example.com?example=1 2014-01-03T03:03:21Z 1270 bytes
        4764..4771 no record begins where one has to; passed over up to the next
        example.warc.gz
        460..2447 http://example.com?example=1 2014-01-03T03:03:21Z 1270 bytes
        example2.warc.gz
        407..1768 http://example.com/ 2016-02-25T04:23:29Z 1270 bytes
        httpbin-resource.warc.gz
        iana.warc.gz
        460..6817 http://www.iana.org/ 2014-01-26T20:06:24Z 5678 bytes
        661344..671422 http://www.iana.org/numbers 2014-01-26T20:06:51Z 9394 bytes
        1047155..1055014 http://www.iana.org/about 2014-01-26T20:07:06Z 7179 bytes
        1070093..1726440 http://www.iana.org/protocols 2014-01-26T20:07:15Z 655705 bytes
        1741544..1748340 http://www.iana.org/time-zones 2014-01-26T20:07:37Z 6167 bytes
        1765190..1783589 http://www.iana.org/performance/ietf-statistics 2014-01-26T20:08:04Z 17752 bytes
        1800638..1810651 http://www.iana.org/performance/ietf-draft-status 2014-01-26T20:08:15Z 9364 bytes
        1826051..1834885 http://www.iana.org/domains 2014-01-26T20:08:25Z 8162 bytes
        1909982..1918333 http://www.iana.org/domains/root 2014-01-26T20:09:12Z 7662 bytes
        1936606..2085427 http://www.iana.org/domains/root/db 2014-01-26T20:09:28Z 148172 bytes
        2102303..2113151 http://www.iana.org/domains/reserved 2014-01-26T20:10:54Z 10156 bytes
        2130005..2224339 http://www.iana.org/domains/idn-tables 2014-01-26T20:11:27Z 93683 bytes
        2239597..2249124 http://www.iana.org/domains/root/servers 2014-01-26T20:12:27Z 8832 bytes
        2264345..2271841 http://www.iana.org/domains/int 2014-01-26T20:12:39Z 6807 bytes
        2286989..2296460 http://www.iana.org/domains/arpa 2014-01-26T20:12:48Z 8826 bytes
        2314688..2321869 https://www.iana.org/dnssec 2014-01-26T20:13:07Z 6497 bytes
        missing-status-text.warc
        0..491 the file ends inside this record
        post-test.warc.gz
    "#]].assert_eq(&table);
}
