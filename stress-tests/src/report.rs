//! Runs trials and reports them in cargo's own words: a line each, the failures, and `test result:` last.
//!
//! Beside passed and failed there is *pending*: a trial that is known to fail. It is counted as ignored. A pending
//! trial that passes is named at the end, so that the list of the pending shrinks.

use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Instant;
use std::{env, io, thread};

pub enum Verdict {
    Passed,
    Failed(String),
    /// Failed, as is known; with the known reason.
    Pending(String),
    /// Passed although it is listed as pending.
    Surprise,
}

pub struct Trial {
    pub name: String,
    pub run: Box<dyn Fn() -> Verdict + Send + Sync>,
}

/// What the command line asked for; the options of libtest that make sense here.
struct Selection {
    filters: Vec<String>,
    skip: Vec<String>,
    exact: bool,
    list: bool,
    threads: usize,
}

impl Selection {
    fn from_args() -> Self {
        let mut selection =
            Selection { filters: vec![], skip: vec![], exact: false, list: false, threads: 2 };
        let mut args = env::args().skip(1);
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--exact" => selection.exact = true,
                "--list" => selection.list = true,
                "--skip" => selection.skip.extend(args.next()),
                "--test-threads" => selection.threads = args.next().and_then(|n| n.parse().ok()).unwrap_or(2),
                "--format" | "--color" | "--logfile" => drop(args.next()),
                option if option.starts_with('-') => {}
                filter => selection.filters.push(filter.to_string()),
            }
        }
        selection
    }

    fn takes(&self, name: &str) -> bool {
        let fits = |filter: &String| {
            if self.exact { name == filter } else { name.contains(filter.as_str()) }
        };
        (self.filters.is_empty() || self.filters.iter().any(fits)) && !self.skip.iter().any(fits)
    }
}

/// Runs the trials that the command line selects.
pub fn main(trials: Vec<Trial>) -> ExitCode {
    let selection = Selection::from_args();
    let all = trials.len();
    let trials: Vec<Trial> = trials.into_iter().filter(|trial| selection.takes(&trial.name)).collect();
    if selection.list {
        trials.iter().for_each(|trial| println!("{}: test", trial.name));
        return ExitCode::SUCCESS;
    }
    run(trials, selection.threads, all)
}

fn run(trials: Vec<Trial>, threads: usize, all: usize) -> ExitCode {
    let start = Instant::now();
    let (count, width) = (trials.len(), trials.iter().map(|trial| trial.name.len()).max().unwrap_or(0));
    println!("\nrunning {count} tests");
    let (mut passed, mut pending) = (0, 0);
    let (mut failures, mut surprises) = (Vec::new(), Vec::new());
    in_parallel(&trials, threads, |trial, verdict| {
        let name = &trial.name;
        let word = match verdict {
            Verdict::Passed => {
                passed += 1;
                "ok".to_string()
            }
            Verdict::Failed(why) => {
                failures.push((name.clone(), why));
                "FAILED".to_string()
            }
            Verdict::Pending(reason) => {
                pending += 1;
                format!("ignored, {reason}")
            }
            Verdict::Surprise => {
                passed += 1;
                surprises.push(name.clone());
                "ok (listed as pending)".to_string()
            }
        };
        println!("test {name:width$} ... {word}");
    });
    let mut out = io::stdout().lock();
    let _ = summary(&mut out, &failures, &surprises);
    let word = if failures.is_empty() { "ok" } else { "FAILED" };
    let _ = writeln!(
        out,
        "\ntest result: {word}. {passed} passed; {} failed; {pending} ignored; 0 measured; {} filtered out; finished in {:.2}s\n",
        failures.len(),
        all - count,
        start.elapsed().as_secs_f64()
    );
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(101) }
}

fn summary(out: &mut impl Write, failures: &[(String, String)], surprises: &[String]) -> io::Result<()> {
    if !surprises.is_empty() {
        writeln!(out, "\nthese pass and can be struck from the pending list:")?;
        surprises.iter().try_for_each(|name| writeln!(out, "    {name}"))?;
    }
    if !failures.is_empty() {
        writeln!(out, "\nfailures:")?;
        for (name, why) in failures {
            writeln!(out, "\n---- {name} ----\n{}", why.trim_end())?;
        }
    }
    Ok(())
}

/// Runs the trials on a few threads; verdicts are reported as they come.
fn in_parallel(trials: &[Trial], threads: usize, mut report: impl FnMut(&Trial, Verdict)) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let (send, verdicts) = mpsc::channel();
        for _ in 0..threads.max(1) {
            let (send, next) = (send.clone(), &next);
            scope.spawn(move || {
                while let Some(trial) = trials.get(next.fetch_add(1, Ordering::Relaxed)) {
                    send.send((trial, (trial.run)())).expect("the report listens to the end");
                }
            });
        }
        drop(send);
        for (trial, verdict) in verdicts {
            report(trial, verdict);
        }
    });
}
