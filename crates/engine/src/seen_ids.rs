//! Which ids have been seen, exactly and in bounded memory.
//!
//! New ids go to a set in memory; when it is full it is sorted and written to a file, and a
//! Bloom filter of it stays (Bloom 1970; ten bits and five probes an id, about one look-up in a
//! hundred goes to the file for nothing). An id that a filter admits is searched for in the
//! file, so the answer is exact.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;

/// Ids kept in memory before they go to a file: about 70 MB.
const RECENT_IDS_MAX: usize = 2 << 20;
const BLOOM_BITS_PER_ID: usize = 10;
const BLOOM_PROBES: u64 = 5;
const ID_BYTES: usize = 16;

/// A set of 80-bit ids.
pub(crate) struct SeenIds {
    recent: rustc_hash::FxHashSet<u128>,
    recent_ids_max: usize,
    runs: Vec<Run>,
}

impl SeenIds {
    pub(crate) fn new() -> Self {
        Self::with_limit(RECENT_IDS_MAX)
    }

    fn with_limit(recent_ids_max: usize) -> Self {
        Self {
            recent: Default::default(),
            recent_ids_max,
            runs: Vec::new(),
        }
    }

    /// Adds an id; false if it was there before.
    ///
    /// # Errors
    /// Those of temporary files.
    pub(crate) fn insert(&mut self, id: &[u8; 10]) -> io::Result<bool> {
        let mut wide = [0; ID_BYTES];
        wide[6..].copy_from_slice(id);
        let id = u128::from_be_bytes(wide);
        if self.recent.contains(&id) {
            return Ok(false);
        }
        for run in &self.runs {
            if run.contains(id)? {
                return Ok(false);
            }
        }
        if self.recent.len() >= self.recent_ids_max {
            self.runs.push(Run::write(self.recent.drain().collect())?);
        }
        self.recent.insert(id);
        Ok(true)
    }
}

/// Sorted ids in a temporary file without a name, which goes with the process.
struct Run {
    file: File,
    id_count: u64,
    bloom: Bloom,
}

impl Run {
    fn write(mut ids: Vec<u128>) -> io::Result<Self> {
        ids.sort_unstable();
        let mut bloom = Bloom::new(ids.len());
        let mut out = BufWriter::new(tempfile::tempfile()?);
        for id in &ids {
            bloom.insert(*id);
            out.write_all(&id.to_be_bytes())?;
        }
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Self {
            file,
            id_count: ids.len() as u64,
            bloom,
        })
    }

    fn contains(&self, id: u128) -> io::Result<bool> {
        if !self.bloom.may_contain(id) {
            return Ok(false);
        }
        let (mut low, mut high) = (0, self.id_count);
        while low < high {
            let middle = low.midpoint(high);
            let mut bytes = [0; ID_BYTES];
            self.file
                .read_exact_at(&mut bytes, middle * ID_BYTES as u64)?;
            match u128::from_be_bytes(bytes).cmp(&id) {
                std::cmp::Ordering::Equal => return Ok(true),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        Ok(false)
    }
}

struct Bloom {
    words: Vec<u64>,
}

impl Bloom {
    fn new(id_count: usize) -> Self {
        Self {
            words: vec![0; (id_count * BLOOM_BITS_PER_ID).div_ceil(64).max(1)],
        }
    }

    /// Probe positions by double hashing (Kirsch and Mitzenmacher 2006); ids are hashes already.
    fn probes(&self, id: u128) -> impl Iterator<Item = u64> + use<> {
        let bit_count = self.words.len() as u64 * 64;
        let (first, second) = (id as u64, (id >> 40) as u64 | 1);
        (0..BLOOM_PROBES)
            .map(move |probe| first.wrapping_add(probe.wrapping_mul(second)) % bit_count)
    }

    fn insert(&mut self, id: u128) {
        for bit in self.probes(id) {
            self.words[(bit / 64) as usize] |= 1 << (bit % 64);
        }
    }

    fn may_contain(&self, id: u128) -> bool {
        self.probes(id)
            .all(|bit| self.words[(bit / 64) as usize] >> (bit % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entangle_model::PostId;

    #[test]
    fn ids_are_seen_once_however_many_files_they_fill() {
        let ids: Vec<_> = (0..1000)
            .map(|n: u32| PostId::derive(&["s", &n.to_string()]))
            .collect();
        let mut seen = SeenIds::with_limit(64);
        for id in &ids {
            assert!(seen.insert(id.as_bytes()).unwrap());
        }
        assert!(seen.runs.len() >= 15);
        for id in ids.iter().rev() {
            assert!(!seen.insert(id.as_bytes()).unwrap());
        }
    }
}
