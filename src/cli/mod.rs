//! The command line: argv in, exit status out.
//!
//! `options` reads argv and the environment, `startup` makes the interpreter, `run` runs what was asked for
//! and ends it, `contention` tells what it waited for, `dump` shows what the compiler makes of a program.
//! `weft compare` is a crate of its own.

mod contention;
mod dump;
mod options;
mod run;
mod startup;

/// Runs the command; gives the exit status.
pub fn main() -> i32 {
    if std::env::args_os().nth(1).is_some_and(|word| word == "compare") {
        return compare();
    }
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
    let contention = contention::Wanted::find(&parsed.flags);
    let status = run::run(parsed);
    contention.tell();
    status
}

/// `weft compare`: the word as first argument is the command, whatever files there are.
fn compare() -> i32 {
    let words = std::env::args_os().skip(2).map(|w| w.to_string_lossy().into_owned()).collect();
    match std::env::current_exe() {
        Ok(weft) => weft_compare::main(words, &weft),
        Err(e) => {
            startup::print(&format!("weft compare: cannot find weft itself: {e}\n"), true);
            2
        }
    }
}
