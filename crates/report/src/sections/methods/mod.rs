//! The methods of a study in the prose of a paper, written from its result.
//!
//! The rules of these sentences:
//!
//! * Every number comes from the result; what the result does not hold is not said, or it is said
//!   where it is kept.
//! * An analysis is described where it ran. Where it was asked for and could not run, the reason
//!   stands in its place.
//! * A work is cited only where a sentence names its method.

mod behaviour;
mod network;
mod offers;
mod participation;
mod power;
mod prevalence;

use entangle_model::Estimate;
use entangle_model::study::{StudyResult, TargetSource};

use super::overview::window;
use super::references::references;
use crate::document::{Block, Text};
use crate::number::{Unit, count, finite, fixed, percent, value};
use crate::wording::{counted, n_is, without_full_stop};

/// Sources that a sentence describes; the table of target sources has all.
const SOURCES_WITH_FACTS_MAX: usize = 12;

/// A part of the methods under a heading of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct MethodsPart {
    /// Heading.
    pub title: &'static str,
    /// Sentences.
    pub blocks: Vec<Block>,
}

/// The methods of a result, part by part; the references stand last.
pub fn methods(result: &StudyResult) -> Vec<MethodsPart> {
    let all = [
        ("Population", population(result)),
        ("Sources", sources(result)),
        ("Linkage", linkage(result)),
        ("Prevalence", prevalence::prevalence(result)),
        ("Null models", prevalence::nulls(result)),
        (
            "Participation in the target sources",
            participation::participation(result),
        ),
        (
            "Behaviour on the public source",
            behaviour::behaviour(result),
        ),
        ("Words on the public source", behaviour::words(result)),
        ("Topics on the public source", behaviour::topics(result)),
        ("Offers and requests", offers::offers(result)),
        ("Network of the public source", network::network(result)),
        (
            "What the design could have found",
            power::design_power(result),
        ),
        ("Intervals and disclosure", disclosure(result)),
        ("Reproduction", reproduction(result)),
    ];
    let mut parts: Vec<MethodsPart> = all
        .into_iter()
        .filter(|(_, blocks)| !blocks.is_empty())
        .map(|(title, blocks)| MethodsPart { title, blocks })
        .collect();
    let works = references(&parts);
    if !works.is_empty() {
        parts.push(MethodsPart {
            title: "References",
            blocks: vec![Block::List(works)],
        });
    }
    parts
}

fn population(result: &StudyResult) -> Vec<Block> {
    let population = &result.population;
    let mut text = Text::new()
        .words("The population is the accounts of the source ")
        .name(&result.about.public_source)
        .words(" under this rule: ")
        .name(without_full_stop(&population.rule))
        .words(format!(
            ". Of {}, {} were included{}",
            counted(population.account_count, "account", "accounts"),
            count(population.included_count),
            share_in_brackets(population.included_count, population.account_count),
        ));
    for (index, excluded) in population.excluded.iter().enumerate() {
        let before = if index == 0 { "; left out were " } else { ", " };
        text = text
            .words(format!("{before}{} (", count(excluded.count)))
            .name(without_full_stop(&excluded.reason))
            .words(")");
    }
    text = text.words(format!(
        ". The included accounts wrote {} in the window. {}",
        counted(population.post_count, "post", "posts"),
        window(population)
    ));
    vec![Block::Paragraph(text)]
}

fn share_in_brackets(part: u64, all: u64) -> String {
    match all {
        0 => String::new(),
        all => format!(" ({})", percent(part as f64 / all as f64, all)),
    }
}

fn sources(result: &StudyResult) -> Vec<Block> {
    let targets = &result.targets;
    if targets.is_empty() {
        return vec![Block::Paragraph(Text::from("There was no target source."))];
    }
    let mut text = Text::new().words(format!(
        "Participation was looked for on {}: ",
        counted(targets.len() as u64, "target source", "target sources")
    ));
    for (index, target) in targets.iter().take(SOURCES_WITH_FACTS_MAX).enumerate() {
        let before = if index == 0 { "" } else { "; " };
        text = text
            .words(before)
            .name(&target.source)
            .words(" (")
            .name(source_facts(target))
            .words(")");
    }
    if targets.len() > SOURCES_WITH_FACTS_MAX {
        let rest = (targets.len() - SOURCES_WITH_FACTS_MAX) as u64;
        text = text.words(format!("; and {} more", count(rest)));
    }
    let total = |field: fn(&entangle_model::study::Coverage) -> u64| {
        let rows = result.coverage.iter();
        rows.fold(0u64, |sum, row| sum.saturating_add(field(row)))
    };
    text = text.words(". ");
    if !result.coverage.is_empty() {
        text = text.words(format!(
            "Of {} found in the input of all sources, {} became records and {} were rejected; \
             the ledger by source stands with the result.",
            counted(total(|row| row.asked_count), "row", "rows"),
            count(total(|row| row.mapped_count)),
            count(total(|row| row.rejected_count)),
        ));
    }
    vec![Block::Paragraph(text)]
}

fn source_facts(target: &TargetSource) -> String {
    let mut facts = vec![target.kind.clone()];
    facts.extend(target.language.clone());
    facts.push(counted(target.account_count, "account", "accounts"));
    facts.push(counted(target.post_count, "post", "posts"));
    facts.join(", ")
}

fn linkage(result: &StudyResult) -> Vec<Block> {
    if result.targets.is_empty() {
        return Vec::new();
    }
    let about = &result.about;
    vec![
        Block::Paragraph(
            Text::new()
                .words(format!(
                    "Pairs of accounts and their match probabilities were read from snapshot {} \
                     of the workspace. The linkage of Entangle follows Fellegi and Sunter (1969): \
                     what a pair has in common is weighed by log2(m / u), where m is its \
                     probability if one hand holds both accounts and u if two hands do; the \
                     weights are added to the prior odds of the two sources. Which evidence was \
                     counted and with which parameters is kept in the tables ",
                    about.snapshot
                ))
                .code("link_models")
                .words(" and ")
                .code("evidence")
                .words(" of that snapshot; this result does not repeat it."),
        ),
        Block::Paragraph(Text::from(format!(
            "A pair was called a link from a match probability of {}. A link was called strict \
             where the accounts share a contact identifier, or where the surprisal of the name, in \
             bits, exceeds log2 of the number of accounts of the target source by {} bits or more. \
             A link is a probability and not a proof.",
            fixed(about.link_threshold_probability, 2),
            value(Unit::Amount, about.surprisal_margin_bits, 0),
        ))),
    ]
}

/// How estimates of one kind were made; `None` where none has a value.
fn described<'a>(title: &str, mut estimates: impl Iterator<Item = &'a Estimate>) -> Option<Text> {
    let estimate = estimates.find(|estimate| finite(estimate.value).is_some())?;
    Some(
        Text::new()
            .strong(format!("{title}: "))
            .name(without_full_stop(&estimate.method))
            .words(format!(" ({}).", n_is(estimate.n))),
    )
}

fn disclosure(result: &StudyResult) -> Vec<Block> {
    let withheld = match result.about.suppress_below_count {
        0 | 1 => "No number was withheld for resting on few accounts.".to_owned(),
        floor => format!(
            "Numbers by target source, by pair and by group of target sources, by subgroup, by \
             month around the crossing, by place after a source fell silent, by course of activity, \
             by topic and of the network that rest on fewer than {} crossover users, zero apart, are \
             withheld; a pair goes with a source that is withheld, a group goes where it differs by \
             as few from a number that is shown, and where one cell alone would be withheld, the next \
             smallest goes with it. Other ways to work out a withheld number from those shown were \
             not looked for.",
            count(floor)
        ),
    };
    vec![Block::Paragraph(Text::from(format!(
        "Intervals are of 95\u{202F}% and belong to one statistic each; they are not widened for \
         the number of statistics shown. A number that the data do not determine is missing and \
         never zero, and the reason is given in its place. {withheld}"
    )))]
}

fn reproduction(result: &StudyResult) -> Vec<Block> {
    let about = &result.about;
    vec![Block::Paragraph(
        Text::new()
            .words("All numbers were computed by Entangle ")
            .name(&about.program_version)
            .words(format!(
                " from snapshot {} of the workspace with seed {}. The same snapshot, \
                 configuration, seed and version give the same numbers to the last digit. The \
                 configuration stands in ",
                about.snapshot, about.seed
            ))
            .code("results.json")
            .words("."),
    )]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::markdown::methods_markdown;
    use entangle_model::study::Verdict;
    use expect_test::{Expect, expect};

    fn written(result: &StudyResult) -> String {
        methods_markdown("a study", &methods(result)).replace('\u{202F}', " ")
    }

    fn check(result: &StudyResult, expected: Expect) {
        expected.assert_eq(&written(result));
    }

    #[test]
    fn methods_of_a_realistic_result() {
        check(
            &fixture::realistic(),
            expect![[r#"
                # Methods: a study

                ## Population

                The population is the accounts of the source webmasters under this rule: accounts that posted at least once between 1 January 2009 and 31 December 2019. Of 89,737 accounts, 38,214 were included (42.58 %); left out were 51,370 (posted nothing in the window), 41 (staff of the source), 112 (bots and feeds). The included accounts wrote 2,914,803 posts in the window. The first of these posts is dated 2009-01-01, the last 2019-12-31.

                ## Sources

                Participation was looked for on 9 target sources: hackboard (cybercrime, en, 598,341 accounts, 41,204,556 posts); blackmarketing (cybercrime, en, 81,220 accounts, 2,350,118 posts); darkmoney (cybercrime, ru, 112,904 accounts, 1,804,227 posts); void-antichat (cybercrime, ru, 201,008 accounts, 3,102,945 posts); leakzone (cybercrime, en, 340,112 accounts, 5,220,874 posts); offshore freelance exchange (archive of 2016 and 2018) (market, en, 24,410 accounts, 310,225 posts); carder-talk (cybercrime, 18,733 accounts, 220,110 posts); crypters channel (channel, en, 4,120 accounts, 38,007 posts); quiet board (cybercrime, de, 2,044 accounts, 12,408 posts). Of 46,763,755 rows found in the input of all sources, 46,699,386 became records and 62,756 were rejected; the ledger by source stands with the result.

                ## Linkage

                Pairs of accounts and their match probabilities were read from snapshot 14 of the workspace. The linkage of Entangle follows Fellegi and Sunter (1969): what a pair has in common is weighed by log2(m / u), where m is its probability if one hand holds both accounts and u if two hands do; the weights are added to the prior odds of the two sources. Which evidence was counted and with which parameters is kept in the tables `link_models` and `evidence` of that snapshot; this result does not repeat it.

                A pair was called a link from a match probability of 0.90. A link was called strict where the accounts share a contact identifier, or where the surprisal of the name, in bits, exceeds log2 of the number of accounts of the target source by 10 bits or more. A link is a probability and not a proof.

                ## Prevalence

                The share of crossover users was estimated in 5 forms, which answer different questions, beside the share of equal names that chance alone would give:

                - **Strict:** share of accounts with a strict link; bootstrap over accounts and draws of the linkage parameters, 2,000 replicates (n = 38,214).
                - **Expected:** mean probability of at least one link; bootstrap over accounts and draws of the linkage parameters, 2,000 replicates (n = 38,214).
                - **Expected, with unseen:** the expected share, in which a link that is seen stands for 1.23: a share of 0.19 of the links is taken to show no trace, by 41.0 pairs that a contact anchors (n = 38,214).
                - **Corrected:** Rogan-Gladen with Se 0.71 from 412 anchored pairs and 1 - Sp 0.0058 from decoy names; interval by parametric bootstrap (n = 38,214).
                - **Equal names:** share of accounts with an equal case-folded name; Wilson (n = 38,214).
                - **Equal names by chance:** mean of 1 - (1 - q)\^N over accounts; bootstrap over accounts (n = 38,214).

                The share with a pair at or above a threshold was computed at 19 thresholds.

                The population was divided by year of joining (when the account was registered; 4 groups); by activity (posts in the window, in tenths of the population; 3 groups). Strict within a group: invented for the tests. Expected within a group: invented for the tests. Groups were not matched with one another, so a difference between them is no cause.

                The expected share was computed again with one thing assumed otherwise: prior (half of lambda, twice lambda); population (accounts with 5 posts or more).

                ## Null models

                False matches were bounded by null models, in which no true link is expected. Each is a bound under its own assumption; none is taken for the error rate.

                - **decoy names:** 2,000 names drawn from the character model of the public source were linked as if they were accounts; share called crossover users; Wilson (n = 2,000).
                - **unrelated source:** the population was linked with a source about aquariums, whose members have nothing to do with it; share called crossover users; Wilson (n = 38,214).

                ## Participation in the target sources

                - **Crossover users by source, expected:** sum of link probabilities; bootstrap over accounts and linkage parameters (n = 38,214).
                - **Share of a source’s posts:** posts weighted by link probability; bootstrap over accounts (n = 41,204,556).
                - **Share of a source’s threads:** threads weighted by link probability; bootstrap over accounts (n = 4,578,284).
                - **Crossover users that two sources have in common, expected:** probable links to both sources; bootstrap over accounts (n = 38,214).
                - **Crossover users by group of sources, expected:** sum of the probabilities of a link to any source of the group (n = 38,214).
                - **Strength of participation:** post count, active day count, span days, thread started count and board count per crossover user; weighted median; bootstrap over crossover users; weighted Gini coefficient; bootstrap over crossover users; share of the top tenth; bootstrap over crossover users.
                - **Share with a single post:** weighted share; bootstrap over crossover users (n = 1,261).
                - **Public source first:** share of crossover users dated on both sides; bootstrap (n = 1,198).
                - **Lag from the public source to a target source:** weighted median; bootstrap over crossover users (n = 1,198).
                - **Time to the first post on a target source:** Every account is followed from its registration until posts end; 1 less Kaplan-Meier; log-log interval (37,100 accounts followed).
                - **Posts around the crossing:** Crossover users are followed for a year before and after. Month by month, strict: bootstrap (1,044 strict crossover users and 3,012 matched others followed). Month by month, by probability: bootstrap. Change: bootstrap over accounts; and bootstrap over accounts.
                - **When a target source falls silent:** Strict crossover users are followed for 180 days; invented for the tests. Shares: share of those active; Wilson.

                ## Behaviour on the public source

                Groups: each crossover user by the strict rule was matched with one other account of the same year of registration and the same decile of active days. Compared were 1,240 crossover users and 1,240 matched others.

                9 features were compared. Size of a difference: Cliff's delta; interval after Cliff 1996; and, with every link counted by its probability: Cliff's delta; interval after Cliff 1996. Differences were tested by the two-sided test of Mann and Whitney (1947) and the two-sided test of Kolmogorov and Smirnov; Mann-Whitney p was adjusted over 9 features after Benjamini and Hochberg (1995). Equivalence was tested by two one-sided tests (Schuirmann 1987) within ±0.147 of Cliff’s delta. Each feature is called distinguishable, equivalent within the margin, or undecided; undecided is not sameness.

                All features together were tested by a classifier (Lopez-Paz and Oquab 2017): ten-fold cross-validated AUC of a penalised logistic regression; DeLong (n = 2,480); its p-value is against the same classifier on shuffled groups.

                Courses of monthly activity: Months from the first post; invented for the tests.

                ## Words on the public source

                Design: Every account counts on both sides, by its probability and by the rest of it. A word was compared where at least 10 accounts on each side use it; compared were en (9,412 words) and ru (9,412 words). Method: log-odds ratio with an informative Dirichlet prior; jackknife over accounts (Monroe, Colaresi and Quinn 2008); p was adjusted within each language after Benjamini and Hochberg (1995).

                ## Topics on the public source

                Design: Topics of a non-negative matrix factorisation (Lee and Seung 1999), invented for the tests. Sought were topics in en (3 topics) and ru (1 topic). Share: weighted mean over accounts; Student's t. Difference: difference of the means; Student's t, degrees of freedom of Welch (1947).

                ## Offers and requests

                Design: Posts are labelled by rules; invented for the tests. Labelled were 2,800,000 posts. Shares: invented for the tests. Precision and recall of the rules were measured on other sources: invented for the tests.

                ## Network of the public source

                Design: A tie leads from who answers to who is answered. Labels are dealt anew.

                The network has 30,120 accounts with a tie and 901,334 ordered pairs. Cores are those of Seidman (1983), on ties without direction, and PageRank is that of Brin and Page (1998). Communities were found by modularity with the method of Blondel, Guillaume, Lambiotte and Lefebvre (2008); other divisions may be as good. Betweenness sums over shortest paths (Brandes 2001) from 500 starting points drawn without replacement (Brandes and Pich 2007); 1,506 accounts count as those on most paths.

                - **Beside chance:** crossover users on most paths, pairs among crossover users and same community share, each beside 999 deals of the labels (Hubert and Schultz 1976); ratio: observed over expected; jackknife; p two-sided, with the observed labels counted among the deals (Phipson and Smyth 2010), and adjusted over the quantities of a form after Benjamini and Hochberg (1995).
                - **Numbers of accounts at the other end, crossover users:** bootstrap (n = 1,600).
                - **Numbers of accounts at the other end, others:** weighted ratio (n = 36,000).
                - **Measures compared with matched others:** answered account count, by the tests used for behaviour, p adjusted over these measures.
                - **Personas that lead to target sources:** counted (n = 1,101).

                ## What the design could have found

                For the sizes of the compared groups, and without regard to what was found, the least amounts were worked out that are found with a probability of 0.80.

                - **Difference of a feature:** two-sided test of Mann and Whitney at 5 %.
                - **Margin of equivalence:** two one-sided tests (Schuirmann 1987) at 5 %.
                - **Difference of shares:** two-sided test of two proportions at 5 % (Fleiss, Levin and Paik 2003).
                - **Difference of a feature:** two-sided test of Mann and Whitney at 5 %.
                - **Prevalence:** interval of the corrected share (Lang and Reiczigel 2014) above zero.

                ## Intervals and disclosure

                Intervals are of 95 % and belong to one statistic each; they are not widened for the number of statistics shown. A number that the data do not determine is missing and never zero, and the reason is given in its place. Numbers by target source, by pair and by group of target sources, by subgroup, by month around the crossing, by place after a source fell silent, by course of activity, by topic and of the network that rest on fewer than 10 crossover users, zero apart, are withheld; a pair goes with a source that is withheld, a group goes where it differs by as few from a number that is shown, and where one cell alone would be withheld, the next smallest goes with it. Other ways to work out a withheld number from those shown were not looked for.

                ## Reproduction

                All numbers were computed by Entangle 0.1.0 from snapshot 14 of the workspace with seed 20260114. The same snapshot, configuration, seed and version give the same numbers to the last digit. The configuration stands in `results.json`.

                ## References

                - Benjamini Y, Hochberg Y. Controlling the false discovery rate: a practical and powerful approach to multiple testing. Journal of the Royal Statistical Society B 1995; 57: 289–300.
                - Blondel VD, Guillaume JL, Lambiotte R, Lefebvre E. Fast unfolding of communities in large networks. Journal of Statistical Mechanics 2008; P10008.
                - Brandes U, Pich C. Centrality estimation in large networks. International Journal of Bifurcation and Chaos 2007; 17: 2303–2318.
                - Brandes U. A faster algorithm for betweenness centrality. Journal of Mathematical Sociology 2001; 25: 163–177.
                - Brin S, Page L. The anatomy of a large-scale hypertextual Web search engine. Computer Networks and ISDN Systems 1998; 30: 107–117.
                - Cliff N. Dominance statistics: ordinal analyses to answer ordinal questions. Psychological Bulletin 1993; 114: 494–509.
                - DeLong ER, DeLong DM, Clarke-Pearson DL. Comparing the areas under two or more correlated receiver operating characteristic curves: a nonparametric approach. Biometrics 1988; 44: 837–845.
                - Fellegi IP, Sunter AB. A theory for record linkage. Journal of the American Statistical Association 1969; 64: 1183–1210.
                - Fleiss JL, Levin B, Paik MC. Statistical methods for rates and proportions. 3rd edition. Hoboken: Wiley; 2003.
                - Hubert L, Schultz J. Quadratic assignment as a general data analysis strategy. British Journal of Mathematical and Statistical Psychology 1976; 29: 190–241.
                - Kaplan EL, Meier P. Nonparametric estimation from incomplete observations. Journal of the American Statistical Association 1958; 53: 457–481.
                - Lang Z, Reiczigel J. Confidence limits for prevalence of disease adjusted for estimated sensitivity and specificity. Preventive Veterinary Medicine 2014; 113: 13–22.
                - Lee DD, Seung HS. Learning the parts of objects by non-negative matrix factorization. Nature 1999; 401: 788–791.
                - Lopez-Paz D, Oquab M. Revisiting classifier two-sample tests. International Conference on Learning Representations 2017.
                - Mann HB, Whitney DR. On a test of whether one of two random variables is stochastically larger than the other. Annals of Mathematical Statistics 1947; 18: 50–60.
                - Massey FJ. The Kolmogorov-Smirnov test for goodness of fit. Journal of the American Statistical Association 1951; 46: 68–78.
                - Monroe BL, Colaresi MP, Quinn KM. Fightin’ words: lexical feature selection and evaluation for identifying the content of political conflict. Political Analysis 2008; 16: 372–403.
                - Phipson B, Smyth GK. Permutation p-values should never be zero. Statistical Applications in Genetics and Molecular Biology 2010; 9: article 39.
                - Rogan WJ, Gladen B. Estimating prevalence from the results of a screening test. American Journal of Epidemiology 1978; 107: 71–76.
                - Schuirmann DJ. A comparison of the two one-sided tests procedure and the power approach for assessing the equivalence of average bioavailability. Journal of Pharmacokinetics and Biopharmaceutics 1987; 15: 657–680.
                - Seidman SB. Network structure and minimum degree. Social Networks 1983; 5: 269–287.
                - Welch BL. The generalization of ‘Student’s’ problem when several different population variances are involved. Biometrika 1947; 34: 28–35.
                - Wilson EB. Probable inference, the law of succession, and statistical inference. Journal of the American Statistical Association 1927; 22: 209–212.
            "#]],
        );
    }

    #[test]
    fn methods_of_an_empty_result_describe_no_analysis_that_did_not_run() {
        check(
            &fixture::empty(),
            expect![[r#"
                # Methods: a study

                ## Population

                The population is the accounts of the source webmasters under this rule: posted at least once in the window. Of 0 accounts, 0 were included. The included accounts wrote 0 posts in the window. There is no post in the window.

                ## Sources

                There was no target source.

                ## Prevalence

                - **Strict:** not estimated, because of this: the population is empty.
                - **Expected:** not estimated, because of this: the population is empty.
                - **Expected, with unseen:** not estimated, because of this: the population is empty.
                - **Corrected:** not estimated, because of this: the population is empty.
                - **Equal names:** not estimated, because of this: the population is empty.
                - **Equal names by chance:** not estimated, because of this: the population is empty.

                ## Behaviour on the public source

                Behaviour was not compared: no groups could be formed.

                ## Intervals and disclosure

                Intervals are of 95 % and belong to one statistic each; they are not widened for the number of statistics shown. A number that the data do not determine is missing and never zero, and the reason is given in its place. Numbers by target source, by pair and by group of target sources, by subgroup, by month around the crossing, by place after a source fell silent, by course of activity, by topic and of the network that rest on fewer than 10 crossover users, zero apart, are withheld; a pair goes with a source that is withheld, a group goes where it differs by as few from a number that is shown, and where one cell alone would be withheld, the next smallest goes with it. Other ways to work out a withheld number from those shown were not looked for.

                ## Reproduction

                All numbers were computed by Entangle 0.1.0 from snapshot 14 of the workspace with seed 20260114. The same snapshot, configuration, seed and version give the same numbers to the last digit. The configuration stands in `results.json`.
            "#]],
        );
    }

    #[test]
    fn an_analysis_that_did_not_run_is_neither_described_nor_cited() {
        let mut result = fixture::realistic();
        result.prevalence.corrected = Estimate::missing(0, "no anchored pairs");
        result.prevalence.nulls.clear();
        result.behaviour.features.clear();
        result.words.languages.clear();
        result.crossing.points.clear();
        let without = fixture::empty();
        result.crossing_activity = without.crossing_activity;
        result.network = without.network;
        result.subgroups.clear();
        result.sensitivity.truncate(1);
        result.target_groups.clear();
        result.topics = without.topics;
        result.migration = without.migration;
        result.design_power = without.design_power;
        let text = written(&result);
        assert!(text.contains("not estimated, because of this: no anchored pairs"));
        for gone in [
            "Null models",
            "Rogan",
            "Benjamini",
            "Schuirmann",
            "Monroe",
            "Kaplan",
            "Time to the first post",
            "Words on the public source",
            "Posts around the crossing",
            "Network of the public source",
            "Blondel",
            "Brandes",
            "was divided by",
            "assumed otherwise",
            "Topics on the public source",
            "Lee and Seung",
            "Welch",
            "falls silent",
            "could have found",
            "Fleiss",
            "by group of sources",
        ] {
            assert!(!text.contains(gone), "{gone} in\n{text}");
        }
    }

    #[test]
    fn methods_state_no_finding() {
        let mut result = fixture::realistic();
        let before = written(&result);
        result.behaviour.verdict = Verdict::Equivalent;
        result.prevalence.strict.value = Some(0.09);
        result.prevalence.corrected.low = Some(0.08);
        result.network.chance[0].ratio.value = Some(0.4);
        result.network.chance[0].verdict = Verdict::Undecided;
        result.crossing_activity.change_strict.value = Some(3.0);
        result.subgroups[0].groups[0].expected.value = Some(0.5);
        result.topics.languages[0].topics[0].verdict = Verdict::Undecided;
        result.migration.silent_sources[0].destinations[0].after_count = Some(77);
        result.target_groups[0].crossover_expected.value = Some(9.0);
        result.design_power.rows[0].least.value = Some(0.3);
        assert_eq!(before, written(&result));
    }

    #[test]
    fn every_number_of_the_methods_follows_the_result() {
        let mut result = fixture::realistic();
        result.about.seed = 77_001;
        result.about.snapshot = 77_002;
        result.about.link_threshold_probability = 0.77;
        result.about.surprisal_margin_bits = 13.0;
        result.about.suppress_below_count = 17;
        result.behaviour.equivalence_margin = 0.2;
        let text = written(&result);
        for number in [
            "seed 77001",
            "snapshot 77002",
            "match probability of 0.77",
            "by 13 bits or more",
            "fewer than 17 crossover users",
            "within ±0.200",
        ] {
            assert!(text.contains(number), "{number} in\n{text}");
        }
    }
}
