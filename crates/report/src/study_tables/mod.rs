//! A study's result as tables: tidy rows, stable column names, and how a reader sees them.

mod behaviour;
mod crossing_activity;
mod design_power;
mod feature_comparison;
mod migration;
mod network;
mod offers;
mod original_study;
mod participation;
mod population;
mod prevalence;
mod provenance;
mod subgroups;
mod target_groups;
mod targets;
mod topics;
mod trajectories;

use entangle_model::study::StudyResult;

use crate::study_table::StudyTable;
pub use behaviour::{features_data, words_data};
pub use crossing_activity::crossing_activity_data;
pub use migration::{followed_in_words, migration_data};
pub use network::{chance_data, degree_data};
pub use offers::errors_table;
pub use participation::crossing_data;
pub use prevalence::{forms, threshold_curve_data};
pub use subgroups::{sensitivity_data, subgroups_data};
pub use targets::{target_overlap_data, targets_data};
pub use topics::topics_data;
pub use trajectories::trajectory_months_data;

/// Every table of the result, in the order in which the files are written.
pub fn study_tables(result: &StudyResult) -> Vec<StudyTable> {
    let mut tables = vec![
        population::population_table(result),
        prevalence::prevalence_table(result),
        prevalence::nulls_table(result),
        prevalence::threshold_curve_table(result),
        subgroups::subgroups_table(result),
        subgroups::sensitivity_table(result),
        targets::targets_table(result),
        targets::target_overlap_table(result),
        target_groups::target_groups_table(result),
        participation::strength_table(result),
        participation::order_table(result),
        participation::crossing_table(result),
        crossing_activity::crossing_activity_table(result),
        crossing_activity::crossing_change_table(result),
        migration::migration_table(result),
        behaviour::features_table(result),
        trajectories::trajectories_table(result),
        behaviour::word_languages_table(result),
        behaviour::words_table(result),
        topics::topics_table(result),
        network::network_table(result),
        network::posts_table(result),
        network::chance_table(result),
        network::degree_table(result),
        network::measures_table(result),
        network::bridges_table(result),
        original_study::original_study_table(result),
        provenance::coverage_table(result),
        design_power::design_power_table(result),
        provenance::limits_table(result),
    ];
    tables.extend(offers::offer_tables(result));
    tables
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
            let data = &table.data;
            if table_names.contains(&data.name) {
                text.push_str(&format!("# {}\n{}", data.name, table_to_csv(data)));
            }
        }
        expected.assert_eq(&text);
    }

    #[test]
    fn tables_of_a_realistic_result() {
        check(
            &fixture::realistic(),
            &[
                "population",
                "prevalence",
                "nulls",
                "order",
                "original_study",
                "coverage",
            ],
            expect![[r##"
                # population
                step,count,share
                accounts,89737,1
                excluded: posted nothing in the window,51370,0.5724506056587584
                excluded: staff of the source,41,0.0004568906916879325
                excluded: bots and feeds,112,0.0012480916455865473
                included,38214,0.42584441200396717
                posts of included,2914803,
                # prevalence
                form,about,value,low,high,n,method
                strict,"has a link whose name clears the margin, or shares a contact identifier",0.033,0.0297,0.0366,38214,"share of accounts with a strict link; bootstrap over accounts and draws of the linkage parameters, 2,000 replicates"
                expected,mean probability of one or more links,0.0412,0.0355,0.0478,38214,"mean probability of at least one link; bootstrap over accounts and draws of the linkage parameters, 2,000 replicates"
                expected_with_unseen,"the same, with those whose links show no trace in names or contacts",0.0496,0.0402,0.0631,38214,"the expected share, in which a link that is seen stands for 1.23: a share of 0.19 of the links is taken to show no trace, by 41.0 pairs that a contact anchors"
                corrected,raw share corrected for false and missed links,0.0385,0.0291,0.0497,38214,Rogan-Gladen with Se 0.71 from 412 anchored pairs and 1 - Sp 0.0058 from decoy names; interval by parametric bootstrap
                name_equality,has the same case-folded name as an account of a target source,0.1187,0.1155,0.122,38214,share of accounts with an equal case-folded name; Wilson
                name_equality_by_chance,what chance alone would give to the row above,0.0534,0.0498,0.0571,38214,mean of 1 - (1 - q)^N over accounts; bootstrap over accounts
                # nulls
                name,about,false_share_value,false_share_low,false_share_high,false_share_n,false_share_method
                decoy names,"2,000 names drawn from the character model of the public source were linked as if they were accounts",0.0058,0.0032,0.0098,2000,share called crossover users; Wilson
                unrelated source,"the population was linked with a source about aquariums, whose members have nothing to do with it",0.0021,0.0017,0.0026,38214,share called crossover users; Wilson
                # order
                quantity,about,statistic,level,value,low,high,n,method
                public_first_share,share of crossover users whose first post was there,share,,0.612,0.581,0.642,1198,share of crossover users dated on both sides; bootstrap
                lag_days,from the public source to a target source,median,,214,168,266,1198,weighted median; bootstrap over crossover users
                lag_days,from the public source to a target source,quantile,0.05,-1302,,,1198,quantile of the same distribution
                lag_days,from the public source to a target source,quantile,0.1,-844,,,1198,quantile of the same distribution
                lag_days,from the public source to a target source,quantile,0.25,-190,,,1198,quantile of the same distribution
                lag_days,from the public source to a target source,quantile,0.5,214,,,1198,quantile of the same distribution
                lag_days,from the public source to a target source,quantile,0.75,803,,,1198,quantile of the same distribution
                lag_days,from the public source to a target source,quantile,0.9,1611,,,1198,quantile of the same distribution
                lag_days,from the public source to a target source,quantile,0.95,2204,,,1198,quantile of the same distribution
                # original_study
                question,statistic,published_of_another_forum,unit,value,low,high,n,method
                How many are crossover users?,Strict,at least 7.2 %,share,0.033,0.0297,0.0366,38214,"share of accounts with a strict link; bootstrap over accounts and draws of the linkage parameters, 2,000 replicates"
                How many are crossover users?,Expected,at least 7.2 %,share,0.0412,0.0355,0.0478,38214,"mean probability of at least one link; bootstrap over accounts and draws of the linkage parameters, 2,000 replicates"
                How many are crossover users?,"Expected, with unseen",at least 7.2 %,share,0.0496,0.0402,0.0631,38214,"the expected share, in which a link that is seen stands for 1.23: a share of 0.19 of the links is taken to show no trace, by 41.0 pairs that a contact anchors"
                How many are crossover users?,Corrected,at least 7.2 %,share,0.0385,0.0291,0.0497,38214,Rogan-Gladen with Se 0.71 from 412 anchored pairs and 1 - Sp 0.0058 from decoy names; interval by parametric bootstrap
                How many are crossover users?,Equal names,at least 7.2 %,share,0.1187,0.1155,0.122,38214,share of accounts with an equal case-folded name; Wilson
                How many are crossover users?,Equal names by chance,,share,0.0534,0.0498,0.0571,38214,mean of 1 - (1 - q)^N over accounts; bootstrap over accounts
                Which target sources do they use?,Target sources looked at,,count,9,,,9,"sources of the study file, counted"
                Which target sources do they use?,"Expected on the one with most, hackboard",,count,851.4,689.634,1038.7079999999999,38214,sum of link probabilities; bootstrap over accounts and linkage parameters
                How strongly do they take part?,"Posts there, median",“limited”,amount,4,3.52,4.48,1261,weighted median; bootstrap over crossover users
                How strongly do they take part?,Wrote exactly one post there,“limited”,share,0.287,0.261,0.314,1261,weighted share; bootstrap over crossover users
                How strongly do they take part?,"Active days there, median",“limited”,amount,3,2.64,3.36,1261,weighted median; bootstrap over crossover users
                How strongly do they take part?,Posts of the most active tenth,“limited”,share,0.663,0.613,0.7130000000000001,1261,share of the top tenth; bootstrap over crossover users
                Do they behave differently on the public source?,AUC of a classifier over all features,“relatively indistinguishable”,area,0.561,0.538,0.584,2480,ten-fold cross-validated AUC of a penalised logistic regression; DeLong
                Do they behave differently on the public source?,Features distinguishable,“relatively indistinguishable”,count,2,,,9,"of 9 features, counted"
                Do they behave differently on the public source?,Features equivalent within the margin,“relatively indistinguishable”,count,5,,,9,"of 9 features, counted"
                Do they behave differently on the public source?,Features undecided,“relatively indistinguishable”,count,2,,,9,"of 9 features, counted"
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
                step,count,share
                accounts,89737,1
                excluded: posted nothing in the window,51370,0.5724506056587584
                excluded: staff of the source,41,0.0004568906916879325
                excluded: bots and feeds,112,0.0012480916455865473
                included,38214,0.42584441200396717
                posts of included,2914803,
                # prevalence
                form,about,value,low,high,n,method
                strict,"has a link whose name clears the margin, or shares a contact identifier",0.033,0.0297,0.0366,38214,"share of accounts with a strict link; bootstrap over accounts and draws of the linkage parameters, 2,000 replicates"
                expected,mean probability of one or more links,0.0412,0.0355,0.0478,38214,"mean probability of at least one link; bootstrap over accounts and draws of the linkage parameters, 2,000 replicates"
                expected_with_unseen,"the same, with those whose links show no trace in names or contacts",0.0496,0.0402,0.0631,38214,"the expected share, in which a link that is seen stands for 1.23: a share of 0.19 of the links is taken to show no trace, by 41.0 pairs that a contact anchors"
                corrected,raw share corrected for false and missed links,,,,0,"no anchored pairs, so sensitivity is not known"
                name_equality,has the same case-folded name as an account of a target source,0.1187,0.1155,0.122,38214,share of accounts with an equal case-folded name; Wilson
                name_equality_by_chance,what chance alone would give to the row above,0.0534,0.0498,0.0571,38214,mean of 1 - (1 - q)^N over accounts; bootstrap over accounts
                # targets
                source,kind,language,account_count,post_count,crossover_strict_value,crossover_strict_low,crossover_strict_high,crossover_strict_n,crossover_strict_method,crossover_expected_value,crossover_expected_low,crossover_expected_high,crossover_expected_n,crossover_expected_method,post_share_value,post_share_low,post_share_high,post_share_n,post_share_method,thread_share_value,thread_share_low,thread_share_high,thread_share_n,thread_share_method,chance_name_matches_value,chance_name_matches_low,chance_name_matches_high,chance_name_matches_n,chance_name_matches_method
                hackboard,cybercrime,en,598341,41204556,,,,38214,suppressed below 10,851.4,689.634,1038.7079999999999,38214,sum of link probabilities; bootstrap over accounts and linkage parameters,0.0042,0.0029399999999999995,0.005879999999999999,41204556,posts weighted by link probability; bootstrap over accounts,0.0025199999999999997,0.0012599999999999998,0.00462,4578284,threads weighted by link probability; bootstrap over accounts,1256.5160999999998,1136.8479,1376.1843,38214,sum of chance collision probabilities; bootstrap over accounts
                blackmarketing,cybercrime,,81220,2350118,388,333.68,446.2,38214,strict links per source; bootstrap over accounts,,,,38214,suppressed below 10,0.0311,0.021769999999999998,0.043539999999999995,2350118,posts weighted by link probability; bootstrap over accounts,0.01866,0.00933,0.034210000000000004,261124,threads weighted by link probability; bootstrap over accounts,170.56199999999998,154.318,186.80599999999998,38214,sum of chance collision probabilities; bootstrap over accounts
                # strength
                quantity,about,statistic,level,value,low,high,n,method
                post_count,Posts on the target sources,median,,4,3.52,4.48,1261,weighted median; bootstrap over crossover users
                post_count,Posts on the target sources,gini,,,,,7,fewer than 10 crossover users
                post_count,Posts on the target sources,top_decile_share,,0.663,0.613,0.7130000000000001,1261,share of the top tenth; bootstrap over crossover users
                post_count,Posts on the target sources,quantile,0.05,1,,,1261,quantile of the same distribution
                post_count,Posts on the target sources,quantile,0.25,2,,,1261,quantile of the same distribution
                post_count,Posts on the target sources,quantile,0.5,4,,,1261,quantile of the same distribution
                post_count,Posts on the target sources,quantile,0.75,13,,,1261,quantile of the same distribution
                post_count,Posts on the target sources,quantile,0.95,117,,,1261,quantile of the same distribution
                single_post_share,Crossover users with exactly one post on the target sources,share,,0.287,0.261,0.314,1261,weighted share; bootstrap over crossover users
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
