//! Invented results for tests: a full one, one with missing estimates, an empty one, and one
//! whose every text attacks the document it stands in.

mod crossing;
mod network;
mod subgroups;
mod words;

use entangle_model::Estimate;
use entangle_model::study::{
    Behaviour, CountedReason, Coverage, Crossing, CrossingActivity, Distribution,
    FeatureComparison, Limit, Network, NullModel, Order, Population, Prevalence, Strength,
    StudyAbout, StudyResult, TargetOverlap, TargetSource, ThresholdPoint, Verdict,
};

const INCLUDED_COUNT: u64 = 38_214;
const STRICT_COUNT: u64 = 1_261;

/// A text that is harmful wherever it is not escaped.
pub const HOSTILE: &str = "=<script>alert(1)</script>\"'&\u{202E}\u{0}<img src=http://evil.test/x>";

/// A study of an invented forum in which everything could be estimated.
pub fn realistic() -> StudyResult {
    StudyResult {
        about: about(),
        population: population(),
        prevalence: prevalence(),
        threshold_curve: threshold_curve(),
        subgroups: subgroups::subgroups(),
        sensitivity: subgroups::sensitivity(),
        targets: targets(),
        target_overlaps: target_overlaps(),
        strength: strength(),
        order: order(),
        crossing: crossing::crossing(),
        crossing_activity: network::crossing_activity(),
        behaviour: behaviour(),
        trajectories: subgroups::trajectories(),
        words: words::words(),
        network: network::network(behaviour().features.remove(0)),
        coverage: coverage(),
        limits: limits(),
    }
}

/// The same study with estimates missing or withheld.
pub fn withheld() -> StudyResult {
    let mut result = realistic();
    result.prevalence.corrected =
        Estimate::missing(0, "no anchored pairs, so sensitivity is not known");
    result.prevalence.nulls.clear();
    result.targets.truncate(2);
    result.targets[0].crossover_strict = Estimate::missing(INCLUDED_COUNT, "suppressed below 10");
    result.targets[1].crossover_expected = Estimate::missing(INCLUDED_COUNT, "suppressed below 10");
    result.targets[1].language = None;
    result.target_overlaps.truncate(1);
    result.target_overlaps[0].crossover_strict =
        Estimate::missing(INCLUDED_COUNT, "suppressed below 10");
    result.target_overlaps[0].crossover_expected =
        Estimate::missing(INCLUDED_COUNT, "suppressed below 10");
    result.strength.distributions.truncate(1);
    result.strength.distributions[0].gini = Estimate::missing(7, "fewer than 10 crossover users");
    result.strength.lorenz.clear();
    result.order.public_first_share = Estimate::missing(0, "no dated posts on the target sources");
    result.order.lag_days_median = Estimate::missing(0, "no dated posts on the target sources");
    result.order.lag_days_quantiles.clear();
    result.crossing.design = "suppressed: it rests on fewer than 10 crossover users".to_owned();
    result.crossing.crossing_expected_count = None;
    result.crossing.points.clear();
    withhold_months(&mut result.crossing_activity);
    withhold_network(&mut result.network);
    result.behaviour.crossover_count = 7;
    result.behaviour.features.truncate(1);
    let feature = &mut result.behaviour.features[0];
    feature.crossover_count = 7;
    feature.crossover_median = None;
    feature.cliffs_delta = Estimate::missing(7, "fewer than 10 crossover users");
    feature.mann_whitney_p = None;
    feature.kolmogorov_smirnov_p = None;
    feature.adjusted_p = None;
    feature.equivalence_p = None;
    feature.verdict = Verdict::Undecided;
    result.behaviour.classifier_auc = Estimate::missing(7, "fewer than 10 crossover users");
    result.behaviour.classifier_null_quantiles = None;
    result.behaviour.classifier_p = None;
    result.behaviour.verdict = Verdict::Undecided;
    result.words.languages.truncate(1);
    result.words.languages[0].distinguishable_count = 0;
    result.words.languages[0].crossover_words.clear();
    result
}

fn withhold_months(activity: &mut CrossingActivity) {
    activity.crossover_count = 0;
    activity.other_count = 0;
    let missing = || Estimate::missing(0, "suppressed below 10");
    activity.change_strict = missing();
    for month in &mut activity.months {
        for posts in [&mut month.public, &mut month.others, &mut month.targets] {
            posts.mean = missing();
            posts.median = missing();
        }
    }
}

fn withhold_network(network: &mut Network) {
    network.degrees.clear();
    network.measures.clear();
    for row in &mut network.chance {
        row.observed = Estimate::missing(row.observed.n, "suppressed below 10");
        row.by_chance = row.observed.clone();
        row.ratio = row.observed.clone();
        (row.p, row.adjusted_p, row.verdict) = (None, None, Verdict::Undecided);
    }
}

/// A study of a source without accounts.
pub fn empty() -> StudyResult {
    let mut result = realistic();
    let missing = || Estimate::missing(0, "the population is empty");
    result.about.target_sources.clear();
    result.population = Population {
        rule: "posted at least once in the window".to_owned(),
        account_count: 0,
        included_count: 0,
        excluded: Vec::new(),
        post_count: 0,
        first_post_at: None,
        last_post_at: None,
    };
    result.prevalence = Prevalence {
        strict: missing(),
        expected: missing(),
        corrected: missing(),
        name_equality: missing(),
        name_equality_by_chance: missing(),
        nulls: Vec::new(),
    };
    result.threshold_curve.clear();
    result.targets.clear();
    result.target_overlaps.clear();
    result.strength = Strength {
        distributions: Vec::new(),
        single_post_share: missing(),
        lorenz: Vec::new(),
    };
    result.order = Order {
        public_first_share: missing(),
        lag_days_median: missing(),
        lag_days_quantiles: Vec::new(),
    };
    result.crossing = Crossing {
        design: "the population is empty".to_owned(),
        followed_count: 0,
        crossing_expected_count: None,
        points: Vec::new(),
    };
    result.crossing_activity = CrossingActivity {
        design: "the population is empty".to_owned(),
        crossover_count: 0,
        other_count: 0,
        crossover_expected_count: None,
        months: Vec::new(),
        change_strict: missing(),
        change_expected: missing(),
    };
    result.network = Network {
        design: "there is no network".to_owned(),
        post_uses: Vec::new(),
        account_count: 0,
        pair_count: 0,
        left_out_pair_count: 0,
        least_pair_post_count: 1,
        reciprocity: missing(),
        core_number_max: None,
        communities: None,
        betweenness: None,
        degrees: Vec::new(),
        measures: Vec::new(),
        chance: Vec::new(),
        bridges: Vec::new(),
    };
    result.behaviour = Behaviour {
        design: "no groups could be formed".to_owned(),
        crossover_count: 0,
        other_count: 0,
        equivalence_margin: 0.147,
        features: Vec::new(),
        classifier_auc: missing(),
        classifier_null_quantiles: None,
        classifier_p: None,
        verdict: Verdict::Undecided,
    };
    result.words.languages.clear();
    result.coverage.clear();
    result.limits.clear();
    result
}

/// The realistic study with [`HOSTILE`] in every text that comes from outside.
pub fn hostile() -> StudyResult {
    let json = serde_json::to_value(realistic()).unwrap();
    serde_json::from_value(poisoned(json)).unwrap()
}

/// Replaces every text but the verdicts, which are words of the program.
fn poisoned(json: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match json {
        Value::String(_) => Value::String(HOSTILE.to_owned()),
        Value::Array(items) => items.into_iter().map(poisoned).collect(),
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(key, field)| match key.as_str() {
                    "verdict" => (key, field),
                    _ => (key, poisoned(field)),
                })
                .collect(),
        ),
        other => other,
    }
}

fn about() -> StudyAbout {
    StudyAbout {
        title: "Crossover users of a web masters’ forum".to_owned(),
        public_source: "webmasters".to_owned(),
        target_sources: TARGETS.iter().map(|target| target.0.to_owned()).collect(),
        snapshot: 14,
        program_version: "0.1.0".to_owned(),
        seed: 20_260_114,
        configuration: "# A study of one public forum.\n[study]\ntitle = \"Crossover users of a \
             web masters’ forum\"\npublic = \"webmasters\"\ntargets = \"cybercrime\"\n\n\
             [population]\nrule = \"posted\"\nfrom = 2009-01-01\nto = 2019-12-31\n\n\
             [links]\nthreshold_probability = 0.9\nsurprisal_margin_bits = 10\n\n\
             [report]\nsuppress_below_count = 10\n"
            .to_owned(),
        link_threshold_probability: 0.9,
        surprisal_margin_bits: 10.0,
        suppress_below_count: 10,
    }
}

fn population() -> Population {
    let excluded = [
        ("posted nothing in the window", 51_370),
        ("staff of the source", 41),
        ("bots and feeds", 112),
    ];
    Population {
        rule: "accounts that posted at least once between 1 January 2009 and 31 December 2019"
            .to_owned(),
        account_count: 89_737,
        included_count: INCLUDED_COUNT,
        excluded: excluded
            .map(|(reason, count)| CountedReason {
                reason: reason.to_owned(),
                count,
            })
            .into(),
        post_count: 2_914_803,
        first_post_at: Some("2009-01-01T00:04:11Z".to_owned()),
        last_post_at: Some("2019-12-31T23:58:02Z".to_owned()),
    }
}

fn share(value: f64, low: f64, high: f64, method: &str) -> Estimate {
    Estimate::new(value, low, high, INCLUDED_COUNT, method)
}

fn prevalence() -> Prevalence {
    let decoys = "2,000 names drawn from the character model of the public source were linked \
                  as if they were accounts";
    let unrelated = "the population was linked with a source about aquariums, whose members \
                     have nothing to do with it";
    Prevalence {
        strict: share(
            0.0330,
            0.0297,
            0.0366,
            "share of accounts with a strict link; bootstrap over accounts and draws of the linkage parameters, 2,000 replicates",
        ),
        expected: share(
            0.0412,
            0.0355,
            0.0478,
            "mean probability of at least one link; bootstrap over accounts and draws of the linkage parameters, 2,000 replicates",
        ),
        corrected: share(
            0.0385,
            0.0291,
            0.0497,
            "Rogan-Gladen with Se 0.71 from 412 anchored pairs and 1 - Sp 0.0058 from decoy names; interval by parametric bootstrap",
        ),
        name_equality: share(
            0.1187,
            0.1155,
            0.1220,
            "share of accounts with an equal case-folded name; Wilson",
        ),
        name_equality_by_chance: share(
            0.0534,
            0.0498,
            0.0571,
            "mean of 1 - (1 - q)^N over accounts; bootstrap over accounts",
        ),
        nulls: vec![
            null_model("decoy names", decoys, (0.0058, 0.0032, 0.0098), 2_000),
            null_model(
                "unrelated source",
                unrelated,
                (0.0021, 0.0017, 0.0026),
                INCLUDED_COUNT,
            ),
        ],
    }
}

fn null_model(name: &str, about: &str, share: (f64, f64, f64), n: u64) -> NullModel {
    NullModel {
        name: name.to_owned(),
        about: about.to_owned(),
        false_share: Estimate::new(
            share.0,
            share.1,
            share.2,
            n,
            "share called crossover users; Wilson",
        ),
    }
}

fn threshold_curve() -> Vec<ThresholdPoint> {
    (1..=19)
        .map(|step| {
            let threshold = f64::from(step) * 0.05;
            let value = 0.030 + 0.045 * (1.0 - threshold).powi(2);
            ThresholdPoint {
                threshold_probability: threshold,
                share: share(
                    value,
                    value * 0.88,
                    value * 1.13,
                    "share of accounts with a pair at or above the threshold; bootstrap",
                ),
                expected_false_share: Some(0.42 * (1.0 - threshold).powf(1.4)),
            }
        })
        .collect()
}

/// Name, kind, language, accounts, posts, strict and expected crossover users, share of posts.
type TargetRow = (
    &'static str,
    &'static str,
    Option<&'static str>,
    u64,
    u64,
    f64,
    f64,
    f64,
);

const TARGETS: [TargetRow; 9] = [
    (
        "hackboard",
        "cybercrime",
        Some("en"),
        598_341,
        41_204_556,
        702.0,
        851.4,
        0.0042,
    ),
    (
        "blackmarketing",
        "cybercrime",
        Some("en"),
        81_220,
        2_350_118,
        388.0,
        512.9,
        0.0311,
    ),
    (
        "darkmoney",
        "cybercrime",
        Some("ru"),
        112_904,
        1_804_227,
        141.0,
        203.6,
        0.0087,
    ),
    (
        "void-antichat",
        "cybercrime",
        Some("ru"),
        201_008,
        3_102_945,
        96.0,
        122.0,
        0.0023,
    ),
    (
        "leakzone",
        "cybercrime",
        Some("en"),
        340_112,
        5_220_874,
        61.0,
        118.2,
        0.0009,
    ),
    (
        "offshore freelance exchange (archive of 2016 and 2018)",
        "market",
        Some("en"),
        24_410,
        310_225,
        48.0,
        71.3,
        0.0140,
    ),
    (
        "carder-talk",
        "cybercrime",
        None,
        18_733,
        220_110,
        19.0,
        30.8,
        0.0061,
    ),
    (
        "crypters channel",
        "channel",
        Some("en"),
        4_120,
        38_007,
        11.0,
        17.5,
        0.0102,
    ),
    (
        "quiet board",
        "cybercrime",
        Some("de"),
        2_044,
        12_408,
        0.0,
        1.3,
        0.0004,
    ),
];

fn targets() -> Vec<TargetSource> {
    TARGETS
        .iter()
        .map(
            |&(source, kind, language, accounts, posts, strict, expected, posts_share)| {
                TargetSource {
                    source: source.to_owned(),
                    kind: kind.to_owned(),
                    language: language.map(str::to_owned),
                    account_count: accounts,
                    post_count: posts,
                    crossover_strict: share(
                        strict,
                        strict * 0.86,
                        strict * 1.15,
                        "strict links per source; bootstrap over accounts",
                    ),
                    crossover_expected: share(
                        expected,
                        expected * 0.81,
                        expected * 1.22,
                        "sum of link probabilities; bootstrap over accounts and linkage parameters",
                    ),
                    post_share: Estimate::new(
                        posts_share,
                        posts_share * 0.7,
                        posts_share * 1.4,
                        posts,
                        "posts weighted by link probability; bootstrap over accounts",
                    ),
                    thread_share: Estimate::new(
                        posts_share * 0.6,
                        posts_share * 0.3,
                        posts_share * 1.1,
                        posts / 9,
                        "threads weighted by link probability; bootstrap over accounts",
                    ),
                    chance_name_matches: share(
                        accounts as f64 * 0.0021,
                        accounts as f64 * 0.0019,
                        accounts as f64 * 0.0023,
                        "sum of chance collision probabilities; bootstrap over accounts",
                    ),
                }
            },
        )
        .collect()
}

/// Every pair of targets: a third of the smaller one's crossover users are on both.
fn target_overlaps() -> Vec<TargetOverlap> {
    let in_common = |number: f64, what: &str| {
        share(
            number,
            number * 0.7,
            number * 1.4,
            &format!("{what} to both sources; bootstrap over accounts"),
        )
    };
    (0..TARGETS.len())
        .flat_map(|first| (first + 1..TARGETS.len()).map(move |second| [first, second]))
        .map(|pair| {
            let [first, second] = pair.map(|target| TARGETS[target]);
            TargetOverlap {
                first_source: first.0.to_owned(),
                second_source: second.0.to_owned(),
                crossover_strict: in_common((first.5.min(second.5) / 3.0).round(), "strict links"),
                crossover_expected: in_common(first.6.min(second.6) / 3.0, "probable links"),
            }
        })
        .collect()
}

fn distribution(name: &str, about: &str, median: f64, spread: f64, gini: f64) -> Distribution {
    let levels = [0.05, 0.25, 0.5, 0.75, 0.95];
    let factors = [-2.0, -0.7, 0.0, 0.9, 2.6];
    let quantile = |factor: f64| (median * f64::exp(spread * factor)).round().max(1.0);
    let estimate = |value: f64, half: f64, what: &str| {
        let method = format!("{what}; bootstrap over crossover users");
        Estimate::new(value, value - half, value + half, STRICT_COUNT, method)
    };
    Distribution {
        name: name.to_owned(),
        about: about.to_owned(),
        median: estimate(median, median * 0.12, "weighted median"),
        quantiles: levels.into_iter().zip(factors.map(quantile)).collect(),
        gini: estimate(gini, 0.03, "weighted Gini coefficient"),
        top_decile_share: estimate(gini * 0.85, 0.05, "share of the top tenth"),
    }
}

fn strength() -> Strength {
    Strength {
        distributions: vec![
            distribution("post_count", "Posts on the target sources", 4.0, 1.3, 0.78),
            distribution(
                "active_day_count",
                "Days with a post on a target source",
                3.0,
                1.1,
                0.69,
            ),
            distribution(
                "span_days",
                "Days from first to last post on the target sources",
                96.0,
                1.2,
                0.64,
            ),
            distribution(
                "thread_started_count",
                "Threads started on the target sources",
                1.0,
                1.0,
                0.81,
            ),
            distribution(
                "board_count",
                "Boards written in on the target sources",
                2.0,
                0.6,
                0.44,
            ),
        ],
        single_post_share: Estimate::new(
            0.287,
            0.261,
            0.314,
            STRICT_COUNT,
            "weighted share; bootstrap over crossover users",
        ),
        lorenz: (0..=20)
            .map(|step| f64::from(step) / 20.0)
            .map(|users| (users, 0.15 * users.powi(2) + 0.85 * users.powi(9)))
            .collect(),
    }
}

fn order() -> Order {
    Order {
        public_first_share: Estimate::new(
            0.612,
            0.581,
            0.642,
            1_198,
            "share of crossover users dated on both sides; bootstrap",
        ),
        lag_days_median: Estimate::new(
            214.0,
            168.0,
            266.0,
            1_198,
            "weighted median; bootstrap over crossover users",
        ),
        lag_days_quantiles: vec![
            (0.05, -1_302.0),
            (0.1, -844.0),
            (0.25, -190.0),
            (0.5, 214.0),
            (0.75, 803.0),
            (0.9, 1_611.0),
            (0.95, 2_204.0),
        ],
    }
}

/// Feature, meaning, medians of both groups, delta, expected delta, verdict.
type FeatureRow = (&'static str, &'static str, f64, f64, f64, f64, Verdict);

const FEATURES: [FeatureRow; 9] = [
    (
        "post_count",
        "Posts on the public source in the window",
        41.0,
        33.0,
        0.098,
        0.081,
        Verdict::Undecided,
    ),
    (
        "posts_per_active_day",
        "Posts per day with at least one post",
        1.8,
        1.8,
        0.011,
        0.016,
        Verdict::Equivalent,
    ),
    (
        "thread_started_share",
        "Share of posts that open a thread",
        0.21,
        0.16,
        0.183,
        0.151,
        Verdict::Distinguishable,
    ),
    (
        "reply_share",
        "Share of posts that answer another account",
        0.63,
        0.66,
        -0.062,
        -0.055,
        Verdict::Equivalent,
    ),
    (
        "quote_share",
        "Share of posts that quote",
        0.18,
        0.17,
        0.021,
        0.019,
        Verdict::Equivalent,
    ),
    (
        "body_characters_median",
        "Median length of a post in characters",
        212.0,
        236.0,
        -0.081,
        -0.070,
        Verdict::Equivalent,
    ),
    (
        "night_share",
        "Share of posts between midnight and six, source time",
        0.19,
        0.15,
        0.162,
        0.149,
        Verdict::Distinguishable,
    ),
    (
        "link_per_post_count",
        "Web links per post",
        0.31,
        0.30,
        0.033,
        0.028,
        Verdict::Equivalent,
    ),
    (
        "offer_share",
        "Share of posts in boards for offers and requests",
        0.12,
        0.09,
        0.124,
        0.118,
        Verdict::Undecided,
    ),
];

fn behaviour() -> Behaviour {
    let delta = |value: f64| {
        Estimate::new(
            value,
            value - 0.047,
            value + 0.047,
            2_480,
            "Cliff's delta; interval after Cliff 1996",
        )
    };
    Behaviour {
        design: "each crossover user by the strict rule was matched with one other account of the \
                 same year of registration and the same decile of active days"
            .to_owned(),
        crossover_count: 1_240,
        other_count: 1_240,
        equivalence_margin: 0.147,
        features: FEATURES
            .iter()
            .map(
                |&(feature, meaning, crossover, other, strict, expected, verdict)| {
                    FeatureComparison {
                        feature: feature.to_owned(),
                        about: meaning.to_owned(),
                        crossover_count: 1_240,
                        other_count: 1_240,
                        crossover_median: Some(crossover),
                        other_median: Some(other),
                        cliffs_delta: delta(strict),
                        cliffs_delta_expected: delta(expected),
                        mann_whitney_p: Some((0.4 - strict.abs() * 3.0).max(0.0)),
                        kolmogorov_smirnov_p: Some((0.45 - strict.abs() * 3.0).max(0.0001)),
                        adjusted_p: Some((0.5 - strict.abs() * 3.0).max(0.0)),
                        equivalence_p: Some((strict.abs() * 4.0 - 0.3).clamp(0.0002, 0.97)),
                        verdict,
                    }
                },
            )
            .collect(),
        classifier_auc: Estimate::new(
            0.561,
            0.538,
            0.584,
            2_480,
            "ten-fold cross-validated AUC of a penalised logistic regression; DeLong",
        ),
        classifier_null_quantiles: Some([0.477, 0.500, 0.523]),
        classifier_p: Some(0.001),
        verdict: Verdict::Distinguishable,
    }
}

fn coverage() -> Vec<Coverage> {
    let row =
        |source: &str, record: &str, asked: u64, rejected: u64, duplicates: u64, orphans: u64| {
            let received = asked - rejected / 3;
            Coverage {
                source: source.to_owned(),
                record: record.to_owned(),
                asked_count: asked,
                received_count: received,
                mapped_count: asked - rejected - duplicates,
                rejected_count: rejected,
                duplicate_count: duplicates,
                missing_parent_count: orphans,
            }
        };
    vec![
        row("webmasters", "account", 89_761, 24, 0, 0),
        row("webmasters", "post", 3_004_120, 1_207, 388, 20_114),
        row("hackboard", "account", 598_341, 0, 0, 0),
        row("hackboard", "post", 41_260_002, 54_221, 1_225, 301_772),
        row("darkmoney", "post", 1_811_500, 7_273, 0, 9_120),
        row("darkmoney", "unknown", 31, 31, 0, 0),
    ]
}

fn limits() -> Vec<Limit> {
    let limit = |part: &str, limit: &str| Limit {
        part: part.to_owned(),
        limit: limit.to_owned(),
    };
    vec![
        limit(
            "prevalence",
            "Only the target sources at hand are seen; participation elsewhere is missing.",
        ),
        limit(
            "prevalence",
            "Accounts that use unrelated names on both sides are found only through a shared contact.",
        ),
        limit(
            "strength",
            "Posts that were deleted before the dumps were made are not counted.",
        ),
        limit(
            "order",
            "The first post in a dump need not be the first post of the account.",
        ),
        limit(
            "behaviour",
            "Matching on tenure and activity does not remove differences in what is discussed.",
        ),
        limit("coverage", "The dump of darkmoney ends in March 2017."),
    ]
}
