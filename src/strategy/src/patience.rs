//! How a thread waits for something that another one holds for a moment.
//!
//! Two threads that change the same object all the time do more together if each has it to itself for a while than
//! if every change moves the object from cache to cache: then one change costs what a hundred nanoseconds of waiting
//! for memory cost, alone it costs a few. So a thread that keeps finding a lock taken stays away for tens of
//! microseconds, in which the other one runs undisturbed; one that met somebody for the first time in a while waits
//! for as long as the lock is likely to be held.

use crate::core::{ThreadCore, breaker, current};
use crate::sync::atomic::Ordering::Relaxed;
use crate::sync::spin;
use std::time::{Duration, Instant};

/// Met again within this time, threads are rivals.
const RECENTLY: Duration = Duration::from_micros(300);
/// The first wait of a thread that has not met anybody recently.
const SHORT: Duration = Duration::from_nanos(300);
/// How long rivals stay away; twice as long each time they meet again, up to [`LONGEST`].
const AWAY: Duration = Duration::from_micros(20);
const LONGEST: Duration = Duration::from_micros(80);

/// The waits of a thread for one lock, one after the other.
pub struct Patience {
    core: Option<&'static ThreadCore>,
    next: Duration,
    waited: Duration,
    limit: Duration,
}

impl Patience {
    /// The running thread found a lock taken. It waits for `limit` at most before it gives up, a few times as long if
    /// it meets rivals.
    #[cold]
    pub fn new(limit: Duration) -> Patience {
        // SAFETY: the running thread's core outlives the wait.
        let core = current().map(|c| unsafe { &*c });
        let rivals = core.is_some_and(|c| c.met.get().is_some_and(|(at, _)| at.elapsed() < RECENTLY));
        let next = match core.and_then(|c| c.met.get()) {
            Some((_, last)) if rivals => (last * 2).clamp(AWAY, LONGEST),
            _ => SHORT,
        };
        Patience { core, next, waited: Duration::ZERO, limit: if rivals { limit * 4 } else { limit } }
    }

    /// Waits a little, and gives way to threads that have no processor. False: it is time to sleep. With `stops` the
    /// wait ends when the world is to stop.
    pub fn wait(&mut self, stops: bool) -> bool {
        if self.waited >= self.limit {
            return false;
        }
        if !self.waited.is_zero() {
            std::thread::yield_now()
        }
        let since = Instant::now();
        let mut time = Duration::ZERO;
        while time < self.next {
            for _ in 0..16 {
                spin()
            }
            if stops && self.core.is_some_and(|c| c.breaker.load(Relaxed) & breaker::STOP != 0) {
                return false;
            }
            time = since.elapsed();
        }
        self.waited += time;
        if let Some(c) = self.core {
            c.met.set(Some((since + time, self.next)))
        }
        self.next = (self.next * 2).clamp(AWAY / 4, LONGEST);
        true
    }
}
