//! The outcome: as a table in the terminal, in words, as JSON, as a page.

mod html;
mod json;
mod plot;
mod table;
mod verdict;

pub use html::html;
pub use json::json;
pub use table::text;

use crate::counters::{Place, Total};
use crate::machine;
use crate::measure::{Comparison, Measured};
use crate::plan::{Interpreter, Plan};
use std::collections::BTreeMap;

/// Everything that was measured.
#[derive(Clone, Debug)]
pub struct Report {
    /// What ran the programs.
    pub interpreters: Vec<Interpreter>,
    /// One program, or the suite.
    pub comparisons: Vec<Comparison>,
    /// Is it the suite?
    pub suite: bool,
    /// Did Ctrl-C end it early?
    pub interrupted: bool,
    /// Runs of each configuration, and runs before those.
    pub runs: (usize, usize),
    /// Cores of the machine.
    pub cores: usize,
    /// Part of them that other processes took meanwhile, if known.
    pub others: Option<f64>,
}

impl Report {
    /// The report of a plan that was carried out.
    pub fn new(plan: &Plan, comparisons: Vec<Comparison>, suite: bool, interrupted: bool) -> Report {
        Report {
            interpreters: plan.interpreters.clone(),
            comparisons,
            suite,
            interrupted,
            runs: (plan.runs, plan.warmup),
            cores: plan.cores,
            others: None,
        }
    }

    /// Index of weft's mode with or without the GIL, if it was measured.
    pub fn mode(&self, gil: bool) -> Option<usize> {
        self.interpreters.iter().position(|i| i.must_have_gil == Some(gil))
    }

    /// What the report is about.
    pub fn title(&self) -> String {
        match self.comparisons.first() {
            Some(c) if !self.suite => c.program.name.clone(),
            _ => "the built-in suite".into(),
        }
    }

    /// A warning, if the machine was busy with something else.
    pub fn disturbance(&self) -> Option<String> {
        let part = self.others.filter(|part| *part > machine::WORTH_A_WORD)?;
        Some(format!(
            "Other processes took {} of the machine meanwhile: times are longer and less certain than they could be.",
            percent(part)
        ))
    }

    /// How it was measured, in a line.
    pub fn how(&self) -> String {
        let (runs, warmup) = self.runs;
        let mut s = format!("median of {runs} run{} in alternation", if runs == 1 { "" } else { "s" });
        if warmup > 0 {
            s += &format!(" after {warmup} not counted")
        }
        s += &format!(", {} cores", self.cores);
        for i in self.interpreters.iter().filter(|i| !i.says.is_empty()) {
            s += &format!("; {} is {}", i.name, i.says)
        }
        s
    }

    /// The largest thread count of a comparison; none if the program chooses.
    fn most_threads(&self, c: &Comparison) -> Option<usize> {
        c.measured.iter().filter_map(|m| m.configuration.threads).max()
    }
}

/// Kinds of waiting that take time, with what they are called and a word more: [`weft_strategy::waits::Kind`]'s names.
const WAITS: &[(&str, &str, &str)] = &[
    ("gil", "GIL", "for the GIL"),
    ("object_lock", "object locks", "for locks of objects"),
    ("lock", "threading locks", "for threading locks"),
    ("queue", "queues", "for items of a SimpleQueue"),
    ("stop", "stops", "while the world was stopped"),
    ("gc", "GC", "for the garbage collector"),
];

fn seconds(counted: &BTreeMap<String, Total>, kind: &str) -> f64 {
    counted.get(kind).map_or(0.0, |t| t.seconds)
}

fn count(counted: &BTreeMap<String, Total>, kind: &str) -> f64 {
    counted.get(kind).map_or(0.0, |t| t.count)
}

/// A time as people read it: three digits and a unit.
fn time(s: f64) -> String {
    match s {
        s if s >= 100.0 => format!("{s:.0} s"),
        s if s >= 10.0 => format!("{s:.1} s"),
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 0.1 => format!("{:.0} ms", s * 1e3),
        s if s >= 0.01 => format!("{:.1} ms", s * 1e3),
        s if s >= 0.001 => format!("{:.2} ms", s * 1e3),
        s if s > 0.0 => format!("{:.0} µs", s * 1e6),
        _ => "0".into(),
    }
}

fn factor(x: f64) -> String {
    if x >= 10.0 { format!("{x:.1}×") } else { format!("{x:.2}×") }
}

fn percent(x: f64) -> String {
    format!("{:.0} %", x * 100.0)
}

fn memory(kib: f64) -> String {
    format!("{:.1} MiB", kib / 1024.0)
}

/// A count, which may be a mean.
fn number(n: f64) -> String {
    match n {
        n if n >= 1e7 => format!("{:.0} M", n / 1e6),
        n if n >= 1e4 => format!("{:.0} k", n / 1e3),
        n if n == n.trunc() || n >= 10.0 => format!("{n:.0}"),
        n => format!("{n:.1}"),
    }
}

fn threads_words(n: usize) -> String {
    if n == 1 { "1 thread".into() } else { format!("{n} threads") }
}

fn threads_text(m: &Measured) -> String {
    m.configuration.threads.map_or("its own".into(), |n| n.to_string())
}

/// A table as text, for the terminal and for the page alike: heads, and rows of cells.
struct Grid {
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// Are these words rather than numbers?
fn is_text(g: &Grid, column: usize) -> bool {
    ["threads share", "waited for, or met at"].contains(&g.heads[column].as_str())
}

/// What runs cost, by configuration.
fn costs(r: &Report, c: &Comparison) -> Grid {
    let heads = [
        "",
        "threads",
        "time",
        "spread",
        "CPU",
        "cores\nbusy",
        "× fewest\nthreads",
        "× GIL",
        "efficiency",
        "peak",
    ];
    let gil = r.mode(true);
    let dash = || "–".to_string();
    let rows = c
        .measured
        .iter()
        .filter(|m| !m.samples.is_empty())
        .map(|m| {
            let i = &r.interpreters[m.configuration.interpreter];
            let several = c.measured[0].configuration.threads != r.most_threads(c);
            vec![
                i.name.clone(),
                threads_text(m),
                time(m.wall()),
                format!("± {}", percent(m.relative_spread())),
                time(m.cpu()),
                format!("{:.2}", m.utilisation()),
                c.speedup_over_threads(m).filter(|_| several).map_or_else(dash, factor),
                gil.and_then(|g| c.speedup_over(g, m)).map_or_else(dash, factor),
                c.efficiency(m).filter(|_| several).map_or_else(dash, percent),
                memory(m.peak_kib()),
            ]
        })
        .collect();
    Grid { heads: heads.map(str::to_string).to_vec(), rows }
}

/// What the runtime counted, by configuration; without rows if it did not say.
fn waiting(r: &Report, c: &Comparison) -> Grid {
    let heads = [
        "",
        "threads",
        "GIL\nwaited",
        "hand-\novers",
        "object locks\nwaited",
        "object locks\nmet",
        "threading locks\nwaited",
        "threading\nwaits",
        "counts\nmet",
        "shared\ndeaths",
        "GC",
        "world\nstopped",
        "stops",
    ];
    let rows = c
        .measured
        .iter()
        .filter_map(|m| {
            let n = m.counted();
            let of_time = |kind| time(seconds(&n, kind));
            let of_count = |kind| number(count(&n, kind));
            (!n.is_empty()).then(|| {
                vec![
                    r.interpreters[m.configuration.interpreter].name.clone(),
                    threads_text(m),
                    of_time("gil"),
                    of_count("gil_handover"),
                    of_time("object_lock"),
                    of_count("object_lock"),
                    of_time("lock"),
                    of_count("lock"),
                    of_count("count"),
                    of_count("shared_death"),
                    of_time("gc"),
                    of_time("stop_world"),
                    of_count("stop_world"),
                ]
            })
        })
        .collect();
    Grid { heads: heads.map(str::to_string).to_vec(), rows }
}

/// What threads met for, in words.
fn what(p: &Place) -> String {
    let kind = match p.kind.as_str() {
        "gil" => "the GIL",
        "object_lock" => "the lock of an object",
        "lock" => "a threading lock",
        "queue" => "an item of a queue",
        "count" => "the reference count of an object",
        "stop" => "a stop of the world",
        "gc" => "the garbage collector",
        other => other,
    };
    if p.object.is_empty() { kind.into() } else { format!("{kind} ({})", p.object) }
}

/// Where free threads met.
fn places(c: &Comparison) -> Grid {
    let row = |p: &Place| {
        vec![
            p.at.clone(),
            what(p),
            number(p.total.count),
            if p.total.seconds > 0.0 { time(p.total.seconds) } else { "–".into() },
        ]
    };
    Grid {
        heads: ["line", "waited for, or met at", "times", "waited"].map(str::to_string).to_vec(),
        rows: c.places.iter().map(row).collect(),
    }
}

/// Columns that say nothing in any row are left out.
fn shortened(mut g: Grid) -> Grid {
    for column in (2..g.heads.len()).rev() {
        if g.rows.iter().all(|r| r[column] == "0" || r[column] == "–") {
            g.heads.remove(column);
            for r in &mut g.rows {
                r.remove(column);
            }
        }
    }
    g
}

/// The suite in one table: times at the fewest and the most threads.
fn overview(r: &Report) -> Grid {
    let mut heads = vec!["workload".to_string()];
    let threads: Vec<usize> = {
        let mut all: Vec<usize> =
            r.comparisons.iter().flat_map(|c| &c.measured).filter_map(|m| m.configuration.threads).collect();
        all.sort();
        all.dedup();
        all
    };
    let mut ends: Vec<usize> = [threads.first(), threads.last()].into_iter().flatten().copied().collect();
    ends.dedup();
    for i in &r.interpreters {
        for n in &ends {
            heads.push(format!("{}\n{}", i.name, threads_words(*n)))
        }
    }
    let most = ends.last().copied();
    if let (Some(_), Some(_), Some(n)) = (r.mode(true), r.mode(false), most) {
        heads.push(format!("free/GIL\n{}", threads_words(n)))
    }
    heads.push("threads share".into());
    let rows = r
        .comparisons
        .iter()
        .map(|c| {
            let mut row = vec![c.program.name.clone()];
            for i in 0..r.interpreters.len() {
                for n in &ends {
                    row.push(c.find(i, Some(*n)).map_or("–".into(), |m| time(m.wall())))
                }
            }
            if let (Some(g), Some(f), Some(n)) = (r.mode(true), r.mode(false), most) {
                let gain = c.find(f, Some(n)).and_then(|m| c.speedup_over(g, m));
                row.push(gain.map_or("–".into(), factor))
            }
            row.push(c.program.about.clone());
            row
        })
        .collect();
    Grid { heads, rows }
}

#[cfg(test)]
pub(crate) mod examples {
    use super::*;
    use crate::counters::Counters;
    use crate::measure::Sample;
    use crate::plan::{Configuration, Program};

    /// A report with made-up times: free-threaded is twice as fast with two threads.
    pub fn report(runs: usize) -> Report {
        let interpreter = |name: &str, gil| Interpreter {
            name: name.into(),
            says: String::new(),
            words: vec!["weft".into()],
            must_have_gil: Some(gil),
            gil,
        };
        let measured = |interpreter, threads, wall: f64, gil| Measured {
            configuration: Configuration { interpreter, threads: Some(threads) },
            samples: (0..runs)
                .map(|n| Sample {
                    wall: wall + n as f64 * 0.001,
                    cpu: 1.0,
                    peak_kib: 20480,
                    counters: Some(Counters {
                        gil,
                        totals: [(
                            "gil".to_string(),
                            Total { count: 100.0, seconds: if gil { 0.5 } else { 0.0 } },
                        )]
                        .into(),
                    }),
                })
                .collect(),
        };
        let program = Program {
            name: "a<b>.py".into(),
            about: String::new(),
            words: vec!["a<b>.py".into()],
            takes_threads: true,
        };
        let c = Comparison {
            program,
            cores: 2,
            measured: vec![
                measured(0, 1, 1.0, true),
                measured(0, 2, 1.02, true),
                measured(1, 1, 1.01, false),
                measured(1, 2, 0.5, false),
            ],
            outputs_equal: true,
            problems: Vec::new(),
            places: vec![Place {
                kind: "count".into(),
                object: "Tariff".into(),
                at: "a.py:3 in f".into(),
                total: Total { count: 471_100.0, seconds: 0.0 },
            }],
        };
        Report {
            interpreters: vec![interpreter("GIL", true), interpreter("free-threaded", false)],
            comparisons: vec![c],
            suite: false,
            interrupted: false,
            runs: (runs, 1),
            cores: 2,
            others: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_read_them() {
        assert_eq!(time(12.345), "12.3 s");
        assert_eq!(time(0.1234), "123 ms");
        assert_eq!(time(0.00123), "1.23 ms");
        assert_eq!(time(0.0), "0");
        assert_eq!(number(1234567.0), "1235 k");
        assert_eq!(number(0.5), "0.5");
        assert_eq!(factor(1.999), "2.00×");
    }

    #[test]
    fn the_tables_have_a_row_for_each_configuration() {
        let r = examples::report(5);
        let g = costs(&r, &r.comparisons[0]);
        assert_eq!(g.rows.len(), 4);
        assert!(g.rows.iter().all(|row| row.len() == g.heads.len()));
        assert_eq!(g.rows[3][6..9], ["2.02×", "2.04×", "101 %"].map(str::to_string));
        let g = waiting(&r, &r.comparisons[0]);
        assert!(g.rows.iter().all(|row| row.len() == g.heads.len()));
        assert_eq!(g.rows[1][2], "500 ms");
    }
}
