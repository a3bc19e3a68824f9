//! `weft compare`: what does a program gain without the GIL?
//!
//! The program is run under each mode and thread count, and under other interpreters if asked for, in
//! alternation, several times, each time in a fresh process. What comes out is compared; what it cost is
//! reported, with a verdict in words.
//!
//! `options` reads the command line, `suite` has the programs that are run when none is named, `plan` says what
//! there is to run, `measure` runs it, `machine` sees who else does, `stats` is all the statistics there are, `report/` tells the outcome: as a
//! table, in words, as JSON and as a page. This crate knows weft only as a program to run: what the runtime counted
//! comes in a file that the child writes (`counters`).

pub mod child;
pub mod counters;
pub mod machine;
pub mod measure;
pub mod options;
pub mod plan;
pub mod report;
pub mod stats;
pub mod suite;

use indicatif::{ProgressBar, ProgressStyle};
use measure::Comparison;
use options::{Options, Stop};
use plan::{Plan, Program};
use report::Report;
use std::path::Path;

/// Runs `weft compare` with the words after `compare`; `weft` is the binary to run programs with. Gives the exit
/// status: 0, 1 when outputs differ or a run failed, 2 when the command line is wrong, 130 after Ctrl-C.
pub fn main(words: Vec<String>, weft: &Path) -> i32 {
    let options = match Options::parse(words) {
        Ok(o) => o,
        Err(Stop::Help) => {
            print!("{}", options::HELP);
            return 0;
        }
        Err(Stop::Wrong(why)) => {
            eprintln!("weft compare: {why}\nTry `weft compare --help' for more information.");
            return 2;
        }
    };
    match run(&options, weft) {
        Ok(status) => status,
        Err(why) => {
            eprintln!("weft compare: {why}");
            2
        }
    }
}

fn run(options: &Options, weft: &Path) -> Result<i32, String> {
    let suite = if options.program.is_none() { Some(suite::Folder::new(&options.only)?) } else { None };
    let programs: Vec<Program> = match &suite {
        Some(s) => s.programs.clone(),
        None => {
            vec![Program::of_words(options.program.clone().unwrap_or_default(), options.explicit_threads)]
        }
    };
    let plan = Plan::new(options, weft, suite.is_some())?;
    for p in &programs {
        if let Some(note) = p.note() {
            eprintln!("{note}")
        }
    }
    child::catch_interrupts();
    let bar = progress(&programs, &plan);
    let watch = machine::Watch::start();
    let comparisons: Vec<Comparison> = programs
        .iter()
        .map_while(|p| {
            if child::interrupted() {
                return None;
            }
            Some(measure::compare(p, &plan, &mut |what| {
                bar.set_message(what.to_string());
                bar.inc(1)
            }))
        })
        .collect();
    bar.finish_and_clear();
    let interrupted = child::interrupted();
    let others = watch.others(plan.cores);
    let report = Report { others, ..Report::new(&plan, comparisons, suite.is_some(), interrupted) };
    print!("{}", report::text(&report));
    for (path, text) in [
        (&options.json, report::json as fn(&Report) -> String),
        (&options.html, report::html as fn(&Report) -> String),
    ] {
        if let Some(path) = path {
            std::fs::write(path, text(&report)).map_err(|e| format!("{path}: {e}"))?
        }
    }
    Ok(match () {
        () if interrupted => 130,
        () if report.comparisons.iter().any(|c| !c.problems.is_empty()) => 1,
        () => 0,
    })
}

fn progress(programs: &[Program], plan: &Plan) -> ProgressBar {
    let runs: usize = programs.iter().map(|p| plan.configurations(p).len() * plan.rounds()).sum();
    let bar = ProgressBar::new(runs as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} ({eta} left)") {
        bar.set_style(style)
    }
    bar
}
