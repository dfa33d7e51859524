//! Rows of a few whole numbers, looked up by the first of them.
//!
//! For what has to be joined: four bytes a number instead of a table of hashes.

/// Rows that are kept: 96 MiB of three numbers, 192 MiB of six. What stands beyond is not found.
const ROW_COUNT_MAX: usize = 8 << 20;

/// Rows, in order once all are there.
#[derive(Debug, Default)]
pub(super) struct NumberTable<const WIDTH: usize>(Vec<[u32; WIDTH]>);

impl<const WIDTH: usize> NumberTable<WIDTH> {
    /// Adds a row, unless one of its cells is no number or the table is full.
    pub(super) fn add(&mut self, cells: [Option<impl AsRef<str>>; WIDTH]) {
        let mut row = [0; WIDTH];
        for (number, cell) in row.iter_mut().zip(cells) {
            match cell.and_then(|cell| cell.as_ref().parse().ok()) {
                Some(parsed) => *number = parsed,
                None => return,
            }
        }
        if self.0.len() < ROW_COUNT_MAX {
            self.0.push(row);
        }
    }

    /// Must be called between the last row and the first search.
    pub(super) fn sort(&mut self) {
        self.0.sort_unstable();
        self.0.dedup();
        self.0.shrink_to_fit();
    }

    /// The first row that begins with these numbers.
    pub(super) fn find(&self, start: &[u32]) -> Option<&[u32; WIDTH]> {
        let at = self.0.partition_point(|row| &row[..start.len()] < start);
        self.0.get(at).filter(|row| row.starts_with(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_their_first_numbers() {
        let mut table = NumberTable::<3>::default();
        for cells in ["2 1 7", "1 2 9", "1 1 8", "1 x 5", "1 99999999999 6"] {
            let mut cells = cells.split(' ');
            table.add([cells.next(), cells.next(), cells.next()]);
        }
        table.add([Some("3"), None, Some("4")]);
        table.sort();
        assert_eq!(table.find(&[1, 2]), Some(&[1, 2, 9]));
        assert_eq!(table.find(&[1]), Some(&[1, 1, 8]));
        assert_eq!(table.find(&[1, 3]), None);
        assert_eq!(table.find(&[3]), None);
        assert_eq!(NumberTable::<3>::default().find(&[1]), None);
    }
}
