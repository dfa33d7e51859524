//! Whether a study finds that crossover users seek one another where that was planted, and does
//! not where it was not.

use entangle_model::study::{ChanceComparison, Network, Verdict};
use entangle_population::{StudyConfig, run_study};

use crate::linked_world::LinkedWorld;
use crate::world::WorldOptions;

const STUDY: &str = "title = \"A planted world\"\npublic_source = \"webmasters\"\n\
    targets = [\"darkboard\", \"nightmarket_board\", \"temnyi_forum\"]\nbootstrap_count = 50\n";

async fn network_of(crossover_answer_preference: f64) -> Network {
    let options = WorldOptions {
        crossover_answer_preference,
        crossover_share: 0.2,
        ..WorldOptions::new(3, 40_000)
    };
    let world = LinkedWorld::make(&options).await.unwrap();
    let config = StudyConfig::parse(STUDY).unwrap();
    let result = run_study(&world.context, &config, 1, &mut |_| ())
        .await
        .unwrap();
    result.network
}

fn pairs(network: &Network) -> Vec<&ChanceComparison> {
    let rows = network.chance.iter();
    rows.filter(|row| row.quantity == "pairs_among_crossover_users")
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn planted_preference_is_found_through_the_whole_pipeline() {
    for row in pairs(&network_of(0.5).await) {
        assert_eq!(row.verdict, Verdict::Distinguishable, "{row:#?}");
        assert!(row.ratio.low.unwrap() > 1.0, "{row:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_preference_none_is_found() {
    let network = network_of(0.0).await;
    let pairs = pairs(&network);
    assert_eq!(pairs.len(), 2);
    for row in pairs {
        assert_eq!(row.verdict, Verdict::Undecided, "{row:#?}");
        assert!(row.ratio.value.is_some());
    }
}
