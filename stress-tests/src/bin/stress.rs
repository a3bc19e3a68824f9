//! Runs the threaded stress programs for a while and reports what crashes, hangs or fails.
//!
//! ```text
//! stress [WORD...] [--seconds N] [--each N] [--seed N] [--mode gil=0] [--jobs N] [--cpython] [--list]
//! ```
//!
//! The programs are in `programs/`: each hammers something that threads share for the given number of seconds and
//! prints `OK` at the end. A program may meet Python exceptions, it catches those it provokes; it must never crash,
//! corrupt or hang the runtime. They get a seed for their random choices, printed so that a failure can be tried again
//! (threads still interleave as they like). `--seconds` is the whole budget: rounds over all programs and modes, each
//! program for `--each` seconds, until it is used up; 0 is one round.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};
use std::{env, fs, thread};

use weft_stress::child::{self, End, Run};
use weft_stress::interpreters::{self, Interpreter};

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(why) => {
            eprintln!("stress: {why}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<bool, String> {
    let options = Options::from_args()?;
    let programs = programs(&options.words)?;
    if options.list {
        programs.iter().for_each(|path| println!("{}", name(path)));
        return Ok(true);
    }
    let mut modes: Vec<Interpreter> = if options.cpython {
        vec![interpreters::cpython().ok_or("no CPython 3.14 found")?]
    } else {
        interpreters::weft()?.to_vec()
    };
    modes.retain(|mode| options.mode.as_ref().is_none_or(|wanted| wanted == mode.name));
    let end = Instant::now() + Duration::from_secs(options.seconds);
    let (mut runs, mut failures) = (0, Vec::new());
    for round in 0.. {
        let seed = options.seed + round;
        let jobs: Vec<Job> =
            programs.iter().flat_map(|path| modes.iter().map(move |mode| Job { path, mode, seed })).collect();
        runs += jobs.len();
        println!("round {}: seed {seed}", round + 1);
        failures.extend(run_round(&jobs, &options));
        if Instant::now() >= end {
            break;
        }
    }
    for failure in &failures {
        println!("\n{failure}");
    }
    println!("\nstress: {} passed, {} failed", runs - failures.len(), failures.len());
    Ok(failures.is_empty())
}

struct Job<'a> {
    path: &'a PathBuf,
    mode: &'a Interpreter,
    seed: u64,
}

/// Runs the jobs on a few threads; what failed, as text.
fn run_round(jobs: &[Job], options: &Options) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut failures = Vec::new();
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = run_job(job, options);
            let word = if result.is_ok() { "ok" } else { "FAILED" };
            println!("  {:28} [{}] ... {word}", name(job.path), job.mode.name);
            failures.extend(result.err());
        }
        failures
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..options.jobs.max(1)).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker does not panic")).collect()
    })
}

fn run_job(job: &Job, options: &Options) -> Result<(), String> {
    // A program that takes this much longer than it was told to hangs.
    let limit = Duration::from_secs_f64(options.each * 5.0 + 60.0);
    let mut command = job.mode.command();
    command.arg(job.path).arg(options.each.to_string()).env("STRESS_SEED", job.seed.to_string());
    let run = child::run(&mut command, b"", limit).map_err(|error| error.to_string())?;
    if run.end == End::Exit(0) && run.stdout.ends_with(b"OK\n") {
        return Ok(());
    }
    let again =
        format!("STRESS_SEED={} {} {} {}", job.seed, job.mode.shown(), job.path.display(), options.each);
    Err(format!(
        "{} [{}]: {}\n  again: {again}\n{}",
        name(job.path),
        job.mode.name,
        what_happened(&run),
        tail(&run)
    ))
}

fn what_happened(run: &Run) -> String {
    match run.end {
        End::Exit(0) => "did not print OK".to_string(),
        End::TimedOut(_) => format!("hangs: {}", run.end),
        _ => run.end.to_string(),
    }
}

fn tail(run: &Run) -> String {
    let text = format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(25)..].iter().map(|line| format!("  | {line}\n")).collect()
}

fn programs(words: &[String]) -> Result<Vec<PathBuf>, String> {
    let folder = interpreters::stress_folder().join("programs");
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    paths.retain(|path| !name(path).starts_with('_'));
    paths.retain(|path| words.is_empty() || words.iter().any(|word| name(path).contains(word.as_str())));
    paths.sort();
    Ok(paths)
}

fn name(path: &std::path::Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

struct Options {
    words: Vec<String>,
    seconds: u64,
    each: f64,
    seed: u64,
    mode: Option<String>,
    jobs: usize,
    cpython: bool,
    list: bool,
}

impl Options {
    fn from_args() -> Result<Options, String> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let mut options = Options {
            words: vec![],
            seconds: 0,
            each: 1.0,
            seed: now % 1_000_000,
            mode: None,
            jobs: 1,
            cpython: false,
            list: false,
        };
        let mut args = env::args().skip(1);
        while let Some(arg) = args.next() {
            let mut number = || -> Result<f64, String> {
                args.next().and_then(|n| n.parse().ok()).ok_or(format!("{arg} takes a number"))
            };
            match arg.as_str() {
                "--seconds" => options.seconds = number()? as u64,
                "--each" => options.each = number()?,
                "--seed" => options.seed = number()? as u64,
                "--jobs" => options.jobs = number()? as usize,
                "--mode" => options.mode = args.next(),
                "--cpython" => options.cpython = true,
                "--list" => options.list = true,
                option if option.starts_with("--") => {
                    return Err(format!("unknown option {option}"));
                }
                word => options.words.push(word.to_string()),
            }
        }
        Ok(options)
    }
}
