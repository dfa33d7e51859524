//! The result in plain words, written from the numbers alone.
//!
//! The rules of these sentences:
//!
//! * Every number comes with its interval, or with the reason why it is missing, and all missing
//!   numbers are worded alike.
//! * "At least" is said of a share only where false links are counted: of the corrected share,
//!   where its interval lies above zero and the strict share stands clear of every null model.
//! * A difference or a sameness is never claimed beyond the verdict of its test.
//!
//! No layout and no markup: the texts are escaped by whoever shows them.

mod migration;
mod network;
mod offers;
mod subgroups;
mod topics;

use entangle_model::Estimate;
use entangle_model::study::{
    Behaviour, Coverage, FeatureComparison, LanguageWords, NullModel, Order, Prevalence, Strength,
    StudyResult, TargetOverlap, TargetSource, Verdict,
};

use crate::number::{
    Unit, count, estimate_interval, estimate_value, finite, fixed, p_value, percent,
};
use crate::wording::{counted, is_missing_because, words_of_name};

/// What is said on one topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The topic in one or two words.
    pub topic: &'static str,
    /// One or more sentences.
    pub text: String,
}

impl Finding {
    fn new(topic: &'static str, sentences: Vec<String>) -> Self {
        Self {
            topic,
            text: sentences.join(" "),
        }
    }
}

/// What the result says, topic by topic.
pub fn study_findings(result: &StudyResult) -> Vec<Finding> {
    let findings = [
        Finding::new("Prevalence", prevalence_sentences(result)),
        Finding::new(
            "Subgroups",
            subgroups::subgroup_sentences(&result.subgroups),
        ),
        Finding::new(
            "Assumptions",
            subgroups::sensitivity_sentences(&result.sensitivity),
        ),
        Finding::new("Equal names", name_sentences(&result.prevalence)),
        Finding::new("Chance", null_sentences(&result.prevalence)),
        Finding::new("Target sources", target_sentences(result)),
        Finding::new("Strength", strength_sentences(&result.strength)),
        Finding::new("Order", order_sentences(&result.order)),
        Finding::new("Crossing", crossing_sentences(result)),
        Finding::new(
            "Migration",
            migration::migration_sentences(&result.migration),
        ),
        Finding::new("Behaviour", behaviour_sentences(&result.behaviour)),
        Finding::new("Words", word_sentences(&result.words.languages)),
        Finding::new("Topics", topics::topic_sentences(&result.topics)),
        Finding::new("Offers", offers::offer_sentences(&result.offers)),
        Finding::new("Network", network::network_sentences(&result.network)),
        Finding::new("Coverage", coverage_sentences(&result.coverage)),
    ];
    // What was not sought is not spoken of.
    let findings = findings.into_iter();
    findings
        .filter(|finding| !finding.text.is_empty())
        .collect()
}

/// A value with its interval, as part of a sentence.
fn in_words(unit: Unit, estimate: &Estimate) -> String {
    let value = estimate_value(unit, estimate);
    match estimate_interval(unit, estimate) {
        Some(interval) => format!("{value} (95\u{202F}% interval {interval})"),
        None => format!("{value} (without an interval)"),
    }
}

/// A sentence about a value where it exists, and the same words for every missing one.
fn sentence(
    subject: &str,
    unit: Unit,
    estimate: &Estimate,
    say: impl Fn(&str) -> String,
) -> String {
    if finite(estimate.value).is_some() {
        say(&in_words(unit, estimate))
    } else {
        format!("{subject} {}.", is_missing_because(&estimate.method))
    }
}

fn prevalence_sentences(result: &StudyResult) -> Vec<String> {
    let prevalence = &result.prevalence;
    let accounts = counted(result.population.included_count, "account", "accounts");
    vec![
        sentence(
            "The strict share",
            Unit::Share,
            &prevalence.strict,
            |share| {
                format!(
                    "By the strict rule, {share} of the {accounts} studied have a possible link to \
                 an account of a target source."
                )
            },
        ),
        sentence(
            "The expected share",
            Unit::Share,
            &prevalence.expected,
            |share| {
                format!(
                    "Counting every account by its probability of a link, the share is {share}."
                )
            },
        ),
        sentence(
            "The expected share with those whose links show no trace",
            Unit::Share,
            &prevalence.expected_with_unseen,
            |share| {
                format!("With those whose links show no trace in names or contacts, it is {share}.")
            },
        ),
        sentence(
            "The corrected share",
            Unit::Share,
            &prevalence.corrected,
            |share| format!("Corrected for false and for missed links, the share is {share}."),
        ),
        lower_bound_sentence(prevalence),
    ]
}

/// The only place where "at least" is said.
fn lower_bound_sentence(prevalence: &Prevalence) -> String {
    let corrected = &prevalence.corrected;
    let Some(low) = finite(corrected.value).and(finite(corrected.low)) else {
        return "No lower bound is stated, because false links are not counted without a \
                corrected share and its interval."
            .to_owned();
    };
    if low <= 0.0 {
        return "No lower bound is stated, because the interval of the corrected share reaches \
                zero."
            .to_owned();
    }
    if !nulls_not_cleared(prevalence).is_empty() {
        return "No lower bound is stated, because the strict share does not stand clear of \
                every null model."
            .to_owned();
    }
    format!(
        "With false links counted, at least {} of the accounts are crossover users on the target \
         sources at hand; this is the lower end of the interval of the corrected share.",
        percent(low, corrected.n)
    )
}

fn name_sentences(prevalence: &Prevalence) -> Vec<String> {
    let equal = &prevalence.name_equality;
    let chance = &prevalence.name_equality_by_chance;
    let mut sentences = vec![
        sentence("The share by equal names", Unit::Share, equal, |share| {
            format!(
                "By bare equality of names, the rule of most earlier work, the share would be \
                 {share}."
            )
        }),
        sentence("The share by chance", Unit::Share, chance, |share| {
            format!("Chance alone would give an equal name to {share} of the accounts.")
        }),
    ];
    sentences.extend(chance_among_equal_names(equal, chance));
    sentences
}

fn chance_among_equal_names(equal: &Estimate, chance: &Estimate) -> Option<String> {
    let (equal_value, chance_value) = (finite(equal.value)?, finite(chance.value)?);
    let (equal_low, chance_high) = (finite(equal.low)?, finite(chance.high)?);
    if chance_high >= equal_low || equal_value <= 0.0 {
        return Some(
            "The two intervals overlap, so equal names cannot be told from chance.".to_owned(),
        );
    }
    Some(format!(
        "About {} of 100 equal names are thus what chance would give.",
        fixed(100.0 * chance_value / equal_value, 0)
    ))
}

fn null_sentences(prevalence: &Prevalence) -> Vec<String> {
    if prevalence.nulls.is_empty() {
        return vec!["No null model was run, so false matches have no bound here.".to_owned()];
    }
    let mut sentences: Vec<String> = prevalence.nulls.iter().map(null_sentence).collect();
    sentences.push(
        "Each of these is a bound on false matches under its own assumption, not an error rate."
            .to_owned(),
    );
    let not_cleared = nulls_not_cleared(prevalence);
    if !not_cleared.is_empty() {
        let names: Vec<&str> = not_cleared.iter().map(|null| null.name.as_str()).collect();
        sentences.push(format!(
            "The strict share does not stand clear of: {}. By that bound its links may be chance.",
            names.join("; ")
        ));
    }
    sentences
}

fn null_sentence(null: &NullModel) -> String {
    let subject = format!("The share under the null model “{}”", null.name);
    sentence(&subject, Unit::Share, &null.false_share, |share| {
        format!(
            "Where no true link is expected, the null model “{}” still finds one for {share} of \
             its accounts.",
            null.name
        )
    })
}

/// Null models whose share reaches up to the strict share.
fn nulls_not_cleared(prevalence: &Prevalence) -> Vec<&NullModel> {
    let strict = &prevalence.strict;
    let Some(strict_low) = finite(strict.low).or(finite(strict.value)) else {
        return Vec::new();
    };
    prevalence
        .nulls
        .iter()
        .filter(|null| {
            finite(null.false_share.high)
                .or(finite(null.false_share.value))
                .is_some_and(|null_high| null_high >= strict_low)
        })
        .collect()
}

fn target_sentences(result: &StudyResult) -> Vec<String> {
    let targets = &result.targets;
    if targets.is_empty() {
        return vec!["There was no target source.".to_owned()];
    }
    let looked_for = format!(
        "Participation was looked for on {}.",
        counted(targets.len() as u64, "target source", "target sources")
    );
    let missing_count = targets
        .iter()
        .filter(|target| finite(target.crossover_expected.value).is_none())
        .count() as u64;
    let mut sentences = vec![looked_for];
    sentences.extend(largest_target_sentence(targets));
    sentences.extend(largest_overlap_sentence(&result.target_overlaps));
    if missing_count > 0 {
        sentences.push(format!(
            "For {} no expected number is shown; the reason stands with the table.",
            counted(missing_count, "source", "sources")
        ));
    }
    sentences
}

fn largest_target_sentence(targets: &[TargetSource]) -> Option<String> {
    let expected = |target: &TargetSource| finite(target.crossover_expected.value);
    let largest = targets
        .iter()
        .filter(|target| expected(target).is_some())
        .max_by(|left, right| {
            expected(left)
                .unwrap_or(0.0)
                .total_cmp(&expected(right).unwrap_or(0.0))
                .then_with(|| right.source.cmp(&left.source))
        })?;
    Some(format!(
        "The largest expected number of crossover users is on {}: {}.",
        largest.source,
        in_words(Unit::Count, &largest.crossover_expected)
    ))
}

fn largest_overlap_sentence(overlaps: &[TargetOverlap]) -> Option<String> {
    let expected = |pair: &TargetOverlap| finite(pair.crossover_expected.value);
    let largest = overlaps
        .iter()
        .filter(|pair| expected(pair).is_some_and(|number| number > 0.0))
        .reduce(|best, pair| {
            if expected(pair) > expected(best) {
                pair
            } else {
                best
            }
        })?;
    Some(format!(
        "The two that are expected to have most crossover users in common are {} and {}: {}.",
        largest.first_source,
        largest.second_source,
        in_words(Unit::Count, &largest.crossover_expected)
    ))
}

fn strength_sentences(strength: &Strength) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    let posts = strength
        .distributions
        .iter()
        .find(|distribution| distribution.name.starts_with("post"));
    if let Some(posts) = posts {
        sentences.push(sentence("The median of posts", Unit::Amount, &posts.median, |median| {
            format!("The median number of posts of a crossover user on the target sources is {median}.")
        }));
    }
    sentences.push(sentence(
        "The share with a single post",
        Unit::Share,
        &strength.single_post_share,
        |share| format!("{share} of the crossover users wrote exactly one post there."),
    ));
    if let Some(posts) = posts {
        let share = &posts.top_decile_share;
        sentences.push(sentence(
            "The share of the most active tenth",
            Unit::Share,
            share,
            |share| format!("The most active tenth wrote {share} of all their posts there."),
        ));
    }
    sentences
}

fn order_sentences(order: &Order) -> Vec<String> {
    let share = &order.public_first_share;
    let mut sentences = vec![sentence(
        "The share that came to the public source first",
        Unit::Share,
        share,
        |share| {
            format!(
                "Of the crossover users with dated posts on both sides, {share} posted on the \
                 public source first."
            )
        },
    )];
    if let (Some(_), Some(low), Some(high)) =
        (finite(share.value), finite(share.low), finite(share.high))
    {
        sentences.push(
            if low > 0.5 {
                "The public source came first more often than not."
            } else if high < 0.5 {
                "A target source came first more often than not."
            } else {
                "The data do not decide which side came first more often."
            }
            .to_owned(),
        );
    }
    sentences.push(sentence("The median lag", Unit::Amount, &order.lag_days_median, |lag| {
        format!(
            "The median lag from the public source to a target source is {lag} days; a negative \
             lag means that the target source came first."
        )
    }));
    sentences
}

fn crossing_sentences(result: &StudyResult) -> Vec<String> {
    let mut sentences = vec![crossing_sentence(result)];
    sentences.extend(network::activity_sentences(&result.crossing_activity));
    sentences
}

fn crossing_sentence(result: &StudyResult) -> String {
    let crossing = &result.crossing;
    match crossing.points.last() {
        None => format!(
            "The time to the first post on a target source {}.",
            is_missing_because(&crossing.design)
        ),
        Some(last) => format!(
            "Of the accounts of {}, {} are estimated to have posted on a target source within {} \
             days of their registration, without those who were there before.",
            result.about.public_source,
            in_words(Unit::Share, &last.crossed_share),
            fixed(last.days, 0)
        ),
    }
}

fn behaviour_sentences(behaviour: &Behaviour) -> Vec<String> {
    let mut sentences = vec![
        format!(
            "Over all features together, {}.",
            verdict_in_words(behaviour.verdict)
        ),
        sentence(
            "The AUC of a classifier",
            Unit::Area,
            &behaviour.classifier_auc,
            |auc| {
                format!(
                    "A classifier reaches an AUC of {auc}, where 0.5 is guessing and 1 tells every \
                 pair apart; p against shuffled groups: {}.",
                    p_value(behaviour.classifier_p)
                )
            },
        ),
    ];
    if behaviour.features.is_empty() {
        sentences.push("No single feature was compared.".to_owned());
    } else {
        sentences.push(verdict_counts(behaviour));
        sentences.extend(largest_difference(&behaviour.features));
    }
    sentences
}

fn verdict_in_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Distinguishable => "crossover users and matched others are distinguishable",
        Verdict::Equivalent => {
            "crossover users and matched others are equivalent within the margin"
        }
        Verdict::Undecided => {
            "it is undecided whether crossover users and matched others differ, which shows \
             neither a difference nor sameness"
        }
    }
}

fn verdict_counts(behaviour: &Behaviour) -> String {
    let count_of = |verdict: Verdict| {
        let rows = behaviour.features.iter();
        count(rows.filter(|row| row.verdict == verdict).count() as u64)
    };
    format!(
        "Of {}, {} are distinguishable, {} equivalent within the margin of ±{} and {} undecided.",
        counted(behaviour.features.len() as u64, "feature", "features"),
        count_of(Verdict::Distinguishable),
        count_of(Verdict::Equivalent),
        fixed(behaviour.equivalence_margin, 3),
        count_of(Verdict::Undecided)
    )
}

/// Names the largest difference only among features whose verdict is a difference.
fn largest_difference(features: &[FeatureComparison]) -> Option<String> {
    let size = |row: &FeatureComparison| finite(row.cliffs_delta.value).map(f64::abs);
    let largest = features
        .iter()
        .filter(|row| row.verdict == Verdict::Distinguishable && size(row).is_some())
        .max_by(|left, right| {
            size(left)
                .unwrap_or(0.0)
                .total_cmp(&size(right).unwrap_or(0.0))
                .then_with(|| right.feature.cmp(&left.feature))
        })?;
    Some(format!(
        "The largest difference is in {}: Cliff’s delta {}.",
        words_of_name(&largest.feature),
        in_words(Unit::Coefficient, &largest.cliffs_delta)
    ))
}

fn word_sentences(languages: &[LanguageWords]) -> Vec<String> {
    if languages.is_empty() {
        return vec![
            "Words were not compared: no language had enough accounts on both sides.".to_owned(),
        ];
    }
    languages.iter().map(language_sentence).collect()
}

/// Names words only where they are distinguishable.
fn language_sentence(language: &LanguageWords) -> String {
    let tested = counted(language.tested_count, "word", "words");
    let compared = format!(
        "In {}, {tested} of {} and {} were compared",
        language.language,
        counted(
            language.crossover_count,
            "probable crossover user",
            "probable crossover users"
        ),
        counted(language.other_count, "other", "others"),
    );
    if language.distinguishable_count == 0 {
        return format!("{compared}; none is distinguishable, which does not show sameness.");
    }
    let named: Vec<&str> = language
        .crossover_words
        .iter()
        .filter(|word| word.verdict == Verdict::Distinguishable)
        .take(3)
        .map(|word| word.word.as_str())
        .collect();
    let named = match named.is_empty() {
        true => String::new(),
        false => format!(
            "; those that crossover users use more are led by {}",
            named.join(", ")
        ),
    };
    format!(
        "{compared}; {} are distinguishable{named}.",
        count(language.distinguishable_count)
    )
}

fn coverage_sentences(coverage: &[Coverage]) -> Vec<String> {
    if coverage.is_empty() {
        return vec!["No ledger of what was read came with this result.".to_owned()];
    }
    let total = |field: fn(&Coverage) -> u64| {
        coverage
            .iter()
            .fold(0u64, |sum, row| sum.saturating_add(field(row)))
    };
    vec![
        format!(
            "Of {} found in the input, {} could be read and {} became records; {} were rejected \
             and {} were there before.",
            counted(total(|row| row.asked_count), "row", "rows"),
            count(total(|row| row.received_count)),
            count(total(|row| row.mapped_count)),
            count(total(|row| row.rejected_count)),
            count(total(|row| row.duplicate_count)),
        ),
        format!(
            "In {} the author, thread or parent is not in the workspace.",
            counted(total(|row| row.missing_parent_count), "record", "records")
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use expect_test::{Expect, expect};

    /// The findings with ordinary spaces, one topic a paragraph.
    fn words(result: &StudyResult) -> String {
        study_findings(result)
            .iter()
            .map(|finding| format!("{}: {}\n", finding.topic, finding.text))
            .collect::<String>()
            .replace('\u{202F}', " ")
    }

    fn check(result: &StudyResult, expected: Expect) {
        expected.assert_eq(&words(result));
    }

    #[test]
    fn findings_of_a_realistic_result() {
        check(
            &fixture::realistic(),
            expect![[r#"
                Prevalence: By the strict rule, 3.30 % (95 % interval 2.97 to 3.66 %) of the 38,214 accounts studied have a possible link to an account of a target source. Counting every account by its probability of a link, the share is 4.12 % (95 % interval 3.55 to 4.78 %). With those whose links show no trace in names or contacts, it is 4.96 % (95 % interval 4.02 to 6.31 %). Corrected for false and for missed links, the share is 3.85 % (95 % interval 2.91 to 4.97 %). With false links counted, at least 2.91 % of the accounts are crossover users on the target sources at hand; this is the lower end of the interval of the corrected share.
                Subgroups: By year of joining, the expected share of a group lies between 6.1 % (2012) and 8.8 % (2014). By activity, the expected share of a group lies between 4.1 % (1 post) and 11.2 % (6 to 2,114 posts). Which group lies lowest or highest may be chance, and a difference between groups is no cause: whoever posts more shows more by which to be found.
                Assumptions: Under 3 other assumptions, one at a time, the expected share lies between 6.60 % and 9.40 %.
                Equal names: By bare equality of names, the rule of most earlier work, the share would be 11.87 % (95 % interval 11.55 to 12.20 %). Chance alone would give an equal name to 5.34 % (95 % interval 4.98 to 5.71 %) of the accounts. About 45 of 100 equal names are thus what chance would give.
                Chance: Where no true link is expected, the null model “decoy names” still finds one for 0.6 % (95 % interval 0.3 to 1.0 %) of its accounts. Where no true link is expected, the null model “unrelated source” still finds one for 0.21 % (95 % interval 0.17 to 0.26 %) of its accounts. Each of these is a bound on false matches under its own assumption, not an error rate.
                Target sources: Participation was looked for on 9 target sources. The largest expected number of crossover users is on hackboard: 851 (95 % interval 690 to 1,039). The two that are expected to have most crossover users in common are hackboard and blackmarketing: 171 (95 % interval 120 to 239).
                Strength: The median number of posts of a crossover user on the target sources is 4.00 (95 % interval 3.52 to 4.48). 28.7 % (95 % interval 26.1 to 31.4 %) of the crossover users wrote exactly one post there. The most active tenth wrote 66.3 % (95 % interval 61.3 to 71.3 %) of all their posts there.
                Order: Of the crossover users with dated posts on both sides, 61.2 % (95 % interval 58.1 to 64.2 %) posted on the public source first. The public source came first more often than not. The median lag from the public source to a target source is 214 (95 % interval 168 to 266) days; a negative lag means that the target source came first.
                Crossing: Of the accounts of webmasters, 2.75 % (95 % interval 2.48 to 3.08 %) are estimated to have posted on a target source within 3,000 days of their registration, without those who were there before. From the year before their first post on a target to the year after, strict crossover users changed by −0.90 (95 % interval −1.60 to −0.20) posts a month on the public source beyond the change of their matched others. Their change lies below that of the others; why is not known.
                Migration: Of 84 strict crossover users who were active on darkmoney before it fell silent, 36.9 % (95 % interval 27.6 to 46.2 %) post on hackboard afterwards, before it 16.7 % (95 % interval 11.1 to 22.2 %); why is not known.
                Behaviour: Over all features together, crossover users and matched others are distinguishable. A classifier reaches an AUC of 0.561 (95 % interval 0.538 to 0.584), where 0.5 is guessing and 1 tells every pair apart; p against shuffled groups: 0.001. Of 9 features, 2 are distinguishable, 5 equivalent within the margin of ±0.147 and 2 undecided. The largest difference is in thread started share: Cliff’s delta 0.18 (95 % interval 0.14 to 0.23).
                Words: In en, 9,412 words of 1,102 probable crossover users and 36,870 others were compared; 3 are distinguishable; those that crossover users use more are led by escrow, backlinks. In ru, 9,412 words of 1,102 probable crossover users and 36,870 others were compared; none is distinguishable, which does not show sameness.
                Topics: In en, shares of 3 topics were compared; 2 are distinguishable; the one that crossover users write most more on begins with escrow, account, selling. In ru, shares of 1 topic were compared; none is distinguishable, which does not show sameness.
                Offers: 43.0 % (95 % interval 34.4 to 53.8 %) of the crossover users and 30.0 % (95 % interval 24.0 to 37.5 %) of their matched others have one post or more labelled an offer. 31.0 % (95 % interval 24.8 to 38.8 %) of the crossover users and 22.0 % (95 % interval 17.6 to 27.5 %) of their matched others have one post or more labelled a request. These are labels of rules, uncorrected; human codes on a sample of posts correct them.
                Network: On the public source 30,120 accounts stand in 901,334 ordered pairs of one answering another, and in 23.00 % of them the other answers too. Pairs in which strict crossover users answer one another are 1.44 (95 % interval 1.27 to 1.64) times as many as when labels are dealt anew among accounts with as many ties at the same time; this is distinguishable from chance (adjusted p 0.006). Pairs in which crossover users (each by its probability) answer one another are 1.44 (95 % interval 1.27 to 1.64) times as many as when labels are dealt anew among accounts with as many ties at the same time; this is distinguishable from chance (adjusted p 0.006). Of 1 measure of the network compared with matched others, 0 are distinguishable, 0 equivalent within the margin and 1 undecided.
                Coverage: Of 46,763,755 rows found in the input, 46,742,838 could be read and 46,699,386 became records; 62,756 were rejected and 1,613 were there before. In 331,006 records the author, thread or parent is not in the workspace.
            "#]],
        );
    }

    #[test]
    fn findings_of_missing_estimates_give_their_reasons_alike() {
        check(
            &fixture::withheld(),
            expect![[r#"
                Prevalence: By the strict rule, 3.30 % (95 % interval 2.97 to 3.66 %) of the 38,214 accounts studied have a possible link to an account of a target source. Counting every account by its probability of a link, the share is 4.12 % (95 % interval 3.55 to 4.78 %). With those whose links show no trace in names or contacts, it is 4.96 % (95 % interval 4.02 to 6.31 %). The corrected share could not be estimated: no anchored pairs, so sensitivity is not known. No lower bound is stated, because false links are not counted without a corrected share and its interval.
                Subgroups: By year of joining, the expected share of a group lies between 6.1 % (2012) and 8.8 % (2014). By activity, the expected share of a group lies between 4.1 % (1 post) and 11.2 % (6 to 2,114 posts). Which group lies lowest or highest may be chance, and a difference between groups is no cause: whoever posts more shows more by which to be found.
                Assumptions: Under 3 other assumptions, one at a time, the expected share lies between 6.60 % and 9.40 %.
                Equal names: By bare equality of names, the rule of most earlier work, the share would be 11.87 % (95 % interval 11.55 to 12.20 %). Chance alone would give an equal name to 5.34 % (95 % interval 4.98 to 5.71 %) of the accounts. About 45 of 100 equal names are thus what chance would give.
                Chance: No null model was run, so false matches have no bound here.
                Target sources: Participation was looked for on 2 target sources. The largest expected number of crossover users is on hackboard: 851 (95 % interval 690 to 1,039). For 1 source no expected number is shown; the reason stands with the table.
                Strength: The median number of posts of a crossover user on the target sources is 4.00 (95 % interval 3.52 to 4.48). 28.7 % (95 % interval 26.1 to 31.4 %) of the crossover users wrote exactly one post there. The most active tenth wrote 66.3 % (95 % interval 61.3 to 71.3 %) of all their posts there.
                Order: The share that came to the public source first could not be estimated: no dated posts on the target sources. The median lag could not be estimated: no dated posts on the target sources.
                Crossing: The time to the first post on a target source is withheld: it rests on fewer than 10 crossover users. The change in posts a month around the crossing is withheld: suppressed below 10.
                Behaviour: Over all features together, it is undecided whether crossover users and matched others differ, which shows neither a difference nor sameness. The AUC of a classifier could not be estimated: fewer than 10 crossover users. Of 1 feature, 0 are distinguishable, 0 equivalent within the margin of ±0.147 and 1 undecided.
                Words: In en, 9,412 words of 1,102 probable crossover users and 36,870 others were compared; none is distinguishable, which does not show sameness.
                Topics: In en, shares of 3 topics were compared; none is distinguishable, which does not show sameness.
                Offers: 43.0 % (95 % interval 34.4 to 53.8 %) of the crossover users and 30.0 % (95 % interval 24.0 to 37.5 %) of their matched others have one post or more labelled an offer. 31.0 % (95 % interval 24.8 to 38.8 %) of the crossover users and 22.0 % (95 % interval 17.6 to 27.5 %) of their matched others have one post or more labelled a request. These are labels of rules, uncorrected; human codes on a sample of posts correct them.
                Network: On the public source 30,120 accounts stand in 901,334 ordered pairs of one answering another, and in 23.00 % of them the other answers too. How often strict crossover users answer one another is withheld: suppressed below 10. How often crossover users (each by its probability) answer one another is withheld: suppressed below 10.
                Coverage: Of 46,763,755 rows found in the input, 46,742,838 could be read and 46,699,386 became records; 62,756 were rejected and 1,613 were there before. In 331,006 records the author, thread or parent is not in the workspace.
            "#]],
        );
    }

    #[test]
    fn findings_of_an_empty_result_claim_nothing() {
        check(
            &fixture::empty(),
            expect![[r#"
                Prevalence: The strict share could not be estimated: the population is empty. The expected share could not be estimated: the population is empty. The expected share with those whose links show no trace could not be estimated: the population is empty. The corrected share could not be estimated: the population is empty. No lower bound is stated, because false links are not counted without a corrected share and its interval.
                Subgroups: No prevalence by subgroup could be estimated.
                Assumptions: The expected share was not computed under other assumptions.
                Equal names: The share by equal names could not be estimated: the population is empty. The share by chance could not be estimated: the population is empty.
                Chance: No null model was run, so false matches have no bound here.
                Target sources: There was no target source.
                Strength: The share with a single post could not be estimated: the population is empty.
                Order: The share that came to the public source first could not be estimated: the population is empty. The median lag could not be estimated: the population is empty.
                Crossing: The time to the first post on a target source could not be estimated: the population is empty. The change in posts a month around the crossing could not be estimated: the population is empty.
                Behaviour: Over all features together, it is undecided whether crossover users and matched others differ, which shows neither a difference nor sameness. The AUC of a classifier could not be estimated: the population is empty. No single feature was compared.
                Words: Words were not compared: no language had enough accounts on both sides.
                Offers: No post with a text was there to be labelled.
                Network: there is no network.
                Coverage: No ledger of what was read came with this result.
            "#]],
        );
    }

    #[test]
    fn at_least_is_said_once_and_only_with_false_links_counted() {
        let mut result = fixture::realistic();
        let says_at_least = |result: &StudyResult| words(result).matches("at least").count();
        assert_eq!(says_at_least(&result), 1);

        result.prevalence.corrected.low = Some(0.0);
        assert_eq!(says_at_least(&result), 0);

        result = fixture::realistic();
        result.prevalence.corrected = Estimate::missing(0, "no anchored pairs");
        assert_eq!(says_at_least(&result), 0);

        result = fixture::realistic();
        result.prevalence.nulls[0].false_share.high = Some(0.04);
        assert_eq!(says_at_least(&result), 0);
        assert!(words(&result).contains("does not stand clear of: decoy names"));
    }

    #[test]
    fn equal_names_that_overlap_with_chance_are_not_told_from_it() {
        let mut result = fixture::realistic();
        result.prevalence.name_equality_by_chance = result.prevalence.name_equality.clone();
        assert!(words(&result).contains("cannot be told from chance"));
    }

    #[test]
    fn no_finding_uses_a_word_that_accuses() {
        for result in [fixture::realistic(), fixture::withheld(), fixture::empty()] {
            let words = words(&result).to_lowercase();
            for accusing in ["criminal", "threat actor", "offender", "suspect"] {
                assert!(!words.contains(accusing), "{accusing}");
            }
        }
    }
}
