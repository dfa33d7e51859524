//! A study's result as tables: tidy rows, stable column names.

mod crossing_activity;
mod network;

pub use crossing_activity::crossing_activity_table;
pub use network::{chance_table, degree_table};

use entangle_model::Estimate;
use entangle_model::study::{
    Behaviour, Coverage, Crossing, Distribution, FeatureComparison, LanguageWords, Limit, Order,
    Population, Prevalence, SensitivityPoint, Strength, StudyResult, Subgroup, SubgroupDivision,
    TargetOverlap, TargetSource, ThresholdPoint, WordDifference, Words,
};

use crate::table::Table;

/// Every table of the result, in the order in which the files are written.
pub fn study_tables(result: &StudyResult) -> Vec<Table> {
    let before = [
        population_table(&result.population),
        prevalence_table(&result.prevalence),
        nulls_table(&result.prevalence),
        threshold_curve_table(&result.threshold_curve),
        subgroups_table(&result.subgroups),
        sensitivity_table(&result.sensitivity),
        targets_table(&result.targets),
        target_overlap_table(&result.target_overlaps),
        strength_table(&result.strength),
        order_table(&result.order),
        crossing_table(&result.crossing),
        crossing_activity_table(&result.crossing_activity),
        features_table(&result.behaviour),
        word_languages_table(&result.words),
        words_table(&result.words),
    ];
    let after = [
        coverage_table(&result.coverage),
        limits_table(&result.limits),
    ];
    before
        .into_iter()
        .chain(network::network_tables(&result.network))
        .chain(after)
        .collect()
}

fn population_table(population: &Population) -> Table {
    let excluded = population
        .excluded
        .iter()
        .map(|excluded| (format!("excluded: {}", excluded.reason), excluded.count));
    let rows: Vec<(String, u64)> = [("accounts".to_owned(), population.account_count)]
        .into_iter()
        .chain(excluded)
        .chain([
            ("included".to_owned(), population.included_count),
            ("posts of included".to_owned(), population.post_count),
        ])
        .collect();
    Table::new("population")
        .text("step", rows.iter().map(|(step, _)| step.as_str()))
        .count("count", rows.iter().map(|(_, count)| *count))
}

fn prevalence_table(prevalence: &Prevalence) -> Table {
    let rows = [
        ("strict", &prevalence.strict),
        ("expected", &prevalence.expected),
        ("corrected", &prevalence.corrected),
        ("name_equality", &prevalence.name_equality),
        (
            "name_equality_by_chance",
            &prevalence.name_equality_by_chance,
        ),
    ];
    Table::new("prevalence")
        .text("form", rows.iter().map(|(form, _)| *form))
        .estimates("", rows.iter().map(|(_, estimate)| *estimate))
}

fn nulls_table(prevalence: &Prevalence) -> Table {
    let nulls = prevalence.nulls.iter();
    Table::new("nulls")
        .text("name", nulls.clone().map(|null| null.name.as_str()))
        .text("about", nulls.clone().map(|null| null.about.as_str()))
        .estimates("false_share_", nulls.map(|null| &null.false_share))
}

/// The threshold curve, also the data of its figure.
pub fn threshold_curve_table(curve: &[ThresholdPoint]) -> Table {
    Table::new("threshold_curve")
        .number(
            "threshold_probability",
            curve.iter().map(|point| Some(point.threshold_probability)),
        )
        .estimates("share_", curve.iter().map(|point| &point.share))
        .number(
            "expected_false_share",
            curve.iter().map(|point| point.expected_false_share),
        )
}

/// The target sources, also the data of their figure.
pub fn targets_table(targets: &[TargetSource]) -> Table {
    let rows = targets.iter();
    Table::new("targets")
        .text("source", rows.clone().map(|target| target.source.as_str()))
        .text("kind", rows.clone().map(|target| target.kind.as_str()))
        .optional_text(
            "language",
            rows.clone().map(|target| target.language.clone()),
        )
        .count(
            "account_count",
            rows.clone().map(|target| target.account_count),
        )
        .count("post_count", rows.clone().map(|target| target.post_count))
        .estimates(
            "crossover_strict_",
            rows.clone().map(|target| &target.crossover_strict),
        )
        .estimates(
            "crossover_expected_",
            rows.clone().map(|target| &target.crossover_expected),
        )
        .estimates("post_share_", rows.clone().map(|target| &target.post_share))
        .estimates(
            "thread_share_",
            rows.clone().map(|target| &target.thread_share),
        )
        .estimates(
            "chance_name_matches_",
            rows.map(|target| &target.chance_name_matches),
        )
}

/// Prevalence by subgroup, also the data of its figure.
pub fn subgroups_table(divisions: &[SubgroupDivision]) -> Table {
    let rows: Vec<(&SubgroupDivision, &Subgroup)> = divisions
        .iter()
        .flat_map(|division| division.groups.iter().map(move |group| (division, group)))
        .collect();
    let rows = rows.iter();
    Table::new("subgroups")
        .text(
            "division",
            rows.clone().map(|(division, _)| division.name.as_str()),
        )
        .text("group", rows.clone().map(|(_, group)| group.label.as_str()))
        .count(
            "account_count",
            rows.clone().map(|(_, group)| group.account_count),
        )
        .estimates("strict_", rows.clone().map(|(_, group)| &group.strict))
        .estimates("expected_", rows.map(|(_, group)| &group.expected))
}

/// The expected share under other assumptions, also the data of its figure.
pub fn sensitivity_table(points: &[SensitivityPoint]) -> Table {
    let rows = points.iter();
    Table::new("sensitivity")
        .text(
            "assumption",
            rows.clone().map(|point| point.assumption.as_str()),
        )
        .text("choice", rows.clone().map(|point| point.choice.as_str()))
        .estimates("expected_", rows.map(|point| &point.expected))
}

/// What pairs of target sources have in common, also the data of its figure.
pub fn target_overlap_table(overlaps: &[TargetOverlap]) -> Table {
    let rows = overlaps.iter();
    Table::new("target_overlap")
        .text(
            "first_source",
            rows.clone().map(|pair| pair.first_source.as_str()),
        )
        .text(
            "second_source",
            rows.clone().map(|pair| pair.second_source.as_str()),
        )
        .estimates(
            "crossover_strict_",
            rows.clone().map(|pair| &pair.crossover_strict),
        )
        .estimates(
            "crossover_expected_",
            rows.map(|pair| &pair.crossover_expected),
        )
}

/// One statistic of a quantity, or one of its quantiles.
struct StatisticRow {
    quantity: String,
    statistic: &'static str,
    level: Option<f64>,
    estimate: Estimate,
}

impl StatisticRow {
    fn new(quantity: &str, statistic: &'static str, estimate: &Estimate) -> Self {
        Self {
            quantity: quantity.to_owned(),
            statistic,
            level: None,
            estimate: estimate.clone(),
        }
    }
}

/// Quantiles rest on the same units and method as their median.
fn quantile_rows<'a>(
    quantity: &'a str,
    quantiles: &'a [(f64, f64)],
    median: &'a Estimate,
) -> impl Iterator<Item = StatisticRow> + 'a {
    quantiles.iter().map(move |(level, value)| StatisticRow {
        quantity: quantity.to_owned(),
        statistic: "quantile",
        level: Some(*level),
        estimate: Estimate::counted(*value, median.n, "quantile of the same distribution"),
    })
}

fn statistic_table(name: &'static str, rows: &[StatisticRow]) -> Table {
    Table::new(name)
        .text("quantity", rows.iter().map(|row| row.quantity.as_str()))
        .text("statistic", rows.iter().map(|row| row.statistic))
        .number("level", rows.iter().map(|row| row.level))
        .estimates("", rows.iter().map(|row| &row.estimate))
}

fn distribution_rows(distribution: &Distribution) -> Vec<StatisticRow> {
    let name = distribution.name.as_str();
    let mut rows = vec![
        StatisticRow::new(name, "median", &distribution.median),
        StatisticRow::new(name, "gini", &distribution.gini),
        StatisticRow::new(name, "top_decile_share", &distribution.top_decile_share),
    ];
    rows.extend(quantile_rows(
        name,
        &distribution.quantiles,
        &distribution.median,
    ));
    rows
}

fn strength_table(strength: &Strength) -> Table {
    let mut rows: Vec<StatisticRow> = strength
        .distributions
        .iter()
        .flat_map(distribution_rows)
        .collect();
    rows.push(StatisticRow::new(
        "single_post_share",
        "share",
        &strength.single_post_share,
    ));
    statistic_table("strength", &rows)
}

fn order_table(order: &Order) -> Table {
    let mut rows = vec![
        StatisticRow::new("public_first_share", "share", &order.public_first_share),
        StatisticRow::new("lag_days", "median", &order.lag_days_median),
    ];
    rows.extend(quantile_rows(
        "lag_days",
        &order.lag_days_quantiles,
        &order.lag_days_median,
    ));
    statistic_table("order", &rows)
}

/// The share that has crossed over time, also the data of its figure.
pub fn crossing_table(crossing: &Crossing) -> Table {
    let rows = crossing.points.iter();
    Table::new("crossing_time")
        .number("days", rows.clone().map(|row| Some(row.days)))
        .number(
            "at_risk_count",
            rows.clone().map(|row| Some(row.at_risk_count)),
        )
        .estimates("crossed_share_", rows.map(|row| &row.crossed_share))
}

/// The compared features, also the data of their figure.
pub fn features_table(behaviour: &Behaviour) -> Table {
    comparison_table("features", &behaviour.features)
}

/// Quantities compared between crossover users and matched others.
fn comparison_table(name: &'static str, rows: &[FeatureComparison]) -> Table {
    let rows = rows.iter();
    Table::new(name)
        .text("feature", rows.clone().map(|row| row.feature.as_str()))
        .text("about", rows.clone().map(|row| row.about.as_str()))
        .count(
            "crossover_count",
            rows.clone().map(|row| row.crossover_count),
        )
        .count("other_count", rows.clone().map(|row| row.other_count))
        .number(
            "crossover_median",
            rows.clone().map(|row| row.crossover_median),
        )
        .number("other_median", rows.clone().map(|row| row.other_median))
        .estimates("cliffs_delta_", rows.clone().map(|row| &row.cliffs_delta))
        .estimates(
            "cliffs_delta_expected_",
            rows.clone().map(|row| &row.cliffs_delta_expected),
        )
        .number("mann_whitney_p", rows.clone().map(|row| row.mann_whitney_p))
        .number(
            "kolmogorov_smirnov_p",
            rows.clone().map(|row| row.kolmogorov_smirnov_p),
        )
        .number("adjusted_p", rows.clone().map(|row| row.adjusted_p))
        .number("equivalence_p", rows.clone().map(|row| row.equivalence_p))
        .text("verdict", rows.map(|row| row.verdict.as_str()))
}

fn word_languages_table(words: &Words) -> Table {
    let rows = words.languages.iter();
    Table::new("word_languages")
        .text("language", rows.clone().map(|row| row.language.as_str()))
        .count(
            "crossover_count",
            rows.clone().map(|row| row.crossover_count),
        )
        .count("other_count", rows.clone().map(|row| row.other_count))
        .number(
            "crossover_word_count",
            rows.clone().map(|row| Some(row.crossover_word_count)),
        )
        .number(
            "other_word_count",
            rows.clone().map(|row| Some(row.other_word_count)),
        )
        .count("tested_count", rows.clone().map(|row| row.tested_count))
        .count(
            "distinguishable_count",
            rows.map(|row| row.distinguishable_count),
        )
}

/// The words that differ most, also the data of their figure.
pub fn words_table(words: &Words) -> Table {
    let of_language = |language: &'_ LanguageWords| -> Vec<(String, WordDifference)> {
        let words = language.crossover_words.iter().chain(&language.other_words);
        words
            .map(|word| (language.language.clone(), word.clone()))
            .collect()
    };
    let shown: Vec<(String, WordDifference)> =
        words.languages.iter().flat_map(of_language).collect();
    let rows = shown.iter().map(|(_, word)| word);
    let numbers = |field: fn(&WordDifference) -> f64| rows.clone().map(move |row| Some(field(row)));
    Table::new("words")
        .text("language", shown.iter().map(|row| row.0.as_str()))
        .text("word", rows.clone().map(|row| row.word.as_str()))
        .count(
            "crossover_account_count",
            rows.clone().map(|row| row.crossover_account_count),
        )
        .count(
            "other_account_count",
            rows.clone().map(|row| row.other_account_count),
        )
        .number(
            "crossover_per_thousand_words",
            numbers(|row| row.crossover_per_thousand_words),
        )
        .number(
            "other_per_thousand_words",
            numbers(|row| row.other_per_thousand_words),
        )
        .estimates(
            "log_odds_ratio_",
            rows.clone().map(|row| &row.log_odds_ratio),
        )
        .number(
            "independent_words_z",
            numbers(|row| row.independent_words_z),
        )
        .number("z", numbers(|row| row.z))
        .number("p", numbers(|row| row.p))
        .number("adjusted_p", numbers(|row| row.adjusted_p))
        .text("verdict", rows.clone().map(|row| row.verdict.as_str()))
}

fn coverage_table(coverage: &[Coverage]) -> Table {
    let rows = coverage.iter();
    Table::new("coverage")
        .text("source", rows.clone().map(|row| row.source.as_str()))
        .text("record", rows.clone().map(|row| row.record.as_str()))
        .count("asked_count", rows.clone().map(|row| row.asked_count))
        .count("received_count", rows.clone().map(|row| row.received_count))
        .count("mapped_count", rows.clone().map(|row| row.mapped_count))
        .count("rejected_count", rows.clone().map(|row| row.rejected_count))
        .count(
            "duplicate_count",
            rows.clone().map(|row| row.duplicate_count),
        )
        .count(
            "missing_parent_count",
            rows.map(|row| row.missing_parent_count),
        )
}

fn limits_table(limits: &[Limit]) -> Table {
    Table::new("limits")
        .text("part", limits.iter().map(|limit| limit.part.as_str()))
        .text("limit", limits.iter().map(|limit| limit.limit.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv_text::table_to_csv;
    use crate::fixture;
    use expect_test::{Expect, expect};

    fn check(result: &StudyResult, table_names: &[&str], expected: Expect) {
        let mut text = String::new();
        for table in study_tables(result) {
            if table_names.contains(&table.name) {
                text.push_str(&format!("# {}\n{}", table.name, table_to_csv(&table)));
            }
        }
        expected.assert_eq(&text);
    }

    #[test]
    fn tables_of_a_realistic_result() {
        check(
            &fixture::realistic(),
            &["population", "prevalence", "nulls", "order", "coverage"],
            expect![[r##"
                # population
                step,count
                accounts,89737
                excluded: posted nothing in the window,51370
                excluded: staff of the source,41
                excluded: bots and feeds,112
                included,38214
                posts of included,2914803
                # prevalence
                form,value,low,high,n,method
                strict,0.033,0.0297,0.0366,38214,"share of accounts with a strict link; bootstrap over accounts and draws of the linkage parameters, 2,000 replicates"
                expected,0.0412,0.0355,0.0478,38214,"mean probability of at least one link; bootstrap over accounts and draws of the linkage parameters, 2,000 replicates"
                corrected,0.0385,0.0291,0.0497,38214,Rogan-Gladen with Se 0.71 from 412 anchored pairs and 1 - Sp 0.0058 from decoy names; interval by parametric bootstrap
                name_equality,0.1187,0.1155,0.122,38214,share of accounts with an equal case-folded name; Wilson
                name_equality_by_chance,0.0534,0.0498,0.0571,38214,mean of 1 - (1 - q)^N over accounts; bootstrap over accounts
                # nulls
                name,about,false_share_value,false_share_low,false_share_high,false_share_n,false_share_method
                decoy names,"2,000 names drawn from the character model of the public source were linked as if they were accounts",0.0058,0.0032,0.0098,2000,share called crossover users; Wilson
                unrelated source,"the population was linked with a source about aquariums, whose members have nothing to do with it",0.0021,0.0017,0.0026,38214,share called crossover users; Wilson
                # order
                quantity,statistic,level,value,low,high,n,method
                public_first_share,share,,0.612,0.581,0.642,1198,share of crossover users dated on both sides; bootstrap
                lag_days,median,,214,168,266,1198,weighted median; bootstrap over crossover users
                lag_days,quantile,0.05,-1302,,,1198,quantile of the same distribution
                lag_days,quantile,0.1,-844,,,1198,quantile of the same distribution
                lag_days,quantile,0.25,-190,,,1198,quantile of the same distribution
                lag_days,quantile,0.5,214,,,1198,quantile of the same distribution
                lag_days,quantile,0.75,803,,,1198,quantile of the same distribution
                lag_days,quantile,0.9,1611,,,1198,quantile of the same distribution
                lag_days,quantile,0.95,2204,,,1198,quantile of the same distribution
                # coverage
                source,record,asked_count,received_count,mapped_count,rejected_count,duplicate_count,missing_parent_count
                webmasters,account,89761,89753,89737,24,0,0
                webmasters,post,3004120,3003718,3002525,1207,388,20114
                hackboard,account,598341,598341,598341,0,0,0
                hackboard,post,41260002,41241929,41204556,54221,1225,301772
                darkmoney,post,1811500,1809076,1804227,7273,0,9120
                darkmoney,unknown,31,21,0,31,0,0
            "##]],
        );
    }

    #[test]
    fn tables_of_missing_estimates_have_empty_cells_and_reasons() {
        check(
            &fixture::withheld(),
            &[
                "population",
                "prevalence",
                "targets",
                "strength",
                "features",
            ],
            expect![[r##"
                # population
                step,count
                accounts,89737
                excluded: posted nothing in the window,51370
                excluded: staff of the source,41
                excluded: bots and feeds,112
                included,38214
                posts of included,2914803
                # prevalence
                form,value,low,high,n,method
                strict,0.033,0.0297,0.0366,38214,"share of accounts with a strict link; bootstrap over accounts and draws of the linkage parameters, 2,000 replicates"
                expected,0.0412,0.0355,0.0478,38214,"mean probability of at least one link; bootstrap over accounts and draws of the linkage parameters, 2,000 replicates"
                corrected,,,,0,"no anchored pairs, so sensitivity is not known"
                name_equality,0.1187,0.1155,0.122,38214,share of accounts with an equal case-folded name; Wilson
                name_equality_by_chance,0.0534,0.0498,0.0571,38214,mean of 1 - (1 - q)^N over accounts; bootstrap over accounts
                # targets
                source,kind,language,account_count,post_count,crossover_strict_value,crossover_strict_low,crossover_strict_high,crossover_strict_n,crossover_strict_method,crossover_expected_value,crossover_expected_low,crossover_expected_high,crossover_expected_n,crossover_expected_method,post_share_value,post_share_low,post_share_high,post_share_n,post_share_method,thread_share_value,thread_share_low,thread_share_high,thread_share_n,thread_share_method,chance_name_matches_value,chance_name_matches_low,chance_name_matches_high,chance_name_matches_n,chance_name_matches_method
                hackboard,cybercrime,en,598341,41204556,,,,38214,suppressed below 10,851.4,689.634,1038.7079999999999,38214,sum of link probabilities; bootstrap over accounts and linkage parameters,0.0042,0.0029399999999999995,0.005879999999999999,41204556,posts weighted by link probability; bootstrap over accounts,0.0025199999999999997,0.0012599999999999998,0.00462,4578284,threads weighted by link probability; bootstrap over accounts,1256.5160999999998,1136.8479,1376.1843,38214,sum of chance collision probabilities; bootstrap over accounts
                blackmarketing,cybercrime,,81220,2350118,388,333.68,446.2,38214,strict links per source; bootstrap over accounts,,,,38214,suppressed below 10,0.0311,0.021769999999999998,0.043539999999999995,2350118,posts weighted by link probability; bootstrap over accounts,0.01866,0.00933,0.034210000000000004,261124,threads weighted by link probability; bootstrap over accounts,170.56199999999998,154.318,186.80599999999998,38214,sum of chance collision probabilities; bootstrap over accounts
                # strength
                quantity,statistic,level,value,low,high,n,method
                post_count,median,,4,3.52,4.48,1261,weighted median; bootstrap over crossover users
                post_count,gini,,,,,7,fewer than 10 crossover users
                post_count,top_decile_share,,0.663,0.613,0.7130000000000001,1261,share of the top tenth; bootstrap over crossover users
                post_count,quantile,0.05,1,,,1261,quantile of the same distribution
                post_count,quantile,0.25,2,,,1261,quantile of the same distribution
                post_count,quantile,0.5,4,,,1261,quantile of the same distribution
                post_count,quantile,0.75,13,,,1261,quantile of the same distribution
                post_count,quantile,0.95,117,,,1261,quantile of the same distribution
                single_post_share,share,,0.287,0.261,0.314,1261,weighted share; bootstrap over crossover users
                # features
                feature,about,crossover_count,other_count,crossover_median,other_median,cliffs_delta_value,cliffs_delta_low,cliffs_delta_high,cliffs_delta_n,cliffs_delta_method,cliffs_delta_expected_value,cliffs_delta_expected_low,cliffs_delta_expected_high,cliffs_delta_expected_n,cliffs_delta_expected_method,mann_whitney_p,kolmogorov_smirnov_p,adjusted_p,equivalence_p,verdict
                post_count,Posts on the public source in the window,7,1240,,33,,,,7,fewer than 10 crossover users,0.081,0.034,0.128,2480,Cliff's delta; interval after Cliff 1996,,,,,undecided
            "##]],
        );
    }

    #[test]
    fn tables_of_an_empty_result_have_headings_only_where_nothing_is() {
        check(
            &fixture::empty(),
            &[
                "nulls",
                "threshold_curve",
                "targets",
                "features",
                "coverage",
                "limits",
            ],
            expect![[r#"
                # nulls
                name,about,false_share_value,false_share_low,false_share_high,false_share_n,false_share_method
                # threshold_curve
                threshold_probability,share_value,share_low,share_high,share_n,share_method,expected_false_share
                # targets
                source,kind,language,account_count,post_count,crossover_strict_value,crossover_strict_low,crossover_strict_high,crossover_strict_n,crossover_strict_method,crossover_expected_value,crossover_expected_low,crossover_expected_high,crossover_expected_n,crossover_expected_method,post_share_value,post_share_low,post_share_high,post_share_n,post_share_method,thread_share_value,thread_share_low,thread_share_high,thread_share_n,thread_share_method,chance_name_matches_value,chance_name_matches_low,chance_name_matches_high,chance_name_matches_n,chance_name_matches_method
                # features
                feature,about,crossover_count,other_count,crossover_median,other_median,cliffs_delta_value,cliffs_delta_low,cliffs_delta_high,cliffs_delta_n,cliffs_delta_method,cliffs_delta_expected_value,cliffs_delta_expected_low,cliffs_delta_expected_high,cliffs_delta_expected_n,cliffs_delta_expected_method,mann_whitney_p,kolmogorov_smirnov_p,adjusted_p,equivalence_p,verdict
                # coverage
                source,record,asked_count,received_count,mapped_count,rejected_count,duplicate_count,missing_parent_count
                # limits
                part,limit
            "#]],
        );
    }
}
