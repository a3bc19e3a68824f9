//! The report in the terminal.

use super::verdict::{suite_verdict, verdict};
use super::{Grid, Report, costs, is_text, overview, places, shortened, waiting};
use crate::measure::Comparison;
use comfy_table::{CellAlignment, Table};

fn table(g: &Grid) -> String {
    let mut t = Table::new();
    // Rules between head and body only.
    t.load_preset("     --            ");
    t.set_header(&g.heads);
    for row in &g.rows {
        t.add_row(row);
    }
    for (n, column) in t.column_iter_mut().enumerate() {
        column.set_padding((0, 1));
        if n > 0 && !is_text(g, n) {
            column.set_cell_alignment(CellAlignment::Right)
        }
    }
    let lines: Vec<String> = t.to_string().lines().map(|l| l.trim_end().to_string()).collect();
    lines.join("\n") + "\n"
}

fn section(r: &Report, c: &Comparison) -> String {
    let costs = shortened(costs(r, c));
    if costs.rows.is_empty() {
        return String::new();
    }
    let mut out = table(&costs);
    let w = shortened(waiting(r, c));
    if !w.rows.is_empty() && w.heads.len() > 2 {
        out += "\nWhat the runtime counted (times are of all threads together):\n";
        out += &table(&w)
    }
    if !c.places.is_empty() {
        out += "\nWhere threads met without the GIL (one more run, with -X contention):\n";
        out += &table(&places(c))
    }
    out + "\n"
}

fn problems(c: &Comparison) -> String {
    c.problems.iter().map(|p| format!("!! {p}\n")).collect()
}

/// The report as text.
pub fn text(r: &Report) -> String {
    let mut out = format!("{}: {}\n\n", r.title(), r.how());
    if let Some(warning) = r.disturbance() {
        out += &format!("{warning}\n\n")
    }
    if r.interrupted {
        out += "Interrupted: this is what was measured until then.\n\n"
    }
    if r.suite {
        out += &table(&overview(r));
        out += "\n";
        for c in r.comparisons.iter().filter(|c| !c.problems.is_empty()) {
            out += &format!("{}:\n{}", c.program.name, problems(c))
        }
        for line in suite_verdict(r) {
            out += &format!("{line}\n")
        }
        return out;
    }
    for c in &r.comparisons {
        out += &section(r, c);
        out += &problems(c);
        if c.outputs_equal && c.problems.is_empty() && !r.interrupted {
            out += "All runs printed the same.\n"
        }
        for line in verdict(r, c) {
            out += &format!("{line}\n")
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::examples;

    #[test]
    fn a_report_reads_well() {
        let text = super::text(&examples::report(5));
        assert!(text.starts_with("a<b>.py: median of 5 runs in alternation after 1 not counted, 2 cores\n"));
        assert!(text.contains("free-threaded"));
        // Nothing was stopped, so nothing is said of it.
        assert!(!text.contains("world stopped"), "{text}");
        assert!(text.contains("All runs printed the same.") && !text.contains("Other processes"));
        let busy = super::text(&super::Report { others: Some(0.4), ..examples::report(5) });
        assert!(busy.contains("Other processes took 40 % of the machine"));
        assert!(text.lines().all(|l| l.trim_end() == l && l.chars().count() <= 170), "{text}");
    }
}
