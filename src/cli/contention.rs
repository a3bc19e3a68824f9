//! What threads waited for, told at exit: `-X contention` for people or as JSON, and the counters that
//! `weft compare` asks its children for.

use super::startup::print;
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use weft_compare::counters;
use weft_strategy::waits::{self, Total};
use weft_vm::contention::{self, Line, Place, Report};
use weft_vm::start::flags::Flags;

/// Lines of the table.
const MOST_LINES: usize = 25;

/// What is to be told at exit.
pub struct Wanted {
    /// `-X contention`: a table on standard error; `-X contention=FILE`: JSON.
    option: Option<Option<PathBuf>>,
    /// The file of [`counters::VARIABLE`].
    counters: Option<PathBuf>,
    /// A forked child tells nothing.
    process: u32,
}

impl Wanted {
    /// What the command line and the environment ask for. While there is one thread.
    pub fn find(f: &Flags) -> Wanted {
        let option =
            f.xoptions.iter().rfind(|(n, _)| n == "contention").map(|(_, v)| v.as_ref().map(PathBuf::from));
        let counters = std::env::var_os(counters::VARIABLE).map(PathBuf::from);
        if let Some(path) = &counters {
            // SAFETY: this is the only thread.
            unsafe { std::env::remove_var(counters::VARIABLE) };
            // See `counters` for the protocol; whoever asked sees that there is no file.
            let _ = std::fs::write(path, json!({"gil": f.gil}).to_string());
        }
        if option.is_some() {
            waits::want_places()
        }
        Wanted { option, counters, process: std::process::id() }
    }

    /// Tells it: the program has ended.
    pub fn tell(&self) {
        if std::process::id() != self.process || (self.option.is_none() && self.counters.is_none()) {
            return;
        }
        let r = contention::final_report();
        if let Some(path) = &self.counters {
            let _ = std::fs::write(path, json!({"gil": r.gil, "totals": totals(&r)}).to_string());
        }
        match &self.option {
            None => {}
            Some(None) => print(&table(&r), true),
            Some(Some(path)) => {
                if let Err(e) = std::fs::write(path, format!("{:#}\n", json(&r))) {
                    print(&format!("weft: -X contention: {}: {e}\n", path.display()), true)
                }
            }
        }
    }
}

const NANO: f64 = 1e-9;

fn total(n: &Total) -> Map<String, Value> {
    let mut m = Map::new();
    m.insert("count".into(), n.count.into());
    m.insert("seconds".into(), (n.ns as f64 * NANO).into());
    m.insert("longest".into(), (n.longest_ns as f64 * NANO).into());
    m
}

fn totals(r: &Report) -> Map<String, Value> {
    r.totals.iter().map(|(kind, n)| (kind.to_string(), Value::Object(total(n)))).collect()
}

fn line(l: &Option<Line>) -> Value {
    l.as_ref().map_or(Value::Null, |l| json!({"file": l.file, "line": l.line, "function": l.function}))
}

/// The structure of `sys._contention()`.
fn json(r: &Report) -> Value {
    let place = |(p, n): &(Place, Total)| {
        let mut m = Map::new();
        m.insert("kind".into(), p.kind.into());
        m.insert("object".into(), if p.object.is_empty() { Value::Null } else { p.object.clone().into() });
        m.insert("at".into(), line(&p.at));
        m.insert("via".into(), line(&p.via));
        m.extend(total(n));
        Value::Object(m)
    };
    json!({
        "gil": r.gil,
        "places_noted": r.places_noted,
        "totals": totals(r),
        "places": r.places.iter().map(place).collect::<Vec<_>>(),
    })
}

fn time(ns: u64) -> String {
    match ns as f64 * NANO {
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 1e-3 => format!("{:.2} ms", s * 1e3),
        s if s > 0.0 => format!("{:.1} us", s * 1e6),
        _ => "-".into(),
    }
}

/// What a kind is called in the table.
fn word(kind: &str) -> &str {
    match kind {
        "gil" => "GIL",
        "object_lock" => "object lock",
        "lock" => "threading lock",
        "queue" => "queue",
        "count" => "count fought over",
        "stop" => "stopped world",
        "gc" => "GC",
        other => other,
    }
}

fn short(l: &Line) -> String {
    let name = l.file.rsplit('/').next().unwrap_or(&l.file);
    format!("{name}:{}", l.line)
}

fn table(r: &Report) -> String {
    let mut out = String::from("\nWhere threads waited (-X contention)\n");
    if r.places.is_empty() {
        return out + "  nowhere\n";
    }
    out += &format!(
        "{:>10} {:>9} {:>10}  {:<18} {:<14} line\n",
        "total", "times", "longest", "waited for", "object"
    );
    for (p, n) in r.places.iter().take(MOST_LINES) {
        let object = if p.object.is_empty() { "-" } else { &p.object };
        let at = match &p.at {
            Some(l) => format!("{} in {}", short(l), l.function),
            None => "outside of Python code".into(),
        };
        let via = p.via.as_ref().map_or(String::new(), |l| format!(" (in {})", short(l)));
        out += &format!(
            "{:>10} {:>9} {:>10}  {:<18} {:<14} {at}{via}\n",
            time(n.ns),
            n.count,
            time(n.longest_ns),
            word(p.kind),
            object
        )
    }
    if let Some(more) = r.places.len().checked_sub(MOST_LINES).filter(|n| *n > 0) {
        out += &format!("  ... {more} more: -X contention=FILE.json has all\n")
    }
    out
}
