//! Profiles as counted evidence, over small worlds in memory.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray};
use datafusion::prelude::SessionContext;
use expect_test::expect;

use crate::behaviour_tests::{Said, lines};
use crate::world_tests::{Named, context};
use crate::{InMemoryStages, LinkOptions, Linkage, ModelFile, link};

/// What an account states: account id, location, web site, text about itself, day of registration.
type Stated = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// Two pairs of one name each that nothing else tells apart, and anchors from which to learn.
const ACCOUNTS: [Named; 8] = [
    ("alpha", "a1", "quiet_heron"),
    ("beta-board", "b1", "quiet_heron"),
    ("alpha", "a2", "pale_lantern"),
    ("beta-board", "b2", "pale_lantern"),
    ("alpha", "a3", "third_meridian"),
    ("beta-board", "b3", "third_meridian"),
    ("alpha", "a4", "slow_ferry"),
    ("beta-board", "b4", "slow_ferry"),
];

const STATED: [Stated; 8] = [
    ("a1", "Porto, Portugal", "", "", "2014-03-01"),
    (
        "b1",
        "Porto,Portugal",
        "",
        "I mend old radios and keep bees.",
        "2014-03-01",
    ),
    (
        "a2",
        "Portugal",
        "",
        "I mend old radios and keep bees.",
        "2013-03-01",
    ),
    (
        "b2",
        "Oslo, Norway",
        "",
        "I mend old radios and keep bees.",
        "2014-09-09",
    ),
    ("a3", "", "https://www.ferry-times.example/me/", "", ""),
    ("b3", "", "http://ferry-times.example/me", "", ""),
    ("a4", "", "http://slow-ferry.example", "", ""),
    ("b4", "", "http://slow-ferry.example", "", ""),
];

/// The world of [`ACCOUNTS`] with what they state.
async fn world(stated: &[Stated], partitions: usize) -> SessionContext {
    let context = context(&ACCOUNTS, &[], partitions);
    let texts = |of: fn(&Stated) -> &'static str| {
        let texts = stated
            .iter()
            .map(|row| Some(of(row)).filter(|text| !text.is_empty()));
        Arc::new(StringArray::from_iter(texts)) as ArrayRef
    };
    let day = |row: &Stated| {
        let date = days_since_1970(row.4)?;
        Some(date * 86_400_000_000)
    };
    let days = TimestampMicrosecondArray::from_iter(stated.iter().map(day)).with_timezone("UTC");
    let precisions = stated
        .iter()
        .map(|row| (!row.4.is_empty()).then_some("day"));
    let rows = RecordBatch::try_from_iter([
        ("stated_by", texts(|row| row.0)),
        ("location", texts(|row| row.1)),
        ("website", texts(|row| row.2)),
        ("about", texts(|row| row.3)),
        ("registered_at", Arc::new(days) as ArrayRef),
        (
            "registered_at_precision",
            Arc::new(StringArray::from_iter(precisions)) as ArrayRef,
        ),
    ])
    .unwrap();
    context.register_batch("stated", rows).unwrap();
    let sql = "SELECT account_id, source, name, location, website, about, registered_at, registered_at_precision
               FROM accounts LEFT JOIN stated ON stated_by = account_id";
    let accounts = context.sql(sql).await.unwrap().cache().await.unwrap();
    context.deregister_table("accounts").unwrap();
    context
        .register_table("accounts", accounts.into_view())
        .unwrap();
    context
}

/// Days from 1970-01-01 to a date, by counting; none of the empty text.
fn days_since_1970(date: &str) -> Option<i64> {
    let [year, month, day] = *date.split('-').collect::<Vec<_>>() else {
        return None;
    };
    let (year, month, day): (i64, i64, i64) =
        (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let years: i64 = (1970..year)
        .map(|year| 365 + i64::from(is_leap(year)))
        .sum();
    let lengths = [
        31,
        28 + i64::from(is_leap(year)),
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let months: i64 = lengths.iter().take(month as usize - 1).sum();
    Some(years + months + day - 1)
}

async fn run(context: &SessionContext, options: LinkOptions) -> Linkage {
    link(context, &InMemoryStages, &options, &Said(&[]), &mut |_| {})
        .await
        .unwrap()
}

/// The lines of the evidence of profiles, and the weights of the links.
async fn shown(context: &SessionContext, linkage: Linkage) -> [String; 2] {
    for (name, rows) in [("found", linkage.links), ("shown", linkage.evidence)] {
        context.register_table(name, rows.into_view()).unwrap();
    }
    let evidence = "SELECT concat(account_left, ' ', account_right, ' ', level, ' m ',
                                  CAST(round(m_probability * 1e3) / 1e3 AS VARCHAR), ' u ',
                                  CAST(round(u_probability * 1e3) / 1e3 AS VARCHAR), ' bits ',
                                  CAST(round(match_weight_bits * 1e2) / 1e2 AS VARCHAR),
                                  CASE WHEN is_counted THEN '' ELSE ' (not counted)' END) AS line
                    FROM shown WHERE comparison = 'profile' ORDER BY line";
    let links = "SELECT concat(account_left, ' ', account_right, ' ',
                               CAST(match_weight_bits AS VARCHAR)) AS line FROM found ORDER BY line";
    [lines(context, evidence).await, lines(context, links).await]
}

#[tokio::test]
async fn rare_values_in_common_weigh_more_than_common_ones() {
    let context = world(&STATED, 2).await;
    let linkage = run(&context, LinkOptions::default()).await;
    let [evidence, _] = shown(&context, linkage).await;
    expect![[r#"
        a1 b1 same day of registration m 0.266 u 0.25 bits 0.09
        a1 b1 same location m 0.548 u 0.25 bits 1.13
        a2 b2 different days of registration m 0.979 u 1.0 bits -0.03
        a2 b2 different locations m 0.603 u 1.0 bits -0.73
        a2 b2 same profile text, stated by 1 more m 0.701 u 0.667 bits 0.07
        a3 b3 same web site m 0.487 u 0.25 bits 0.96
        a4 b4 same web site m 0.487 u 0.25 bits 0.96 (not counted)
    "#]]
    .assert_eq(&evidence);
}

#[tokio::test]
async fn counted_lines_add_up_to_the_weight_of_a_pair() {
    let context = world(&STATED, 2).await;
    let linkage = run(&context, LinkOptions::default()).await;
    shown(&context, linkage).await;
    let off = "SELECT f.account_left AS line FROM found f JOIN (
                   SELECT account_left, account_right, sum(match_weight_bits) AS bits
                   FROM shown WHERE is_counted GROUP BY account_left, account_right
               ) e ON e.account_left = f.account_left AND e.account_right = f.account_right
               WHERE abs(e.bits - f.match_weight_bits) > 1e-9";
    assert_eq!(lines(&context, off).await, "");
}

#[tokio::test]
async fn the_order_of_accounts_changes_no_digit() {
    let mut backwards = STATED;
    backwards.reverse();
    let mut links = Vec::new();
    for (stated, partitions) in [(STATED, 3), (backwards, 1)] {
        let context = world(&stated, partitions).await;
        let linkage = run(&context, LinkOptions::default()).await;
        links.push(shown(&context, linkage).await);
    }
    assert_eq!(links[0], links[1]);
}

#[tokio::test]
async fn a_model_that_counts_profiles_counts_them_again_and_one_that_does_not_does_not() {
    let context = world(&STATED, 2).await;
    let linkage = run(&context, LinkOptions::default()).await;
    let learned = linkage.model_file.clone();
    let [evidence, links] = shown(&context, linkage).await;
    let read = ModelFile::parse(&learned.to_toml()).unwrap();
    assert_eq!(read.id(), learned.id());
    let with = |model| LinkOptions {
        model: Some(model),
        ..LinkOptions::default()
    };
    let context = world(&STATED, 2).await;
    let again = run(&context, with(read)).await;
    assert_eq!([evidence, links], shown(&context, again).await);

    let mut silent = learned;
    silent.profile = None;
    let context = world(&STATED, 2).await;
    let linkage = run(&context, with(silent)).await;
    assert_eq!(shown(&context, linkage).await[0], "");
}

#[tokio::test]
async fn where_nobody_states_anything_nothing_is_learned_of_profiles() {
    let context = context(&ACCOUNTS, &[], 2);
    let linkage = run(&context, LinkOptions::default()).await;
    assert_eq!(linkage.model_file.profile, None);
}

#[tokio::test]
async fn a_model_file_with_a_certain_profile_is_refused() {
    let context = world(&STATED, 2).await;
    let mut model = run(&context, LinkOptions::default()).await.model_file;
    let profile = model.profile.as_mut().unwrap();
    profile.m.insert(crate::ProfileField::About, 1.0);
    expect!["profile.m.about is 1; it must lie between 0 and 1"]
        .assert_eq(&ModelFile::parse(&model.to_toml()).unwrap_err().to_string());
}
