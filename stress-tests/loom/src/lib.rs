//! Models of the protocols that free threading rests on, explored by loom: every interleaving (up to a bound on
//! preemptions) and every value that a weakly ordered load may see.
//!
//! The models run the real code where it takes no part of the VM: counts ([`weft_strategy::Header`]), parking
//! ([`weft_strategy::lock::Bucket`]), stopping ([`weft_nogil::world::World`]). What stands around it is written
//! out here. Each model comes with faults planted on purpose, and a test that each of them is caught: a model
//! that finds nothing wrong with wrong code says nothing about right code.
//!
//! | file | protocol | invariant of DESIGN section 3 |
//! |---|---|---|
//! | `parking` | byte lock, waiters' table | writers exclude each other |
//! | `stop` | stopping the world | nobody runs in a stop |
//! | `publish` | sharing by the owner, uncounted loads | I1 |
//! | `death` | revival, queued death, drain | I2, I3, I4 |
//! | `buffer` | a list read without its lock | no slot beyond its buffer |
//! | `snapshot` | many items of a list read at once | what is read was there at one moment |
//! | `tally` | counts that threads keep apart | I2 |
//! | `weakref` | upgrade against the drain | I4 |
//! | `generator` | claim by compare-and-swap | rule 2 |
//!
//! Run: `RUSTFLAGS="--cfg weft_loom" cargo test -p weft-loom --target-dir target/loom`
#![cfg(weft_loom)]

pub mod buffer;
pub mod death;
pub mod generator;
pub mod machine;
pub mod parking;
pub mod publish;
pub mod snapshot;
pub mod stop;
pub mod tally;
pub mod weakref;

/// Explores `model` with at most `preemptions` of them.
pub fn explore(preemptions: usize, model: impl Fn() + Sync + Send + 'static) {
    let mut b = loom::model::Builder::new();
    b.preemption_bound = Some(preemptions);
    b.max_branches = 100_000;
    b.check(model)
}
