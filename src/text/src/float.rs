//! Python's `float`: text in and out, rounding, exact ratios, and the arithmetic that differs from Rust's.

pub mod arith;
pub mod hex;
pub mod parse;
pub mod round;
pub mod text;

pub use parse::parse;
pub use text::repr;
