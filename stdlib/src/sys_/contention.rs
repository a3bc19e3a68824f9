//! `sys._contention()`: what threads waited for, as Python objects of the same structure as the report of
//! `-X contention=FILE`.

use weft_strategy::waits::Total;
use weft_vm::contention::{self, Line, Place};
use weft_vm::dict::Dict;
use weft_vm::object::{Args, ValueExt};
use weft_vm::types::list::List;
use weft_vm::{Res, Thread, Value};

const NANO: f64 = 1e-9;

fn dict(t: &Thread, items: Vec<(&str, Value)>) -> Value {
    let d = Dict::new(t);
    if let Some(d) = d.cast::<Dict>() {
        for (k, v) in items {
            t.dict_set(d, k, v)
        }
    }
    d
}

fn total(t: &Thread, n: &Total) -> Vec<(&'static str, Value)> {
    vec![
        ("count", t.int(n.count as i64)),
        ("seconds", t.float(n.ns as f64 * NANO)),
        ("longest", t.float(n.longest_ns as f64 * NANO)),
    ]
}

fn line(t: &Thread, l: &Option<Line>) -> Value {
    match l {
        None => Value::NONE,
        Some(l) => {
            let (file, function) = (t.str(&l.file), t.str(&l.function));
            dict(t, vec![("file", file), ("line", t.int(l.line.into())), ("function", function)])
        }
    }
}

fn place(t: &Thread, (p, n): &(Place, Total)) -> Value {
    let object = if p.object.is_empty() { Value::NONE } else { t.str(&p.object) };
    let mut items =
        vec![("kind", t.str(p.kind)), ("object", object), ("at", line(t, &p.at)), ("via", line(t, &p.via))];
    items.extend(total(t, n));
    dict(t, items)
}

/// `sys._contention()`
pub fn contention(t: &mut Thread, _a: Args<'_>) -> Res {
    let r = contention::report();
    let totals = r.totals.iter().map(|(name, n)| (*name, dict(t, total(t, n)))).collect();
    let totals = dict(t, totals);
    let places: Vec<Value> = r.places.iter().map(|p| place(t, p)).collect();
    let places = List::new(t, places);
    Ok(dict(
        t,
        vec![
            ("gil", Value::bool(r.gil)),
            ("places_noted", Value::bool(r.places_noted)),
            ("totals", totals),
            ("places", places),
        ],
    ))
}
