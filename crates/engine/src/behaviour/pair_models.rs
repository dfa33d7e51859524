//! The models of one pair of sources, and what they say of two accounts.

use entangle_linkage::BehaviourParameters;
use entangle_style::{
    Abstention, HoursModel, StyleModel, StyleVectors, StyleWeight, language_weight_bits,
    simultaneous_weight_bits, train,
};

use super::observed::Observed;
use super::sample::Sample;

/// Models of style and hours, learned from both sources, beside what is usual on each.
pub(super) struct PairModels<'sample> {
    samples: [&'sample Sample; 2],
    style: StyleModel,
    hours: HoursModel,
}

/// An account ready to be weighed.
pub(super) struct Prepared {
    observed: Observed,
    vectors: StyleVectors,
}

/// What each comparison says of a pair: bits, or why it abstains.
pub(super) struct Weighed {
    pub style: Result<StyleWeight, Abstention>,
    pub hours: Result<f64, Abstention>,
    pub simultaneous: Result<f64, Abstention>,
    pub language: Result<f64, Abstention>,
}

impl<'sample> PairModels<'sample> {
    pub fn learn(samples: [&'sample Sample; 2], parameters: &BehaviourParameters) -> Self {
        let style = train(&samples.map(|sample| sample.halves.clone()));
        let [left, right] = samples.map(|sample| &sample.halved_hours);
        // Two hands must be of one source, as the halves of one hand are.
        let halved = if left.len() >= right.len() {
            left
        } else {
            right
        };
        let all = samples.iter().flat_map(|sample| &sample.hours);
        let hours = HoursModel {
            discount: parameters.hours_discount,
            ..HoursModel::learn(all).calibrated(halved)
        };
        Self {
            samples,
            style: style.with_discount(parameters.style_discount),
            hours,
        }
    }

    /// Prepares an account of the left (0) or right (1) source.
    pub fn prepare(&self, side: usize, observed: Observed) -> Prepared {
        let background = &self.samples[side].background;
        Prepared {
            vectors: self.style.vectors(&observed.profile, background),
            observed,
        }
    }

    pub fn weigh(&self, left: &Prepared, right: &Prepared) -> Weighed {
        let (one, other) = (&left.observed, &right.observed);
        let [of_left, of_right] = self.samples.map(|sample| &sample.languages);
        Weighed {
            style: self.style.weigh(&left.vectors, &right.vectors),
            hours: self.hours.weight_bits(&one.hours, &other.hours),
            simultaneous: simultaneous_weight_bits(
                &one.minutes_without_copies_of(other),
                &other.minutes_without_copies_of(one),
            ),
            language: language_weight_bits(&one.profile, &other.profile, of_left, of_right),
        }
    }
}

/// The outcome that the evidence of style names.
pub(super) fn style_level(weight: &StyleWeight) -> String {
    format!(
        "writing in {}, {} words",
        weight.language, weight.word_count
    )
}
