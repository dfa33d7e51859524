//! How probable it is that a random name lies one edit from a given one.
//!
//! A name one edit away is as likely a coincidence as the whole neighbourhood is probable, so
//! the loose level needs the mass of all neighbours, which are hundreds. The sum over the
//! character that is put in or changed is carried out by letting the model forget what stood
//! before the edit: `sum_x P(prefix x suffix) ~ P(prefix) P(suffix | nothing before it)`.

use crate::LanguageModel;
use crate::gram_table::bounded;
use crate::language_model::{Forgotten, KnownText};

impl LanguageModel {
    /// Surprisal in bits of the event that a random name is one insertion, deletion or
    /// substitution away from `name`.
    ///
    /// Approximate, as the module says; never above the surprisal of the most probable
    /// neighbour that the sum contains. Names of `left_out` must be among those the model was
    /// trained on; the model forgets them: a neighbour that it was trained on would make its own
    /// neighbourhood probable. Cost: name length times order squared look-ups.
    pub fn neighbourhood_surprisal_bits(&self, name: &str, left_out: &[&str]) -> f64 {
        let characters = bounded(name);
        let forgotten = self.forget(left_out);
        let known = self.known(&characters, &forgotten);
        let full: Vec<f64> = (1..characters.len())
            .map(|position| known.step_bits(position, self.order()))
            .collect();
        let last = characters.len() - 1;
        let mut mass = 0.0;
        let mut prefix_bits = 0.0;
        for position in 1..=last {
            let kept = self.suffix_bits(&known, position, &full);
            mass += (-(prefix_bits + kept)).exp2();
            if position < last {
                let changed = self.suffix_bits(&known, position + 1, &full);
                let dropped = self.joined_bits(&characters, position, &full, &forgotten);
                mass += (-(prefix_bits + changed)).exp2() + (-(prefix_bits + dropped)).exp2();
            }
            prefix_bits += full[position - 1];
        }
        -mass.clamp(f64::MIN_POSITIVE, 1.0).log2()
    }

    /// Bits of the characters from `start` on when nothing before it is known; `full` are the bits
    /// of each character when all before it is.
    fn suffix_bits(&self, known: &KnownText<'_>, start: usize, full: &[f64]) -> f64 {
        let near_end = (start + self.order()).min(full.len() + 1);
        let near: f64 = (start..near_end)
            .map(|position| known.step_bits(position, (position - start + 1).min(self.order())))
            .sum();
        near + full[near_end.max(start) - 1..].iter().sum::<f64>()
    }

    /// Bits of the characters after `dropped`, with that character taken out.
    fn joined_bits(
        &self,
        characters: &[char],
        dropped: usize,
        full: &[f64],
        forgotten: &Forgotten,
    ) -> f64 {
        let near_end = (dropped + self.order()).min(characters.len() - 1);
        let window_start = dropped.saturating_sub(self.order() - 1);
        let mut window = characters[window_start..dropped].to_vec();
        window.extend_from_slice(&characters[dropped + 1..=near_end]);
        let known = self.known(&window, forgotten);
        let near: f64 = (dropped..near_end)
            .map(|position| known.step_bits(position - window_start, self.order()))
            .sum();
        near + full[near_end..].iter().sum::<f64>()
    }
}

impl LanguageModel {
    /// Surprisal in bits of the event that a random name begins with `beginning`: that of its
    /// characters without the end of a name behind them.
    ///
    /// `left_out` as for [`LanguageModel::neighbourhood_surprisal_bits`]. Exact under the model.
    /// Cost: length times order look-ups.
    pub fn beginning_surprisal_bits(&self, beginning: &str, left_out: &[&str]) -> f64 {
        let characters = bounded(beginning);
        let forgotten = self.forget(left_out);
        let known = self.known(&characters, &forgotten);
        (1..characters.len() - 1)
            .map(|position| known.step_bits(position, self.order()))
            .sum()
    }

    /// Surprisal in bits of the event that a random name ends with `ending`: that of its
    /// characters and the end of a name, with nothing known before them.
    ///
    /// `left_out` as for [`LanguageModel::neighbourhood_surprisal_bits`]. The chance that the
    /// ending stands at one given place; a name has one place where its end can be. Cost: length
    /// times order look-ups.
    pub fn ending_surprisal_bits(&self, ending: &str, left_out: &[&str]) -> f64 {
        let characters = bounded(ending);
        let forgotten = self.forget(left_out);
        let known = self.known(&characters, &forgotten);
        (1..characters.len())
            .map(|position| known.step_bits(position, position.min(self.order())))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use crate::LanguageModelBuilder;

    #[test]
    fn the_neighbourhood_mass_is_near_that_of_all_neighbours_added_up() {
        let mut builder = LanguageModelBuilder::new(4);
        for name in [
            "maria", "marian", "marion", "mario", "martin", "karin", "karina", "ramon",
        ] {
            builder.add(name);
        }
        let model = builder.build();
        let alphabet: Vec<char> = "aikmnort".chars().collect();
        for name in ["maria", "kamin", "tt"] {
            let mut mass = 0.0;
            let characters: Vec<char> = name.chars().collect();
            for position in 0..=characters.len() {
                for &letter in &alphabet {
                    let mut inserted = characters.clone();
                    inserted.insert(position, letter);
                    mass += probability(&model, &inserted);
                    if position < characters.len() && characters[position] != letter {
                        let mut changed = characters.clone();
                        changed[position] = letter;
                        mass += probability(&model, &changed);
                    }
                }
                if position < characters.len() {
                    let mut dropped = characters.clone();
                    dropped.remove(position);
                    mass += probability(&model, &dropped);
                }
            }
            let exact_bits = -f64::log2(mass);
            let approximate_bits = model.neighbourhood_surprisal_bits(name, &[]);
            assert!(
                (exact_bits - approximate_bits).abs() < 2.5,
                "{name}: {exact_bits} {approximate_bits}"
            );
        }
    }

    fn probability(model: &crate::LanguageModel, characters: &[char]) -> f64 {
        (-model.surprisal_bits(&characters.iter().collect::<String>())).exp2()
    }

    #[test]
    fn a_beginning_is_more_probable_than_the_whole_name_and_adds_up_over_what_follows() {
        let mut builder = LanguageModelBuilder::new(4);
        for name in ["maria", "marian", "marion", "mario", "martin", "karin"] {
            builder.add(name);
        }
        let model = builder.build();
        let beginning = model.beginning_surprisal_bits("mari", &[]);
        assert!(beginning < model.surprisal_bits("mari"));
        let longer: f64 = "aikmnort"
            .chars()
            .map(|next| (-model.beginning_surprisal_bits(&format!("mari{next}"), &[])).exp2())
            .sum();
        let ended = (-model.surprisal_bits("mari")).exp2();
        let whole = (-beginning).exp2();
        assert!(longer + ended <= whole + 1e-12 && longer + ended > 0.7 * whole);
    }

    #[test]
    fn leaving_the_neighbour_out_makes_the_neighbourhood_rarer() {
        let mut builder = LanguageModelBuilder::new(4);
        for name in ["maria", "mario", "karin", "veloursnebel", "velournebel"] {
            builder.add(name);
        }
        let model = builder.build();
        let known = model.neighbourhood_surprisal_bits("veloursnebel", &[]);
        let both = ["veloursnebel", "velournebel"];
        assert!(model.neighbourhood_surprisal_bits("veloursnebel", &both) > known + 10.0);
    }
}
