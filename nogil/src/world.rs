//! Stopping the world: a handshake with every attached thread.
//!
//! The stopper sets the STOP bit of each thread's breaker and waits until none is ATTACHED. A thread
//! leaves that state at a safepoint (STOPPED) or around a blocking call (DETACHED), and cannot come back
//! before the stop ends. Stops of several threads queue up: a would-be stopper that finds a stop under way
//! obeys it first, and lets those that the last stop held up go before its own.

use std::sync::OnceLock;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};
use weft_strategy::core::{breaker, state};
use weft_strategy::sync::atomic::Ordering::*;
use weft_strategy::sync::{Condvar, Mutex, MutexGuard};
use weft_strategy::waits::{self, Kind};
use weft_strategy::{ThreadCore, registry};

/// The handshake.
pub struct World {
    stop: Mutex<Stop>,
    /// The stop has ended.
    resumed: Condvar,
    /// A thread is no longer ATTACHED.
    yielded: Condvar,
    /// Nobody waits for the last stop's end any more, or another stop began.
    served: Condvar,
}

/// What the lock guards.
struct Stop {
    /// Is a stop under way?
    under_way: bool,
    /// Threads that wait for its end. Waking nobody costs a system call.
    waiting: u32,
    /// Threads that will stop the world as soon as nobody waits.
    next: u32,
}

const NO_STOP: Stop = Stop { under_way: false, waiting: 0, next: 0 };

/// Calls a function for every thread there is.
pub type ForEach<'a> = &'a dyn Fn(&mut dyn FnMut(&ThreadCore));

impl World {
    /// Nobody is stopping.
    #[cfg(not(weft_loom))]
    pub const fn new() -> World {
        World {
            stop: Mutex::new(NO_STOP),
            resumed: Condvar::new(),
            yielded: Condvar::new(),
            served: Condvar::new(),
        }
    }

    /// Nobody is stopping.
    #[cfg(weft_loom)]
    pub fn new() -> World {
        World {
            stop: Mutex::new(NO_STOP),
            resumed: Condvar::new(),
            yielded: Condvar::new(),
            served: Condvar::new(),
        }
    }

    fn guard(&self) -> MutexGuard<'_, Stop> {
        self.stop.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// Waits out a stop in state `meanwhile`, then is ATTACHED.
    fn wait_and_attach<'a>(
        &'a self,
        core: &ThreadCore,
        mut stop: MutexGuard<'a, Stop>,
        meanwhile: u8,
    ) -> MutexGuard<'a, Stop> {
        if stop.under_way {
            core.state.store(meanwhile, Release);
            self.yielded.notify_all();
            let waiting = waits::begin(Kind::Stop, None);
            stop.waiting += 1;
            while stop.under_way {
                stop = self.resumed.wait(stop).unwrap_or_else(|e| e.into_inner());
            }
            stop.waiting -= 1;
            if stop.waiting == 0 && stop.next > 0 {
                self.served.notify_all()
            }
            waiting.end()
        }
        core.state.store(state::ATTACHED, Release);
        stop
    }

    /// DETACHED to ATTACHED.
    pub fn enter(&self, core: &ThreadCore) {
        drop(self.wait_and_attach(core, self.guard(), state::DETACHED))
    }

    /// ATTACHED to DETACHED.
    pub fn leave(&self, core: &ThreadCore) {
        // Under the lock, or a stopper could look at the state before and sleep after.
        let stop = self.guard();
        core.state.store(state::DETACHED, Release);
        if stop.under_way {
            self.yielded.notify_all()
        }
    }

    /// Obeys a stop.
    pub fn safepoint(&self, core: &ThreadCore) {
        if core.breaker.load(Relaxed) & breaker::STOP != 0 {
            drop(self.wait_and_attach(core, self.guard(), state::STOPPED))
        }
    }

    /// Stops all others; obeys their stops first.
    pub fn stop(&self, core: &ThreadCore, for_each: ForEach<'_>) {
        let mut stop = self.wait_and_attach(core, self.guard(), state::STOPPED);
        // A thread that stops the world again and again would be back before those it held up are awake, and they would
        // never run. None of them can begin to wait while no stop is under way, so this ends.
        while stop.waiting > 0 {
            stop.next += 1;
            stop = self.served.wait(stop).unwrap_or_else(|e| e.into_inner());
            stop.next -= 1;
            stop = self.wait_and_attach(core, stop, state::STOPPED);
        }
        stop.under_way = true;
        if stop.next > 0 {
            self.served.notify_all()
        }
        loop {
            let mut running = 0;
            for_each(&mut |c| {
                if !std::ptr::eq(c, core) && c.state.load(Acquire) == state::ATTACHED {
                    c.set_breaker(breaker::STOP);
                    running += 1;
                }
            });
            if running == 0 {
                return;
            }
            stop = self.yielded.wait(stop).unwrap_or_else(|e| e.into_inner());
        }
    }

    /// Lets them run again.
    pub fn start(&self, for_each: ForEach<'_>) {
        let mut stop = self.guard();
        for_each(&mut |c| c.clear_breaker(breaker::STOP));
        stop.under_way = false;
        if stop.waiting > 0 {
            self.resumed.notify_all()
        }
    }
}

impl Default for World {
    fn default() -> World {
        World::new()
    }
}

#[cfg(not(weft_loom))]
static WORLD: World = World::new();

fn world() -> &'static World {
    #[cfg(not(weft_loom))]
    {
        &WORLD
    }
    #[cfg(weft_loom)]
    panic!("models have worlds of their own")
}

/// DETACHED to ATTACHED.
pub fn enter(core: &ThreadCore) {
    world().enter(core)
}

/// ATTACHED to DETACHED.
pub fn leave(core: &ThreadCore) {
    world().leave(core)
}

/// Obeys a stop.
pub fn safepoint(core: &ThreadCore) {
    world().safepoint(core)
}

/// When the stop under way was asked for, in nanoseconds since the first one.
static ASKED: AtomicU64 = AtomicU64::new(0);

fn now() -> u64 {
    static EPOCH: OnceLock<Instant> = OnceLock::new();
    EPOCH.get_or_init(Instant::now).elapsed().as_nanos() as u64
}

/// Stops all others.
pub fn stop(core: &ThreadCore) {
    let asked = now();
    world().stop(core, &|f| registry::for_each(f));
    ASKED.store(asked, Relaxed)
}

/// Lets them run again.
pub fn start(core: &ThreadCore) {
    core.waits.add(Kind::StopWorld, 1, now().saturating_sub(ASKED.load(Relaxed)));
    world().start(&|f| registry::for_each(f))
}

/// There is no GIL to hand over.
pub fn set_switch_interval(_interval: Duration) {}

/// The child's only thread runs; all locks are new.
pub fn after_fork_in_child(core: &ThreadCore) {
    let p = world() as *const World as *mut World;
    // SAFETY: one thread exists after a fork; std's locks have nothing to drop.
    unsafe {
        p.write(World::new());
        registry::reset(core);
        weft_strategy::lock::reset_parking();
        crate::thread::reset_ids();
        crate::reclaim::reset();
    }
    core.clear_breaker(breaker::STOP);
}
