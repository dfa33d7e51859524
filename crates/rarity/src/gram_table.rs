//! Counts of n-grams, found by a hash of the n-gram.
//!
//! One table serves n-grams and contexts: the context of a character is the n-gram that ends
//! before it, and an n-gram is followed by a character as often as it occurs. So a model asks one
//! table once per n-gram, and because each question is a read of one place that depends on no
//! other, a processor has many of them under way at once. That is what a table larger than the
//! cache is about.

/// Marks both ends of a name; it cannot occur inside one, because names are trimmed texts.
const BOUNDARY: char = '\u{2}';
/// Hash of the empty context.
pub(crate) const ROOT: u64 = 1;

/// What is known of one n-gram.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Gram {
    /// Zero in an empty slot.
    hash: u64,
    /// How often it occurs, which is also how often a character follows it.
    pub count: u32,
    /// How many different characters follow it.
    pub distinct: u32,
}

/// N-grams by hash: open addressing with linear probing, at most half full.
#[derive(Debug)]
pub(crate) struct GramTable {
    slots: Vec<Gram>,
    used: usize,
}

impl GramTable {
    /// An empty table that holds so many n-grams before it grows.
    pub(crate) fn with_capacity(gram_count: usize) -> Self {
        let slot_count = (2 * gram_count).next_power_of_two();
        Self {
            slots: vec![Gram::default(); slot_count],
            used: 0,
        }
    }

    /// What is known of an n-gram; zeros where it was never seen.
    pub(crate) fn get(&self, hash: u64) -> Gram {
        self.slots[self.slot_of(hash)]
    }

    /// The n-gram, put in with zeros where it was never seen.
    pub(crate) fn entry(&mut self, hash: u64) -> &mut Gram {
        let mut slot = self.slot_of(hash);
        if self.slots[slot].hash == 0 {
            if 2 * self.used >= self.slots.len() {
                self.grow();
                slot = self.slot_of(hash);
            }
            self.used += 1;
            self.slots[slot].hash = hash;
        }
        &mut self.slots[slot]
    }

    /// Where an n-gram is, or would be.
    fn slot_of(&self, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while self.slots[slot].hash != hash && self.slots[slot].hash != 0 {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        let wider = vec![Gram::default(); 2 * self.slots.len()];
        let narrow = std::mem::replace(&mut self.slots, wider);
        for gram in narrow.into_iter().filter(|gram| gram.hash != 0) {
            let slot = self.slot_of(gram.hash);
            self.slots[slot] = gram;
        }
    }
}

/// The hashes of all n-grams of a text up to an order.
#[derive(Debug)]
pub(crate) struct Grams {
    order: usize,
    /// Of the n-grams that end at a character, the shortest first; `order` places a character.
    hashes: Vec<u64>,
}

impl Grams {
    pub(crate) fn of(characters: &[char], order: usize) -> Self {
        let mut hashes = vec![0; characters.len() * order];
        for (end, ending_here) in hashes.chunks_exact_mut(order).enumerate() {
            let mut hash = ROOT;
            for (place, character) in ending_here.iter_mut().zip(characters[..=end].iter().rev()) {
                hash = scramble(hash ^ (u64::from(u32::from(*character)) << 20));
                *place = hash;
            }
        }
        Self { order, hashes }
    }

    /// Context and n-gram of the character at `position`, shortest context first.
    ///
    /// Sixty-four bits keep collisions out of reach: among a hundred million n-grams fewer than
    /// one in three thousand models has a single one.
    pub(crate) fn at(&self, position: usize) -> impl Iterator<Item = (u64, u64)> + '_ {
        let place = position * self.order;
        let before = &self.hashes[place - self.order..place];
        let contexts = std::iter::once(ROOT).chain(before.iter().copied());
        let grams = self.hashes[place..place + self.order].iter().copied();
        contexts.zip(grams).take(position + 1)
    }

    /// What a table knows of every n-gram, in the same places.
    pub(crate) fn look_up(&self, table: &GramTable) -> Vec<Gram> {
        self.hashes.iter().map(|hash| table.get(*hash)).collect()
    }
}

/// The characters of a name between two boundaries.
pub(crate) fn bounded(name: &str) -> Vec<char> {
    let mut characters = Vec::with_capacity(name.len() + 2);
    characters.push(BOUNDARY);
    characters.extend(name.chars());
    characters.push(BOUNDARY);
    characters
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every input bit reaches every
/// output bit, so that texts which differ little do not collide. Never the hash of an empty slot.
fn scramble(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (bits ^ (bits >> 31)).max(ROOT + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_keeps_what_it_was_given_while_it_grows() {
        let mut table = GramTable::with_capacity(1);
        for number in 0..10_000_u64 {
            table.entry(scramble(number)).count += number as u32;
        }
        assert!((0..10_000).all(|number| table.get(scramble(number)).count == number as u32));
        assert_eq!(table.get(scramble(10_000)), Gram::default());
    }

    #[test]
    fn the_context_of_a_character_is_the_gram_that_ends_before_it() {
        let grams = Grams::of(&bounded("abab"), 3);
        let contexts: Vec<u64> = grams.at(4).map(|(context, _)| context).collect();
        let before: Vec<u64> = grams.at(3).map(|(_, gram)| gram).collect();
        assert_eq!(contexts[0], ROOT);
        assert_eq!(contexts[1..], before[..2]);
        let (first_b, second_b): (Vec<_>, Vec<_>) = (grams.at(2).collect(), grams.at(4).collect());
        assert_eq!(first_b[..2], second_b[..2]);
        assert_ne!(first_b[2], second_b[2]);
    }
}
