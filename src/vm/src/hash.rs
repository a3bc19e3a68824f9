//! Hashing with CPython's rules, seeded by PYTHONHASHSEED.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::*};

static KEY0: AtomicU64 = AtomicU64::new(0);
static KEY1: AtomicU64 = AtomicU64::new(0);
static SET: OnceLock<()> = OnceLock::new();

/// Sets the key of str and bytes hashing. Once, at start.
pub fn set_key(k0: u64, k1: u64) {
    let _ = SET.set(());
    KEY0.store(k0, Relaxed);
    KEY1.store(k1, Relaxed);
}

/// The key.
pub fn key() -> (u64, u64) {
    (KEY0.load(Relaxed), KEY1.load(Relaxed))
}

/// Hash of a str's WTF-8 text. Never -1, never 0 for a non-empty text.
pub fn hash_str(b: &[u8], ascii: bool) -> i64 {
    if ascii {
        return hash_bytes(b);
    }
    let (k0, k1) = key();
    weft_text::hash::siphash::of_str(weft_text::hash::siphash::Key { k0, k1 }, b)
}

/// Hash of bytes; 0 for none.
pub fn hash_bytes(b: &[u8]) -> i64 {
    if b.is_empty() {
        return 0;
    }
    let (k0, k1) = key();
    let h = weft_text::hash::siphash::of_bytes(weft_text::hash::siphash::Key { k0, k1 }, b);
    if h == -1 { -2 } else { h }
}

/// Hash of an address.
pub fn hash_pointer(p: u64) -> i64 {
    let h = p.rotate_right(4) as i64;
    if h == -1 { -2 } else { h }
}
