//! Reclaiming with the GIL: nobody else can be reading, so a buffer is freed at once, and there is no
//! dead queue because nothing is SHARED.

use weft_strategy::Retired;

/// Frees the buffer.
pub fn retire(b: Retired) {
    // SAFETY: the retirer gave up the buffer, and no other thread runs.
    unsafe { (b.free)(b.ptr, b.size) }
}
