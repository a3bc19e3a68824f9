//! Running a program in all its configurations, and what came out of it.
//!
//! Runs alternate: every round runs each configuration once, and each round begins with another one, so that what
//! disturbs the machine for a while disturbs all of them alike.

use crate::child::{self, End, Run};
use crate::counters::{self, Counters, Place, Total};
use crate::plan::{Configuration, Plan, Program, mode_name};
use crate::stats;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What one run cost.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Seconds from start to end.
    pub wall: f64,
    /// Seconds of processor time, of all threads together.
    pub cpu: f64,
    /// Largest resident size, in KiB.
    pub peak_kib: u64,
    /// What the runtime counted, if it says.
    pub counters: Option<Counters>,
}

/// All runs of one configuration.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Which one.
    pub configuration: Configuration,
    /// The runs that count.
    pub samples: Vec<Sample>,
}

impl Measured {
    /// Wall times.
    pub fn walls(&self) -> Vec<f64> {
        self.samples.iter().map(|s| s.wall).collect()
    }

    /// Median wall time.
    pub fn wall(&self) -> f64 {
        stats::median(&self.walls())
    }

    /// Median processor time.
    pub fn cpu(&self) -> f64 {
        self.median_of(|s| s.cpu)
    }

    /// Cores busy on average.
    pub fn utilisation(&self) -> f64 {
        self.median_of(|s| s.cpu / s.wall.max(1e-9))
    }

    /// Median of the largest resident sizes, in KiB.
    pub fn peak_kib(&self) -> f64 {
        self.median_of(|s| s.peak_kib as f64)
    }

    /// Spread of the wall time relative to its median.
    pub fn relative_spread(&self) -> f64 {
        stats::spread(&self.walls()) / self.wall().max(1e-9)
    }

    /// What the runtime counted, on average; empty if it does not say.
    pub fn counted(&self) -> BTreeMap<String, Total> {
        Counters::mean(self.samples.iter().filter_map(|s| s.counters.as_ref()))
    }

    fn median_of(&self, f: impl Fn(&Sample) -> f64) -> f64 {
        stats::median(&self.samples.iter().map(f).collect::<Vec<_>>())
    }
}

/// A program in all its configurations.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The program.
    pub program: Program,
    /// Cores of the machine.
    pub cores: usize,
    /// In the plan's order; without runs if it was interrupted early.
    pub measured: Vec<Measured>,
    /// Did all runs print the same and end alike?
    pub outputs_equal: bool,
    /// What went wrong, each thing once.
    pub problems: Vec<String>,
    /// Where free threads met, the dearest place first: looked up in a run of its own, if they scale badly.
    pub places: Vec<Place>,
}

impl Comparison {
    /// The runs of a configuration, if there are any.
    pub fn find(&self, interpreter: usize, threads: Option<usize>) -> Option<&Measured> {
        self.measured
            .iter()
            .find(|m| m.configuration == Configuration { interpreter, threads } && !m.samples.is_empty())
    }

    /// How much faster than with the fewest threads, under the same interpreter.
    pub fn speedup_over_threads(&self, m: &Measured) -> Option<f64> {
        let first =
            self.measured.iter().find(|o| o.configuration.interpreter == m.configuration.interpreter)?;
        Some(self.find(m.configuration.interpreter, first.configuration.threads)?.wall() / m.wall())
    }

    /// How much faster than `yardstick` with as many threads.
    pub fn speedup_over(&self, yardstick: usize, m: &Measured) -> Option<f64> {
        Some(self.find(yardstick, m.configuration.threads)?.wall() / m.wall())
    }

    /// Speed-up over threads by as many times more threads that have a core each: 1 is perfect.
    pub fn efficiency(&self, m: &Measured) -> Option<f64> {
        let first =
            self.measured.iter().find(|o| o.configuration.interpreter == m.configuration.interpreter)?;
        let at_once = |m: &Measured| Some(m.configuration.threads?.min(self.cores) as f64);
        Some(self.speedup_over_threads(m)? / (at_once(m)? / at_once(first)?))
    }
}

/// What runs are compared by.
#[derive(Clone, PartialEq)]
struct Outcome {
    end: End,
    lines: Vec<Vec<u8>>,
}

impl Outcome {
    fn of(run: &Run, ignore: &[String]) -> Outcome {
        let ignored = |line: &[u8]| {
            let line = String::from_utf8_lossy(line);
            ignore.iter().any(|i| line.contains(i))
        };
        let lines = run.stdout.split(|b| *b == b'\n').filter(|l| !ignored(l)).map(<[u8]>::to_vec).collect();
        Outcome { end: run.end, lines }
    }

    /// Where two outcomes part.
    fn difference(&self, other: &Outcome) -> Option<String> {
        if self == other {
            return None;
        }
        let end = self.lines.len().max(other.lines.len());
        let line = |o: &Outcome, n: usize| match o.lines.get(n) {
            Some(l) => format!("{:?}", String::from_utf8_lossy(&l[..l.len().min(80)])),
            None => "nothing".into(),
        };
        match (0..end).find(|n| self.lines.get(*n) != other.lines.get(*n)) {
            Some(n) => Some(format!("line {}: {} instead of {}", n + 1, line(other, n), line(self, n))),
            None => Some(format!("{} instead of {}", other.end, self.end)),
        }
    }
}

/// Problems, each once, with how often it came.
#[derive(Default)]
struct Problems(Vec<(String, usize)>);

impl Problems {
    fn add(&mut self, text: String) {
        match self.0.iter_mut().find(|(t, _)| *t == text) {
            Some((_, n)) => *n += 1,
            None => self.0.push((text, 1)),
        }
    }

    fn texts(self) -> Vec<String> {
        self.0.into_iter().map(|(t, n)| if n > 1 { format!("{t} ({n} runs)") } else { t }).collect()
    }
}

/// Runs a program in all its configurations; `tick` hears of each run before it begins.
pub fn compare(p: &Program, plan: &Plan, tick: &mut dyn FnMut(&str)) -> Comparison {
    let all = plan.configurations(p);
    let mut measured: Vec<Measured> =
        all.iter().map(|c| Measured { configuration: *c, samples: Vec::new() }).collect();
    let mut problems = Problems::default();
    let mut reference: Option<(Outcome, String)> = None;
    let mut outputs_equal = true;
    let file = counters_file();
    'rounds: for round in 0..plan.rounds() {
        let mut failed = 0;
        for i in 0..all.len() {
            let at = (i + round) % all.len();
            let c = all[at];
            let name = plan.describe(c);
            tick(&format!("{}: {name}", p.name));
            // What an earlier child wrote must not be taken for this one's.
            let _ = std::fs::remove_file(&file);
            let mut command = plan.command(p, c);
            command.env(counters::VARIABLE, &file);
            let run = match child::run(&mut command, b"", plan.timeout) {
                Ok(run) => run,
                Err(e) => {
                    problems.add(format!("{name}: {e}"));
                    break 'rounds;
                }
            };
            if child::interrupted() {
                break 'rounds;
            }
            let counters = Counters::read(&file);
            if let Some(wanted) = plan.interpreters[c.interpreter].must_have_gil
                && counters.as_ref().map(|c| c.gil) != Some(wanted)
            {
                let took = counters.as_ref().map_or("did not start", |c| mode_name(c.gil));
                problems.add(format!("{name}: the mode did not take ({took})"))
            }
            if run.end != End::Exit(0) {
                problems.add(format!("{name}: {}{}", run.end, last_words(&run)));
                failed += 1;
            }
            let outcome = Outcome::of(&run, &plan.ignore);
            match &reference {
                None => reference = Some((outcome, name)),
                Some((expected, first)) => {
                    if let Some(d) = expected.difference(&outcome) {
                        outputs_equal = false;
                        problems.add(format!("{name}: output differs from that of {first}: {d}"))
                    }
                }
            }
            if round >= plan.warmup {
                measured[at].samples.push(Sample {
                    wall: run.wall.as_secs_f64(),
                    cpu: run.cpu.as_secs_f64(),
                    peak_kib: run.peak_kib,
                    counters,
                })
            }
        }
        if failed == all.len() {
            // It fails everywhere: more of that tells nothing.
            break;
        }
    }
    let problems = problems.texts();
    let mut c = Comparison {
        program: p.clone(),
        cores: plan.cores,
        measured,
        outputs_equal,
        problems,
        places: Vec::new(),
    };
    if c.problems.is_empty() && !child::interrupted() {
        c.places = places(&c, plan, &file)
    }
    let _ = std::fs::remove_file(&file);
    c
}

/// Speed-up over threads, as a part of what is possible, below which it is asked why.
const POOR: f64 = 0.75;
/// Places that are kept.
const MOST_PLACES: usize = 6;

/// One more run of the free-threaded mode with the most threads, to see where they meet; none if they scale well.
fn places(c: &Comparison, plan: &Plan, file: &Path) -> Vec<Place> {
    let free = |m: &&Measured| plan.interpreters[m.configuration.interpreter].must_have_gil == Some(false);
    let Some(m) = c.measured.iter().filter(free).max_by_key(|m| m.configuration.threads) else {
        return Vec::new();
    };
    if c.efficiency(m).is_none_or(|e| e >= POOR) {
        return Vec::new();
    }
    let _ = std::fs::remove_file(file);
    let mut with_places = plan.clone();
    with_places.interpreters[m.configuration.interpreter]
        .words
        .extend(["-X".into(), format!("contention={}", file.display())]);
    // If it does not run this time, there is nothing to tell.
    let _ = child::run(&mut with_places.command(&c.program, m.configuration), b"", plan.timeout);
    let mut all = counters::read_places(file);
    all.truncate(MOST_PLACES);
    all
}

/// The last line of standard error.
fn last_words(run: &Run) -> String {
    let text = String::from_utf8_lossy(&run.stderr);
    text.lines().rfind(|l| !l.trim().is_empty()).map_or(String::new(), |l| format!(": {l}"))
}

fn counters_file() -> PathBuf {
    std::env::temp_dir().join(format!("weft-compare-{}-counters.json", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(status: i32, text: &str) -> Outcome {
        let lines = text.split('\n').map(|l| l.as_bytes().to_vec()).collect();
        Outcome { end: End::Exit(status), lines }
    }

    #[test]
    fn differences_are_named() {
        let a = outcome(0, "one\ntwo\n");
        assert_eq!(a.difference(&a.clone()), None);
        assert_eq!(a.difference(&outcome(0, "one\n2\n")).unwrap(), "line 2: \"2\" instead of \"two\"");
        assert_eq!(a.difference(&outcome(0, "one\ntwo\n\n")).unwrap(), "line 4: \"\" instead of nothing");
        assert_eq!(
            a.difference(&outcome(1, "one\ntwo\n")).unwrap(),
            "exit status 1 instead of exit status 0"
        );
    }

    #[test]
    fn problems_are_counted() {
        let mut p = Problems::default();
        p.add("a".into());
        p.add("b".into());
        p.add("a".into());
        assert_eq!(p.texts(), ["a (2 runs)", "b"]);
    }
}
