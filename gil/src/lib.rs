//! The global interpreter lock: one thread at a time.
//!
//! Nothing is ever published: all threads share one owner id, "whoever holds the lock", so every object
//! is LOCAL to the running thread and the plain paths always apply. What is left to say stands in files
//! named as in `nogil/`; reading two siblings side by side explains free threading.

pub mod count;
pub mod lock;
pub mod reclaim;
pub mod slot;
pub mod thread;
pub mod world;

use std::time::Duration;
use weft_strategy::{Header, Retired, Strategy, ThreadCore, Word};

/// The strategy.
pub struct Gil;

impl Strategy for Gil {
    const NAME: &'static str = "gil";
    const GIL: bool = true;

    fn count_up(h: &Header) {
        count::up(h)
    }
    fn count_down(_core: &ThreadCore, h: &Header) {
        count::down(h)
    }
    fn publish(_core: &ThreadCore, _h: &Header) {}
    #[inline(always)]
    fn load_register(w: Word) -> Word {
        slot::load_register(w)
    }
    fn lock(_core: &ThreadCore, h: &Header) {
        lock::lock(h)
    }
    fn unlock(_core: &ThreadCore, h: &Header) {
        lock::unlock(h)
    }
    fn new_core() -> Box<ThreadCore> {
        thread::new_core()
    }
    fn drop_core(core: Box<ThreadCore>) {
        thread::drop_core(core)
    }
    fn attach(core: &ThreadCore) {
        thread::attach(core)
    }
    fn detach(core: &ThreadCore) {
        thread::detach(core)
    }
    fn safepoint(core: &ThreadCore) {
        world::safepoint(core)
    }
    fn stop_world(core: &ThreadCore) {
        world::stop(core)
    }
    fn start_world(core: &ThreadCore) {
        world::start(core)
    }
    fn after_fork_in_child(core: &ThreadCore) {
        world::after_fork_in_child(core)
    }
    fn set_switch_interval(interval: Duration) {
        world::set_switch_interval(interval)
    }
    fn retire(_core: &ThreadCore, buffer: Retired) {
        reclaim::retire(buffer)
    }
    fn drain(_core: &ThreadCore) {}
}
