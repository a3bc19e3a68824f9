//! `dict` is a vector of pairs in the order of insertion.

use proptest::prelude::*;

use super::value::*;
use super::{Outcome, Script, config};

type Pairs = Vec<(Val, Val)>;

#[derive(Clone, Debug)]
enum Op {
    Set(Val, Val),
    Item(Val),
    Get(Val, Option<Val>),
    Pop(Val, Option<Val>),
    PopItem,
    SetDefault(Val, Val),
    Update(Pairs, bool),
    Del(Val),
    Contains(Val),
    Merge(Pairs),
    MergeInPlace(Pairs),
    Compare(Pairs),
    CompareToChanged(Val, Val),
    Walk,
    DropWhile(i64),
    Copy,
    Clear,
}

fn pairs() -> impl Strategy<Value = Pairs> {
    prop::collection::vec((any_value(), number()), 0..8)
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        10 => (any_value(), number()).prop_map(|(k, v)| Op::Set(k, v)),
        2 => any_value().prop_map(Op::Item),
        2 => (any_value(), prop::option::of(number())).prop_map(|(k, v)| Op::Get(k, v)),
        3 => (any_value(), prop::option::of(number())).prop_map(|(k, v)| Op::Pop(k, v)),
        2 => Just(Op::PopItem),
        2 => (any_value(), number()).prop_map(|(k, v)| Op::SetDefault(k, v)),
        3 => (pairs(), any::<bool>()).prop_map(|(p, b)| Op::Update(p, b)),
        4 => any_value().prop_map(Op::Del),
        2 => any_value().prop_map(Op::Contains),
        2 => pairs().prop_map(Op::Merge),
        1 => pairs().prop_map(Op::MergeInPlace),
        1 => pairs().prop_map(Op::Compare),
        2 => (any_value(), number()).prop_map(|(k, v)| Op::CompareToChanged(k, v)),
        2 => Just(Op::Walk),
        1 => (2i64..5).prop_map(Op::DropWhile),
        1 => Just(Op::Copy),
        1 => Just(Op::Clear),
    ]
}

fn find(d: &Pairs, key: &Val) -> Option<usize> {
    d.iter().position(|(k, _)| k == key)
}

/// The first of equal keys stays, and its place; the last value counts.
fn set(d: &mut Pairs, key: Val, value: Val) {
    match find(d, &key) {
        Some(i) => d[i].1 = value,
        None => d.push((key, value)),
    }
}

fn merged(d: &Pairs, more: &Pairs) -> Pairs {
    let mut d = d.clone();
    for (key, value) in more {
        set(&mut d, key.clone(), value.clone())
    }
    d
}

fn equal(a: &Pairs, b: &Pairs) -> bool {
    a.len() == b.len() && a.iter().all(|(k, v)| find(b, k).is_some_and(|i| b[i].1 == *v))
}

fn repr(d: &Pairs) -> String {
    let items: Vec<_> = d.iter().map(|(k, v)| format!("{}: {}", k.repr(), v.repr())).collect();
    format!("{{{}}}", items.join(", "))
}

fn pair_list(d: &Pairs) -> String {
    let items: Vec<_> = d.iter().map(|(k, v)| format!("({}, {})", k.repr(), v.repr())).collect();
    format!("[{}]", items.join(", "))
}

fn apply(d: &mut Pairs, op: Op) -> (String, Outcome) {
    let call = |name: &str, k: &Val, v: &Option<Val>| match v {
        None => format!("d.{name}({})", k.repr()),
        Some(v) => format!("d.{name}({}, {})", k.repr(), v.repr()),
    };
    match op {
        Op::Set(k, v) => {
            let code = format!("d[{}] = {}; print(d)", k.repr(), v.repr());
            set(d, k, v);
            (code, Ok(repr(d)))
        }
        Op::Item(k) => {
            (format!("print(d[{}])", k.repr()), find(d, &k).map(|i| d[i].1.repr()).ok_or("KeyError"))
        }
        Op::Get(k, default) => {
            let value = find(d, &k).map(|i| d[i].1.clone()).or(default.clone()).unwrap_or(Val::None);
            (format!("print({})", call("get", &k, &default)), Ok(value.repr()))
        }
        Op::Pop(k, default) => {
            let code = format!("print({}, d)", call("pop", &k, &default));
            let value = find(d, &k).map(|i| d.remove(i).1).or(default).ok_or("KeyError");
            (code, value.map(|v| format!("{} {}", v.repr(), repr(d))))
        }
        Op::PopItem => {
            let item = d.pop().ok_or("KeyError");
            let line = item.map(|(k, v)| format!("({}, {}) {}", k.repr(), v.repr(), repr(d)));
            ("print(d.popitem(), d)".into(), line)
        }
        Op::SetDefault(k, v) => {
            let code = format!("print(d.setdefault({}, {}), d)", k.repr(), v.repr());
            let value = match find(d, &k) {
                Some(i) => d[i].1.clone(),
                None => {
                    d.push((k, v.clone()));
                    v
                }
            };
            (code, Ok(format!("{} {}", value.repr(), repr(d))))
        }
        Op::Update(more, from_dict) => {
            *d = merged(d, &more);
            let more = if from_dict { repr(&more) } else { pair_list(&more) };
            (format!("print(d.update({more}), d)"), Ok(format!("None {}", repr(d))))
        }
        Op::Del(k) => {
            let code = format!("del d[{}]; print(d)", k.repr());
            (code, find(d, &k).map(|i| d.remove(i)).map(|_| repr(d)).ok_or("KeyError"))
        }
        Op::Contains(k) => {
            let code = format!("print({0} in d, {0} not in d, {0} in d.keys(), len(d))", k.repr());
            let is = find(d, &k).is_some();
            (code, Ok(format!("{} {} {} {}", truth(is), truth(!is), truth(is), d.len())))
        }
        Op::Merge(more) => {
            let code = format!("print(d | {0}, {0} | d, {{**d, **{0}}})", repr(&more));
            let more = merged(&Pairs::new(), &more);
            let (one, other) = (repr(&merged(d, &more)), repr(&merged(&more, d)));
            (code, Ok(format!("{one} {other} {one}")))
        }
        Op::MergeInPlace(more) => {
            let code = format!("d |= {}; print(d)", repr(&more));
            *d = merged(d, &merged(&Pairs::new(), &more));
            (code, Ok(repr(d)))
        }
        Op::Compare(other) => {
            let code = format!("e = {}; print(d == e, d != e, e == d)", repr(&other));
            let is = equal(d, &merged(&Pairs::new(), &other));
            (code, Ok(format!("{} {} {}", truth(is), truth(!is), truth(is))))
        }
        Op::CompareToChanged(k, v) => {
            let code = format!(
                "e = dict(reversed(d.items())); same = e == d; e[{}] = {}; print(same, e == d, e != d, len(e))",
                k.repr(),
                v.repr()
            );
            let mut e: Pairs = d.iter().rev().cloned().collect();
            set(&mut e, k, v);
            let is = equal(d, &e);
            (code, Ok(format!("True {} {} {}", truth(is), truth(!is), e.len())))
        }
        Op::Walk => {
            let code = "print([*d], list(d.values()), list(d.items()), list(reversed(d)), [k for k in d] == list(d.keys()))";
            let keys: Vec<Val> = d.iter().map(|(k, _)| k.clone()).collect();
            let values: Vec<Val> = d.iter().map(|(_, v)| v.clone()).collect();
            let backwards: Vec<Val> = keys.iter().rev().cloned().collect();
            let lists = [list_repr(&keys), list_repr(&values), pair_list(d), list_repr(&backwards)];
            (code.into(), Ok(format!("{} True", lists.join(" "))))
        }
        Op::DropWhile(n) => {
            // Leaves holes in the table.
            let mut at = -1;
            d.retain(|_| {
                at += 1;
                at % n == 0
            });
            (format!("[d.pop(k) for i, k in enumerate(list(d)) if i % {n}]; print(d)"), Ok(repr(d)))
        }
        Op::Copy => ("d = d.copy(); print(d)".into(), Ok(repr(d))),
        Op::Clear => {
            d.clear();
            ("print(d.clear(), d)".into(), Ok("None {}".into()))
        }
    }
}

proptest! {
    #![proptest_config(config())]
    #[test]
    fn a_dict_is_a_vector_of_pairs(ops in prop::collection::vec(op(), 1..120)) {
        let (mut script, mut d) = (Script::new("d = {}"), Pairs::new());
        for op in ops {
            let (code, outcome) = apply(&mut d, op);
            script.step(code, outcome)
        }
        script.check("d, e")?
    }
}
