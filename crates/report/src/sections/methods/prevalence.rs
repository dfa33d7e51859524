//! How prevalence, its subgroups, its sensitivity and its null models were estimated.

use entangle_model::study::{StudyResult, SubgroupDivision};

use crate::document::{Block, Text};
use crate::number::finite;
use crate::study_tables::forms;
use crate::wording::{counted, is_withheld, missing_in_words, n_is, without_full_stop};

/// The forms and the threshold curve, subgroups and other assumptions.
pub(super) fn prevalence(result: &StudyResult) -> Vec<Block> {
    let forms = forms(&result.prevalence);
    let mut estimated = forms
        .iter()
        .filter(|form| finite(form.share.value).is_some());
    let number = estimated.clone().filter(|form| !form.is_bound).count() as u64;
    let has_bound = estimated.any(|form| form.is_bound);
    let mut blocks = Vec::new();
    if number > 0 {
        let beside = match has_bound {
            true => ", beside the share of equal names that chance alone would give",
            false => "",
        };
        blocks.push(Block::Paragraph(Text::from(format!(
            "The share of crossover users was estimated in {}, which answer different \
             questions{beside}:",
            counted(number, "form", "forms")
        ))));
    }
    let items = forms.iter().map(|form| {
        let text = Text::new().strong(format!("{}: ", form.title));
        match finite(form.share.value) {
            Some(_) => text
                .name(without_full_stop(&form.share.method))
                .words(format!(" ({}).", n_is(form.share.n))),
            None => text
                .words(format!(
                    "{}, because of this: ",
                    missing_in_words(is_withheld(form.share))
                ))
                .name(without_full_stop(&form.share.method))
                .words("."),
        }
    });
    blocks.push(Block::List(items.collect()));
    if !result.threshold_curve.is_empty() {
        blocks.push(Block::Paragraph(Text::from(format!(
            "The share with a pair at or above a threshold was computed at {}.",
            counted(
                result.threshold_curve.len() as u64,
                "threshold",
                "thresholds"
            )
        ))));
    }
    blocks.extend(subgroups(result));
    blocks.extend(sensitivity(result));
    blocks
}

fn subgroups(result: &StudyResult) -> Option<Block> {
    let has_share = |division: &&SubgroupDivision| {
        let mut groups = division.groups.iter();
        groups.any(|group| finite(group.expected.value).is_some())
    };
    let divided: Vec<&SubgroupDivision> = result.subgroups.iter().filter(has_share).collect();
    if divided.is_empty() {
        return None;
    }
    let mut text = Text::new().words("The population was divided by ");
    for (index, division) in divided.iter().enumerate() {
        let groups = counted(division.groups.len() as u64, "group", "groups");
        text = text
            .words(if index == 0 { "" } else { "; by " })
            .name(&division.name)
            .words(" (")
            .name(without_full_stop(&division.about))
            .words(format!("; {groups})"));
    }
    let groups = || divided.iter().flat_map(|division| &division.groups);
    let ways = [
        (
            "Strict",
            groups()
                .map(|group| &group.strict)
                .find(|share| finite(share.value).is_some()),
        ),
        (
            "Expected",
            groups()
                .map(|group| &group.expected)
                .find(|share| finite(share.value).is_some()),
        ),
    ];
    for (form, share) in ways {
        if let Some(share) = share {
            text = text
                .words(format!(". {form} within a group: "))
                .name(without_full_stop(&share.method));
        }
    }
    Some(Block::Paragraph(text.words(
        ". Groups were not matched with one another, so a difference between them is no cause.",
    )))
}

/// The first row is the study's own.
fn sensitivity(result: &StudyResult) -> Option<Block> {
    let others: Vec<_> = result
        .sensitivity
        .iter()
        .skip(1)
        .filter(|point| finite(point.expected.value).is_some())
        .collect();
    if others.is_empty() {
        return None;
    }
    let mut text = Text::new()
        .words("The expected share was computed again with one thing assumed otherwise: ");
    let of_one = others.chunk_by(|left, right| left.assumption == right.assumption);
    for (index, points) in of_one.enumerate() {
        let choices: Vec<&str> = points.iter().map(|point| point.choice.as_str()).collect();
        text = text
            .words(if index == 0 { "" } else { "; " })
            .name(&points[0].assumption)
            .words(" (")
            .name(choices.join(", "))
            .words(")");
    }
    Some(Block::Paragraph(text.words(".")))
}

/// The null models that ran.
pub(super) fn nulls(result: &StudyResult) -> Vec<Block> {
    let ran: Vec<_> = result
        .prevalence
        .nulls
        .iter()
        .filter(|null| finite(null.false_share.value).is_some())
        .collect();
    if ran.is_empty() {
        return Vec::new();
    }
    let items = ran.iter().map(|null| {
        Text::new()
            .strong(format!("{}: ", null.name))
            .name(without_full_stop(&null.about))
            .words("; ")
            .name(without_full_stop(&null.false_share.method))
            .words(format!(" ({}).", n_is(null.false_share.n)))
    });
    vec![
        Block::Paragraph(Text::from(
            "False matches were bounded by null models, in which no true link is expected. Each \
             is a bound under its own assumption; none is taken for the error rate.",
        )),
        Block::List(items.collect()),
    ]
}
