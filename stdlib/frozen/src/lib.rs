//! The embedded Lib.
