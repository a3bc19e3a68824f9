//! How the `weft` binary is linked.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // At a fixed address, as distributions link CPython: tables of functions need not be written at every start, which
    // costs time and memory that processes cannot share.
    println!("cargo:rustc-link-arg-bin=weft=-no-pie");
}
