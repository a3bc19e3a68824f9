//! Object locks without the GIL: the byte lock of a SHARED object, with parking.

use weft_strategy::{Header, lock};

/// Takes the lock.
pub fn lock(h: &Header) {
    lock::lock_byte(h)
}

/// Gives it back.
pub fn unlock(h: &Header) {
    lock::unlock_byte(h)
}
