//! The report for programs.

use super::Report;
use super::verdict::{suite_verdict, verdict};
use crate::measure::{Comparison, Measured};
use crate::stats;
use serde_json::{Map, Value, json};

fn configuration(r: &Report, c: &Comparison, m: &Measured) -> Value {
    let i = &r.interpreters[m.configuration.interpreter];
    let walls = m.walls();
    let runs: Vec<Value> =
        m.samples.iter().map(|s| json!({"wall": s.wall, "cpu": s.cpu, "peak_kib": s.peak_kib})).collect();
    let counters: Map<String, Value> = m
        .counted()
        .into_iter()
        .map(|(kind, t)| (kind, json!({"count": t.count, "seconds": t.seconds})))
        .collect();
    json!({
        "interpreter": i.name,
        "command": i.words,
        "gil": i.gil,
        "threads": m.configuration.threads,
        "wall": {
            "median": m.wall(),
            "low": stats::quantile(&walls, 0.25),
            "high": stats::quantile(&walls, 0.75),
        },
        "cpu": m.cpu(),
        "utilisation": m.utilisation(),
        "peak_kib": m.peak_kib(),
        "speedup_over_threads": c.speedup_over_threads(m),
        "speedup_over_gil": r.mode(true).and_then(|g| c.speedup_over(g, m)),
        "efficiency": c.efficiency(m),
        "p_against_gil": r
            .mode(true)
            .and_then(|g| c.find(g, m.configuration.threads))
            .map(|g| stats::rank_test(&g.walls(), &walls)),
        "counters": counters,
        "runs": runs,
    })
}

fn program(r: &Report, c: &Comparison) -> Value {
    json!({
        "name": c.program.name,
        "words": c.program.words,
        "outputs_equal": c.outputs_equal,
        "problems": c.problems,
        "configurations": c
            .measured
            .iter()
            .filter(|m| !m.samples.is_empty())
            .map(|m| configuration(r, c, m))
            .collect::<Vec<_>>(),
        "places": c
            .places
            .iter()
            .map(|p| {
                json!({
                    "kind": p.kind, "object": p.object, "at": p.at,
                    "count": p.total.count, "seconds": p.total.seconds,
                })
            })
            .collect::<Vec<_>>(),
        "verdict": verdict(r, c),
    })
}

/// The report as JSON. Times in seconds, memory in KiB.
pub fn json(r: &Report) -> String {
    let (runs, warmup) = r.runs;
    let all = json!({
        "suite": r.suite,
        "interrupted": r.interrupted,
        "cores": r.cores,
        "others": r.others,
        "runs": runs,
        "warmup": warmup,
        "programs": r.comparisons.iter().map(|c| program(r, c)).collect::<Vec<_>>(),
        "verdict": if r.suite { suite_verdict(r) } else { Vec::new() },
    });
    format!("{all:#}\n")
}

#[cfg(test)]
mod tests {
    use super::super::examples;
    use serde_json::Value;

    #[test]
    fn everything_is_there() {
        let v: Value = serde_json::from_str(&super::json(&examples::report(5))).unwrap();
        let c = &v["programs"][0]["configurations"][3];
        assert_eq!((c["gil"].as_bool(), c["threads"].as_u64()), (Some(false), Some(2)));
        assert_eq!(c["runs"].as_array().unwrap().len(), 5);
        assert!(c["speedup_over_gil"].as_f64().unwrap() > 2.0);
        assert_eq!(v["programs"][0]["configurations"][1]["counters"]["gil"]["count"].as_f64(), Some(100.0));
        assert!(v["programs"][0]["verdict"].as_array().unwrap().len() >= 3);
    }
}
