//! Sentences on the network and on posts around the crossing.

use entangle_model::study::{ChanceComparison, CrossingActivity, Network, Verdict};

use super::sentence;
use crate::number::{Unit, finite, p_value, percent};
use crate::wording::{counted, without_full_stop};

/// What the network says.
pub(super) fn network_sentences(network: &Network) -> Vec<String> {
    if network.pair_count == 0 {
        return vec![format!("{}.", without_full_stop(&network.design))];
    }
    let mut sentences = vec![size_sentence(network)];
    let pairs = network.chance.iter();
    let pairs = pairs.filter(|row| row.quantity == "pairs_among_crossover_users");
    sentences.extend(pairs.map(mixing_sentence));
    sentences.extend(measures_sentence(network));
    sentences
}

fn size_sentence(network: &Network) -> String {
    let accounts = counted(network.account_count, "account", "accounts");
    let pairs = counted(network.pair_count, "ordered pair", "ordered pairs");
    let answered_back = finite(network.reciprocity.value).map_or_else(String::new, |share| {
        let share = percent(share, network.reciprocity.n);
        format!(", and in {share} of them the other answers too")
    });
    format!(
        "On the public source {accounts} stand in {pairs} of one answering another{answered_back}."
    )
}

/// Says that crossover users stand together only where the permutations tell.
fn mixing_sentence(row: &ChanceComparison) -> String {
    let whose = match row.form.as_str() {
        "strict" => "strict crossover users",
        _ => "crossover users, each by its probability,",
    };
    let subject = format!("How often {whose} answer one another");
    let verdict = match row.verdict {
        Verdict::Distinguishable => "is distinguishable from chance",
        Verdict::Equivalent | Verdict::Undecided => {
            "is not told apart from chance, which does not show that it is chance"
        }
    };
    sentence(&subject, Unit::Coefficient, &row.ratio, |ratio| {
        format!(
            "Pairs in which {whose} answer one another are {ratio} times as many as when \
             labels are dealt anew among accounts with as many ties at the same time; this {verdict} \
             (adjusted p {}).",
            p_value(row.adjusted_p)
        )
    })
}

fn measures_sentence(network: &Network) -> Option<String> {
    let rows = &network.measures;
    let count_of = |verdict| rows.iter().filter(|row| row.verdict == verdict).count();
    (!rows.is_empty()).then(|| {
        format!(
            "Of {} compared with matched others, {} are distinguishable, {} equivalent within the \
             margin and {} undecided.",
            counted(
                rows.len() as u64,
                "measure of the network",
                "measures of the network"
            ),
            count_of(Verdict::Distinguishable),
            count_of(Verdict::Equivalent),
            count_of(Verdict::Undecided)
        )
    })
}

/// What posts a month around the crossing say. A cause is never named.
pub(super) fn activity_sentences(activity: &CrossingActivity) -> Vec<String> {
    let change = &activity.change_strict;
    let mut sentences = vec![sentence(
        "The change in posts a month around the crossing",
        Unit::Amount,
        change,
        |change| {
            format!(
                "From the year before their first post on a target to the year after, strict \
                 crossover users changed by {change} posts a month on the public source beyond the \
                 change of their matched others."
            )
        },
    )];
    let ends = finite(change.low).zip(finite(change.high));
    if let Some((low, high)) = ends.filter(|_| finite(change.value).is_some()) {
        sentences.push(
            if low > 0.0 {
                "They wrote more than these after it, as far as the interval tells; why is not known."
            } else if high < 0.0 {
                "They wrote less than these after it, as far as the interval tells; why is not known."
            } else {
                "The data do not decide whether they came to write more or less than these."
            }
            .to_owned(),
        );
    }
    sentences
}
