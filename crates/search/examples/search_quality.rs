//! Sixty queries over real posts, against what a program with dictionaries expects.
//!
//! `cargo run -p entangle-search --example search_quality -- DATA [missed]`
//!
//! DATA is a folder with `stackexchange/` and `telegram/channels/` as the queries were judged on;
//! `search_quality.json` beside this file holds the queries, the rule and the ids that are
//! expected, and no text. With `missed`, ids that were missed or found without being expected are
//! printed. Without DATA nothing is done.

use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;

use entangle_search::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Judged {
    queries: Vec<JudgedQuery>,
}

#[derive(Deserialize)]
struct JudgedQuery {
    query: String,
    language: String,
    expected_count: usize,
    expected: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Message {
    message_id: i64,
    text: Option<String>,
    date: String,
}

/// The value of an attribute of a row, entities undone.
fn attribute(row: &str, name: &str) -> Option<String> {
    let start = row.find(&format!(" {name}=\""))? + name.len() + 3;
    let end = start + row[start..].find('"')?;
    Some(without_entities(&row[start..end]))
}

fn without_entities(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        plain.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(';').filter(|end| *end < 12);
        let character = end.and_then(|end| entity(&rest[1..end]));
        match (character, end) {
            (Some(character), Some(end)) => {
                plain.push(character);
                rest = &rest[end + 1..];
            }
            _ => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain + rest
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix("#x").or_else(|| name.strip_prefix("#X")) {
        return char::from_u32(u32::from_str_radix(number, 16).ok()?);
    }
    if let Some(number) = name.strip_prefix('#') {
        return char::from_u32(number.parse().ok()?);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => return None,
    })
}

/// Text without tags, entities undone.
fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut is_tag = false;
    for character in html.chars() {
        match character {
            '<' => is_tag = true,
            '>' if is_tag => {
                is_tag = false;
                text.push(' ');
            }
            other if !is_tag => text.push(other),
            _ => {}
        }
    }
    without_entities(&text)
}

/// `2011-02-03T04:05:06` and what follows, to microseconds; no time where it is not of that form.
fn instant_us(date: &str) -> Option<i64> {
    let day = QueryDate::parse(date.get(..10)?)?.start_us();
    let clock: Vec<i64> = date
        .get(11..19)?
        .split(':')
        .filter_map(|part| part.parse().ok())
        .collect();
    let [hours, minutes, seconds] = clock.as_slice() else {
        return None;
    };
    Some(day + ((hours * 60 + minutes) * 60 + seconds) * 1_000_000)
}

fn site_posts(
    data: &Path,
    site: &str,
    posts: &mut Vec<PostDocument>,
) -> Result<(), Box<dyn Error>> {
    let folder = data.join("stackexchange").join(site);
    let rows = fs::read_to_string(folder.join("Posts.xml"))?;
    let mut titles = HashMap::new();
    for row in rows.lines() {
        if let (Some(id), Some(title)) = (attribute(row, "Id"), attribute(row, "Title")) {
            titles.insert(id, title);
        }
    }
    let mut add = |row: &str, folder: &str, kind: &str, body: String, thread: Option<String>| {
        let Some(id) = attribute(row, "Id") else {
            return;
        };
        posts.push(PostDocument {
            post_id: format!("{site}/{folder}/{id}"),
            source: site.into(),
            kind: kind.into(),
            language: Some("en".into()),
            thread_title: titles.get(thread.as_ref().unwrap_or(&id)).cloned(),
            thread_id: thread,
            posted_at_us: attribute(row, "CreationDate")
                .as_deref()
                .and_then(instant_us),
            body,
            ..PostDocument::default()
        });
    };
    for row in rows.lines() {
        let kind = match attribute(row, "PostTypeId").as_deref() {
            Some("1") => "opening",
            Some("2") => "reply",
            _ => "notice",
        };
        let body = without_tags(&attribute(row, "Body").unwrap_or_default());
        add(row, "posts", kind, body, attribute(row, "ParentId"));
    }
    for row in fs::read_to_string(folder.join("Comments.xml"))?.lines() {
        let body = attribute(row, "Text").unwrap_or_default();
        add(row, "comments", "comment", body, attribute(row, "PostId"));
    }
    Ok(())
}

fn channel_posts(file: &Path, posts: &mut Vec<PostDocument>) -> Result<(), Box<dyn Error>> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let channel = name.split('_').next().unwrap_or_default();
    for message in serde_json::from_str::<Vec<Message>>(&fs::read_to_string(file)?)? {
        posts.push(PostDocument {
            post_id: format!("{channel}/{}", message.message_id),
            source: channel.into(),
            kind: "message".into(),
            language: Some("ru".into()),
            posted_at_us: instant_us(&message.date),
            body: message.text.unwrap_or_default(),
            ..PostDocument::default()
        });
    }
    Ok(())
}

fn all_posts(data: &Path) -> Result<Vec<PostDocument>, Box<dyn Error>> {
    let mut posts = Vec::new();
    for site in ["alcohol.meta", "bicycles.meta", "conlang.meta"] {
        site_posts(data, site, &mut posts)?;
    }
    for entry in fs::read_dir(data.join("telegram/channels"))? {
        channel_posts(&entry?.path(), &mut posts)?;
    }
    Ok(posts)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    let mut arguments = std::env::args().skip(1);
    let Some(data) = arguments.next() else {
        writeln!(out, "skipped: name the folder with the data as an argument")?;
        return Ok(());
    };
    let shows_missed = arguments.next().is_some();
    let judged: Judged = serde_json::from_str(include_str!("search_quality.json"))?;
    let posts = all_posts(Path::new(&data))?;

    let folder = tempfile::tempdir()?;
    let index = SearchIndex::open_or_create(folder.path(), OpenCheck::Ends)?;
    let mut writer = index.writer(WriterOptions::default())?;
    for post in &posts {
        writer.add(post)?;
    }
    writer.commit(&IndexedState::default())?;
    index.refresh()?;
    writeln!(
        out,
        "{} posts\n\nexpected  found  precision  recall  query",
        index.post_count()
    )?;

    let (mut expected_sum, mut found_sum, mut both_sum) = (0, 0, 0);
    for judged in &judged.queries {
        let mut request = SearchRequest::new(parse(&judged.query)?);
        request.limit = LIMIT_MAX;
        // Posts in the other language have no judge who reads them.
        request.query = Query::and(vec![
            request.query,
            parse(&format!("lang:{}", judged.language))?,
        ]);
        let found: BTreeSet<String> = index
            .search(&request)?
            .hits
            .into_iter()
            .map(|hit| hit.post_id)
            .collect();
        let both = found.intersection(&judged.expected).count();
        let share = |whole: usize| {
            if whole == 0 {
                1.0
            } else {
                both as f64 / whole as f64
            }
        };
        let (precision, recall) = (share(found.len()), share(judged.expected_count));
        writeln!(
            out,
            "{:8} {:6} {precision:10.3} {recall:7.3}  {}",
            judged.expected_count,
            found.len(),
            judged.query
        )?;
        if shows_missed {
            for id in judged.expected.symmetric_difference(&found).take(8) {
                let what = if found.contains(id) {
                    "not expected"
                } else {
                    "missed"
                };
                writeln!(out, "{:28}{what} {id}", "")?;
            }
        }
        expected_sum += judged.expected_count;
        found_sum += found.len();
        both_sum += both;
    }
    writeln!(
        out,
        "\nall {} queries: precision {:.3}, recall {:.3}",
        judged.queries.len(),
        both_sum as f64 / found_sum as f64,
        both_sum as f64 / expected_sum as f64
    )?;
    Ok(())
}
