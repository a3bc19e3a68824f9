//! How the `weft` binary is linked.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/startup.ld");
    // At a fixed address, as distributions link CPython: tables of functions need not be written at every start, which
    // costs time and memory that processes cannot share.
    println!("cargo:rustc-link-arg-bin=weft=-no-pie");
    // The functions that every program runs lie together, for code comes into memory by 64 KiB.
    if std::env::var("OPT_LEVEL").as_deref() == Ok("3") {
        let folder = std::env::var("CARGO_MANIFEST_DIR").unwrap();
        println!("cargo:rustc-link-arg-bin=weft=-Wl,-T,{folder}/src/startup.ld");
    }
}
