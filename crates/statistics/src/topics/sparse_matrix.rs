//! A matrix of which most entries are zero, in compressed rows.

/// Documents by terms: no entry is negative, and zeros are not held.
#[derive(Debug, Clone, PartialEq)]
pub struct SparseMatrix {
    column_count: usize,
    /// Where each row begins among the entries, and their number at the end.
    row_starts: Vec<usize>,
    columns: Vec<usize>,
    values: Vec<f64>,
}

impl SparseMatrix {
    /// A matrix in compressed rows: row `r` holds `values[row_starts[r]..row_starts[r + 1]]` in the
    /// columns of the same places. A column named twice in a row counts with both values.
    ///
    /// `None` where `row_starts` does not ascend from zero to the number of entries, where columns
    /// and values differ in number, where a column is not below `column_count`, and where a value is
    /// negative or not finite.
    pub fn new(
        column_count: usize,
        row_starts: Vec<usize>,
        columns: Vec<usize>,
        values: Vec<f64>,
    ) -> Option<Self> {
        let are_rows = row_starts.first() == Some(&0)
            && row_starts.last() == Some(&values.len())
            && row_starts.is_sorted();
        let are_entries = columns.len() == values.len()
            && columns.iter().all(|column| *column < column_count)
            && values
                .iter()
                .all(|value| value.is_finite() && *value >= 0.0);
        (are_rows && are_entries).then_some(Self {
            column_count,
            row_starts,
            columns,
            values,
        })
    }

    /// Number of rows.
    pub fn row_count(&self) -> usize {
        self.row_starts.len() - 1
    }

    /// Number of columns.
    pub fn column_count(&self) -> usize {
        self.column_count
    }

    /// The entries of a row: column and value.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (usize, f64)> {
        let entries = self.row_starts[row]..self.row_starts[row + 1];
        self.columns[entries.clone()]
            .iter()
            .copied()
            .zip(self.values[entries].iter().copied())
    }

    /// Counts weighed by how few documents have the term: each count times
    /// `1 + ln((1 + D) / (1 + d))` for a term in `d` of `D` documents, each row then divided by the
    /// root of its squares (the smoothed form of Salton and Buckley 1988 that scikit-learn uses).
    /// Rows of zeros stay so.
    pub fn tf_idf(mut self) -> Self {
        let mut document_counts = vec![0_usize; self.column_count];
        for row in 0..self.row_count() {
            let mut columns: Vec<usize> = self
                .row(row)
                .filter(|(_, value)| *value > 0.0)
                .map(|(column, _)| column)
                .collect();
            columns.sort_unstable();
            columns.dedup();
            columns
                .into_iter()
                .for_each(|column| document_counts[column] += 1);
        }
        let row_count = self.row_count() as f64;
        let rarity: Vec<f64> = document_counts
            .into_iter()
            .map(|count| 1.0 + ((1.0 + row_count) / (1.0 + count as f64)).ln())
            .collect();
        for row in 0..self.row_count() {
            let entries = self.row_starts[row]..self.row_starts[row + 1];
            let columns = &self.columns[entries.clone()];
            let values = &mut self.values[entries];
            values
                .iter_mut()
                .zip(columns)
                .for_each(|(value, column)| *value *= rarity[*column]);
            let length = values.iter().map(|value| value * value).sum::<f64>().sqrt();
            if length > 0.0 {
                values.iter_mut().for_each(|value| *value /= length);
            }
        }
        self
    }

    /// Sum of the squares of the entries.
    pub(super) fn squared_norm(&self) -> f64 {
        self.values.iter().map(|value| value * value).sum()
    }

    /// Sum of the entries.
    pub(super) fn sum(&self) -> f64 {
        self.values.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_matrix_of_documents_is_refused() {
        let matrix = |starts: &[usize], columns: &[usize], values: &[f64]| {
            SparseMatrix::new(3, starts.to_vec(), columns.to_vec(), values.to_vec())
        };
        assert!(matrix(&[0, 1, 2], &[0, 2], &[1.0, 2.0]).is_some());
        assert!(matrix(&[0], &[], &[]).is_some());
        for (starts, columns, values) in [
            (&[][..], &[][..], &[][..]),
            (&[0, 1], &[0, 2], &[1.0, 2.0]),
            (&[0, 3, 2], &[0, 2], &[1.0, 2.0]),
            (&[0, 2], &[0, 3], &[1.0, 2.0]),
            (&[0, 2], &[0], &[1.0, 2.0]),
            (&[0, 2], &[0, 1], &[1.0, -2.0]),
            (&[0, 2], &[0, 1], &[1.0, f64::NAN]),
        ] {
            assert!(
                matrix(starts, columns, values).is_none(),
                "{starts:?} {columns:?} {values:?}"
            );
        }
    }

    #[test]
    fn term_of_every_document_weighs_least() {
        let counts =
            SparseMatrix::new(2, vec![0, 2, 3, 3], vec![0, 1, 0], vec![1.0, 1.0, 4.0]).unwrap();
        let weighed = counts.tf_idf();
        let first: Vec<(usize, f64)> = weighed.row(0).collect();
        assert!(first[1].1 > first[0].1);
        assert_eq!(weighed.row(1).collect::<Vec<_>>(), [(0, 1.0)]);
        assert_eq!(weighed.row(2).count(), 0);
    }
}
