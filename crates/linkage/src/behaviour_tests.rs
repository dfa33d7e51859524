//! Behaviour as evidence, over small worlds in memory and with what is said of pairs given.

use std::sync::Arc;

use arrow::array::{Float64Array, RecordBatch, StringArray};
use async_trait::async_trait;
use datafusion::error::DataFusionError;
use datafusion::prelude::{DataFrame, SessionContext};
use expect_test::expect;

use crate::frames::texts;
use crate::world_tests::{MIXED, Named, context, exact_links_and_said};
use crate::{
    Behaviour, BehaviourCounts, BehaviourParameters, InMemoryStages, LinkOptions, Linkage,
    ModelFile, Stages, link,
};

/// Two accounts, then bits of style, hours, simultaneous activity and language.
type Spoken = (&'static str, &'static str, [Option<f64>; 4]);

/// Says this of the pairs that are asked.
#[derive(Clone, Copy)]
pub(crate) struct Said(pub &'static [Spoken]);

#[async_trait]
impl Behaviour for Said {
    async fn weigh(
        &self,
        context: &SessionContext,
        _stages: &dyn Stages,
        _parameters: &BehaviourParameters,
    ) -> Result<DataFrame, DataFusionError> {
        let text = |of: fn(&Spoken) -> Option<String>| {
            Arc::new(StringArray::from_iter(self.0.iter().map(of)))
        };
        let bits = |position: usize| {
            let column = self.0.iter().map(|spoken| spoken.2[position]);
            Arc::new(Float64Array::from_iter(column))
        };
        let style_level: fn(&Spoken) -> Option<String> =
            |spoken| spoken.2[0].map(|_| "writing in en, 800 words".to_owned());
        let rows = RecordBatch::try_from_iter_with_nullable([
            (
                "account_a",
                text(|spoken| Some(spoken.0.to_owned())) as _,
                true,
            ),
            (
                "account_b",
                text(|spoken| Some(spoken.1.to_owned())) as _,
                true,
            ),
            ("style_level", text(style_level) as _, true),
            ("style_bits", bits(0) as _, true),
            ("hours_bits", bits(1) as _, true),
            ("simultaneous_bits", bits(2) as _, true),
            ("language_bits", bits(3) as _, true),
        ])?;
        context.deregister_table("said")?;
        context.register_batch("said", rows)?;
        let sql = "SELECT s.* FROM said s JOIN stage_asked q
                   ON q.account_a = s.account_a AND q.account_b = s.account_b";
        context.sql(sql).await
    }
}

const COUNTED: BehaviourParameters = BehaviourParameters {
    asked_probability_min: 0.000_01,
    asked_probability_max: 0.999,
    style_discount: 0.25,
    hours_discount: 0.5,
};

fn counting() -> LinkOptions {
    LinkOptions {
        behaviour: Some(COUNTED),
        ..LinkOptions::default()
    }
}

/// Two accounts of one common name on the one side, two on the other.
const FOUR_ANNAS: [Named; 4] = [
    ("alpha", "a1", "anna"),
    ("alpha", "a2", "anna"),
    ("beta-board", "b1", "anna"),
    ("beta-board", "b2", "anna"),
];

/// Each pair of [`FOUR_ANNAS`] with its probability in hundredths, and what was counted.
async fn annas(said: Said, options: LinkOptions) -> (String, Option<BehaviourCounts>) {
    let context = context(&FOUR_ANNAS, &[], 2);
    let linkage = run(&context, said, options).await;
    let counts = linkage.behaviour_counts;
    let view = linkage.links.into_view();
    context.register_table("found", view).unwrap();
    let sql = "SELECT concat(account_left, ' ', account_right, ' ',
                             CAST(round(match_probability, 2) AS VARCHAR)) AS line
               FROM found WHERE account_left NOT LIKE '%crowd%' ORDER BY line";
    (lines(&context, sql).await, counts)
}

async fn run(context: &SessionContext, said: Said, options: LinkOptions) -> Linkage {
    link(context, &InMemoryStages, &options, &said, &mut |_| {})
        .await
        .unwrap()
}

/// The column `line` of a query, one row a line.
pub(crate) async fn lines(context: &SessionContext, sql: &str) -> String {
    let batches = context.sql(sql).await.unwrap().collect().await.unwrap();
    let lines = batches.iter().flat_map(|batch| texts(batch, "line").iter());
    lines.flatten().map(|line| format!("{line}\n")).collect()
}

#[tokio::test]
async fn behaviour_moves_pairs_among_their_rivals() {
    let silent = annas(Said(&[]), counting()).await;
    expect![[r#"
        a1 b1 0.0
        a1 b2 0.0
        a2 b1 0.0
        a2 b2 0.0
    "#]]
    .assert_eq(&silent.0);
    let said = Said(&[
        ("a1", "b1", [Some(9.0), Some(1.5), None, None]),
        ("a1", "b2", [Some(-2.0), None, Some(-4.0), Some(-2.0)]),
    ]);
    let moved = annas(said, counting()).await;
    expect![[r#"
        a1 b1 0.39
        a1 b2 0.0
        a2 b1 0.0
        a2 b2 0.0
    "#]]
    .assert_eq(&moved.0);
    let counts = BehaviourCounts {
        asked_pair_count: 4,
        style_pair_count: 2,
        hours_pair_count: 1,
        simultaneous_pair_count: 1,
        language_pair_count: 1,
    };
    assert_eq!(moved.1, Some(counts));
}

#[tokio::test]
async fn behaviour_is_not_asked_unless_it_counts() {
    let said = Said(&[("a1", "b1", [Some(4.0), None, None, None])]);
    let (links, counts) = annas(said, LinkOptions::default()).await;
    assert_eq!(links, annas(Said(&[]), counting()).await.0);
    assert_eq!(counts, None);
}

#[tokio::test]
async fn pairs_outside_the_band_are_not_asked() {
    let narrow = BehaviourParameters {
        asked_probability_min: 0.9,
        ..COUNTED
    };
    let options = LinkOptions {
        behaviour: Some(narrow),
        ..LinkOptions::default()
    };
    let said = Said(&[("a1", "b1", [Some(4.0), None, None, None])]);
    let (links, counts) = annas(said, options).await;
    assert_eq!(links, annas(Said(&[]), counting()).await.0);
    assert_eq!(counts, Some(BehaviourCounts::default()));
}

/// Of [`MIXED`], in two orders.
const SPOKEN: [Spoken; 3] = [
    ("a1", "b1", [Some(-1.7), Some(0.3), None, None]),
    ("a2", "b2", [Some(2.1), None, Some(-0.4), None]),
    ("a6", "b6", [Some(3.3), Some(1.1), Some(-0.7), Some(-0.1)]),
];
const SPOKEN_BACKWARDS: [Spoken; 3] = [SPOKEN[2], SPOKEN[1], SPOKEN[0]];

#[tokio::test]
async fn an_abstention_changes_no_digit() {
    let world = context(&MIXED, &[], 2);
    let (silent, _) = exact_links_and_said(&world, LinkOptions::default(), Said(&[])).await;
    let said = Said(&[("a1", "b1", [None; 4])]);
    let (abstained, _) = exact_links_and_said(&world, counting(), said).await;
    assert_eq!(silent, abstained);
    // Nor does another pair's evidence, where the two are no rivals.
    let (some, _) = exact_links_and_said(&world, counting(), Said(&SPOKEN)).await;
    let others = |links: &[String]| -> Vec<String> {
        let spoken_of =
            |line: &&String| ["a1 ", "a2 ", "a6 "].iter().any(|id| line.starts_with(id));
        links
            .iter()
            .filter(|line| !spoken_of(line))
            .cloned()
            .collect()
    };
    assert_eq!(others(&silent), others(&some));
    assert_ne!(silent, some);
}

#[tokio::test]
async fn the_order_of_accounts_and_of_what_is_said_changes_no_digit() {
    let links = exact_links_and_said(&context(&MIXED, &[], 3), counting(), Said(&SPOKEN)).await;
    let mut reversed = MIXED;
    reversed.reverse();
    let world = context(&reversed, &[], 1);
    let again = exact_links_and_said(&world, counting(), Said(&SPOKEN_BACKWARDS)).await;
    assert_eq!(links, again);
}

#[tokio::test]
async fn counted_lines_add_up_to_the_weight_of_a_pair() {
    let context = context(&MIXED, &[], 2);
    let linkage = run(&context, Said(&SPOKEN), counting()).await;
    for (name, rows) in [("found", linkage.links), ("shown", linkage.evidence)] {
        context.register_table(name, rows.into_view()).unwrap();
    }
    let spoken = "SELECT concat(account_left, ' ', account_right, ' ', comparison, ' ', level, ' ',
                                CAST(match_weight_bits AS VARCHAR)) AS line
                  FROM shown WHERE comparison NOT IN ('name', 'rivals') ORDER BY line";
    expect![[r#"
        a1 b1 hours hours of the week 0.3
        a1 b1 style writing in en, 800 words -1.7
        a2 b2 simultaneous activity in the same minutes -0.4
        a2 b2 style writing in en, 800 words 2.1
        a6 b6 hours hours of the week 1.1
        a6 b6 language different languages -0.1
        a6 b6 simultaneous activity in the same minutes -0.7
        a6 b6 style writing in en, 800 words 3.3
    "#]]
    .assert_eq(&lines(&context, spoken).await);
    let off = "SELECT f.account_left AS line FROM found f JOIN (
                   SELECT account_left, account_right, sum(match_weight_bits) AS bits
                   FROM shown WHERE is_counted GROUP BY account_left, account_right
               ) e ON e.account_left = f.account_left AND e.account_right = f.account_right
               WHERE abs(e.bits - f.match_weight_bits) > 1e-9";
    assert_eq!(lines(&context, off).await, "");
}

#[tokio::test]
async fn a_model_that_counts_behaviour_counts_it_again() {
    let world = context(&MIXED, &[], 2);
    let (links, model) = exact_links_and_said(&world, counting(), Said(&SPOKEN)).await;
    assert_eq!(model.behaviour, Some(COUNTED));
    let read = ModelFile::parse(&model.to_toml()).unwrap();
    assert_eq!(read.id(), model.id());
    let options = LinkOptions {
        model: Some(read),
        ..LinkOptions::default()
    };
    let (again, same) = exact_links_and_said(&world, options, Said(&SPOKEN)).await;
    assert_eq!((links, model.id()), (again, same.id()));
}

#[tokio::test]
async fn a_model_file_with_a_discount_out_of_range_is_refused() {
    let (_, model) = exact_links_and_said(&context(&MIXED, &[], 2), counting(), Said(&[])).await;
    let text = model.to_toml();
    let wrong = text.replace("style_discount = 0.25", "style_discount = 1.5");
    expect!["behaviour.style_discount is 1.5; it must lie between 0 and 1"]
        .assert_eq(&ModelFile::parse(&wrong).unwrap_err().to_string());
}
