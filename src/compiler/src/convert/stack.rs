//! Room for recursion.
//!
//! Trees are walked by recursion, and source text decides how deep they are. The nesting of a tree is bounded by
//! the length of its text and by [`MAX_DEPTH`], so the room a walk needs can be reserved before it starts;
//! untouched stack costs address space only.

/// Deepest nesting of expressions and statements that is compiled. (CPython gives up where its C stack ends,
/// between 4 000 and 30 000 levels.)
pub const MAX_DEPTH: usize = 8_000;

/// Upper bound of what one level of any walk over the tree takes, with unoptimised builds in mind.
const BYTES_PER_LEVEL: usize = 8 * 1024;

/// Runs `f`, which recurses at most `levels` deep (and never deeper than a tree can be).
pub fn with_room<R>(levels: usize, f: impl FnOnce() -> R) -> R {
    let needed = 256 * 1024 + levels.min(MAX_DEPTH) * BYTES_PER_LEVEL;
    stacker::maybe_grow(needed, needed + 64 * 1024, f)
}

/// Drops what the parser made of text that was refused for its depth: deeper than any tree of ours.
pub fn drop_deep<T>(value: T, source_len: usize) {
    let needed = 256 * 1024 + source_len.min(4 << 20) * 512;
    stacker::maybe_grow(needed, needed + 64 * 1024, || drop(value));
}
