//! The `weft` command.

mod cli;
mod memory;

fn main() {
    std::process::exit(cli::main())
}
