//! What limits each part of a study, said with the study's own numbers.

use datafusion::error::DataFusionError;
use entangle_model::study::{
    Behaviour, Coverage, CrossingActivity, DesignPower, LeastFound, Limit, Migration, Network,
    Topics, Words,
};
use entangle_statistics::prevalence::UNSEEN_SHARE_MAX;
use std::collections::BTreeMap;

use crate::inputs::StudyInputs;
use crate::prevalence::anchored_pairs;
use crate::rows::for_each_row;
use crate::study_tables::StudyTables;
use crate::suppression::is_small;

/// What the linkage did between the public source and one target.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LinkageFacts {
    capped_pair_count: u64,
}

/// Reads what the linkage did, by target; targets that were not linked have no entry. `None`
/// where the table is not registered.
pub(crate) async fn read_linkage_facts(
    tables: &StudyTables,
    public_source: &str,
) -> Result<Option<BTreeMap<String, LinkageFacts>>, DataFusionError> {
    if !tables.has_table("link_models") {
        return Ok(None);
    }
    let frame = tables
        .query("SELECT source_left, source_right, capped_pair_count FROM link_models")
        .await?;
    let mut facts = BTreeMap::new();
    for_each_row(frame, |row| {
        let (left, right) = (row.text(0), row.text(1));
        let other = if left == Some(public_source) {
            right
        } else {
            left
        };
        if let Some(other) = other.filter(|_| [left, right].contains(&Some(public_source))) {
            let capped_pair_count = row.count(2);
            facts.insert(other.to_owned(), LinkageFacts { capped_pair_count });
        }
    })
    .await?;
    Ok(Some(facts))
}

/// Parts whose own numbers say what limits them.
pub(crate) struct ComparedParts<'parts> {
    pub(crate) behaviour: &'parts Behaviour,
    pub(crate) design_power: &'parts DesignPower,
    pub(crate) words: &'parts Words,
    pub(crate) topics: &'parts Topics,
    pub(crate) migration: &'parts Migration,
    pub(crate) network: &'parts Network,
    pub(crate) crossing_activity: &'parts CrossingActivity,
    pub(crate) coverage: &'parts [Coverage],
}

/// The limits of every part.
pub(crate) fn limits(
    inputs: &StudyInputs<'_>,
    linkage: Option<&BTreeMap<String, LinkageFacts>>,
    parts: &ComparedParts<'_>,
) -> Vec<Limit> {
    let mut limits = Limits::default();
    of_population(inputs, &mut limits);
    of_linkage(inputs, linkage, &mut limits);
    of_strict_links(inputs, &mut limits);
    of_unseen_links(inputs, &mut limits);
    of_names(inputs, &mut limits);
    of_targets(inputs, &mut limits);
    of_participation(inputs, &mut limits);
    of_crossing_activity(parts.crossing_activity, &mut limits);
    of_migration(parts.migration, &mut limits);
    of_behaviour(parts.behaviour, &mut limits);
    of_design_power(parts.design_power, &mut limits);
    of_words(parts.words, &mut limits);
    of_topics(inputs, parts.topics, &mut limits);
    of_network(parts.network, &mut limits);
    of_coverage(parts.coverage, &mut limits);
    limits.all
}

#[derive(Default)]
struct Limits {
    all: Vec<Limit>,
}

impl Limits {
    fn push(&mut self, part: &str, limit: impl Into<String>) {
        self.all.push(Limit {
            part: part.to_owned(),
            limit: limit.into(),
        });
    }
}

fn of_population(inputs: &StudyInputs<'_>, limits: &mut Limits) {
    let included = inputs.account_count();
    if included == 0 {
        limits.push(
            "prevalence",
            "No account of the public source fits the rule of the population, so every share is missing.",
        );
    }
    let nameless = inputs
        .accounts
        .iter()
        .filter(|account| !account.has_name)
        .count();
    if nameless > 0 {
        limits.push(
            "prevalence",
            format!(
                "{nameless} of {included} accounts have no name and can be linked by identifiers only; \
                 they count in every denominator."
            ),
        );
    }
}

fn of_linkage(
    inputs: &StudyInputs<'_>,
    linkage: Option<&BTreeMap<String, LinkageFacts>>,
    limits: &mut Limits,
) {
    let Some(linkage) = linkage else {
        limits.push(
            "prevalence",
            "The workspace does not say which pairs of sources were linked, so a target without \
             links may be one that nobody looked at.",
        );
        return;
    };
    for target in &inputs.targets {
        match linkage.get(&target.source) {
            None => limits.push(
                "prevalence",
                format!(
                    "The linkage was not run between {} and {}: that no link is known does not \
                     mean that there is none.",
                    inputs.config.public_source, target.source
                ),
            ),
            Some(facts) if facts.capped_pair_count > 0 => limits.push(
                "prevalence",
                format!(
                    "{} pairs of accounts of {} and {} share only keys too common to compare and \
                     were not compared: links under such names show no trace.",
                    facts.capped_pair_count, inputs.config.public_source, target.source
                ),
            ),
            Some(_) => {}
        }
    }
}

fn of_strict_links(inputs: &StudyInputs<'_>, limits: &mut Limits) {
    let config = inputs.config;
    let strict_count = inputs.strict_count();
    if strict_count > 0 && !is_small(strict_count, config.suppress_below_count) {
        let false_count: f64 = inputs
            .is_strict
            .iter()
            .zip(&inputs.crossover_probability)
            .filter_map(|(is_strict, probability)| is_strict.then_some(1.0 - probability))
            .sum();
        limits.push(
            "prevalence",
            format!(
                "Of the {strict_count} strict crossover users {false_count:.1} are expected to be \
                 wrong if the probabilities are calibrated; the strict share is not a lower bound."
            ),
        );
    }
    let (anchored_count, _) = anchored_pairs(inputs);
    if !is_small(anchored_count, config.suppress_below_count) {
        limits.push(
            "prevalence",
            format!(
                "The sensitivity of names rests on {anchored_count} pairs that share an identifier; \
                 people who show the same contact twice may also keep their name more often."
            ),
        );
    }
    limits.push(
        "prevalence",
        format!(
            "The interval of the expected share takes the calibration to be off by {} bits of log \
             odds (standard deviation, an assumption of the study file) and does not carry the \
             choice of comparisons or of blocking.",
            config.calibration_sd_bits
        ),
    );
}

fn of_unseen_links(inputs: &StudyInputs<'_>, limits: &mut Limits) {
    if let Some(unseen) = &inputs.unseen
        && unseen.share > UNSEEN_SHARE_MAX
    {
        limits.push(
            "prevalence",
            format!(
                "A share of {:.2} of the links shows no trace, more than the {UNSEEN_SHARE_MAX} that the \
                 form with unseen links corrects for: it is too low.",
                unseen.share
            ),
        );
    }
}

fn of_names(inputs: &StudyInputs<'_>, limits: &mut Limits) {
    if !inputs.names.is_modelled {
        limits.push(
            "prevalence",
            "The workspace has no model of names: chance matches of names are counted from names \
             that occur again in the public source, which is a lower bound.",
        );
    }
    limits.push(
        "prevalence",
        "Every null is a bound under its own assumption; none is the error rate of the links.",
    );
}

fn of_targets(inputs: &StudyInputs<'_>, limits: &mut Limits) {
    if inputs.targets.len() > 1 {
        limits.push(
            "targets",
            "What two target sources have in common takes the links of an account as independent: \
             where one common name makes a link to both, both may be wrong together. Accounts of \
             the two sources are not compared with each other here.",
        );
    }
}

fn of_participation(inputs: &StudyInputs<'_>, limits: &mut Limits) {
    let silent = inputs.candidates.without_post_count;
    if silent > 0 {
        limits.push(
            "strength",
            format!(
                "Candidate pairs with a target account that never posted do not count as taking \
                 part ({silent} in all); readers are not seen."
            ),
        );
    }
    for target in inputs
        .targets
        .iter()
        .filter(|target| target.post_count == 0)
    {
        limits.push(
            "strength",
            format!(
                "{} holds no posts, so nobody can be found to take part in it.",
                target.source
            ),
        );
    }
    limits.push(
        "order",
        "The first known post is not the first visit: an account may have read or posted before \
         what was collected begins.",
    );
    limits.push(
        "order",
        "That the share which has crossed grows with time says nothing of a cause. Accounts that \
         stopped to post are followed to the end, and crossings under accounts without a link are \
         not seen, so the curve is of crossings that links can show.",
    );
}

fn of_behaviour(behaviour: &Behaviour, limits: &mut Limits) {
    if behaviour.features.is_empty() {
        limits.push(
            "behaviour",
            "Too few crossover users could be matched to compare behaviour.",
        );
        return;
    }
    limits.push(
        "behaviour",
        format!(
            "{} crossover users and {} matched others are compared; matching balances tenure and \
             the number of posts and nothing else.",
            behaviour.crossover_count, behaviour.other_count
        ),
    );
    limits.push(
        "behaviour",
        "Hours and weekdays are in UTC, because accounts do not state their time zone; a classifier \
         that fails shows only that this kind of classifier finds no difference.",
    );
}

/// Says where groups of these sizes could not have shown sameness within the margin, or a difference
/// as large.
fn of_design_power(power: &DesignPower, limits: &mut Limits) {
    let strict_of = |quantity: &str| {
        let rows = power.rows.iter();
        rows.filter(|row| row.quantity == quantity)
            .find(|row| row.form == "strict")
    };
    let equivalence = strict_of("least_equivalence_margin");
    let Some(margin) = equivalence.and_then(|row| row.margin) else {
        return;
    };
    let cannot_find = |row: &&LeastFound| {
        row.crossover_count.is_some() && row.least.value.is_none_or(|least| least > margin)
    };
    let least = |row: &LeastFound| match row.least.value {
        Some(least) => format!("from {least:.2} on"),
        None => "at no margin".to_owned(),
    };
    if let Some(row) = equivalence.filter(cannot_find) {
        limits.push(
            "behaviour",
            format!(
                "Groups of these sizes that do not differ are shown to be equivalent with a \
                 probability of {} only {}, and the margin of the study is {margin}: undecided is \
                 to be expected even of features that do not differ.",
                power.power,
                least(row),
            ),
        );
    }
    if let Some(row) = strict_of("least_cliffs_delta").filter(cannot_find) {
        limits.push(
            "behaviour",
            format!(
                "A difference as large as the margin is found with a probability below {}: Cliff's \
                 delta is distinguished with it {}.",
                power.power,
                least(row),
            ),
        );
    }
}

fn of_topics(inputs: &StudyInputs<'_>, topics: &Topics, limits: &mut Limits) {
    if inputs.config.topic_count == 0 {
        return;
    }
    if topics.languages.is_empty() {
        limits.push(
            "topics",
            "No language had enough crossover users and others with enough text to seek topics.",
        );
        return;
    }
    limits.push(
        "topics",
        "Another number of topics, or another seed, divides the texts otherwise; the intervals take \
         the topics, the draw of accounts and the probabilities of links as known. A topic is what \
         words stand together, and its name is up to the reader.",
    );
}

fn of_migration(migration: &Migration, limits: &mut Limits) {
    if migration.silent_sources.is_empty() {
        return;
    }
    limits.push(
        "migration",
        "A source that fell silent may have closed or been copied no further, and the others end \
         at times of their own, so that nowhere seen may be a place that was not copied. Those who \
         go on under a name without a link are not seen. More posts elsewhere after than before may \
         come from the other source growing.",
    );
}

fn of_words(words: &Words, limits: &mut Limits) {
    if words.languages.is_empty() {
        limits.push(
            "words",
            "No language had enough crossover users and others to compare words.",
        );
        return;
    }
    limits.push(
        "words",
        "Words are compared without matching, so boards, topics and tenure may stand behind a \
         difference; the intervals take the probabilities of links as known; the language of a \
         short post is not told apart, and such posts are left out.",
    );
}

fn of_crossing_activity(activity: &CrossingActivity, limits: &mut Limits) {
    if activity.months.is_empty() {
        return;
    }
    limits.push(
        "order",
        "Posts a month around the crossing describe and do not explain: people may cross while \
         they are active anywhere, and whoever has no link counts among the others. Posts on a \
         target begin in month 0 because the months are counted from them.",
    );
}

fn of_network(network: &Network, limits: &mut Limits) {
    if network.pair_count == 0 {
        limits.push(
            "network",
            "The source does not say who answers whom, or nobody does, so there is no network.",
        );
        return;
    }
    limits.push(
        "network",
        "Ties are answers in public posts; whom a text mentions and what is written in private is \
         not in the tables. Labels dealt anew hold ties and time fixed but not boards and topics: \
         crossover users who answer one another more than by chance may share an interest and not \
         know one another. One person with two accounts of the public source counts as two.",
    );
    limits.push(
        "network",
        "Many divisions into communities are nearly as good as the one found; the tests take the \
         division, the sample of paths and the probabilities of links as given.",
    );
}

fn of_coverage(coverage: &[Coverage], limits: &mut Limits) {
    for row in coverage.iter().filter(|row| row.rejected_count > 0) {
        limits.push(
            "coverage",
            format!(
                "Of {} {} rows of {} {} could not be mapped.",
                row.asked_count, row.record, row.source, row.rejected_count
            ),
        );
    }
    for row in coverage.iter().filter(|row| row.missing_parent_count > 0) {
        limits.push(
            "coverage",
            format!(
                "Authors, threads or parents are not in the workspace for {} of the {} records of {}.",
                row.missing_parent_count, row.record, row.source
            ),
        );
    }
}
