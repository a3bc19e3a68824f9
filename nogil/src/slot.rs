//! Loading and publishing without the GIL.
//!
//! A load counts only what is the loader's own: a SHARED object is held by the register alone, and the
//! stop that would free it looks into all registers.

use weft_strategy::contract::hooks;
use weft_strategy::{Header, ThreadCore, Word, me};

/// The register form of a word just loaded from a slot.
#[inline(always)]
pub fn load_register(w: Word) -> Word {
    if !w.is_heap() {
        return w;
    }
    // SAFETY: slot words point to live objects.
    let h = unsafe { &*w.ptr() };
    if h.owner() == me() {
        h.set_local(h.local() + 1);
        Word::counted(w.ptr())
    } else {
        Word::free_standing(w.ptr())
    }
}

/// Makes `root` and everything it leads to SHARED. Its owner does this, before the store that makes
/// `root` visible, so nothing is ever revoked (share-on-publish: Daloze et al., OOPSLA 2016).
pub fn publish(core: &ThreadCore, root: &Header) {
    let me = core.id();
    let hooks = hooks();
    root.make_shared();
    let mut todo: Vec<*const Header> = vec![root];
    while let Some(h) = todo.pop() {
        // SAFETY: reachable from `root`, which is alive.
        let h = unsafe { &*h };
        let mut visit = |w: Word| {
            if w.is_heap() {
                // SAFETY: slot words point to live objects.
                let child = unsafe { &*w.ptr() };
                if child.owner() == me {
                    child.make_shared();
                    todo.push(child);
                }
            }
        };
        (hooks.traverse)(h, &mut visit);
        (hooks.companions)(h, &mut visit);
    }
}
