//! Whether crossover users behave and write differently on the public source.

use entangle_model::study::StudyResult;

use crate::document::{Block, Text};
use crate::number::{Unit, estimate_interval, estimate_value, finite, fixed, p_value};
use crate::wording::{n_is, without_full_stop};

/// Verdict over all features, then feature by feature.
pub fn behaviour(result: &StudyResult) -> Vec<Block> {
    vec![
        design(&result.behaviour.design),
        Block::Paragraph(overall(result)),
        Block::Figure("classifier"),
        Block::Paragraph(
            Text::new()
                .words("Feature by feature, three words are used. ")
                .term("Distinguishable")
                .words(": the groups differ. ")
                .term("Equivalent within the margin")
                .words(format!(
                    ": a test shows that the difference lies within ±{} of Cliff’s delta. ",
                    fixed(result.behaviour.equivalence_margin, 3)
                ))
                .term("Undecided")
                .words(": neither was shown; this is not sameness."),
        ),
        Block::Figure("features"),
        Block::Table("features"),
        Block::Heading("Courses of activity".to_owned()),
        Block::Paragraph(
            Text::new()
                .name(without_full_stop(&result.trajectories.design))
                .words("."),
        ),
        Block::Figure("trajectories"),
        Block::Table("trajectories"),
    ]
}

fn design(design: &str) -> Block {
    Block::Paragraph(
        Text::new()
            .words("Design: ")
            .name(without_full_stop(design))
            .words("."),
    )
}

fn overall(result: &StudyResult) -> Text {
    let behaviour = &result.behaviour;
    let auc = &behaviour.classifier_auc;
    let text = Text::new()
        .words("Verdict over all features: ")
        .strong(behaviour.verdict.as_str())
        .words(format!(
            ". AUC of the classifier: {}",
            estimate_value(Unit::Area, auc)
        ));
    if finite(auc.value).is_none() {
        return text
            .words(" (")
            .name(without_full_stop(&auc.method))
            .words(").");
    }
    let interval = match estimate_interval(Unit::Area, auc) {
        Some(interval) => format!(" (95\u{202F}% interval {interval}, {})", n_is(auc.n)),
        None => format!(" ({})", n_is(auc.n)),
    };
    text.words(format!(
        "{interval}; p against shuffled groups {}. Method: ",
        p_value(behaviour.classifier_p)
    ))
    .name(without_full_stop(&auc.method))
    .words(".")
}

/// Design, figure, and the words in a table.
pub fn vocabulary(result: &StudyResult) -> Vec<Block> {
    vec![
        design(&result.words.design),
        Block::Paragraph(
            Text::new()
                .words("A word is ")
                .term("distinguishable")
                .words(
                    " where its difference stands out from what the habits of single accounts \
                     give, and ",
                )
                .term("undecided")
                .words(
                    " otherwise, which is not sameness. A word says nothing about the account \
                     that uses it: it may follow from the boards and topics that a group writes \
                     on.",
                ),
        ),
        Block::Table("word_languages"),
        Block::Figure("words"),
        Block::Table("words"),
        Block::Heading("Topics".to_owned()),
        design(&result.topics.design),
        Block::Paragraph(Text::new().words("A ").term("topic").words(
            " is a list of words that stand together in the texts of accounts. It was found \
                     without regard to who is a crossover user; what it is about is up to the \
                     reader.",
        )),
        Block::Figure("topics"),
        Block::Table("topics"),
    ]
}
