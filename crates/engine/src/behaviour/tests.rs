//! Behaviour of pairs in a small world of two boards whose people have planted habits.

use std::sync::{Arc, Mutex};

use arrow::array::{
    Array, ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use datafusion::prelude::{SessionConfig, SessionContext};
use entangle_linkage::{Behaviour, InMemoryStages};
use entangle_model::AccountId;
use expect_test::expect;

use super::{CountedBehaviour, PARAMETERS_DEFAULT, behaviour_lines};
use crate::table_reader::{numbers, texts};
use crate::{Progress, Silent};

/// People with an account on both boards.
const HAND_COUNT: u64 = 24;
const POST_COUNT: u64 = 60;

/// A post: source, author, number, hand that writes, precision of its time.
struct Post {
    source: &'static str,
    author: String,
    number: u64,
    hand: u64,
    precision: &'static str,
}

/// Board `alpha` and `beta`: account `hand-N` of each is the same hand.
fn boards() -> Vec<Post> {
    let mut posts = Vec::new();
    for source in ["alpha", "beta"] {
        for hand in 0..HAND_COUNT {
            posts.extend(posts_of(source, &format!("hand-{hand}"), hand, POST_COUNT));
        }
    }
    posts
}

fn posts_of(source: &'static str, author: &str, hand: u64, count: u64) -> Vec<Post> {
    let post = |number| Post {
        source,
        author: author.to_owned(),
        number,
        hand,
        precision: "second",
    };
    (0..count).map(post).collect()
}

/// A number that looks drawn at random.
fn drawn(seed: u64) -> u64 {
    let mixed = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed ^ mixed >> 29
}

/// Two ways to write; every hand keeps to one.
const WAYS: [[&str; 2]; 8] = [
    ["however", "but"],
    ["because", "since"],
    ["you", "u"],
    ["really", "very"],
    [".", "!!"],
    [", ", " ,"],
    ["it is", "its"],
    ["and", "&"],
];
const SUBJECTS: [&str; 12] = [
    "saddle", "river", "copper", "garden", "window", "marble", "engine", "letter", "winter",
    "market", "lantern", "harbour",
];

fn body(post: &Post) -> String {
    let way = |position: usize| WAYS[position][(drawn(post.hand) >> position & 1) as usize];
    let place = if post.source == "alpha" { 0 } else { 1 << 40 };
    let seed = place + post.hand * 10_000 + post.number * 10;
    let subject = |position: u64| SUBJECTS[(drawn(seed + position) % 12) as usize];
    let [however, because, you, really] = [way(0), way(1), way(2), way(3)];
    let [stop, comma, it_is, and] = [way(4), way(5), way(6), way(7)];
    format!(
        "The {} was {really} old{comma}{however} the {} {and} the {} were new{stop} {it_is} so \
         {because} {you} had a {}{comma}{because} {you} sold the {}{stop} {however} {you} said {it_is} \
         {really} near the {} {and} the {}{stop}",
        subject(0),
        subject(1),
        subject(2),
        subject(3),
        subject(4),
        subject(5),
        subject(6),
    )
}

fn id(source: &str, author: &str) -> String {
    AccountId::derive(&[source, author]).to_string()
}

/// One post a day, at hours that the hand keeps.
fn posted_at(post: &Post) -> i64 {
    let hour = (post.hand * 5 + drawn(post.number) % 4) % 24;
    let minute = drawn(post.hand * 100 + post.number) % 60;
    (1_400_000_000 / 86_400 + post.number as i64) * 86_400_000_000
        + (hour * 60 + minute) as i64 * 60_000_000
}

fn text_column(texts: impl Iterator<Item = String>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(texts))
}

/// The tables of these posts, and these pairs of authors as asked.
fn context(posts: &[Post], asked: &[[&str; 2]], partitions: usize) -> SessionContext {
    let config = SessionConfig::new()
        .with_target_partitions(partitions)
        .with_batch_size(100)
        .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false);
    let context = SessionContext::new_with_config(config);
    let keys = Int64Array::from(vec![None::<i64>; posts.len()]);
    let times = TimestampMicrosecondArray::from_iter_values(posts.iter().map(posted_at));
    let number = |post: &Post| format!("{}-{}-{:03}", post.source, post.author, post.number);
    let rows = RecordBatch::try_from_iter([
        ("post_id", text_column(posts.iter().map(number))),
        (
            "source",
            text_column(posts.iter().map(|post| post.source.to_owned())),
        ),
        (
            "account_id",
            text_column(posts.iter().map(|post| id(post.source, &post.author))),
        ),
        ("body", text_column(posts.iter().map(body))),
        (
            "language",
            text_column(posts.iter().map(|_| "en".to_owned())),
        ),
        ("posted_at", Arc::new(times.with_timezone("UTC")) as _),
        (
            "posted_at_precision",
            text_column(posts.iter().map(|post| post.precision.to_owned())),
        ),
        ("copy_key", Arc::new(keys) as _),
    ]);
    context.register_batch("posts", rows.unwrap()).unwrap();
    let mut authors: Vec<_> = posts
        .iter()
        .map(|post| (post.source, &post.author))
        .collect();
    authors.sort();
    authors.dedup();
    let rows = RecordBatch::try_from_iter([
        (
            "account_id",
            text_column(authors.iter().map(|(source, name)| id(source, name))),
        ),
        (
            "name",
            text_column(authors.iter().map(|(_, name)| (*name).clone())),
        ),
    ]);
    context.register_batch("accounts", rows.unwrap()).unwrap();
    let side =
        |source: &str, side: usize| text_column(asked.iter().map(|pair| id(source, pair[side])));
    let rows = RecordBatch::try_from_iter([
        (
            "pair",
            Arc::new(Int64Array::from(vec![0; asked.len()])) as _,
        ),
        (
            "source_a",
            text_column(asked.iter().map(|_| "alpha".to_owned())),
        ),
        (
            "source_b",
            text_column(asked.iter().map(|_| "beta".to_owned())),
        ),
        ("account_a", side("alpha", 0)),
        ("account_b", side("beta", 1)),
        (
            "stated_probability",
            Arc::new(Float64Array::from(vec![0.5; asked.len()])) as _,
        ),
    ]);
    context
        .register_batch("stage_asked", rows.unwrap())
        .unwrap();
    context
}

/// What is said of the asked pairs, one line each: exact bits, sorted by account.
async fn said(context: &SessionContext, chunk_account_count: usize) -> Vec<String> {
    let mut silent = Silent;
    let progress: Mutex<&mut dyn Progress> = Mutex::new(&mut silent);
    let behaviour = CountedBehaviour::new(&progress).in_chunks_of(chunk_account_count);
    let rows = behaviour.weigh(context, &InMemoryStages, &PARAMETERS_DEFAULT);
    let mut lines = Vec::new();
    for batch in rows.await.unwrap().collect().await.unwrap() {
        for row in 0..batch.num_rows() {
            let bits = [3, 4, 5, 6].map(|column| {
                let bits = numbers(&batch, column);
                bits.is_valid(row).then(|| bits.value(row))
            });
            let [left, right] = [0, 1].map(|column| texts(&batch, column).value(row));
            lines.push(format!("{left} {right} {bits:?}"));
        }
    }
    lines.sort();
    lines
}

const ASKED: [[&str; 2]; 5] = [
    ["hand-0", "hand-0"],
    ["hand-0", "hand-2"],
    ["hand-7", "hand-7"],
    ["hand-9", "hand-0"],
    ["hand-9", "hand-11"],
];

#[tokio::test]
async fn one_hand_is_lifted_and_two_hands_are_lowered() {
    let context = context(&boards(), &ASKED[..2], 2);
    let mut silent = Silent;
    let progress: Mutex<&mut dyn Progress> = Mutex::new(&mut silent);
    let rows = CountedBehaviour::new(&progress)
        .weigh(&context, &InMemoryStages, &PARAMETERS_DEFAULT)
        .await
        .unwrap();
    context.register_table("said", rows.into_view()).unwrap();
    let sql = "SELECT s.style_level, round(s.style_bits, 1), round(s.hours_bits, 1),
                      s.simultaneous_bits IS NULL AND s.language_bits IS NULL
               FROM said s JOIN accounts b ON b.account_id = s.account_b ORDER BY b.name";
    let rows = context.sql(sql).await.unwrap().collect().await.unwrap();
    let mut lines = String::new();
    for batch in &rows {
        for row in 0..batch.num_rows() {
            let [style, hours] = [1, 2].map(|column| numbers(batch, column).value(row));
            lines += &format!("{}: {style:+} {hours:+}\n", texts(batch, 0).value(row));
        }
    }
    expect![[r#"
        writing in en, 1728 words: +4 +1.9
        writing in en, 1944 words: -2 -3
    "#]]
    .assert_eq(&lines);
}

#[tokio::test]
async fn neither_rows_nor_partitions_nor_chunks_change_a_digit() {
    let said_once = said(&context(&boards(), &ASKED, 1), 4_000).await;
    assert_eq!(said_once.len(), ASKED.len());
    let mut posts = boards();
    posts.reverse();
    let mut asked = ASKED;
    asked.reverse();
    assert_eq!(said(&context(&posts, &asked, 4), 4_000).await, said_once);
    assert_eq!(said(&context(&posts, &asked, 2), 2).await, said_once);
}

#[tokio::test]
async fn unrelated_posts_change_no_digit() {
    let said_once = said(&context(&boards(), &ASKED, 2), 4_000).await;
    let mut posts = boards();
    posts.extend(posts_of("gamma", "hand-0", 5, 300));
    // Too few to speak, and so to be learned from.
    posts.extend(posts_of("alpha", "newcomer", 6, 5));
    assert_eq!(said(&context(&posts, &ASKED, 2), 4_000).await, said_once);
}

#[tokio::test]
async fn accounts_below_the_floors_are_not_spoken_of() {
    let mut posts = boards();
    posts.extend(posts_of("alpha", "newcomer", 6, 5));
    let context = context(&posts, &[["newcomer", "hand-0"], ["nobody", "hand-0"]], 2);
    assert_eq!(said(&context, 4_000).await, [""; 0]);
    let read = context.table("stage_behaviour_posts").await.unwrap();
    assert_eq!(read.count().await.unwrap(), 0);
}

#[tokio::test]
async fn a_date_without_an_hour_is_no_hour_of_activity() {
    let mut posts = boards();
    for post in &mut posts {
        post.precision = "day";
    }
    let context = context(&posts, &ASKED[..1], 2);
    let lines = said(&context, 4_000).await;
    assert!(lines[0].ends_with(", None, None, None]"), "{lines:?}");
}

#[tokio::test]
async fn what_is_shown_is_what_is_counted() {
    let context = context(&boards(), &ASKED[..1], 2);
    let counted = said(&context, 4_000).await;
    let accounts = ["alpha", "beta"].map(|source| AccountId::derive(&[source, "hand-0"]));
    let sources = ["alpha", "beta"];
    let lines = behaviour_lines(&context, accounts, sources, &PARAMETERS_DEFAULT)
        .await
        .unwrap();
    let bits: Vec<Option<f64>> = lines
        .iter()
        .map(|line| (!line.level.starts_with("says nothing")).then_some(line.match_weight_bits))
        .collect();
    assert!(
        counted[0].ends_with(&format!(" {bits:?}")),
        "{counted:?} {bits:?}"
    );
    assert!(lines.iter().all(|line| !line.is_counted));
}
