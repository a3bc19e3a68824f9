//! SipHash-1-3, by which CPython hashes `str` and `bytes`, and its key, which `PYTHONHASHSEED` decides.
//!
//! CPython hashes a string's code points in the narrowest of one, two or four bytes that holds them all. Ours are stored
//! differently, so text beyond ASCII is widened on the way. (Aumasson and Bernstein, "SipHash: a fast short-input PRF".)

use super::not_minus_one;
use crate::wtf8;

/// What makes the hashes of strings of one process differ from another's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// First word.
    pub k0: u64,
    /// Second word.
    pub k1: u64,
}

impl Key {
    /// The key of `PYTHONHASHSEED=seed`; 0 switches randomisation off. For `random` the caller fills a key from the system.
    pub fn from_seed(seed: u32) -> Self {
        if seed == 0 {
            return Self::default();
        }
        // CPython's generator: linear congruential, the third byte of each state.
        let mut state = seed;
        let mut word = || {
            u64::from_le_bytes(std::array::from_fn(|_| {
                state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
                (state >> 16) as u8
            }))
        };
        Self { k0: word(), k1: word() }
    }
}

/// `hash(bytes)`
pub fn of_bytes(key: Key, bytes: &[u8]) -> i64 {
    if bytes.is_empty() { 0 } else { not_minus_one(plain(key, bytes)) }
}

/// The function itself, without Python's exceptions for nothing and for -1 (`_imp.source_hash`).
pub fn plain(key: Key, bytes: &[u8]) -> i64 {
    let mut state = State::new(key);
    let (words, tail) = bytes.as_chunks::<8>();
    words.iter().for_each(|word| state.absorb(u64::from_le_bytes(*word)));
    let mut last = [0; 8];
    last[..tail.len()].copy_from_slice(tail);
    state.finish(u64::from_le_bytes(last), bytes.len())
}

/// `hash(str)`
pub fn of_str(key: Key, text: &[u8]) -> i64 {
    if text.is_ascii() {
        return of_bytes(key, text);
    }
    let width = match wtf8::max_point(text) {
        0..0x100 => 1,
        0x100..0x10000 => 2,
        _ => 4,
    };
    let mut state = State::new(key);
    let (mut word, mut filled, mut length) = (0u64, 0, 0);
    for point in wtf8::points(text) {
        word |= u64::from(point) << (8 * filled);
        filled += width;
        length += width;
        if filled == 8 {
            state.absorb(word);
            (word, filled) = (0, 0);
        }
    }
    not_minus_one(state.finish(word, length))
}

struct State {
    v0: u64,
    v1: u64,
    v2: u64,
    v3: u64,
}

impl State {
    fn new(key: Key) -> Self {
        Self {
            v0: key.k0 ^ 0x736f_6d65_7073_6575,
            v1: key.k1 ^ 0x646f_7261_6e64_6f6d,
            v2: key.k0 ^ 0x6c79_6765_6e65_7261,
            v3: key.k1 ^ 0x7465_6462_7974_6573,
        }
    }

    #[inline]
    fn absorb(&mut self, word: u64) {
        self.v3 ^= word;
        self.round();
        self.v0 ^= word;
    }

    #[inline]
    fn round(&mut self) {
        self.v0 = self.v0.wrapping_add(self.v1);
        self.v2 = self.v2.wrapping_add(self.v3);
        self.v1 = self.v1.rotate_left(13) ^ self.v0;
        self.v3 = self.v3.rotate_left(16) ^ self.v2;
        self.v0 = self.v0.rotate_left(32);
        self.v2 = self.v2.wrapping_add(self.v1);
        self.v0 = self.v0.wrapping_add(self.v3);
        self.v1 = self.v1.rotate_left(17) ^ self.v2;
        self.v3 = self.v3.rotate_left(21) ^ self.v0;
        self.v2 = self.v2.rotate_left(32);
    }

    /// `last` holds the bytes that fill no word; the length goes into its top byte.
    fn finish(mut self, last: u64, length: usize) -> i64 {
        self.absorb(last | (length as u64) << 56);
        self.v2 ^= 0xff;
        (0..3).for_each(|_| self.round());
        (self.v0 ^ self.v1 ^ self.v2 ^ self.v3) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_cpython() {
        let texts = ["", "a", "abcdefgh", "é", "ÿa", "→", "a→é", "😀", "a😀é→"];
        let unseeded = [
            0,
            4644417185603328019,
            4574395652268504554,
            6047309291227476195,
            467643436222250966,
            6438802941704453034,
            296198638608214382,
            -3536540696076613844,
            -6010787702447366169,
        ];
        let seed_42 = [
            0,
            -123207753977932514,
            -5457871895989710762,
            5653850369683463245,
            8120332681556341434,
            6874473749093850422,
            1423887175130148447,
            6601963133753205906,
            -4659624085122775264,
        ];
        let hashes = |seed| texts.map(|t| of_str(Key::from_seed(seed), t.as_bytes()));
        assert_eq!(hashes(0), unseeded);
        assert_eq!(hashes(42), seed_42);
        assert_eq!(of_str(Key::from_seed(0), b"\xed\xa0\x80"), 5926611903945376553);
        assert_eq!(of_bytes(Key::from_seed(u32::MAX), b"\xff"), 7922069895195128591);
        assert_eq!(of_bytes(Key::from_seed(42), b"0123456789abcdef!"), -8419807569599629476);
    }
}
