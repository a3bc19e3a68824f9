//! The results as tables for people and as JSON for programs.

use crate::Measured;
use crate::stats::{Sample, geometric_mean};

/// Times, speed relative to the first interpreter, and memory.
pub fn speed(names: &[&str], results: &[Measured]) {
    print!("{:28}", "benchmark");
    names.iter().for_each(|name| print!("{:>28}", shorten(name)));
    println!();
    let mut ratios = vec![Vec::new(); names.len()];
    let mut peaks = vec![Vec::new(); names.len()];
    for result in results {
        print!("{:28}", shorten(&result.name));
        let yardstick = &result.samples[0][0];
        for (index, samples) in result.samples.iter().enumerate() {
            let sample = &samples[0];
            let Some(seconds) = sample.seconds() else {
                print!("{:>28}", "-");
                continue;
            };
            let memory = format!("{:.0} MiB", sample.peak_kib as f64 / 1024.0);
            match yardstick.seconds() {
                Some(base) => {
                    ratios[index].push(base / seconds);
                    peaks[index].push(sample.peak_kib as f64 / yardstick.peak_kib.max(1) as f64);
                    print!("{:>11} {:>5.2}× {memory:>9}", duration(seconds), base / seconds);
                }
                None => print!("{:>11} {:>6} {memory:>9}", duration(seconds), ""),
            }
        }
        println!();
    }
    print!("{:28}", "geometric mean");
    for (ratios, peaks) in ratios.iter().zip(&peaks) {
        match (geometric_mean(ratios), geometric_mean(peaks)) {
            (Some(speed), Some(memory)) => {
                print!("{:>11} {speed:>5.2}× {:>9}", format!("of {}", ratios.len()), format!("{memory:.2}×"))
            }
            _ => print!("{:>28}", "-"),
        }
    }
    println!();
}

/// The work that `threads` threads do together, relative to one.
pub fn scaling(names: &[&str], results: &[Measured], threads: usize) {
    print!("{:28}", format!("work of {threads} threads / 1"));
    names.iter().for_each(|name| print!("{:>20}", shorten(name)));
    println!();
    let mut all = vec![Vec::new(); names.len()];
    for result in results {
        print!("{:28}", shorten(&result.name));
        for (index, samples) in result.samples.iter().enumerate() {
            match scale(samples, threads) {
                Some(scale) => {
                    all[index].push(scale);
                    print!("{scale:>20.2}");
                }
                None => print!("{:>20}", "-"),
            }
        }
        println!();
    }
    print!("{:28}", "geometric mean");
    for scales in &all {
        match geometric_mean(scales) {
            Some(mean) => print!("{mean:>20.2}"),
            None => print!("{:>20}", "-"),
        }
    }
    println!();
}

fn scale(samples: &[Sample], threads: usize) -> Option<f64> {
    Some(threads as f64 * samples.first()?.seconds()? / samples.get(1)?.seconds()?)
}

/// `{"interpreters": […], "benchmarks": [{"name", "results": [[{"seconds": […], "peak_kib"}]]}]}`, results by
/// interpreter, then by number of threads.
pub fn json(names: &[&str], results: &[Measured]) -> String {
    let sample = |sample: &Sample| {
        let times: Vec<String> = sample.times.iter().map(|time| format!("{time:e}")).collect();
        format!("{{\"seconds\": [{}], \"peak_kib\": {}}}", times.join(", "), sample.peak_kib)
    };
    let list = |items: Vec<String>| format!("[{}]", items.join(", "));
    let benchmarks = results.iter().map(|result| {
        let by_interpreter = result.samples.iter().map(|samples| list(samples.iter().map(sample).collect()));
        format!("{{\"name\": {}, \"results\": {}}}", quote(&result.name), list(by_interpreter.collect()))
    });
    let interpreters = names.iter().map(|name| quote(name)).collect();
    let benchmarks: Vec<String> = benchmarks.collect();
    format!(
        "{{\"interpreters\": {},\n \"benchmarks\": [\n  {}\n]}}\n",
        list(interpreters),
        benchmarks.join(",\n  ")
    )
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn shorten(name: &str) -> String {
    name.chars().take(26).collect()
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 1e-3 => format!("{:.2} ms", s * 1e3),
        s => format!("{:.2} µs", s * 1e6),
    }
}
