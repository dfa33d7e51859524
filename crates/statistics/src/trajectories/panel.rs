//! Trajectories in the form in which the mixture reads them.

use statrs::function::factorial::ln_factorial;

use super::Trajectory;

/// Accounts that have weight and months, in the order in which they were given.
pub(super) struct Panel {
    pub month_count: usize,
    pub rows: Vec<Row>,
}

/// One account; months without posts are not held.
pub(super) struct Row {
    pub weight: f64,
    /// Months in which it was seen, the end not counted in.
    pub first_month: usize,
    pub end_month: usize,
    /// Months with posts, and how many.
    pub active: Vec<(usize, f64)>,
    /// Sum of `ln(y!)` over these months.
    pub log_factorials: f64,
}

impl Panel {
    /// `None` where a weight is negative or not finite and where months lie beyond `month_count`.
    pub fn new(trajectories: &[Trajectory], month_count: usize) -> Option<Self> {
        let mut rows = Vec::new();
        for trajectory in trajectories {
            let end_month = trajectory
                .first_month
                .checked_add(trajectory.counts.len())?;
            if end_month > month_count || !trajectory.weight.is_finite() || trajectory.weight < 0.0
            {
                return None;
            }
            if trajectory.weight > 0.0 && !trajectory.counts.is_empty() {
                rows.push(Row::new(trajectory, end_month));
            }
        }
        Some(Self { month_count, rows })
    }

    pub fn weight_sum(&self) -> f64 {
        self.rows.iter().map(|row| row.weight).sum()
    }
}

impl Row {
    fn new(trajectory: &Trajectory, end_month: usize) -> Self {
        let counts = (trajectory.first_month..).zip(&trajectory.counts);
        let active = || counts.clone().filter(|(_, count)| **count > 0);
        Self {
            weight: trajectory.weight,
            first_month: trajectory.first_month,
            end_month,
            active: active()
                .map(|(month, count)| (month, f64::from(*count)))
                .collect(),
            log_factorials: active()
                .map(|(_, count)| ln_factorial(u64::from(*count)))
                .sum(),
        }
    }

    /// Mean posts of a month.
    pub fn mean_count(&self) -> f64 {
        self.active.iter().map(|(_, count)| count).sum::<f64>()
            / (self.end_month - self.first_month) as f64
    }
}
