//! The cycle collector.

use crate::thread::Thread;

/// Collects if enough has been allocated.
pub fn collect_if_due(t: &mut Thread) {
    t.heap.net.set(0)
}
