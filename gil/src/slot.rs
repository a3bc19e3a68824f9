//! Loading with the GIL: every object that is not TRACED or IMMORTAL is counted.

use weft_strategy::{NOBODY, Word};

/// The register form of a word just loaded from a slot.
#[inline(always)]
pub fn load_register(w: Word) -> Word {
    if !w.is_heap() {
        return w;
    }
    // SAFETY: slot words point to live objects.
    let h = unsafe { &*w.ptr() };
    if h.owner() == NOBODY {
        Word::free_standing(w.ptr())
    } else {
        h.set_local(h.local() + 1);
        Word::counted(w.ptr())
    }
}
