//! Runs Python benchmark programs under several interpreters, interleaved, and compares them.
//!
//! ```text
//! bench [WORD...] [--with COMMAND]... [--set ours|pyperformance|all] [--rounds N] [--seconds S] [--limit S]
//!       [--scaling] [--threads N] [--json FILE] [--list]
//! ```
//!
//! Only ratios taken in one run mean anything on a shared machine: so every round runs a benchmark under all
//! interpreters in turn, and what is compared are medians over all rounds. The first interpreter is the yardstick (1.00;
//! larger is faster). Without `--with` they are CPython 3.14 if it is found, `weft -X gil=1` and `weft -X gil=0`.
//!
//! `--scaling` runs our own programs in one thread and in `--threads` (2) and tells the work done together relative to
//! one: 2.0 is perfect for two, 1.0 is what a GIL gives, less is contention.

mod programs;
mod stats;
mod table;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;
use std::{env, fs, io};

use programs::{Program, Set};
use stats::{Sample, median};
use weft_stress::interpreters;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("bench: {why}");
            ExitCode::from(1)
        }
    }
}

fn run() -> Result<(), String> {
    let options = Options::from_args()?;
    let programs = programs::find(options.set, &options.words)?;
    if options.list {
        programs.iter().for_each(|program| println!("{}", program.name));
        return Ok(());
    }
    if programs.is_empty() {
        return Err("no such benchmark; --list names them".to_string());
    }
    let threads: Vec<usize> = if options.scaling { vec![1, options.threads] } else { vec![1] };
    let mut results = Vec::new();
    for program in &programs {
        results.extend(measure(program, &options, &threads));
    }
    let names: Vec<&str> = options.interpreters.iter().map(|i| i.name.as_str()).collect();
    if options.scaling {
        table::scaling(&names, &results, options.threads);
    } else {
        table::speed(&names, &results);
    }
    if let Some(path) = &options.json {
        fs::write(path, table::json(&names, &results))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// A command line that takes a Python program, and what it is called in the tables.
struct Interpreter {
    name: String,
    words: Vec<String>,
}

impl Interpreter {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.words[0]);
        command.args(&self.words[1..]).env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONHASHSEED", "0");
        command
    }
}

/// One benchmark's results: for each interpreter and each number of threads all that was measured.
pub struct Measured {
    pub name: String,
    /// `samples[interpreter][threads]`
    pub samples: Vec<Vec<Sample>>,
}

/// Runs a program for some rounds, each under all interpreters in turn. A program may hold several benchmarks.
fn measure(program: &Program, options: &Options, threads: &[usize]) -> Vec<Measured> {
    let mut measured: Vec<Measured> = Vec::new();
    let empty = || vec![vec![Sample::default(); threads.len()]; options.interpreters.len()];
    let mut broken = vec![false; options.interpreters.len()];
    for round in 0..options.rounds {
        for (index, interpreter) in options.interpreters.iter().enumerate() {
            for (slot, &count) in threads.iter().enumerate() {
                if broken[index] {
                    continue;
                }
                match program.run(interpreter.command(), count, options.seconds, options.limit) {
                    Ok(output) => {
                        for (name, times) in output.times {
                            let at = measured.iter().position(|m| m.name == name).unwrap_or_else(|| {
                                measured.push(Measured { name, samples: empty() });
                                measured.len() - 1
                            });
                            let sample = &mut measured[at].samples[index][slot];
                            sample.times.push(median(&times));
                            sample.peak_kib = sample.peak_kib.max(output.peak_kib);
                        }
                    }
                    Err(why) => {
                        broken[index] = true;
                        eprintln!("{}: {} {why}", program.name, interpreter.name);
                    }
                }
            }
        }
        if io::stderr().is_terminal() {
            eprint!("{:40} round {}/{}\r", program.name, round + 1, options.rounds);
        }
    }
    measured
}

struct Options {
    words: Vec<String>,
    interpreters: Vec<Interpreter>,
    set: Set,
    rounds: usize,
    seconds: f64,
    limit: Duration,
    scaling: bool,
    threads: usize,
    json: Option<PathBuf>,
    list: bool,
}

impl Options {
    fn from_args() -> Result<Options, String> {
        let mut options = Options {
            words: vec![],
            interpreters: vec![],
            set: Set::Ours,
            rounds: 3,
            seconds: 0.5,
            limit: Duration::from_secs(120),
            scaling: false,
            threads: 2,
            json: None,
            list: false,
        };
        let mut args = env::args().skip(1);
        while let Some(arg) = args.next() {
            if !arg.starts_with("--") {
                options.words.push(arg);
                continue;
            }
            match arg.as_str() {
                "--scaling" => {
                    options.scaling = true;
                    continue;
                }
                "--list" => {
                    options.list = true;
                    continue;
                }
                _ => {}
            }
            let value = args.next().ok_or(format!("{arg} takes a value"))?;
            let number = || value.parse::<f64>().map_err(|_| format!("{arg} takes a number, not {value}"));
            match arg.as_str() {
                "--with" => options.interpreters.push(given(&value)?),
                "--set" => options.set = value.parse()?,
                "--rounds" => options.rounds = number()? as usize,
                "--seconds" => options.seconds = number()?,
                "--limit" => options.limit = Duration::from_secs_f64(number()?),
                "--threads" => options.threads = number()? as usize,
                "--json" => options.json = Some(PathBuf::from(value)),
                _ => return Err(format!("unknown option {arg}")),
            }
        }
        if options.scaling {
            options.set = Set::Ours;
        }
        if options.interpreters.is_empty() && !options.list {
            options.interpreters = found()?;
        }
        Ok(options)
    }
}

/// The interpreter that `--with` names: a command with its options, perhaps `NAME=COMMAND`.
fn given(value: &str) -> Result<Interpreter, String> {
    let (name, command) = match value.split_once('=') {
        Some((name, command)) if !name.contains([' ', '/']) => (name, command),
        _ => (value, value),
    };
    let words: Vec<String> = command.split_whitespace().map(str::to_string).collect();
    if words.is_empty() {
        return Err("--with takes a command".to_string());
    }
    Ok(Interpreter { name: name.rsplit('/').next().unwrap_or(name).to_string(), words })
}

fn found() -> Result<Vec<Interpreter>, String> {
    let mut all = Vec::new();
    if let Some(cpython) = interpreters::cpython() {
        all.push(Interpreter { name: "cpython".into(), words: vec![cpython.program.display().to_string()] });
    }
    for weft in interpreters::weft()? {
        let words = vec![weft.program.display().to_string(), "-X".into(), weft.name.into()];
        all.push(Interpreter { name: format!("weft {}", weft.name), words });
    }
    Ok(all)
}
