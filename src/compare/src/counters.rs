//! What the runtime of a child counted: read from the file it was told to write.
//!
//! The protocol, which is for this crate only: the parent names a file in the environment variable [`VARIABLE`]. weft
//! takes the variable out of its environment, so that no grandchild finds it, and writes a JSON object there twice:
//! when it has started, with its mode (`{"gil": true}`), and when the program has ended, with `"totals"` as
//! `sys._contention()` gives them. A child that ends by `os._exit` or a signal leaves the first.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Names the file.
pub const VARIABLE: &str = "WEFT_COUNTERS_FILE";

/// How often and for how long.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Total {
    /// Occurrences.
    pub count: f64,
    /// Seconds in all.
    pub seconds: f64,
}

/// What a child reported.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counters {
    /// With the GIL?
    pub gil: bool,
    /// By kind; empty if the child did not end in the ordinary way.
    pub totals: BTreeMap<String, Total>,
}

impl Counters {
    /// Reads the file.
    pub fn read(path: &Path) -> Option<Counters> {
        Counters::parse(&std::fs::read_to_string(path).ok()?)
    }

    fn parse(text: &str) -> Option<Counters> {
        let v: Value = serde_json::from_str(text).ok()?;
        let gil = v.get("gil")?.as_bool()?;
        let mut totals = BTreeMap::new();
        if let Some(Value::Object(all)) = v.get("totals") {
            for (kind, t) in all {
                let field = |name: &str| t.get(name).and_then(Value::as_f64).unwrap_or(0.0);
                totals.insert(kind.clone(), Total { count: field("count"), seconds: field("seconds") });
            }
        }
        Some(Counters { gil, totals })
    }

    /// The mean of several.
    pub fn mean<'a>(all: impl Iterator<Item = &'a Counters>) -> BTreeMap<String, Total> {
        let mut sum: BTreeMap<String, Total> = BTreeMap::new();
        let mut n = 0.0;
        for c in all.filter(|c| !c.totals.is_empty()) {
            n += 1.0;
            for (kind, t) in &c.totals {
                let s = sum.entry(kind.clone()).or_default();
                s.count += t.count;
                s.seconds += t.seconds;
            }
        }
        for s in sum.values_mut() {
            s.count /= n;
            s.seconds /= n;
        }
        sum
    }
}

/// A place where threads waited, from the report of `-X contention=FILE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// What for.
    pub kind: String,
    /// Type of the object; empty if there is none.
    pub object: String,
    /// `file:line in function`
    pub at: String,
    /// How often and how long.
    pub total: Total,
}

impl Place {
    /// Seconds lost, about: a meeting costs two cores some cache misses even when nobody sleeps.
    pub fn cost(&self) -> f64 {
        self.total.seconds + self.total.count * 1e-7
    }
}

/// Reads the report: the dearest place first.
pub fn read_places(path: &Path) -> Vec<Place> {
    std::fs::read_to_string(path).map_or(Vec::new(), |text| parse_places(&text))
}

fn parse_places(text: &str) -> Vec<Place> {
    let v: Value = serde_json::from_str(text).unwrap_or_default();
    let word = |v: &Value| v.as_str().unwrap_or_default().to_string();
    let line = |v: &Value| {
        let file = word(&v["file"]);
        let name = file.rsplit('/').next().unwrap_or_default();
        format!("{name}:{} in {}", v["line"], word(&v["function"]))
    };
    let place = |p: &Value| Place {
        kind: word(&p["kind"]),
        object: word(&p["object"]),
        at: if p["at"].is_null() { "outside of Python code".into() } else { line(&p["at"]) },
        total: Total {
            count: p["count"].as_f64().unwrap_or(0.0),
            seconds: p["seconds"].as_f64().unwrap_or(0.0),
        },
    };
    let mut out: Vec<Place> = Vec::new();
    for p in v["places"].as_array().into_iter().flatten().map(place) {
        // Which line of the library it was is told by the report itself.
        match out.iter_mut().find(|o| (&o.kind, &o.object, &o.at) == (&p.kind, &p.object, &p.at)) {
            Some(o) => {
                o.total.count += p.total.count;
                o.total.seconds += p.total.seconds
            }
            None => out.push(p),
        }
    }
    out.sort_by(|a, b| b.cost().total_cmp(&a.cost()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_reports_are_understood() {
        assert_eq!(
            Counters::parse("{\"gil\": true}").unwrap(),
            Counters { gil: true, totals: BTreeMap::new() }
        );
        let c =
            Counters::parse(r#"{"gil": false, "totals": {"lock": {"count": 2, "seconds": 0.5}}}"#).unwrap();
        assert_eq!(c.totals["lock"], Total { count: 2.0, seconds: 0.5 });
        assert_eq!(Counters::mean([&c, &c].into_iter())["lock"], c.totals["lock"]);
        assert_eq!(Counters::parse("torn {"), None);
    }

    #[test]
    fn places_are_understood() {
        let text = r#"{"places": [{"kind": "lock", "object": "lock", "count": 3, "seconds": 0.5,
            "at": {"file": "/a/b.py", "line": 7, "function": "f"}}, {"kind": "gc", "at": null},
            {"kind": "lock", "object": "lock", "count": 1, "at": {"file": "b.py", "line": 7, "function": "f"}}]}"#;
        let places = parse_places(text);
        assert_eq!((places[0].at.as_str(), places[0].total.count), ("b.py:7 in f", 4.0));
        assert_eq!((places[1].object.as_str(), places[1].at.as_str()), ("", "outside of Python code"));
        assert_eq!(parse_places("torn"), []);
    }
}
