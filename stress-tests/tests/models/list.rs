//! `list` is a vector.

use std::cmp::Ordering;

use proptest::prelude::*;

use super::value::*;
use super::{Outcome, Script, config};

#[derive(Clone, Debug)]
enum Op {
    Append(Val),
    Insert(i64, Val),
    Pop(Option<i64>),
    Get(i64),
    Set(i64, Val),
    Del(i64),
    GetSlice(Slice),
    DelSlice(Slice),
    SetSlice(Slice, Vec<Val>),
    SetSliceToSelf(Slice),
    Extend(Vec<Val>),
    ExtendBySelf,
    AddInPlace(Vec<Val>),
    MultiplyInPlace(i64),
    Reverse,
    Sort(bool),
    Index(Val, i64, i64),
    Count(Val),
    Remove(Val),
    Contains(Val),
    Concat(Vec<Val>),
    Multiply(i64),
    Compare(Vec<Val>),
    CompareToPart(Slice, Val),
    Walk,
    Clear,
}

fn op() -> impl Strategy<Value = Op> {
    let few = || prop::collection::vec(number(), 0..6);
    prop_oneof![
        6 => number().prop_map(Op::Append),
        4 => (index(), number()).prop_map(|(i, v)| Op::Insert(i, v)),
        3 => prop::option::of(index()).prop_map(Op::Pop),
        2 => index().prop_map(Op::Get),
        2 => (index(), number()).prop_map(|(i, v)| Op::Set(i, v)),
        2 => index().prop_map(Op::Del),
        3 => slice().prop_map(Op::GetSlice),
        2 => slice().prop_map(Op::DelSlice),
        4 => (slice(), few()).prop_map(|(s, v)| Op::SetSlice(s, v)),
        1 => slice().prop_map(Op::SetSliceToSelf),
        3 => few().prop_map(Op::Extend),
        1 => Just(Op::ExtendBySelf),
        2 => few().prop_map(Op::AddInPlace),
        1 => (-1i64..4).prop_map(Op::MultiplyInPlace),
        2 => Just(Op::Reverse),
        3 => any::<bool>().prop_map(Op::Sort),
        2 => (number(), index(), index()).prop_map(|(v, i, j)| Op::Index(v, i, j)),
        1 => number().prop_map(Op::Count),
        2 => number().prop_map(Op::Remove),
        1 => any_value().prop_map(Op::Contains),
        2 => few().prop_map(Op::Concat),
        1 => (-1i64..4).prop_map(Op::Multiply),
        1 => few().prop_map(Op::Compare),
        2 => (slice(), number()).prop_map(|(s, v)| Op::CompareToPart(s, v)),
        1 => Just(Op::Walk),
        1 => Just(Op::Clear),
    ]
}

/// How two lists compare: by the first items that differ, else by length.
fn order(a: &[Val], b: &[Val]) -> Ordering {
    let differ = a.iter().zip(b).find(|(a, b)| a != b);
    differ.map_or(a.len().cmp(&b.len()), |(a, b)| a.order(b).expect("numbers"))
}

fn all_comparisons(a: &[Val], b: &[Val]) -> String {
    let o = order(a, b);
    [o.is_lt(), o.is_le(), o.is_eq(), o.is_ne(), o.is_gt(), o.is_ge()].map(truth).join(" ")
}

fn repeat(l: &[Val], n: i64) -> Vec<Val> {
    (0..n).flat_map(|_| l.iter().cloned()).collect()
}

fn set_slice(l: &mut Vec<Val>, s: &Slice, items: Vec<Val>) -> Result<(), &'static str> {
    if s.step.unwrap_or(1) == 1 {
        let (start, stop) = s.bounds(l.len());
        l.splice(start..stop, items);
        return Ok(());
    }
    let places = s.indices(l.len())?;
    if places.len() != items.len() {
        return Err("ValueError");
    }
    for (place, item) in places.into_iter().zip(items) {
        l[place] = item
    }
    Ok(())
}

fn part(l: &[Val], s: &Slice) -> Result<Vec<Val>, &'static str> {
    Ok(s.indices(l.len())?.into_iter().map(|i| l[i].clone()).collect())
}

/// Does it: the Python statements and what they print.
fn apply(l: &mut Vec<Val>, op: Op) -> (String, Outcome) {
    let same = |text: String| format!("print({text}, l)");
    match op {
        Op::Append(v) => {
            l.push(v.clone());
            (same(format!("l.append({})", v.repr())), Ok(format!("None {}", list_repr(l))))
        }
        Op::Insert(i, v) => {
            let n = l.len() as i128;
            let at = if i < 0 { (i128::from(i) + n).max(0) } else { i128::from(i).min(n) };
            l.insert(at as usize, v.clone());
            (same(format!("l.insert({i}, {})", v.repr())), Ok(format!("None {}", list_repr(l))))
        }
        Op::Pop(i) => {
            let code = same(format!("l.pop({})", i.map_or(String::new(), |i| i.to_string())));
            let popped = place(i.unwrap_or(-1), l.len()).map(|at| l.remove(at).repr());
            (code, popped.map(|v| format!("{v} {}", list_repr(l))))
        }
        Op::Get(i) => (format!("print(l[{i}])"), place(i, l.len()).map(|at| l[at].repr())),
        Op::Set(i, v) => {
            let code = format!("l[{i}] = {}; print(l)", v.repr());
            (code, place(i, l.len()).map(|at| l[at] = v).map(|()| list_repr(l)))
        }
        Op::Del(i) => {
            (format!("del l[{i}]; print(l)"), place(i, l.len()).map(|at| l.remove(at)).map(|_| list_repr(l)))
        }
        Op::GetSlice(s) => (format!("print(l[{}])", s.source()), part(l, &s).map(|p| list_repr(&p))),
        Op::DelSlice(s) => {
            let gone = s.indices(l.len()).map(|gone| {
                let mut at = 0..;
                l.retain(|_| !gone.contains(&at.next().expect("endless")));
                list_repr(l)
            });
            (format!("del l[{}]; print(l)", s.source()), gone)
        }
        Op::SetSlice(s, items) => {
            let code = format!("l[{}] = {}; print(l)", s.source(), list_repr(&items));
            (code, set_slice(l, &s, items).map(|()| list_repr(l)))
        }
        Op::SetSliceToSelf(s) => {
            let (code, own) = (format!("l[{}] = l; del l[60:]; print(l)", s.source()), l.clone());
            let done = set_slice(l, &s, own);
            if done.is_ok() {
                l.truncate(60)
            }
            (code, done.map(|()| list_repr(l)))
        }
        Op::Extend(items) => {
            l.extend(items.iter().cloned());
            (same(format!("l.extend(({}))", trailing(&items))), Ok(format!("None {}", list_repr(l))))
        }
        Op::ExtendBySelf => {
            l.extend(l.clone());
            l.truncate(60);
            ("l.extend(l); del l[60:]; print(l)".into(), Ok(list_repr(l)))
        }
        Op::AddInPlace(items) => {
            l.extend(items.iter().cloned());
            (format!("l += iter({}); print(l)", list_repr(&items)), Ok(list_repr(l)))
        }
        Op::MultiplyInPlace(n) => {
            *l = repeat(l, n);
            l.truncate(60);
            (format!("l *= {n}; del l[60:]; print(l)"), Ok(list_repr(l)))
        }
        Op::Reverse => {
            l.reverse();
            (same("l.reverse()".into()), Ok(format!("None {}", list_repr(l))))
        }
        Op::Sort(reverse) => {
            // Stable both ways.
            l.sort_by(|a, b| {
                let order = a.order(b).expect("numbers");
                if reverse { order.reverse() } else { order }
            });
            (same(format!("l.sort(reverse={})", truth(reverse))), Ok(format!("None {}", list_repr(l))))
        }
        Op::Index(v, from, to) => {
            let range = Slice { start: Some(from), stop: Some(to), step: None };
            let (from_at, to_at) = range.bounds(l.len());
            let found = (from_at..to_at).find(|&i| l[i] == v);
            let code = format!("print(l.index({}, {from}, {to}))", v.repr());
            (code, found.map(|i| i.to_string()).ok_or("ValueError"))
        }
        Op::Count(v) => {
            let count = l.iter().filter(|&x| *x == v).count();
            (format!("print(l.count({}))", v.repr()), Ok(count.to_string()))
        }
        Op::Remove(v) => {
            let found = l.iter().position(|x| *x == v).ok_or("ValueError").map(|i| l.remove(i));
            (same(format!("l.remove({})", v.repr())), found.map(|_| format!("None {}", list_repr(l))))
        }
        Op::Contains(v) => {
            let is = l.contains(&v);
            (format!("print({0} in l, {0} not in l)", v.repr()), Ok(format!("{} {}", truth(is), truth(!is))))
        }
        Op::Concat(items) => {
            let (before, after) = ([&items[..], &l[..]].concat(), [&l[..], &items[..]].concat());
            let code = format!("print(l + {0}, {0} + l)", list_repr(&items));
            (code, Ok(format!("{} {}", list_repr(&after), list_repr(&before))))
        }
        Op::Multiply(n) => {
            let many = list_repr(&repeat(l, n));
            (format!("print(l * {n}, {n} * l)"), Ok(format!("{many} {many}")))
        }
        Op::Compare(other) => {
            (format!("m = {}; {COMPARE}", list_repr(&other)), Ok(all_comparisons(l, &other)))
        }
        Op::CompareToPart(s, v) => {
            let code = format!("m = l[{}] + [{}]; {COMPARE}", s.source(), v.repr());
            let other = part(l, &s).map(|mut part| {
                part.push(v);
                part
            });
            (code, other.map(|other| all_comparisons(l, &other)))
        }
        Op::Walk => {
            let backwards: Vec<_> = l.iter().rev().cloned().collect();
            let code =
                "print(len(l), [*l], [x for x in l] == l.copy(), list(reversed(l)), [*enumerate(l)][-1:])";
            let last = l.last().map_or(String::new(), |v| format!("({}, {})", l.len() - 1, v.repr()));
            let line = format!("{} {} True {} [{last}]", l.len(), list_repr(l), list_repr(&backwards));
            (code.into(), Ok(line))
        }
        Op::Clear => {
            l.clear();
            (same("l.clear()".into()), Ok("None []".into()))
        }
    }
}

const COMPARE: &str = "print(l < m, l <= m, l == m, l != m, l > m, l >= m)";

fn trailing(items: &[Val]) -> String {
    if items.is_empty() { String::new() } else { format!("{},", join(items)) }
}

proptest! {
    #![proptest_config(config())]
    #[test]
    fn a_list_is_a_vector(ops in prop::collection::vec(op(), 1..120)) {
        let (mut script, mut l) = (Script::new("l = []"), Vec::new());
        for op in ops {
            let (code, outcome) = apply(&mut l, op);
            script.step(code, outcome);
            if l.len() > 80 {
                l.truncate(20);
                script.step("del l[20:]; print(l)", Ok(list_repr(&l)));
            }
        }
        script.check("l, m")?
    }
}
