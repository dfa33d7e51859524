//! Prevalence in its forms, what chance gives, and the study that opened the field.

use entangle_model::study::StudyResult;

use crate::document::{Block, Text};
use crate::wording::without_full_stop;

/// The forms and the threshold curve.
pub fn prevalence() -> Vec<Block> {
    vec![
        Block::Paragraph(Text::from(
            "There is no single number. The forms answer different questions, and a claim should \
             name the one it rests on. Where they lie far apart, linkage and not sampling is what \
             limits the answer.",
        )),
        Block::Table("prevalence"),
        Block::Figure("prevalence"),
        Block::Figure("threshold_curve"),
    ]
}

/// Who it is among, and what it rests on.
pub fn subgroups(result: &StudyResult) -> Vec<Block> {
    let divisions = result.subgroups.iter();
    let mut blocks: Vec<Block> = divisions
        .map(|division| {
            Block::Paragraph(
                Text::new()
                    .strong(format!("{}: ", division.name))
                    .name(without_full_stop(&division.about))
                    .words("."),
            )
        })
        .collect();
    if blocks.is_empty() {
        blocks.push(Block::Paragraph(Text::from(
            "The accounts of this population are alike in every way by which they could be \
             divided.",
        )));
    }
    blocks.extend([
        Block::Figure("subgroups"),
        Block::Table("subgroups"),
        Block::Figure("sensitivity"),
        Block::Table("sensitivity"),
    ]);
    blocks
}

/// The null models.
pub fn nulls() -> Vec<Block> {
    vec![
        Block::Paragraph(Text::from(
            "A null model looks for links where no true link is expected; what it finds is false. \
             Null models are known to give too few or too many false matches by factors from 0.3 \
             to 8, so each is read as a bound under its own assumption and never as the error rate.",
        )),
        Block::Table("nulls"),
    ]
}

/// The published values of another forum, for orientation.
pub fn original_study() -> Vec<Block> {
    vec![
        Block::Paragraph(
            Text::new()
                .words(
                    "The study that introduced crossover users reported that at least \
                     7.2\u{202F}% of the accounts of a public forum are crossover users, that \
                     their participation is limited, and that their posting there is relatively \
                     indistinguishable from that of others (",
                )
                .term("Entanglement: cybercrime connections of a public forum population")
                .words(", Journal of Cybersecurity, 2022)."),
        ),
        Block::Caution(
            Text::new()
                .strong("The published values are of another forum. ")
                .words(
                    "It had other members, other target sources and another rule of linkage. They \
                     show where the same questions are answered here; they are no target, and \
                     neither nearness to them nor distance from them tells how good this study is.",
                ),
        ),
        Block::Table("original_study"),
    ]
}
