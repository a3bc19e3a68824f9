//! The binary starts and ends. A test of the root package: so `cargo test --workspace` builds `weft`, beside which the
//! tests of this folder find it.

use std::process::Command;

#[test]
fn starts_and_ends() {
    let status = Command::new(env!("CARGO_BIN_EXE_weft")).args(["-c", "pass"]).status().expect("weft starts");
    assert!(status.success(), "{status}");
}
