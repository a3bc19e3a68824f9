//! What the runners share: children with a time limit, the interpreters to run, and a test report.
//!
//! The runners know weft only as a program that is given a file. They do not link it, so a crash of the runtime
//! is a line in a report and never the end of the run.

pub use weft_compare::child;

pub mod diff;
pub mod interpreters;
pub mod report;
