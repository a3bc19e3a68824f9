//! The command line: argv in, exit status out.
//!
//! `options` reads argv and the environment, `startup` makes the interpreter, `run` runs what was asked for
//! and ends it, `dump` shows what the compiler makes of a program.

mod dump;
mod options;
mod run;
mod startup;

/// Runs the command; gives the exit status.
pub fn main() -> i32 {
    let parsed = match options::parse(std::env::args_os().collect()) {
        Ok(p) => p,
        Err(options::Stop { text, status }) => {
            startup::print(&text, status != 0);
            return status;
        }
    };
    if let Some(stage) = &parsed.dump {
        return dump::dump(stage, &parsed);
    }
    run::run(parsed)
}
