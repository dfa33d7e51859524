//! How fast posts are indexed and queries answered, on made-up posts.
//!
//! `cargo run -p entangle-search --example index_throughput -- POSTS [SEED] [FOLDER]`
//!
//! Posts are words drawn by Zipf's law from 50,000 made-up English and Russian words with endings,
//! over ten years and twenty sources. Same seed, same posts. The numbers are those of the machine
//! and of the build profile; the shape of real posts is not claimed.

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use entangle_search::*;

const WORD_COUNT: usize = 50_000;
const START_US: i64 = 1_262_304_000_000_000;
const TEN_YEARS_US: u64 = 315_576_000_000_000;
const RUNS_PER_QUERY: usize = 50;

/// SplitMix64: small, fixed, good enough to draw words.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A rank by Zipf's law with exponent 1, by inversion of the continuous law.
    fn rank(&mut self) -> usize {
        let rank = ((WORD_COUNT as f64).ln() * self.share()).exp();
        (rank as usize).clamp(1, WORD_COUNT) - 1
    }
}

fn word(rank: usize, is_russian: bool) -> String {
    let (consonants, vowels): (Vec<char>, Vec<char>) = if is_russian {
        (
            "бвгдзклмнпрстфхц".chars().collect(),
            "аеиоу".chars().collect(),
        )
    } else {
        (
            "bcdfgklmnprstvwz".chars().collect(),
            "aeiou".chars().collect(),
        )
    };
    let mut rest = rank + 80;
    let mut word = String::new();
    while rest > 0 {
        word.push(consonants[rest % 16]);
        rest /= 16;
        word.push(vowels[rest % 5]);
        rest /= 5;
    }
    word
}

fn post(number: usize, random: &mut Random) -> PostDocument {
    const ENGLISH: [&str; 5] = ["", "s", "ed", "ing", "er"];
    const RUSSIAN: [&str; 5] = ["", "ами", "ов", "ого", "ть"];
    let is_russian = random.below(2) == 0;
    let endings = if is_russian { RUSSIAN } else { ENGLISH };
    let length = 5 + (random.share().powi(3) * 200.0) as usize;
    let mut body = String::new();
    for _ in 0..length {
        body += &word(random.rank(), is_russian);
        body += endings[random.below(5) as usize];
        body.push(' ');
    }
    let thread = number / 12;
    PostDocument {
        post_id: format!("{:016x}", Random(number as u64).next()),
        source: format!("source{:02}", random.below(20)),
        thread_id: Some(format!("thread{thread}")),
        thread_title: Some(format!(
            "{} {}",
            word(thread % WORD_COUNT, is_russian),
            word(7, is_russian)
        )),
        board: Some(format!("board {}", random.below(200))),
        account_id: Some(format!("account{}", random.below(50_000))),
        author_name: Some(format!("name{}", random.below(50_000))),
        kind: if number.is_multiple_of(12) {
            "opening"
        } else {
            "reply"
        }
        .into(),
        language: Some(if is_russian { "ru" } else { "en" }.into()),
        posted_at_us: Some(START_US + random.below(TEN_YEARS_US) as i64),
        near_copy_key: Some(random.below(1 << 40) as i64),
        body,
        ..PostDocument::default()
    }
}

fn folder_bytes(folder: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let post_count: usize = arguments.next().ok_or("how many posts?")?.parse()?;
    let seed: u64 = arguments.next().unwrap_or_else(|| "1".into()).parse()?;
    let temporary = tempfile::tempdir()?;
    let folder = arguments
        .next()
        .map_or_else(|| temporary.path().join("index"), PathBuf::from);
    let mut out = std::io::stdout().lock();

    let index = SearchIndex::open_or_create(&folder, OpenCheck::Ends)?;
    let mut random = Random(seed);
    let mut text_bytes = 0;
    let mut making = std::time::Duration::ZERO;
    let started = Instant::now();
    let mut writer = index.writer(WriterOptions {
        thread_count: 2,
        memory_bytes: 200_000_000,
    })?;
    for number in 0..post_count {
        let before = Instant::now();
        let post = post(number, &mut random);
        making += before.elapsed();
        text_bytes += post.body.len();
        writer.add(&post)?;
    }
    writer.commit(&IndexedState {
        snapshot: Some(1),
        ..IndexedState::default()
    })?;
    let seconds = (started.elapsed() - making).as_secs_f64();
    writer.finish()?;
    index.refresh()?;
    let bytes = folder_bytes(&folder)?;
    writeln!(
        out,
        "posts {post_count}, text {:.1} MB, seed {seed}",
        text_bytes as f64 / 1e6
    )?;
    writeln!(
        out,
        "indexed in {seconds:.1} s: {:.0} posts/s, {:.1} MB/s; {:.0} bytes per post, {:.2} of the text",
        post_count as f64 / seconds,
        text_bytes as f64 / 1e6 / seconds,
        bytes as f64 / post_count as f64,
        bytes as f64 / text_bytes as f64,
    )?;
    let before = Instant::now();
    drop(SearchIndex::open_or_create(&folder, OpenCheck::Checksums)?);
    writeln!(
        out,
        "opened with checksums in {:.2} s",
        before.elapsed().as_secs_f64()
    )?;
    measure(&index, &mut out)
}

fn measure(index: &SearchIndex, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let common = word(20, false);
    let rare = word(20_000, true);
    let queries = [
        ("word, common", common.clone()),
        ("word, rare", rare.clone()),
        (
            "phrase",
            format!("\"{} {}\"", word(3, false), word(5, false)),
        ),
        (
            "near",
            format!("\"{} {}\"~5", word(3, false), word(5, false)),
        ),
        (
            "boolean",
            format!("{common} {} -{}", word(30, false), word(40, false)),
        ),
        (
            "either",
            format!("{common} OR {rare} OR {}", word(50, true)),
        ),
        ("wildcard", format!("{}*", &common[..3])),
        ("fuzzy", format!("{rare}~1")),
        (
            "fields and time",
            format!("{common} source:source07 after:2015 before:2016"),
        ),
    ];
    for (name, text) in queries {
        let request = SearchRequest::new(parse(&text)?);
        time(index, name, &request, out)?;
    }
    let all = SearchRequest::new(Query::All);
    let facets = vec![
        FacetField::Source,
        FacetField::Language,
        FacetField::Kind,
        FacetField::Board,
    ];
    time(
        index,
        "facets of a common word",
        &SearchRequest {
            facets: facets.clone(),
            ..SearchRequest::new(parse(&common)?)
        },
        out,
    )?;
    time(
        index,
        "facets of all",
        &SearchRequest {
            facets,
            ..all.clone()
        },
        out,
    )?;
    time(
        index,
        "months of all",
        &SearchRequest {
            histogram: Some(CalendarUnit::Month),
            ..all.clone()
        },
        out,
    )?;
    time(
        index,
        "newest of all",
        &SearchRequest {
            sort: SortOrder::Newest,
            ..all.clone()
        },
        out,
    )?;
    time(
        index,
        "all, near-copies collapsed",
        &SearchRequest {
            collapse_near_copies: true,
            ..all
        },
        out,
    )?;
    Ok(())
}

fn time(
    index: &SearchIndex,
    name: &str,
    request: &SearchRequest,
    out: &mut impl Write,
) -> Result<(), Box<dyn Error>> {
    let mut taken_ms = Vec::with_capacity(RUNS_PER_QUERY);
    let mut post_count = 0;
    for _ in 0..RUNS_PER_QUERY {
        let before = Instant::now();
        post_count = index.search(request)?.post_count;
        taken_ms.push(before.elapsed().as_secs_f64() * 1e3);
    }
    taken_ms.sort_by(f64::total_cmp);
    let at = |share: f64| taken_ms[((RUNS_PER_QUERY - 1) as f64 * share) as usize];
    writeln!(
        out,
        "{name:28} {post_count:9} posts  p50 {:8.2} ms  p99 {:8.2} ms",
        at(0.5),
        at(0.99)
    )?;
    Ok(())
}
