//! Interned strings: one object per text, immortal, so that names compare by address.

use crate::object::ValueExt;
use crate::thread::Thread;
use crate::types::fixed;
use crate::types::str::Str;
use std::borrow::Borrow;
use std::collections::HashSet;
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering::*};
use weft_strategy::{Header, VRef, Value, Word, flag};

/// Shards of the table, each with its own lock.
const SHARDS: usize = 16;

/// Hashes texts. Their order in the table is never seen.
type Hashes = foldhash::fast::FixedState;

/// The word of an interned string; stands for its text.
struct Interned(u64);

impl Interned {
    fn text(&self) -> &[u8] {
        immortal(self.0).cast::<Str>().map_or(b"", |s| s.bytes())
    }
}

impl Borrow<[u8]> for Interned {
    fn borrow(&self) -> &[u8] {
        self.text()
    }
}

impl Hash for Interned {
    fn hash<H: Hasher>(&self, h: &mut H) {
        self.text().hash(h)
    }
}

impl PartialEq for Interned {
    fn eq(&self, other: &Interned) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Interned {}

static TABLE: [parking_lot::Mutex<HashSet<Interned, Hashes>>; SHARDS] =
    [const { parking_lot::Mutex::new(HashSet::with_hasher(Hashes::with_seed(7))) }; SHARDS];

/// The empty string and the ASCII characters.
static SINGLE: [AtomicU64; 129] = [const { AtomicU64::new(0) }; 129];

fn immortal(w: u64) -> VRef<'static> {
    // SAFETY: interned strings are immortal.
    unsafe { VRef::from_word(Word(w)) }
}

/// Makes an object immortal: it is never counted or freed from now on.
pub fn make_immortal(h: &Header) {
    h.set_flags_plain(flag::IMMORTAL);
    h.make_shared();
}

/// The empty or one-character ASCII string, once `init` has run.
#[inline]
pub fn single(b: &[u8]) -> Option<VRef<'static>> {
    let i = match b {
        [] => 128,
        [c] if *c < 128 => *c as usize,
        _ => return None,
    };
    let w = SINGLE[i].load(Acquire);
    if w == 0 { None } else { Some(immortal(w)) }
}

/// Makes the single-character strings. Once, at start.
pub fn init(t: &Thread) {
    for i in 0..=128u8 {
        let b = [i];
        let v = intern_bytes(t, if i < 128 { &b } else { b"" });
        SINGLE[i as usize].store(v.word().0, Release);
    }
}

/// The interned string with this text.
pub fn intern(t: &Thread, s: &str) -> VRef<'static> {
    intern_bytes(t, s.as_bytes())
}

/// The interned string with this WTF-8 text.
pub fn intern_bytes(t: &Thread, b: &[u8]) -> VRef<'static> {
    let h = Hashes::with_seed(3).hash_one(b);
    let at = (h >> 8) as usize % crate::thread::INTERNED;
    // SAFETY: own thread; no reference into the table outlives the statement.
    let known = unsafe { (&*t.interned.get())[at] };
    if known != 0 && immortal(known).cast::<Str>().is_some_and(|s| s.bytes() == b) {
        return immortal(known);
    }
    let found = intern_anew(t, b, h);
    // SAFETY: as above.
    unsafe { (&mut *t.interned.get())[at] = found.word().0 }
    found
}

/// [`intern_bytes`] by the table that all threads share.
fn intern_anew(t: &Thread, b: &[u8], h: u64) -> VRef<'static> {
    let mut shard = TABLE[h as usize % SHARDS].lock();
    if let Some(w) = shard.get(b) {
        return immortal(w.0);
    }
    let v = t.new_str(b);
    if let Some(h) = v.r().header() {
        make_immortal(h)
    }
    let w = Word::free_standing(v.into_word().ptr());
    shard.insert(Interned(w.0));
    immortal(w.0)
}

/// The interned string equal to `v`, a str; other values as they are. (`sys.intern`)
pub fn intern_value(t: &Thread, v: VRef<'_>) -> Value {
    match v.exact::<Str>(fixed::STR) {
        Some(s) if !is_interned(v) => intern_bytes(t, s.bytes()).to_value(),
        Some(_) => v.to_value(),
        // Names are plain strs: one of a subclass is looked for by its text.
        None => match v.cast::<Str>() {
            Some(s) => intern_bytes(t, s.bytes()).to_value(),
            None => v.to_value(),
        },
    }
}

/// How many strings are interned.
pub fn count() -> usize {
    TABLE.iter().map(|s| s.lock().len()).sum()
}

/// Is this str interned? (Immortal strings are.)
#[inline]
pub fn is_interned(v: VRef<'_>) -> bool {
    v.has_shape(fixed::STR) && v.header().is_some_and(|h| h.has(flag::IMMORTAL))
}
