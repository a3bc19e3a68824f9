//! Values for the containers to hold, slices, and how Python writes them.

use std::cmp::Ordering;

use proptest::prelude::*;

/// A value that compares and hashes without Python code.
#[derive(Clone, Debug)]
pub enum Val {
    Int(i64),
    Bool(bool),
    /// That many halves.
    Float(i16),
    Str(String),
    None,
}

impl Val {
    pub fn repr(&self) -> String {
        match self {
            Val::Int(n) => n.to_string(),
            Val::Bool(true) => "True".into(),
            Val::Bool(false) => "False".into(),
            Val::Float(halves) => format!("{:?}", f64::from(*halves) / 2.0),
            Val::Str(s) => format!("'{s}'"),
            Val::None => "None".into(),
        }
    }

    /// Twice the number, if it is one.
    fn halves(&self) -> Option<i128> {
        match self {
            Val::Int(n) => Some(2 * i128::from(*n)),
            Val::Bool(b) => Some(2 * i128::from(*b)),
            Val::Float(halves) => Some(i128::from(*halves)),
            _ => None,
        }
    }

    /// Python's order; nothing for values of different kinds.
    pub fn order(&self, other: &Val) -> Option<Ordering> {
        match (self, other) {
            (Val::Str(a), Val::Str(b)) => Some(a.cmp(b)),
            _ => Some(self.halves()?.cmp(&other.halves()?)),
        }
    }
}

impl PartialEq for Val {
    fn eq(&self, other: &Val) -> bool {
        match (self, other) {
            (Val::None, Val::None) => true,
            _ => self.order(other) == Some(Ordering::Equal),
        }
    }
}

/// Integers of which many are equal, some do not fit into a word, and some have the same hash.
pub fn int() -> impl Strategy<Value = i64> {
    let prime = (1i64 << 61) - 1;
    prop_oneof![
        6 => -3i64..5,
        1 => prop::sample::select(vec![prime, -prime, prime + 1, 2 * prime + 2, 1 - prime]),
        1 => prop::sample::select(vec![i64::MAX, i64::MIN, 1 << 62, -(1 << 62), 1 << 60, 1 << 32]),
        1 => any::<i64>(),
    ]
}

/// Numbers: `1`, `True` and `1.0` are equal but look different, so that it is seen which one is kept.
pub fn number() -> impl Strategy<Value = Val> {
    prop_oneof![
        5 => int().prop_map(Val::Int),
        2 => any::<bool>().prop_map(Val::Bool),
        2 => (-5i16..8).prop_map(Val::Float),
    ]
}

/// Anything.
pub fn any_value() -> impl Strategy<Value = Val> {
    prop_oneof![6 => number(), 2 => "[ab]{0,2}".prop_map(Val::Str), 1 => Just(Val::None)]
}

/// `[1, 2]`
pub fn list_repr(values: &[Val]) -> String {
    format!("[{}]", join(values))
}

/// `1, 2`
pub fn join(values: &[Val]) -> String {
    values.iter().map(Val::repr).collect::<Vec<_>>().join(", ")
}

/// `True` or `False`
pub fn truth(b: bool) -> String {
    Val::Bool(b).repr()
}

/// An index: mostly near the ends of something short.
pub fn index() -> impl Strategy<Value = i64> {
    prop_oneof![12 => -8i64..9, 1 => Just(i64::MAX), 1 => Just(i64::MIN), 1 => any::<i64>()]
}

/// `start:stop:step`
#[derive(Clone, Debug)]
pub struct Slice {
    pub start: Option<i64>,
    pub stop: Option<i64>,
    pub step: Option<i64>,
}

pub fn slice() -> impl Strategy<Value = Slice> {
    let step = prop_oneof![6 => Just(None), 2 => Just(Some(1)), 6 => (-4i64..5).prop_map(Some),
        1 => index().prop_map(Some)];
    (prop::option::of(index()), prop::option::of(index()), step).prop_map(|(start, stop, step)| Slice {
        start,
        stop,
        step,
    })
}

impl Slice {
    pub fn source(&self) -> String {
        let part = |n: Option<i64>| n.map_or(String::new(), |n| n.to_string());
        match self.step {
            None => format!("{}:{}", part(self.start), part(self.stop)),
            step => format!("{}:{}:{}", part(self.start), part(self.stop), part(step)),
        }
    }

    /// Where a slice of step 1 begins and ends, in something of length `n`.
    pub fn bounds(&self, n: usize) -> (usize, usize) {
        let n = n as i128;
        let place = |at: Option<i64>, default: i128| match at.map(i128::from) {
            None => default,
            Some(at) if at < 0 => (at + n).max(0),
            Some(at) => at.min(n),
        };
        let start = place(self.start, 0);
        (start as usize, place(self.stop, n).max(start) as usize)
    }

    /// The indices it means in something of length `n`.
    pub fn indices(&self, n: usize) -> Result<Vec<usize>, &'static str> {
        let (n, step) = (n as i128, i128::from(self.step.unwrap_or(1)));
        if step == 0 {
            return Err("ValueError");
        }
        // As the definition has it: from the one bound to the other, step by step.
        let (low, high) = if step > 0 { (0, n) } else { (-1, n - 1) };
        let place = |at: Option<i64>, default: i128| match at.map(i128::from) {
            None => default,
            Some(at) if at < 0 => (at + n).max(low),
            Some(at) => at.min(high),
        };
        let (first, last) = if step > 0 { (low, high) } else { (high, low) };
        let (mut at, stop) = (place(self.start, first), place(self.stop, last));
        let mut indices = Vec::new();
        while if step > 0 { at < stop } else { at > stop } {
            indices.push(at as usize);
            at += step
        }
        Ok(indices)
    }
}

/// The place that an index means, if there is one.
pub fn place(i: i64, n: usize) -> Result<usize, &'static str> {
    let i = if i < 0 { i128::from(i) + n as i128 } else { i128::from(i) };
    if (0..n as i128).contains(&i) { Ok(i as usize) } else { Err("IndexError") }
}
