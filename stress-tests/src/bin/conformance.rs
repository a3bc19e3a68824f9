//! Runs CPython's own test files on weft and compares what fails with a committed list.
//!
//! ```text
//! conformance [FILE...] [--mode gil=0] [--light] [--cpython] [--limit SECONDS] [--jobs N] [--bless] [--verbose]
//! ```
//!
//! The files (named in `conformance/files.txt`) are CPython's and not part of this repository: `conformance/fetch.sh`
//! gets them from Debian. Where that cannot be, the runner says so and ends with status 0.
//!
//! Each file runs in its own process, through `driver.py`, which tells each case's end. After a crash or when the time
//! is over, the case that began last is to blame and the file runs again without the cases that are through. What
//! fails, crashes or times out is looked up in `conformance/expected.txt`; what is not listed is a regression, and
//! the status is 1. `--bless` rewrites the list, keeping reasons.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use weft_stress::child::{self, End};
use weft_stress::interpreters::{self, Interpreter};

/// After so many crashes of one file the rest is not run.
const CRASHES: usize = 25;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(why) => {
            eprintln!("conformance: {why}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<bool, String> {
    let options = Options::from_args()?;
    let folder = interpreters::stress_folder().join("conformance");
    let Some(library) = fetch(&folder)? else {
        println!("conformance: skipped, CPython's test files are not to be had here");
        return Ok(true);
    };
    let mut expected = Expected::read(&folder.join("expected.txt"))?;
    let mut modes: Vec<Interpreter> = Vec::new();
    if options.cpython {
        modes.extend(interpreters::cpython());
    } else {
        modes.extend(interpreters::weft()?);
    }
    modes.retain(|mode| options.mode.as_ref().is_none_or(|wanted| wanted == mode.name));

    let jobs: Vec<Job> = options
        .files(&folder)?
        .into_iter()
        .flat_map(|file| modes.iter().map(move |mode| Job { file: file.clone(), mode: mode.clone() }))
        .collect();
    println!(
        "{:24} {:8} {:>6} {:>6} {:>7} {:>9} {:>7}",
        "file", "mode", "passed", "failed", "crashed", "timed out", "skipped"
    );
    let results = run_all(&jobs, &options, &folder, &library);

    let mut regressions = Vec::new();
    let mut improved = Vec::new();
    let mut totals = Counts::default();
    for (job, cases) in jobs.iter().zip(&results) {
        totals.add(cases);
        for (case, outcome) in cases {
            let listed = expected.reason(&job.file, job.mode.name, case).is_some();
            match outcome {
                Outcome::Skipped => {}
                Outcome::Passed if listed => {
                    improved.push(format!("{} {} [{}]", job.file, case, job.mode.name))
                }
                Outcome::Passed => {}
                bad if !listed => {
                    regressions.push(format!("{} {} [{}] {}", job.file, case, job.mode.name, bad.reason()))
                }
                _ => {}
            }
        }
    }
    if options.bless {
        expected.replace(&jobs, &results);
        expected.write()?;
        println!("\nblessed: {} lines in {}", expected.entries.len(), expected.path.display());
        return Ok(true);
    }
    report("these pass and can be struck from expected.txt (--bless does it)", &improved, options.verbose);
    report("regressions", &regressions, true);
    println!(
        "\nconformance: {} passed, {} failed of which {} are not expected, {} skipped",
        totals.passed,
        totals.failed + totals.crashed + totals.timed_out,
        regressions.len(),
        totals.skipped
    );
    Ok(regressions.is_empty())
}

fn report(title: &str, lines: &[String], all: bool) {
    if lines.is_empty() {
        return;
    }
    println!("\n{title}: {}", lines.len());
    for line in lines.iter().take(if all { 200 } else { 20 }) {
        println!("    {line}");
    }
}

/// The folder that holds CPython's `test` package, or `None` if it cannot be had.
fn fetch(folder: &Path) -> Result<Option<PathBuf>, String> {
    let target = match env::var_os("CARGO_TARGET_DIR") {
        Some(target) => PathBuf::from(target),
        None => folder.join("../../target"),
    };
    fs::create_dir_all(&target).map_err(|error| format!("{}: {error}", target.display()))?;
    let target = target.canonicalize().map_err(|error| format!("{}: {error}", target.display()))?;
    let mut script = Command::new(folder.join("fetch.sh"));
    let run = child::run(script.env("CARGO_TARGET_DIR", &target), b"", Duration::from_secs(600))
        .map_err(|error| format!("fetch.sh: {error}"))?;
    eprint!("{}", String::from_utf8_lossy(&run.stderr));
    Ok((run.end == End::Exit(0)).then(|| target.join("conformance/lib")))
}

struct Options {
    files: Vec<String>,
    mode: Option<String>,
    light: bool,
    cpython: bool,
    bless: bool,
    verbose: bool,
    limit: Duration,
    jobs: usize,
}

impl Options {
    fn from_args() -> Result<Options, String> {
        let mut options = Options {
            files: vec![],
            mode: None,
            light: false,
            cpython: false,
            bless: false,
            verbose: false,
            limit: Duration::from_secs(120),
            jobs: 2,
        };
        let mut args = env::args().skip(1);
        while let Some(arg) = args.next() {
            let mut number =
                || args.next().and_then(|n| n.parse().ok()).ok_or(format!("{arg} takes a number"));
            match arg.as_str() {
                "--light" => options.light = true,
                "--cpython" => options.cpython = true,
                "--bless" => options.bless = true,
                "--verbose" => options.verbose = true,
                "--limit" => options.limit = Duration::from_secs(number()?),
                "--jobs" => options.jobs = number()? as usize,
                "--mode" => options.mode = args.next(),
                option if option.starts_with('-') => {
                    return Err(format!("unknown option {option}"));
                }
                file => options.files.push(file.to_string()),
            }
        }
        Ok(options)
    }

    fn files(&self, folder: &Path) -> Result<Vec<String>, String> {
        if !self.files.is_empty() {
            return Ok(self.files.clone());
        }
        let text =
            fs::read_to_string(folder.join("files.txt")).map_err(|error| format!("files.txt: {error}"))?;
        Ok(text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(str::to_string)
            .collect())
    }
}

struct Job {
    file: String,
    mode: Interpreter,
}

#[derive(Clone, Debug)]
enum Outcome {
    Passed,
    Skipped,
    Failed(String),
    Crashed(String),
    TimedOut,
}

impl Outcome {
    fn reason(&self) -> &str {
        match self {
            Outcome::Passed | Outcome::Skipped => "",
            Outcome::Failed(why) | Outcome::Crashed(why) => why,
            Outcome::TimedOut => "timed out",
        }
    }
}

type Cases = BTreeMap<String, Outcome>;

#[derive(Default)]
struct Counts {
    passed: usize,
    failed: usize,
    crashed: usize,
    timed_out: usize,
    skipped: usize,
}

impl Counts {
    fn add(&mut self, cases: &Cases) {
        for outcome in cases.values() {
            match outcome {
                Outcome::Passed => self.passed += 1,
                Outcome::Skipped => self.skipped += 1,
                Outcome::Failed(_) => self.failed += 1,
                Outcome::Crashed(_) => self.crashed += 1,
                Outcome::TimedOut => self.timed_out += 1,
            }
        }
    }
}

/// Runs the jobs on a few threads, a line of the table for each as it ends.
fn run_all(jobs: &[Job], options: &Options, folder: &Path, library: &Path) -> Vec<Cases> {
    let next = AtomicUsize::new(0);
    let mut results: Vec<(usize, Cases)> = thread::scope(|scope| {
        let worker = || {
            let mut mine = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(job) = jobs.get(index) else {
                    return mine;
                };
                let cases = run_file(job, options, folder, library);
                let mut counts = Counts::default();
                counts.add(&cases);
                let Counts { passed, failed, crashed, timed_out, skipped } = counts;
                println!(
                    "{:24} {:8} {passed:6} {failed:6} {crashed:7} {timed_out:9} {skipped:7}",
                    job.file, job.mode.name
                );
                mine.push((index, cases));
            }
        };
        let workers: Vec<_> = (0..options.jobs.max(1)).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker does not panic")).collect()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, cases)| cases).collect()
}

fn run_file(job: &Job, options: &Options, folder: &Path, library: &Path) -> Cases {
    let mut cases = Cases::new();
    let start = Instant::now();
    for _ in 0..CRASHES {
        if start.elapsed() > 2 * options.limit {
            // One case after the other hangs: the others are not run.
            cases.insert(WHOLE_FILE.into(), Outcome::TimedOut);
            return cases;
        }
        // Tests leave files in the current folder.
        let scratch = env::temp_dir().join(format!(
            "weft-conformance-{}-{}-{}",
            std::process::id(),
            job.file,
            job.mode.name
        ));
        let _ = fs::create_dir_all(&scratch);
        let mut command = job.mode.command();
        command.arg(folder.join("driver.py")).arg(library).arg(&job.file).current_dir(&scratch);
        if options.light {
            command.arg("--light");
        }
        let through: String = cases.keys().map(|case| format!("{case}\n")).collect();
        let run = child::run(&mut command, through.as_bytes(), options.limit);
        let _ = fs::remove_dir_all(&scratch);
        let run = match run {
            Ok(run) => run,
            Err(error) => {
                cases.insert(WHOLE_FILE.into(), Outcome::Failed(error.to_string()));
                return cases;
            }
        };
        let progress = Progress::read(&String::from_utf8_lossy(&run.stdout));
        let before = cases.len();
        cases.extend(progress.cases);
        if progress.done {
            return cases;
        }
        let outcome = match run.end {
            End::TimedOut(_) => Outcome::TimedOut,
            End::Exit(status) => {
                Outcome::Crashed(format!("ended with status {status}: {}", last_line(&run.stderr)))
            }
            End::Signal(_) => Outcome::Crashed(run.end.to_string()),
        };
        let culprit = progress.running.unwrap_or_else(|| WHOLE_FILE.to_string());
        cases.insert(culprit, outcome);
        if cases.len() == before || cases.contains_key(WHOLE_FILE) {
            return cases;
        }
    }
    cases
}

/// Stands for the case when a file does not come so far as to run one.
const WHOLE_FILE: &str = "(file)";

/// What the driver told before it ended.
#[derive(Default)]
struct Progress {
    cases: Cases,
    running: Option<String>,
    done: bool,
}

impl Progress {
    fn read(output: &str) -> Progress {
        let mut progress = Progress::default();
        for line in output.lines() {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            let (case, why) = rest.split_once(' ').unwrap_or((rest, ""));
            let outcome = match word {
                "start" => {
                    progress.running = Some(case.to_string());
                    continue;
                }
                "ok" => Outcome::Passed,
                "skip" => Outcome::Skipped,
                "fail" => Outcome::Failed(why.to_string()),
                "import" => {
                    progress.cases.insert(WHOLE_FILE.to_string(), Outcome::Failed(rest.to_string()));
                    continue;
                }
                "done" => {
                    progress.done = true;
                    continue;
                }
                _ => continue,
            };
            progress.running = None;
            progress.cases.insert(case.to_string(), outcome);
        }
        progress
    }
}

fn last_line(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("").chars().take(120).collect()
}

/// What is known to fail: lines of `file mode case reason`; mode `*` is any, case `*` is every case of the file.
struct Expected {
    path: PathBuf,
    comments: String,
    entries: Vec<Entry>,
}

#[derive(Clone)]
struct Entry {
    file: String,
    mode: String,
    case: String,
    reason: String,
}

impl Entry {
    fn is_for(&self, file: &str, mode: &str, case: &str) -> bool {
        self.file == file
            && (self.mode == "*" || self.mode == mode)
            && (self.case == "*" || self.case == case)
    }
}

impl Expected {
    fn read(path: &Path) -> Result<Expected, String> {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut expected =
            Expected { path: path.to_path_buf(), comments: String::new(), entries: Vec::new() };
        for line in text.lines().filter(|line| !line.is_empty()) {
            if line.starts_with('#') {
                expected.comments += &format!("{line}\n");
                continue;
            }
            let mut parts = line.splitn(4, ' ').map(str::to_string);
            let mut next = || parts.next().unwrap_or_default();
            expected.entries.push(Entry { file: next(), mode: next(), case: next(), reason: next() });
        }
        Ok(expected)
    }

    fn reason(&self, file: &str, mode: &str, case: &str) -> Option<&str> {
        self.entries.iter().find(|entry| entry.is_for(file, mode, case)).map(|entry| entry.reason.as_str())
    }

    /// Puts what fails now in place of what was listed for these files and modes.
    fn replace(&mut self, jobs: &[Job], results: &[Cases]) {
        let old = self.entries.clone();
        let mut failing: BTreeMap<(String, String), Vec<(&str, String)>> = BTreeMap::new();
        for (job, cases) in jobs.iter().zip(results) {
            for (case, outcome) in cases {
                if matches!(outcome, Outcome::Passed | Outcome::Skipped) {
                    continue;
                }
                // A reason that was written for this very case is kept; one for a whole file has had its day.
                let known = old.iter().find(|e| e.case == *case && e.is_for(&job.file, job.mode.name, case));
                let reason = known.map_or_else(|| outcome.reason().to_string(), |entry| entry.reason.clone());
                failing.entry((job.file.clone(), case.clone())).or_default().push((job.mode.name, reason));
            }
        }
        let run: BTreeSet<(&str, &str)> = jobs.iter().map(|job| (job.file.as_str(), job.mode.name)).collect();
        let modes: BTreeSet<&str> = jobs.iter().map(|job| job.mode.name).collect();
        // An entry for any mode stays for the mode that was not run.
        self.entries.retain(|e| {
            !modes
                .iter()
                .any(|mode| run.contains(&(e.file.as_str(), mode)) && (e.mode == "*" || e.mode == *mode))
        });
        for ((file, case), found) in failing {
            if found.len() == 2 {
                self.entries.push(Entry { file, mode: "*".into(), case, reason: found[0].1.clone() });
                continue;
            }
            for (mode, reason) in found {
                self.entries.push(Entry {
                    file: file.clone(),
                    mode: mode.into(),
                    case: case.clone(),
                    reason,
                });
            }
        }
        self.entries.sort_by(|a, b| (&a.file, &a.case, &a.mode).cmp(&(&b.file, &b.case, &b.mode)));
    }

    fn write(&self) -> Result<(), String> {
        let lines = self.entries.iter().map(|e| format!("{} {} {} {}\n", e.file, e.mode, e.case, e.reason));
        fs::write(&self.path, self.comments.clone() + &lines.collect::<String>())
            .map_err(|error| format!("{}: {error}", self.path.display()))
    }
}
