//! The whole linkage over small worlds in memory.

use std::sync::Arc;

use arrow::array::{RecordBatch, StringArray};
use datafusion::prelude::{SessionConfig, SessionContext};
use entangle_model::NameLevel;
use expect_test::{Expect, expect};

use crate::behaviour_tests::{Said, lines};
use crate::{InMemoryStages, LinkOptions, Linkage, LinkageError, ModelFile, link};

/// An account of a small world: source, native id, name.
pub(crate) type Named = (&'static str, &'static str, &'static str);
/// A contact it shows: account id, kind, value, role.
pub(crate) type Shown = (&'static str, &'static str, &'static str, &'static str);

/// Names that make up the crowd around the accounts a test is about; the crowds of two sources
/// have no stem in common.
fn crowd(source: &'static str, last: [&str; 4], count: usize) -> Vec<(String, String, String)> {
    let first = [
        "anna", "boris", "carla", "dmitri", "elena", "frank", "grete", "hugo", "irina", "jonas",
    ];
    (0..count)
        .map(|number| {
            let name = format!(
                "{}{}{}",
                first[number % 10],
                last[number / 10 % 4],
                100 + number
            );
            (source.to_owned(), format!("{source}-crowd-{number}"), name)
        })
        .collect()
}

pub(crate) fn context(accounts: &[Named], contacts: &[Shown], partitions: usize) -> SessionContext {
    context_with_sources(accounts, contacts, partitions, ["alpha", "beta-board"])
}

/// The same world with other names for the two sources.
fn context_with_sources(
    accounts: &[Named],
    contacts: &[Shown],
    partitions: usize,
    sources: [&str; 2],
) -> SessionContext {
    let config = SessionConfig::new()
        .with_target_partitions(partitions)
        .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false);
    let context = SessionContext::new_with_config(config);
    let mut rows: Vec<(String, String, String)> = accounts
        .iter()
        .map(|(source, id, name)| ((*source).to_owned(), (*id).to_owned(), (*name).to_owned()))
        .collect();
    rows.extend(crowd("alpha", ["berg", "sokol", "lund", "kraus"], 80));
    rows.extend(crowd(
        "beta-board",
        ["novak", "stein", "moreau", "silva"],
        60,
    ));
    for row in &mut rows {
        if let Some(position) = ["alpha", "beta-board"]
            .iter()
            .position(|name| *name == row.0)
        {
            row.0 = sources[position].to_owned();
        }
    }
    let column = |texts: Vec<String>| Arc::new(StringArray::from(texts)) as _;
    let accounts = RecordBatch::try_from_iter([
        (
            "account_id",
            column(rows.iter().map(|row| row.1.clone()).collect()),
        ),
        (
            "source",
            column(rows.iter().map(|row| row.0.clone()).collect()),
        ),
        (
            "name",
            column(rows.iter().map(|row| row.2.clone()).collect()),
        ),
    ])
    .unwrap();
    let source_of = |id: &str| {
        rows.iter()
            .find(|row| row.1 == id)
            .map(|row| row.0.clone())
            .unwrap()
    };
    let identifiers = RecordBatch::try_from_iter([
        (
            "account_id",
            column(contacts.iter().map(|shown| shown.0.to_owned()).collect()),
        ),
        (
            "source",
            column(contacts.iter().map(|shown| source_of(shown.0)).collect()),
        ),
        (
            "kind",
            column(contacts.iter().map(|shown| shown.1.to_owned()).collect()),
        ),
        (
            "value",
            column(contacts.iter().map(|shown| shown.2.to_owned()).collect()),
        ),
        (
            "role",
            column(contacts.iter().map(|shown| shown.3.to_owned()).collect()),
        ),
    ])
    .unwrap();
    context.register_batch("accounts", accounts).unwrap();
    context.register_batch("identifiers", identifiers).unwrap();
    context
}

pub(crate) async fn run(context: &SessionContext) -> Linkage {
    link(
        context,
        &InMemoryStages,
        &LinkOptions::default(),
        &Said(&[]),
        &mut |_| {},
    )
    .await
    .unwrap()
}

/// Links of at least one in a hundred, one line each, with probabilities in hundredths.
async fn links_text(context: &SessionContext, linkage: Linkage) -> String {
    let view = linkage.links.into_view();
    context.register_table("found", view).unwrap();
    let sql = "SELECT concat(account_left, ' ', account_right, ' ', name_level, ' ',
                             CAST(has_shared_identifier AS VARCHAR), ' ',
                             CAST(round(match_probability, 2) AS VARCHAR)) AS line
               FROM found WHERE match_probability >= 0.01 AND account_left NOT LIKE '%crowd%' ORDER BY line";
    let batches = context.sql(sql).await.unwrap().collect().await.unwrap();
    let lines: Vec<String> = batches
        .iter()
        .flat_map(|batch| {
            crate::frames::texts(batch, "line")
                .iter()
                .flatten()
                .map(|line| format!("{line}\n"))
                .collect::<Vec<_>>()
        })
        .collect();
    lines.concat()
}

async fn check(accounts: &[Named], contacts: &[Shown], expected: Expect) {
    let context = context(accounts, contacts, 2);
    let linkage = run(&context).await;
    expected.assert_eq(&links_text(&context, linkage).await);
}

#[tokio::test]
async fn a_rare_name_outweighs_a_common_one() {
    check(
        &[
            ("alpha", "a1", "veloursnebel"),
            ("beta-board", "b1", "veloursnebel"),
            ("alpha", "a2", "anna"),
            ("alpha", "a3", "Anna"),
            ("alpha", "a4", "anna"),
            ("beta-board", "b2", "anna"),
            ("beta-board", "b3", "anna"),
        ],
        &[],
        expect![[r#"
            a1 b1 written false 0.93
            a2 b2 written false 0.12
            a2 b3 written false 0.12
            a4 b2 written false 0.12
            a4 b3 written false 0.12
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_claimed_contact_links_unlike_names_and_a_shop_links_nobody() {
    check(
        &[
            ("alpha", "a1", "quietharbour"),
            ("beta-board", "b1", "zxmaster"),
            ("alpha", "a2", "dorothea"),
            ("beta-board", "b2", "wolkenbruch"),
            ("alpha", "a3", "kettlesmith"),
            ("alpha", "a4", "marmalade"),
            ("beta-board", "b3", "ostrich"),
            ("beta-board", "b4", "pangolin"),
        ],
        &[
            ("a1", "jabber", "harbour@example.org", "profile"),
            ("b1", "jabber", "harbour@example.org", "introduced"),
            ("a2", "jabber", "escrow@example.org", "introduced"),
            ("a3", "jabber", "escrow@example.org", "introduced"),
            ("a4", "jabber", "escrow@example.org", "introduced"),
            ("b2", "jabber", "escrow@example.org", "introduced"),
            ("b3", "jabber", "escrow@example.org", "introduced"),
            ("b4", "jabber", "escrow@example.org", "introduced"),
        ],
        expect![[r#"
            a1 b1 none true 0.9
        "#]],
    )
    .await;
}

#[tokio::test]
async fn looser_spellings_are_candidates_on_their_own_level() {
    check(
        &[
            ("alpha", "a1", "Nebelkrähe"),
            ("beta-board", "b1", "nebelkrahe"),
            ("alpha", "a2", "ottergrinder"),
            ("beta-board", "b2", "ottergrindr"),
            ("alpha", "a3", "wispermint"),
            ("beta-board", "b3", "wispermint2012"),
        ],
        &[],
        expect![[r#"
            a1 b1 skeleton false 0.77
            a2 b2 one_edit false 0.74
            a3 b3 stem false 0.94
        "#]],
    )
    .await;
}

#[tokio::test]
async fn partitions_do_not_change_a_single_digit() {
    let accounts = [
        ("alpha", "a1", "veloursnebel"),
        ("beta-board", "b1", "veloursnebel"),
        ("alpha", "a2", "anna"),
        ("beta-board", "b2", "anna"),
        ("beta-board", "b3", "anna"),
    ];
    let mut models = Vec::new();
    for partitions in [1, 4] {
        let context = context(&accounts, &[], partitions);
        models.push(run(&context).await.model);
    }
    assert_eq!(models[0], models[1]);
}

#[tokio::test]
async fn an_unrelated_source_changes_no_candidate() {
    let accounts = [
        ("alpha", "a1", "veloursnebel"),
        ("beta-board", "b1", "veloursnebel"),
    ];
    let mut with_gamma = accounts.to_vec();
    with_gamma.push(("gamma", "g1", "кузнечик"));
    let candidates = async |accounts: &[Named]| {
        let context = context(accounts, &[], 2);
        let model = run(&context).await.model;
        let pair = model
            .pairs
            .iter()
            .find(|pair| pair.source_right == "beta-board")
            .unwrap();
        (pair.candidate_count, pair.capped_pair_count)
    };
    assert_eq!(candidates(&accounts).await, candidates(&with_gamma).await);
}

/// Accounts of which pairs agree on every level, and one with rivals.
pub(crate) const MIXED: [Named; 12] = [
    ("alpha", "a1", "veloursnebel"),
    ("beta-board", "b1", "veloursnebel"),
    ("alpha", "a2", "Kettlesmith"),
    ("beta-board", "b2", "kettle.smith"),
    ("alpha", "a3", "ottergrinder"),
    ("beta-board", "b3", "ottergrindr"),
    ("alpha", "a4", "wispermint"),
    ("beta-board", "b4", "wispermintdev"),
    ("alpha", "a5", "realquietharbour"),
    ("beta-board", "b5", "quietharbour"),
    ("alpha", "a6", "anna"),
    ("beta-board", "b6", "anna"),
];

async fn exact_links(context: &SessionContext, options: LinkOptions) -> (Vec<String>, ModelFile) {
    exact_links_and_said(context, options, Said(&[])).await
}

/// Account ids, level and exact probability of every link, sorted.
pub(crate) async fn exact_links_and_said(
    context: &SessionContext,
    options: LinkOptions,
    said: Said,
) -> (Vec<String>, ModelFile) {
    let linkage = link(context, &InMemoryStages, &options, &said, &mut |_| {})
        .await
        .unwrap();
    context
        .register_table("found", linkage.links.into_view())
        .unwrap();
    let sql = "SELECT concat(least(account_left, account_right), ' ', greatest(account_left, account_right), ' ',
                             name_level, ' ', CAST(match_probability AS VARCHAR)) AS line
               FROM found WHERE source_left <> 'gamma' AND source_right <> 'gamma' ORDER BY line";
    let mut lines = Vec::new();
    for batch in context.sql(sql).await.unwrap().collect().await.unwrap() {
        let texts = crate::frames::texts(&batch, "line");
        lines.extend(texts.iter().flatten().map(str::to_owned));
    }
    context.deregister_table("found").unwrap();
    (lines, linkage.model_file)
}

#[tokio::test]
async fn the_order_of_accounts_changes_no_digit() {
    let (links, model) = exact_links(&context(&MIXED, &[], 3), LinkOptions::default()).await;
    let mut reversed = MIXED;
    reversed.reverse();
    let (again, same) = exact_links(&context(&reversed, &[], 3), LinkOptions::default()).await;
    assert_eq!((links, model.id()), (again, same.id()));
}

#[tokio::test]
async fn the_order_of_sources_changes_no_digit() {
    let (links, _) = exact_links(&context(&MIXED, &[], 2), LinkOptions::default()).await;
    let swapped = context_with_sources(&MIXED, &[], 2, ["zulu", "beta-board"]);
    let (again, _) = exact_links(&swapped, LinkOptions::default()).await;
    assert_eq!(links, again);
}

#[tokio::test]
async fn an_unrelated_source_changes_no_digit_under_a_given_model() {
    let (links, model) = exact_links(&context(&MIXED, &[], 2), LinkOptions::default()).await;
    let mut more = MIXED.to_vec();
    more.extend([
        ("gamma", "g1", "кузнечик"),
        ("gamma", "g2", "veloursnebel"),
        ("gamma", "g3", "anna"),
    ]);
    let with_gamma = context(&more, &[], 2);
    let trained_on = context(&MIXED, &[], 2);
    let accounts = trained_on.table_provider("accounts").await.unwrap();
    with_gamma
        .register_table("language_accounts", accounts)
        .unwrap();
    let options = LinkOptions {
        model: Some(model),
        ..LinkOptions::default()
    };
    let (again, _) = exact_links(&with_gamma, options).await;
    assert_eq!(links, again);
}

#[tokio::test]
async fn one_name_on_a_hundredth_of_all_accounts_forms_no_pairs() {
    let crowded: Vec<(String, String)> = (0..120)
        .map(|number| (format!("a-admin-{number}"), format!("b-admin-{number}")))
        .collect();
    let leaked: &'static [(String, String)] = crowded.leak();
    let accounts: Vec<Named> = leaked
        .iter()
        .flat_map(|(a, b)| {
            [
                ("alpha", a.as_str(), "admin"),
                ("beta-board", b.as_str(), "admin"),
            ]
        })
        .collect();
    let model = run(&context(&accounts, &[], 2)).await.model;
    assert_eq!(model.pairs[0].capped_pair_count, 120 * 120);
    assert!(model.pairs[0].candidate_count < 120);
}

#[tokio::test]
async fn names_too_common_to_search_by_say_nothing_of_how_often_hands_keep_theirs() {
    // Sixty bear one name on both sides, twenty of them one hand; twenty hands bear names of their own.
    let syllables = ["vel", "kor", "mun", "tas", "rib"];
    let own = |number: usize| {
        let part = |place: u32| syllables[number / 5usize.pow(place) % 5];
        format!("{}{}quark{}", part(0), part(1), part(0))
    };
    let name = |number: usize| match number < 60 {
        true => "admin".to_owned(),
        false => own(number),
    };
    let rows: Vec<(String, String, String)> = (0..80)
        .map(|number| (format!("a{number}"), format!("b{number}"), name(number)))
        .collect();
    let rows: &'static [(String, String, String)] = rows.leak();
    let accounts: Vec<Named> = rows
        .iter()
        .flat_map(|(a, b, name)| [("alpha", &**a, &**name), ("beta-board", &**b, &**name)])
        .collect();
    let contacts: Vec<Shown> = rows[40..]
        .iter()
        .flat_map(|(a, b, _)| {
            [
                (&**a, "jabber", &**a, "profile"),
                (&**b, "jabber", &**a, "profile"),
            ]
        })
        .collect();
    let context = context(&accounts, &contacts, 2);
    let options = LinkOptions {
        block_pair_limit: Some(100),
        ..LinkOptions::default()
    };
    let (links, model) = exact_links(&context, options).await;
    let common = links
        .iter()
        .find(|link| link.starts_with("a41 b41 "))
        .unwrap();
    assert!(common.contains("written"), "{common}");
    let none = model.name.m[&NameLevel::None];
    assert!(none < 0.1, "{none}");
    // Of 140 accounts of the smaller source 80 can be found by their names, so the twenty that were stand
    // for thirty-five.
    let shared = model.prior.source_pairs[0].shared_share;
    assert!((shared - 0.25).abs() < 0.02, "{shared}");
}

#[tokio::test]
async fn one_source_alone_cannot_be_linked() {
    let context = context(&[], &[], 1);
    let options = LinkOptions {
        between: Some(vec!["nowhere".to_owned()]),
        ..LinkOptions::default()
    };
    let said = Said(&[]);
    let outcome = link(&context, &InMemoryStages, &options, &said, &mut |_| {}).await;
    assert!(matches!(outcome, Err(LinkageError::NothingToLink)));
}

/// The same world where accounts bore other names: account id, source, name.
fn with_former_names(accounts: &[Named], former: &[(&str, &str, &str)]) -> SessionContext {
    let context = context(accounts, &[], 2);
    let column = |of: fn(&(&str, &str, &str)) -> String| {
        Arc::new(StringArray::from_iter_values(former.iter().map(of))) as _
    };
    let rows = RecordBatch::try_from_iter([
        ("account_id", column(|row| row.0.to_owned())),
        ("source", column(|row| row.1.to_owned())),
        ("name", column(|row| row.2.to_owned())),
    ])
    .unwrap();
    context.register_batch("former_names", rows).unwrap();
    context
}

#[tokio::test]
async fn a_former_name_links_and_is_told_from_a_present_one() {
    let accounts = [
        ("alpha", "a1", "zxmaster"),
        ("beta-board", "b1", "veloursnebel"),
        ("alpha", "a2", "quietharbour"),
        ("beta-board", "b2", "quietharbour"),
    ];
    let former = [
        ("a1", "alpha", "VeloursNebel"),
        ("a1", "alpha", "zxmaster"),
        ("b2", "beta-board", "kettlesmith"),
    ];
    let context = with_former_names(&accounts, &former);
    let linkage = run(&context).await;
    let view = linkage.evidence.clone().into_view();
    context.register_table("shown", view).unwrap();
    let sql = "SELECT concat(account_left, ' ', account_right, ' ', level) AS line FROM shown
               WHERE comparison = 'name' ORDER BY line";
    expect![[r#"
        a1 b1 folded, a former name
        a2 b2 written
    "#]]
    .assert_eq(&lines(&context, sql).await);
    expect![[r#"
        a1 b1 folded false 0.65
        a2 b2 written false 0.88
    "#]]
    .assert_eq(&links_text(&context, linkage).await);
}

#[tokio::test]
async fn an_empty_table_of_former_names_changes_no_digit() {
    let without = exact_links(&context(&MIXED, &[], 2), LinkOptions::default()).await;
    let with = exact_links(&with_former_names(&MIXED, &[]), LinkOptions::default()).await;
    assert_eq!(without, with);
}

#[tokio::test]
async fn a_former_name_takes_a_bit_from_the_surprise_of_an_agreement() {
    let accounts = [
        ("alpha", "a1", "veloursnebel"),
        ("beta-board", "b1", "veloursnebel"),
        ("alpha", "a2", "zxmaster"),
    ];
    let mut bits = Vec::new();
    // The same names are borne in both worlds, by another account.
    for bearer in ["a2", "a1"] {
        let context = with_former_names(&accounts, &[(bearer, "alpha", "ostrichfeather")]);
        let linkage = run(&context).await;
        let view = linkage.links.into_view();
        context.register_table("found", view).unwrap();
        let sql = "SELECT CAST(name_surprisal_bits AS VARCHAR) AS line FROM found
                   WHERE account_left = 'a1' AND account_right = 'b1'";
        bits.push(lines(&context, sql).await.trim().parse::<f64>().unwrap());
    }
    assert!((bits[0] - bits[1] - 1.0).abs() < 1e-9, "{bits:?}");
}
