//! The global interpreter lock.
