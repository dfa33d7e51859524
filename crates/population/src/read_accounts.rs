//! The accounts whose texts are read: all of them, or a sample where there are very many.

use crate::inputs::StudyInputs;

/// From this probability an account counts on the side of crossover users.
pub(crate) const PROBABLE: f64 = 0.5;
/// Accounts of a kind that are read; of more, every second, third and so on.
const OF_KIND_MAX: usize = 20_000;

/// Kinds of accounts, each sampled by itself, so that the few are there.
const KINDS: [(&str, fn(f64) -> bool); 3] = [
    ("probable crossover users", |probability| {
        probability >= PROBABLE
    }),
    ("possible crossover users", |probability| {
        probability > 0.0 && probability < PROBABLE
    }),
    ("accounts without a candidate link", |probability| {
        probability == 0.0
    }),
];

/// Who is read.
pub(crate) struct ReadAccounts {
    /// Per included account, how many of its kind it stands for; zero where it is not read.
    pub(crate) stand_for: Vec<u32>,
    /// By kind, one in so many is read.
    steps: [usize; 3],
}

impl ReadAccounts {
    /// Chooses. Accounts are numbered in the order of their ids, which are hashes, so that every
    /// so-manyth is a random draw.
    pub(crate) fn of(inputs: &StudyInputs<'_>) -> Self {
        let probabilities = &inputs.crossover_probability;
        let mut stand_for = vec![0; probabilities.len()];
        let steps = KINDS.map(|(_, is_of_kind)| {
            let of_kind = || {
                let accounts = probabilities.iter().enumerate();
                accounts.filter(|(_, probability)| is_of_kind(**probability))
            };
            let step = of_kind().count().div_ceil(OF_KIND_MAX).max(1);
            for (account, _) in of_kind().step_by(step) {
                stand_for[account] = step as u32;
            }
            step
        });
        Self { stand_for, steps }
    }

    /// Who is read, as the object of a sentence.
    pub(crate) fn in_words(&self) -> String {
        if self.steps == [1; 3] {
            return "every account of the population".to_owned();
        }
        let kinds = KINDS.iter().zip(self.steps);
        let parts: Vec<String> = kinds
            .map(|((name, _), step)| match step {
                1 => format!("all {name}"),
                _ => format!("one in {step} of the {name}, each counted {step} times"),
            })
            .collect();
        parts.join(", ")
    }
}
