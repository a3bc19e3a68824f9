//! Benchmark runner.
