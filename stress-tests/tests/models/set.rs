//! `set` is a vector without equals. It is printed sorted by what its items look like.

use proptest::prelude::*;

use super::value::*;
use super::{Outcome, Script, config};

#[derive(Clone, Debug)]
enum Op {
    Add(Val),
    Discard(Val),
    Remove(Val),
    Contains(Val),
    /// One of the operators, with a set to the right.
    Combine(usize, Vec<Val>),
    /// The same in place.
    CombineInPlace(usize, Vec<Val>),
    /// The method of that operator, which takes any iterable.
    Method(usize, Vec<Val>),
    /// The method that changes the set.
    Change(usize, Vec<Val>),
    WithItself(usize),
    Compare(Vec<Val>),
    CompareToChanged(Val, Val),
    Update(Vec<Val>),
    PopAll,
    Copy,
    Clear,
}

const OPERATORS: [&str; 4] = ["|", "&", "-", "^"];
const METHODS: [&str; 4] = ["union", "intersection", "difference", "symmetric_difference"];
const CHANGES: [&str; 4] =
    ["update", "intersection_update", "difference_update", "symmetric_difference_update"];

/// No equals that look different: which one is kept is nowhere said.
fn item() -> impl Strategy<Value = Val> {
    prop_oneof![8 => int().prop_map(Val::Int), 3 => "[ab]{0,2}".prop_map(Val::Str), 1 => Just(Val::None)]
}

fn op() -> impl Strategy<Value = Op> {
    let few = || prop::collection::vec(item(), 0..9);
    prop_oneof![
        10 => item().prop_map(Op::Add),
        3 => item().prop_map(Op::Discard),
        3 => item().prop_map(Op::Remove),
        2 => item().prop_map(Op::Contains),
        5 => (0usize..4, few()).prop_map(|(o, v)| Op::Combine(o, v)),
        5 => (0usize..4, few()).prop_map(|(o, v)| Op::CombineInPlace(o, v)),
        3 => (0usize..4, few()).prop_map(|(o, v)| Op::Method(o, v)),
        3 => (0usize..4, few()).prop_map(|(o, v)| Op::Change(o, v)),
        1 => (0usize..4).prop_map(Op::WithItself),
        2 => few().prop_map(Op::Compare),
        3 => (item(), item()).prop_map(|(a, b)| Op::CompareToChanged(a, b)),
        4 => prop::collection::vec(item(), 0..40).prop_map(Op::Update),
        1 => Just(Op::PopAll),
        1 => Just(Op::Copy),
        1 => Just(Op::Clear),
    ]
}

fn unique(items: &[Val]) -> Vec<Val> {
    let mut set: Vec<Val> = Vec::new();
    for item in items {
        if !set.contains(item) {
            set.push(item.clone())
        }
    }
    set
}

fn combined(operator: usize, a: &[Val], b: &[Val]) -> Vec<Val> {
    let but = |a: &[Val], b: &[Val]| a.iter().filter(|x| !b.contains(x)).cloned().collect::<Vec<_>>();
    match operator {
        0 => unique(&[a, b].concat()),
        1 => a.iter().filter(|x| b.contains(x)).cloned().collect(),
        2 => but(a, b),
        _ => [but(a, b), but(b, a)].concat(),
    }
}

fn sorted(s: &[Val]) -> String {
    let mut items: Vec<_> = s.iter().map(Val::repr).collect();
    items.sort();
    format!("[{}]", items.join(", "))
}

fn set_source(items: &[Val]) -> String {
    if items.is_empty() { "set()".into() } else { format!("{{{}}}", join(items)) }
}

fn all_comparisons(a: &[Val], b: &[Val]) -> String {
    let within = |a: &[Val], b: &[Val]| a.iter().all(|x| b.contains(x));
    let (le, ge) = (within(a, b), within(b, a));
    [le && !ge, le, le && ge, !(le && ge), ge && !le, ge, !a.iter().any(|x| b.contains(x))]
        .map(truth)
        .join(" ")
}

const COMPARE: &str = "print(s < o, s <= o, s == o, s != o, s > o, s >= o, s.isdisjoint(o))";

fn apply(s: &mut Vec<Val>, op: Op) -> (String, Outcome) {
    let state = |s: &[Val]| format!("{} {}", s.len(), sorted(s));
    match op {
        Op::Add(v) => {
            let code = format!("s.add({}); show(s)", v.repr());
            *s = combined(0, s, &[v]);
            (code, Ok(state(s)))
        }
        Op::Discard(v) => {
            let code = format!("s.discard({}); show(s)", v.repr());
            s.retain(|x| *x != v);
            (code, Ok(state(s)))
        }
        Op::Remove(v) => {
            let code = format!("s.remove({}); show(s)", v.repr());
            let found = s.iter().position(|x| *x == v).ok_or("KeyError");
            (code, found.map(|i| s.remove(i)).map(|_| state(s)))
        }
        Op::Contains(v) => {
            let is = s.contains(&v);
            let code = format!("print({0} in s, {0} not in s, {0} in frozenset(s))", v.repr());
            (code, Ok(format!("{} {} {}", truth(is), truth(!is), truth(is))))
        }
        Op::Combine(o, other) => {
            let code = format!("show(s {} {})", OPERATORS[o], set_source(&other));
            (code, Ok(state(&combined(o, s, &unique(&other)))))
        }
        Op::CombineInPlace(o, other) => {
            let code = format!("s {}= {}; show(s)", OPERATORS[o], set_source(&other));
            *s = combined(o, s, &unique(&other));
            (code, Ok(state(s)))
        }
        Op::Method(o, other) => {
            let code = format!("show(s.{}({}))", METHODS[o], list_repr(&other));
            (code, Ok(state(&combined(o, s, &unique(&other)))))
        }
        Op::Change(o, other) => {
            let code = format!("s.{}({}); show(s)", CHANGES[o], list_repr(&other));
            *s = combined(o, s, &unique(&other));
            (code, Ok(state(s)))
        }
        Op::WithItself(o) => {
            *s = combined(o, s, &s.clone());
            (format!("s {}= s; show(s)", OPERATORS[o]), Ok(state(s)))
        }
        Op::Compare(other) => {
            (format!("o = {}; {COMPARE}", set_source(&other)), Ok(all_comparisons(s, &unique(&other))))
        }
        Op::CompareToChanged(more, less) => {
            let code = format!("o = s | {{{}}}; o.discard({}); {COMPARE}", more.repr(), less.repr());
            let mut other = combined(0, s, &[more]);
            other.retain(|x| *x != less);
            (code, Ok(all_comparisons(s, &other)))
        }
        Op::Update(more) => {
            let code = format!("s.update({}, ()); show(s)", list_repr(&more));
            *s = combined(0, s, &more);
            (code, Ok(state(s)))
        }
        Op::PopAll => {
            let code = "o = s.copy(); o = {o.pop() for _ in range(len(o))}; show(o)";
            (code.into(), Ok(state(s)))
        }
        Op::Copy => ("s = s.copy(); show(s)".into(), Ok(state(s))),
        Op::Clear => {
            s.clear();
            ("s.clear(); show(s)".into(), Ok(state(s)))
        }
    }
}

const SETUP: &str = "s = set()
def show(s): print(len(s), sorted(s, key=repr))
";

proptest! {
    #![proptest_config(config())]
    #[test]
    fn a_set_is_a_vector_without_equals(ops in prop::collection::vec(op(), 1..120)) {
        let (mut script, mut s) = (Script::new(SETUP), Vec::new());
        for op in ops {
            let (code, outcome) = apply(&mut s, op);
            script.step(code, outcome)
        }
        script.check("s, o")?
    }
}
