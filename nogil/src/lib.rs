//! Free threading: all threads at once, on biased reference counts, object locks and deferred reclamation.
//!
//! An object is LOCAL to the thread that made it until it is stored where others can reach it; then it and
//! all it leads to are published. Files are named as in `gil/`; reading two siblings side by side explains
//! free threading.

pub mod count;
pub mod lock;
pub mod reclaim;
pub mod slot;
pub mod thread;
pub mod world;

use std::time::Duration;
use weft_strategy::{Header, Retired, Strategy, ThreadCore, Word};

/// The strategy.
pub struct FreeThreaded;

impl Strategy for FreeThreaded {
    const NAME: &'static str = "free-threaded";
    const GIL: bool = false;

    fn count_up(h: &Header) {
        count::up(h)
    }
    fn count_down(core: &ThreadCore, h: &Header) {
        count::down(core, h)
    }
    fn publish(core: &ThreadCore, h: &Header) {
        slot::publish(core, h)
    }
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
    fn retire(core: &ThreadCore, buffer: Retired) {
        reclaim::retire(core, buffer)
    }
    fn drain(core: &ThreadCore) {
        reclaim::drain(core)
    }
}
