//! The `weft` command.

mod cli;
#[cfg(feature = "mimalloc")]
mod memory;

fn main() {
    let status = cli::main();
    let _ = std::io::Write::flush(&mut std::io::stdout());
    // A profile of the run is written by exit handlers.
    if std::env::var_os("LLVM_PROFILE_FILE").is_some() {
        std::process::exit(status)
    }
    // No exit handlers: daemon threads may be using what those would take down.
    // SAFETY: writes what C libraries have buffered, and ends the process.
    unsafe {
        libc::fflush(std::ptr::null_mut());
        libc::_exit(status)
    }
}
