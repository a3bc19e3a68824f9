//! Safepoints: where a thread looks up from its work.
//!
//! They are at calls, backward jumps and after blocking natives. Here the world may stop, the GIL change
//! hands, signals be delivered, pending deaths be freed, garbage be collected.

use super::Thread;
use crate::Res;
use std::sync::atomic::Ordering::Relaxed;
use weft_strategy::core::breaker;

impl Thread {
    /// A safepoint. Errors: a signal handler's or an asynchronous exception.
    #[inline(always)]
    pub fn safepoint(&mut self) -> Res<()> {
        if self.core.is_called() { self.safepoint_slow() } else { Ok(()) }
    }

    #[cold]
    #[inline(never)]
    fn safepoint_slow(&mut self) -> Res<()> {
        if self.core.breaker.load(Relaxed) & (breaker::STOP | breaker::GIL_WANTED) != 0 {
            weft_strategy::ops().safepoint(&self.core);
        }
        // Read after the wait, in which the end of the program may have begun.
        let bits = self.core.breaker.load(Relaxed);
        if bits & breaker::PARK != 0 && crate::start::is_finalizing_for(self) {
            self.park_for_ever()
        }
        self.drain_if_asked();
        self.process_pending();
        if bits & breaker::COLLECT != 0 {
            self.core.clear_breaker(breaker::COLLECT);
            crate::gc::collect_if_due(self);
        }
        if bits & breaker::CALLS != 0 {
            self.core.clear_breaker(breaker::CALLS);
            crate::start::run_pending_calls(self)?;
        }
        if bits & breaker::SIGNAL != 0 {
            self.core.clear_breaker(breaker::SIGNAL);
            crate::start::run_signal_handlers(self)?;
        }
        if bits & breaker::ASYNC_EXC != 0 {
            self.core.clear_breaker(breaker::ASYNC_EXC);
            if let Some(exc) = self.locals.async_exc.take() {
                return Err(crate::errors::raise_class_or_instance(self, exc));
            }
        }
        Ok(())
    }
}
