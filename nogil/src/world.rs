//! Stopping the world: a handshake with every attached thread.
//!
//! The stopper sets the STOP bit of each thread's breaker and waits until none is ATTACHED. A thread
//! leaves that state at a safepoint (STOPPED) or around a blocking call (DETACHED), and cannot come back
//! before the stop ends. Stops of several threads queue up: a would-be stopper that finds a stop under way
//! obeys it first.

use std::sync::atomic::Ordering::*;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;
use weft_strategy::core::{breaker, state};
use weft_strategy::{ThreadCore, registry};

struct World {
    /// Is a stop under way?
    stopping: Mutex<bool>,
    /// The stop has ended.
    resumed: Condvar,
    /// A thread is no longer ATTACHED.
    yielded: Condvar,
}

static WORLD: World = World { stopping: Mutex::new(false), resumed: Condvar::new(), yielded: Condvar::new() };

fn guard() -> MutexGuard<'static, bool> {
    WORLD.stopping.lock().unwrap_or_else(|e| e.into_inner())
}

/// Waits out a stop in state `meanwhile`, then is ATTACHED.
fn wait_and_attach(core: &ThreadCore, mut stopping: MutexGuard<'_, bool>, meanwhile: u8) {
    while *stopping {
        core.state.store(meanwhile, Release);
        WORLD.yielded.notify_all();
        stopping = WORLD.resumed.wait(stopping).unwrap_or_else(|e| e.into_inner());
    }
    core.state.store(state::ATTACHED, Release);
}

/// DETACHED to ATTACHED.
pub fn enter(core: &ThreadCore) {
    wait_and_attach(core, guard(), state::DETACHED)
}

/// ATTACHED to DETACHED.
pub fn leave(core: &ThreadCore) {
    let _g = guard();
    core.state.store(state::DETACHED, Release);
    WORLD.yielded.notify_all();
}

/// Obeys a stop.
pub fn safepoint(core: &ThreadCore) {
    if core.breaker.load(Relaxed) & breaker::STOP != 0 {
        wait_and_attach(core, guard(), state::STOPPED)
    }
}

/// Stops all others.
pub fn stop(core: &ThreadCore) {
    let mut stopping = guard();
    while *stopping {
        core.state.store(state::STOPPED, Release);
        WORLD.yielded.notify_all();
        stopping = WORLD.resumed.wait(stopping).unwrap_or_else(|e| e.into_inner());
    }
    core.state.store(state::ATTACHED, Release);
    *stopping = true;
    loop {
        let mut running = 0;
        registry::for_each(|c| {
            if !std::ptr::eq(c, core) && c.state.load(Acquire) == state::ATTACHED {
                c.set_breaker(breaker::STOP);
                running += 1;
            }
        });
        if running == 0 {
            return;
        }
        stopping = WORLD.yielded.wait(stopping).unwrap_or_else(|e| e.into_inner());
    }
}

/// Lets them run again.
pub fn start(_core: &ThreadCore) {
    let mut stopping = guard();
    registry::for_each(|c| c.clear_breaker(breaker::STOP));
    *stopping = false;
    WORLD.resumed.notify_all();
}

/// There is no GIL to hand over.
pub fn set_switch_interval(_interval: Duration) {}

/// The child's only thread runs; all locks are new.
pub fn after_fork_in_child(core: &ThreadCore) {
    let p = &raw const WORLD as *mut World;
    // SAFETY: one thread exists after a fork; std's locks have nothing to drop.
    unsafe {
        p.write(World { stopping: Mutex::new(false), resumed: Condvar::new(), yielded: Condvar::new() });
        registry::reset(core);
        weft_strategy::lock::reset_parking();
        crate::thread::reset_ids();
        crate::reclaim::reset();
    }
    core.clear_breaker(breaker::STOP);
}
