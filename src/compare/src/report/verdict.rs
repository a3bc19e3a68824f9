//! The outcome in words: which mode is faster at how many threads, by how much, and whether that is above the noise.

use super::{Report, factor, percent, what};
use crate::counters::Place;
use crate::measure::{Comparison, Measured};
use crate::stats;

/// A place is worth a word if waiting there took at least this part of the time.
const WORTH_A_WORD: f64 = 0.01;

/// What a rank test says about a difference.
fn noise(a: &Measured, b: &Measured) -> String {
    let runs = a.samples.len().min(b.samples.len());
    if runs < stats::LEAST_RUNS {
        return format!("{runs} run{} cannot tell that from noise", if runs == 1 { "" } else { "s" });
    }
    let p = stats::rank_test(&a.walls(), &b.walls());
    let place = if p < stats::SIGNIFICANT { "above the noise" } else { "within the noise" };
    if p < 0.001 { format!("{place}, p < 0.001") } else { format!("{place}, p = {p:.3}") }
}

fn is_significant(a: &Measured, b: &Measured) -> bool {
    stats::rank_test(&a.walls(), &b.walls()) < stats::SIGNIFICANT
}

fn threads(n: Option<usize>) -> String {
    match n {
        Some(1) => "1 thread".into(),
        Some(n) => format!("{n} threads"),
        None => "its own threads".into(),
    }
}

/// `a` against `b`, as in "x is 1.87 times as fast as y".
fn faster(a: (&str, &Measured), b: (&str, &Measured)) -> String {
    let ((winner, w), (loser, l)) = if a.1.wall() <= b.1.wall() { (a, b) } else { (b, a) };
    let ratio = l.wall() / w.wall();
    let noise = noise(w, l);
    match ratio {
        r if r < 1.005 => format!("{winner} and {loser} are equally fast ({noise})"),
        r if r < 1.2 => format!("{winner} is {} faster than {loser} ({noise})", percent(r - 1.0)),
        r => format!("{winner} is {r:.2} times as fast as {loser} ({noise})"),
    }
}

/// A name as it stands in a sentence.
fn spoken(r: &Report, m: &Measured) -> String {
    let i = &r.interpreters[m.configuration.interpreter];
    if i.is_weft() { format!("{} mode", i.name) } else { i.name.clone() }
}

/// The verdict on one program.
pub fn verdict(r: &Report, c: &Comparison) -> Vec<String> {
    let mut out = Vec::new();
    let name = |m: &Measured| spoken(r, m);
    if let (Some(g), Some(f)) = (r.mode(true), r.mode(false)) {
        for m in c.measured.iter().filter(|m| m.configuration.interpreter == f) {
            let n = m.configuration.threads;
            if let (Some(gil), Some(free)) = (c.find(g, n), c.find(f, n)) {
                out.push(format!("With {}, {}.", threads(n), faster((&name(free), free), (&name(gil), gil))))
            }
        }
    }
    out.extend(scaling(r, c));
    let best = c
        .measured
        .iter()
        .filter(|m| !m.samples.is_empty() && r.interpreters[m.configuration.interpreter].is_weft())
        .min_by(|a, b| a.wall().total_cmp(&b.wall()));
    if let Some(best) = best {
        for (i, _) in r.interpreters.iter().enumerate().filter(|(_, i)| !i.is_weft()) {
            let of_other =
                c.measured.iter().filter(|m| m.configuration.interpreter == i && !m.samples.is_empty());
            if let Some(m) = of_other.min_by(|a, b| a.wall().total_cmp(&b.wall())) {
                let ours = format!("{} ({})", name(best), threads(best.configuration.threads));
                let theirs = format!("{} ({})", name(m), threads(m.configuration.threads));
                out.push(format!("At their best, {}.", faster((&ours, best), (&theirs, m))))
            }
        }
    }
    let worth_a_word = |p: &&Place| best.is_some_and(|m| p.cost() > WORTH_A_WORD * m.wall());
    if let Some(first) = c.places.first().filter(worth_a_word) {
        out.push(format!(
            "Without the GIL its threads are in each other's way, above all at {}: {}. `weft -X contention` tells more.",
            first.at,
            what(first)
        ))
    }
    out
}

/// From the fewest to the most threads.
fn scaling(r: &Report, c: &Comparison) -> Option<String> {
    let most = r.most_threads(c)?;
    let least = c.measured.iter().filter_map(|m| m.configuration.threads).min()?;
    if most == least {
        return None;
    }
    let all: Vec<String> = (0..r.interpreters.len())
        .filter_map(|i| {
            let m = c.find(i, Some(most))?;
            let (speedup, efficiency) = (c.speedup_over_threads(m)?, c.efficiency(m)?);
            Some(format!(
                "{} gains {} ({} of what is possible)",
                spoken(r, m),
                factor(speedup),
                percent(efficiency)
            ))
        })
        .collect();
    (!all.is_empty()).then(|| format!("From {least} to {most} threads, {}.", all.join(", ")))
}

/// The verdict on the suite.
pub fn suite_verdict(r: &Report) -> Vec<String> {
    let (Some(g), Some(f)) = (r.mode(true), r.mode(false)) else { return Vec::new() };
    let Some(most) = r.comparisons.iter().filter_map(|c| r.most_threads(c)).max() else { return Vec::new() };
    let pairs: Vec<(&str, &Measured, &Measured)> = r
        .comparisons
        .iter()
        .filter_map(|c| Some((c.program.name.as_str(), c.find(g, Some(most))?, c.find(f, Some(most))?)))
        .collect();
    if pairs.is_empty() {
        return Vec::new();
    }
    let (mut faster, mut slower, mut same) = (Vec::new(), Vec::new(), Vec::new());
    for (name, gil, free) in &pairs {
        let list = match is_significant(gil, free) {
            false => &mut same,
            true if free.wall() < gil.wall() => &mut faster,
            true => &mut slower,
        };
        list.push(*name)
    }
    let ratios: Vec<f64> = pairs.iter().map(|(_, gil, free)| gil.wall() / free.wall()).collect();
    let mean = stats::geometric_mean(&ratios);
    let mut out = vec![format!(
        "With {most} threads, free-threaded mode is {} as fast as GIL mode over all {} workloads (geometric mean).",
        factor(mean),
        pairs.len()
    )];
    for (what, list) in [
        ("Faster, above the noise", faster),
        ("Slower, above the noise", slower),
        ("No difference above the noise", same),
    ] {
        if !list.is_empty() {
            out.push(format!("{what}: {}.", list.join(", ")))
        }
    }
    if r.runs.0 < stats::LEAST_RUNS {
        out.push(format!(
            "{} runs cannot tell a difference from noise; --runs {} can.",
            r.runs.0,
            stats::LEAST_RUNS
        ))
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::examples;
    use super::*;

    #[test]
    fn the_faster_mode_is_named() {
        let r = examples::report(5);
        let v = verdict(&r, &r.comparisons[0]);
        assert_eq!(
            v[0],
            "With 1 thread, GIL mode is 1 % faster than free-threaded mode (above the noise, p = 0.008)."
        );
        assert_eq!(
            v[1],
            "With 2 threads, free-threaded mode is 2.04 times as fast as GIL mode (above the noise, p = 0.008)."
        );
        assert!(v[2].starts_with("From 1 to 2 threads, GIL mode gains 0.98×"), "{}", v[2]);
        assert!(
            v[3].contains("above all at a.py:3 in f: the reference count of an object (Tariff)"),
            "{}",
            v[3]
        );
    }

    #[test]
    fn few_runs_tell_nothing() {
        let r = examples::report(2);
        assert!(verdict(&r, &r.comparisons[0])[1].contains("2 runs cannot tell that from noise"));
        let mut r = examples::report(5);
        r.suite = true;
        let v = suite_verdict(&r);
        assert!(v[0].starts_with("With 2 threads, free-threaded mode is 2.04× as fast"), "{}", v[0]);
        assert_eq!(v[1], "Faster, above the noise: a<b>.py.");
    }
}
