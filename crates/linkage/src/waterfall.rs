//! The explanation of one pair: prior, one line per evidence, total, probability.

use std::fmt;

use entangle_model::bits::bits_to_probability;

/// One line of evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceLine {
    /// name, contact, profile, rivals or calibration; style, hours, simultaneous or language.
    pub comparison: String,
    /// The outcome found.
    pub level: String,
    /// Probability of the outcome under one hand, where it is a ratio.
    pub m_probability: Option<f64>,
    /// Probability of the outcome under two hands, where it is a ratio.
    pub u_probability: Option<f64>,
    /// Weight, bits.
    pub match_weight_bits: f64,
    /// Whether the weight enters the total. It does not where it repeats stronger evidence, or is
    /// too weak to be relied upon.
    pub is_counted: bool,
}

/// Everything that makes up the probability of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Waterfall {
    /// Heading: the two accounts, as the caller may show them.
    pub title: String,
    /// Prior log odds of the pair of sources, bits.
    pub prior_bits: f64,
    /// The evidence in the order name, contact, profile, behaviour, rivals.
    pub lines: Vec<EvidenceLine>,
}

impl Waterfall {
    /// Prior plus the counted weights, bits.
    pub fn total_bits(&self) -> f64 {
        let counted = self.lines.iter().filter(|line| line.is_counted);
        self.prior_bits + counted.map(|line| line.match_weight_bits).sum::<f64>()
    }

    /// The probability that one hand holds both accounts.
    pub fn match_probability(&self) -> f64 {
        bits_to_probability(self.total_bits())
    }
}

impl fmt::Display for Waterfall {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}", self.title)?;
        writeln!(formatter, "{:>9}  {}", "bits", "evidence")?;
        writeln!(
            formatter,
            "{:>+9.2}  prior: odds of a random pair of these two sources",
            self.prior_bits
        )?;
        for line in &self.lines {
            write!(
                formatter,
                "{:>+9.2}  {}: {}",
                line.match_weight_bits, line.comparison, line.level
            )?;
            if let (Some(m), Some(u)) = (line.m_probability, line.u_probability) {
                write!(formatter, " (m {m:.3}, u {u:.2e})")?;
            }
            let remark = if line.is_counted {
                ""
            } else {
                " [shown, not counted]"
            };
            writeln!(formatter, "{remark}")?;
        }
        writeln!(formatter, "{:>9}", "---------")?;
        writeln!(formatter, "{:>+9.2}  total", self.total_bits())?;
        // Nothing is certain, however it rounds.
        let probability = match self.match_probability() {
            high if high > 0.9999 => "> 0.9999".to_owned(),
            low if low < 0.0001 => "< 0.0001".to_owned(),
            between => format!("{between:.4}"),
        };
        write!(
            formatter,
            "{probability:>9}  probability that one hand holds both"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn the_lines_of_a_waterfall_add_up_to_its_total() {
        let waterfall = Waterfall {
            title: "alpha/1 and beta/7".to_owned(),
            prior_bits: -14.0,
            lines: vec![
                EvidenceLine {
                    comparison: "name".to_owned(),
                    level: "written".to_owned(),
                    m_probability: Some(0.5),
                    u_probability: Some(0.5f64.powi(20)),
                    match_weight_bits: 19.0,
                    is_counted: true,
                },
                EvidenceLine {
                    comparison: "contact".to_owned(),
                    level: "email, claimed by both".to_owned(),
                    m_probability: Some(0.7),
                    u_probability: Some(0.001),
                    match_weight_bits: 9.45,
                    is_counted: false,
                },
                EvidenceLine {
                    comparison: "rivals".to_owned(),
                    level: "1 other candidates".to_owned(),
                    m_probability: None,
                    u_probability: None,
                    match_weight_bits: -1.0,
                    is_counted: true,
                },
            ],
        };
        assert_eq!(waterfall.total_bits(), 4.0);
        expect![[r#"
            alpha/1 and beta/7
                 bits  evidence
               -14.00  prior: odds of a random pair of these two sources
               +19.00  name: written (m 0.500, u 9.54e-7)
                +9.45  contact: email, claimed by both (m 0.700, u 1.00e-3) [shown, not counted]
                -1.00  rivals: 1 other candidates
            ---------
                +4.00  total
               0.9412  probability that one hand holds both"#]]
        .assert_eq(&waterfall.to_string());
    }
}
