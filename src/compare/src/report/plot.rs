//! Plots as SVG, drawn for a width of 380 units so that the text is readable on a phone; colours come from the page's
//! style sheet (`.s0`, `.s1`, ... by interpreter, `.w0`, ... by kind of waiting).

use super::html::escape;
use super::{Report, WAITS, factor, seconds, threads_text, time};
use crate::measure::Comparison;
use std::fmt::Write;

const WIDTH: f64 = 380.0;
/// Height of a horizontal bar and of the row it stands in.
const BAR: (f64, f64) = (14.0, 22.0);
/// Where bars begin, and the longest of them ends.
const BARS: (f64, f64) = (116.0, 318.0);

struct Svg {
    text: String,
    height: f64,
}

impl Svg {
    fn new(height: f64, title: &str) -> Svg {
        let mut text = String::new();
        let _ = write!(
            text,
            "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\">",
            escape(title)
        );
        Svg { text, height }
    }

    fn line(&mut self, class: &str, a: (f64, f64), b: (f64, f64)) {
        let _ = write!(
            self.text,
            "<line class=\"{class}\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>",
            a.0, a.1, b.0, b.1
        );
    }

    fn rect(&mut self, class: &str, x: f64, y: f64, w: f64, h: f64, what: &str) {
        let _ = write!(
            self.text,
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{h:.1}\"><title>{}</title></rect>",
            w.max(0.5),
            escape(what)
        );
    }

    /// `anchor`: start, middle or end.
    fn label(&mut self, anchor: &str, x: f64, y: f64, text: &str) {
        let _ = write!(
            self.text,
            "<text text-anchor=\"{anchor}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>",
            escape(text)
        );
    }

    fn done(mut self) -> String {
        debug_assert!(self.height > 0.0);
        self.text += "</svg>";
        self.text
    }
}

/// A round number of about a fifth of `most`, for grid lines.
fn step(most: f64) -> f64 {
    let rough = (most / 5.0).max(1e-9);
    let power = 10f64.powf(rough.log10().floor());
    power * [1.0, 2.0, 5.0, 10.0].into_iter().find(|m| m * power >= rough).unwrap_or(10.0)
}

/// Speed-up over thread counts, a line for each interpreter; none if there is only one count.
pub fn speedup(r: &Report, c: &Comparison) -> Option<String> {
    let mut counts: Vec<usize> = c.measured.iter().filter_map(|m| m.configuration.threads).collect();
    counts.sort();
    counts.dedup();
    let (&least, &most) = (counts.first()?, counts.last()?);
    if least == most {
        return None;
    }
    let (left, right, top, bottom) = (34.0, 362.0, 12.0, 196.0);
    let possible = |n: usize| n.min(c.cores) as f64 / least.min(c.cores) as f64;
    let highest =
        c.measured.iter().filter_map(|m| c.speedup_over_threads(m)).fold(possible(most), f64::max) * 1.05;
    let log = |n: usize| (n as f64).log2();
    let x = |n: usize| left + (log(n) - log(least)) / (log(most) - log(least)) * (right - left);
    let y = |s: f64| bottom - s / highest * (bottom - top);
    let mut svg = Svg::new(232.0, "speed-up over threads");
    let grid = step(highest);
    let mut at = 0.0;
    while at <= highest {
        svg.line("grid", (left, y(at)), (right, y(at)));
        svg.label("end", left - 5.0, y(at) + 4.0, &format!("{at}"));
        at += grid
    }
    for n in &counts {
        svg.label("middle", x(*n), bottom + 16.0, &n.to_string())
    }
    svg.label("middle", (left + right) / 2.0, bottom + 32.0, "threads");
    for pair in counts.windows(2) {
        let at = |n: usize| (x(n), y(possible(n)));
        svg.line("ideal", at(pair[0]), at(pair[1]))
    }
    for i in 0..r.interpreters.len() {
        let points: Vec<(f64, f64, String)> = counts
            .iter()
            .filter_map(|n| {
                let s = c.speedup_over_threads(c.find(i, Some(*n))?)?;
                Some((x(*n), y(s), format!("{}, {n} threads: {}", r.interpreters[i].name, factor(s))))
            })
            .collect();
        for pair in points.windows(2) {
            svg.line(&format!("curve s{i}"), (pair[0].0, pair[0].1), (pair[1].0, pair[1].1))
        }
        for (px, py, what) in &points {
            let _ = write!(
                svg.text,
                "<circle class=\"s{i}\" cx=\"{px:.1}\" cy=\"{py:.1}\" r=\"4\"><title>{}</title></circle>",
                escape(what)
            );
        }
    }
    Some(svg.done())
}

fn bar_label(r: &Report, m: &crate::measure::Measured) -> String {
    let name = &r.interpreters[m.configuration.interpreter].name;
    let short: String =
        if name.chars().count() > 13 { name.chars().take(11).chain(['…']).collect() } else { name.clone() };
    match m.configuration.threads {
        Some(_) => format!("{short} · {}", threads_text(m)),
        None => short,
    }
}

/// Times, a bar for each configuration, with the range of the runs.
pub fn times(r: &Report, c: &Comparison) -> String {
    let all: Vec<_> = c.measured.iter().filter(|m| !m.samples.is_empty()).collect();
    let longest = all.iter().flat_map(|m| m.walls()).fold(1e-9, f64::max);
    let mut svg = Svg::new(all.len() as f64 * BAR.1 + 8.0, "time of each configuration");
    let x = |s: f64| BARS.0 + s / longest * (BARS.1 - BARS.0);
    for (row, m) in all.iter().enumerate() {
        let y = row as f64 * BAR.1 + 4.0;
        let middle = y + BAR.0 / 2.0;
        svg.label("end", BARS.0 - 6.0, middle + 4.0, &bar_label(r, m));
        svg.rect(
            &format!("s{}", m.configuration.interpreter),
            BARS.0,
            y,
            x(m.wall()) - BARS.0,
            BAR.0,
            &format!("{}: {}", bar_label(r, m), time(m.wall())),
        );
        let walls = m.walls();
        let low = walls.iter().copied().fold(f64::MAX, f64::min);
        let high = walls.iter().copied().fold(0.0, f64::max);
        svg.line("whisker", (x(low), middle), (x(high), middle));
        for end in [low, high] {
            svg.line("whisker", (x(end), middle - 3.0), (x(end), middle + 3.0))
        }
        svg.label("start", x(high.max(m.wall())) + 6.0, middle + 4.0, &time(m.wall()))
    }
    svg.done()
}

/// Waiting, a stacked bar for each configuration that says what it counted; none if nothing waited.
pub fn waiting(r: &Report, c: &Comparison) -> Option<String> {
    let all: Vec<_> = c.measured.iter().map(|m| (m, m.counted())).filter(|(_, n)| !n.is_empty()).collect();
    let sum = |n: &_| WAITS.iter().map(|(kind, ..)| seconds(n, kind)).sum::<f64>();
    let longest = all.iter().map(|(_, n)| sum(n)).fold(0.0, f64::max);
    if longest < 1e-4 {
        return None;
    }
    let mut svg = Svg::new(all.len() as f64 * BAR.1 + 8.0, "waiting time of all threads together");
    for (row, (m, n)) in all.iter().enumerate() {
        let y = row as f64 * BAR.1 + 4.0;
        svg.label("end", BARS.0 - 6.0, y + BAR.0 / 2.0 + 4.0, &bar_label(r, m));
        let mut x = BARS.0;
        for (k, (kind, name, _)) in WAITS.iter().enumerate() {
            let s = seconds(n, kind);
            let w = s / longest * (BARS.1 - BARS.0);
            if w >= 0.3 {
                svg.rect(&format!("w{k}"), x, y, w, BAR.0, &format!("{name}: {}", time(s)));
                x += w
            }
        }
        svg.label("start", x + 6.0, y + BAR.0 / 2.0 + 4.0, &time(sum(n)))
    }
    Some(svg.done())
}

/// The suite: how many times as fast free-threaded is as the GIL, with the most threads; a bar each.
pub fn gains(r: &Report) -> Option<String> {
    let (g, f) = (r.mode(true)?, r.mode(false)?);
    let gains: Vec<(&str, f64)> = r
        .comparisons
        .iter()
        .filter_map(|c| {
            let m = c.find(f, r.most_threads(c))?;
            Some((c.program.name.as_str(), c.speedup_over(g, m)?))
        })
        .collect();
    let highest = gains.iter().map(|(_, s)| *s).fold(1.0, f64::max);
    if gains.is_empty() {
        return None;
    }
    let height = gains.len() as f64 * BAR.1 + 8.0;
    let mut svg = Svg::new(height, "free-threaded against GIL");
    let x = |s: f64| BARS.0 + s / highest * (BARS.1 - BARS.0);
    for (row, (name, s)) in gains.iter().enumerate() {
        let y = row as f64 * BAR.1 + 4.0;
        svg.label("end", BARS.0 - 6.0, y + BAR.0 / 2.0 + 4.0, name);
        svg.rect(&format!("s{f}"), BARS.0, y, x(*s) - BARS.0, BAR.0, &format!("{name}: {}", factor(*s)));
        svg.label("start", x(s.max(1.0)) + 6.0, y + BAR.0 / 2.0 + 4.0, &factor(*s))
    }
    svg.line("one", (x(1.0), 0.0), (x(1.0), height));
    Some(svg.done())
}

#[cfg(test)]
mod tests {
    use super::super::examples;
    use super::*;

    #[test]
    fn grid_steps_are_round() {
        assert_eq!([step(2.1), step(8.0), step(64.0), step(1.0)], [0.5, 2.0, 20.0, 0.2]);
    }

    #[test]
    fn plots_have_a_mark_for_each_configuration() {
        let r = examples::report(5);
        let c = &r.comparisons[0];
        assert_eq!(speedup(&r, c).unwrap().matches("<circle").count(), 4);
        assert_eq!(times(&r, c).matches("<rect").count(), 4);
        assert_eq!(waiting(&r, c).unwrap().matches("<rect").count(), 2);
        assert_eq!(gains(&r).unwrap().matches("<rect").count(), 1);
    }
}
