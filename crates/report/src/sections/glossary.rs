//! The words of the report, explained to a reader who is new to them.

use crate::document::{Block, Term, TermsKind};

/// Words in the order of the alphabet, each with what it means here.
const WORDS: [(&str, &str); 30] = [
    (
        "Account",
        "One registration in one source. One person may have several.",
    ),
    (
        "AUC",
        "How often a classifier puts a crossover user above a matched other when one of each is \
         drawn at random. 0.5 is guessing.",
    ),
    (
        "Betweenness",
        "On how large a share of the shortest ways between other accounts of the network an \
         account lies.",
    ),
    (
        "Cliff’s delta",
        "How much more often a crossover user has the larger value than the smaller, compared \
         with matched others; from −1 to 1, 0 where neither is more frequent.",
    ),
    (
        "Community",
        "Accounts with more ties among them than their numbers of ties alone would give.",
    ),
    (
        "Contact identifier",
        "An e-mail address, messenger handle, key or wallet that an account shows.",
    ),
    (
        "Core",
        "A part of the network in which every account has at least so many ties to others of the \
         part; the larger the number, the deeper.",
    ),
    (
        "Corrected",
        "The raw share corrected for missed links (sensitivity) and false links (specificity) \
         after Rogan and Gladen.",
    ),
    (
        "Crossover user",
        "An account of the public source whose operator also takes part in a target source, as \
         far as links tell. The word implies no offence.",
    ),
    (
        "Equivalent within the margin",
        "A test shows that a difference, if there is one, is smaller than a margin set in \
         advance.",
    ),
    (
        "Expected",
        "A number in which every account counts by its probability of a link.",
    ),
    (
        "Expected, with unseen",
        "The expected share, in which every link that is seen also stands for those that show no trace: \
         the names agree on no level and no contact is shared. How many these are is learned from pairs \
         that a contact anchors.",
    ),
    (
        "Gini coefficient",
        "Inequality from 0, where all have the same, towards 1, where one has everything.",
    ),
    (
        "Interval",
        "Values that agree with the data: in repeated studies, 95 of 100 such intervals would \
         hold the true value if the model is right.",
    ),
    (
        "Kaplan-Meier",
        "A way to estimate how many something has happened to by a time, when some were not \
         followed as long as others.",
    ),
    (
        "Labels dealt anew",
        "The network stays as it is and the same number of accounts is called crossover users at \
         random, among accounts with as many ties at the same time; many such deals show what \
         chance gives.",
    ),
    (
        "Link",
        "A pair of accounts whose probability of having one operator reaches the threshold.",
    ),
    (
        "Log-odds ratio",
        "How much larger the odds of a word are with crossover users than with others, as a \
         natural logarithm; 0 where they are equal, 0.7 where they are twice as large.",
    ),
    (
        "Match probability",
        "The probability that two accounts have one operator, given names, contacts and other \
         evidence.",
    ),
    (
        "n",
        "The number of accounts, posts or pairs on which a number rests.",
    ),
    (
        "Null model",
        "A search for links where no true link is expected. What it finds bounds false matches.",
    ),
    (
        "Overlap",
        "The crossover users that two target sources have in common.",
    ),
    (
        "Population",
        "The accounts of the public source that the study’s rule includes.",
    ),
    (
        "Prevalence",
        "The share of the population that are crossover users.",
    ),
    (
        "Silent",
        "Of a target source: its last post is 60 days or more older than the last of all sources. \
         It may have closed, or been copied no further.",
    ),
    (
        "Source",
        "One collection as obtained: a dump, an export, an archive. The public source holds the \
         population; participation is looked for on target sources.",
    ),
    (
        "Strict",
        "Counted only where a link’s name is rare enough to clear the margin, or where a contact \
         identifier is shared.",
    ),
    (
        "Surprisal",
        "How rare a name is, in bits: ten bits more are about a thousand times rarer. A name \
         clears the margin where it is rarer than the size of the other population by so many \
         bits.",
    ),
    (
        "Tie",
        "One account answers another on the public source; it counts once however often.",
    ),
    (
        "Topic",
        "Words that stand together in the texts of accounts, found without regard to who wrote them.",
    ),
];

/// The words as a list of definitions.
pub fn glossary() -> Vec<Block> {
    let terms = WORDS.map(|(word, meaning)| Term::new(word, meaning));
    vec![Block::Terms(TermsKind::Glossary, terms.into())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_in_the_order_of_the_alphabet() {
        let words: Vec<String> = WORDS.iter().map(|word| word.0.to_lowercase()).collect();
        assert!(words.is_sorted(), "{words:?}");
    }
}
