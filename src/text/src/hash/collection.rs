//! Hashes of tuples and frozen sets from their elements' hashes.

/// `hash(tuple)`: xxHash's mixing, which keeps the order. Feed the elements' hashes in turn.
#[derive(Clone, Copy, Debug)]
pub struct TupleHasher {
    mixed: u64,
    length: u64,
}

const PRIME_1: u64 = 11_400_714_785_074_694_791;
const PRIME_2: u64 = 14_029_467_366_897_019_727;
const PRIME_5: u64 = 2_870_177_450_012_600_261;

impl Default for TupleHasher {
    fn default() -> Self {
        Self { mixed: PRIME_5, length: 0 }
    }
}

impl TupleHasher {
    /// Adds the next element.
    #[inline]
    pub fn add(&mut self, hash: i64) {
        let sum = self.mixed.wrapping_add((hash as u64).wrapping_mul(PRIME_2));
        self.mixed = sum.rotate_left(31).wrapping_mul(PRIME_1);
        self.length += 1;
    }

    /// The hash of all added, blind to how many there were: `hash(slice)`.
    pub fn finish_without_length(self) -> i64 {
        match self.mixed as i64 {
            -1 => 1_546_275_796,
            hash => hash,
        }
    }

    /// The hash of all added.
    pub fn finish(self) -> i64 {
        match self.mixed.wrapping_add(self.length ^ PRIME_5 ^ 3_527_539) as i64 {
            -1 => 1_546_275_796,
            hash => hash,
        }
    }
}

/// The hash of a tuple whose elements have these hashes.
pub fn of_tuple(hashes: impl IntoIterator<Item = i64>) -> i64 {
    let mut hasher = TupleHasher::default();
    hashes.into_iter().for_each(|hash| hasher.add(hash));
    hasher.finish()
}

/// The hash of a frozen set whose elements have these hashes, in any order.
pub fn of_frozenset(hashes: impl IntoIterator<Item = i64>) -> i64 {
    let (mut mixed, mut count) = (0u64, 0u64);
    for hash in hashes {
        // Neighbouring hashes must not cancel each other out.
        let hash = hash as u64;
        mixed ^= (hash ^ 89_869_747 ^ (hash << 16)).wrapping_mul(3_644_798_167);
        count += 1;
    }
    mixed ^= (count + 1).wrapping_mul(1_927_868_237);
    mixed ^= (mixed >> 11) ^ (mixed >> 25);
    match mixed.wrapping_mul(69_069).wrapping_add(907_133_923) as i64 {
        -1 => 590_923_713,
        hash => hash,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::number::{of_f64, of_i64};

    #[test]
    fn tuples() {
        assert_eq!(of_tuple([]), 5740354900026072187);
        assert_eq!(of_tuple([1]), -6644214454873602895);
        assert_eq!(of_tuple([1, 2, 3]), 529344067295497451);
        let inner = of_tuple([of_f64(1.5).unwrap(), of_i64(-1)]);
        assert_eq!(of_tuple([of_tuple([]), inner]), -5159089679890212007);
    }

    #[test]
    fn slices() {
        let mut hasher = TupleHasher::default();
        [1, 2, 3].into_iter().for_each(|hash| hasher.add(hash));
        assert_eq!(hasher.finish_without_length(), -2340833382717974474);
    }

    #[test]
    fn sets() {
        assert_eq!(of_frozenset([]), 133146708735736);
        assert_eq!(of_frozenset([3, 1, 2]), -272375401224217160);
        assert_eq!(of_frozenset([of_frozenset([]), -5]), 3213290381510157094);
    }
}
