//! Trace and profile functions (`sys.settrace`, `sys.setprofile`).

use crate::thread::Thread;

/// Looks again whether anything is traced.
pub fn refresh(_t: &mut Thread) {}
