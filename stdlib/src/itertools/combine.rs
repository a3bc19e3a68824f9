//! Combinatoric iterators: each is a pool of items and an array of indices that is advanced like an odometer.

use super::flow::FLAGS;
use crate::support::{Guarded, class, itself, memory_error, native};
use weft_strategy::Header;
use weft_vm::object::{NativeType, Object, Slots, TypeSpec, Visitor};
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Slot, Thread, VRef, Value};

/// The types of this file.
pub static TYPES: &[&NativeType] = &[&PRODUCT, &PERMUTATIONS, &COMBINATIONS, &WITH_REPLACEMENT];

/// Position of the odometer.
#[derive(Default)]
struct Odometer {
    indices: Vec<usize>,
    /// permutations: how many swaps are left at each place.
    cycles: Vec<usize>,
    started: bool,
    done: bool,
}

/// Pool and position.
#[repr(C)]
struct Combine {
    h: Header,
    /// A tuple of items; product: a tuple of such tuples, `repeat` times over.
    pool: Slot,
    at: Guarded<Odometer>,
    /// Items in a result.
    r: usize,
}

// SAFETY: repr(C), header first; the pool is the only reference.
unsafe impl Object for Combine {
    weft_vm::layout!(Combine, "itertools.combinations", true);
    fn traverse(&self, v: Visitor) {
        v(self.pool.word())
    }
    fn clear(&self) {
        self.pool.clear_dead();
        self.at.clear_dead()
    }
}

/// How one kind advances; false: that was the last.
type Advance = fn(&mut Odometer, n: usize, r: usize) -> bool;

fn step(t: &mut Thread, v: VRef<'_>, advance: Advance) -> Res<Option<Value>> {
    let c: &Combine = native(v);
    let Some(pool) = c.pool.load() else { return Ok(None) };
    let pool: &Tuple = native(pool.r());
    let picked = c.at.with(t, &c.h, |o| {
        if !o.done && o.started {
            o.done = !advance(o, pool.len(), c.r)
        }
        o.started = true;
        if o.done { None } else { Some(o.indices[..c.r].to_vec()) }
    });
    let Some(picked) = picked else { return Ok(None) };
    let items = picked.into_iter().map(|i| if i < pool.len() { pool.get(i).to_value() } else { Value::NONE });
    Ok(Some(Tuple::new(t, items.collect())))
}

fn make(t: &mut Thread, cls: &weft_vm::object::Type, pool: Value, at: Odometer, r: usize) -> Res {
    Ok(t.make(cls.shape(), Combine { h: Header::new(0, 0), pool: Slot::new(pool), at: Guarded::new(at), r }))
}

fn pool_of(t: &mut Thread, iterable: VRef<'_>) -> Res {
    let items = t.collect(iterable)?;
    Ok(Tuple::new(t, items))
}

/// The `r` argument: not negative.
fn length(t: &mut Thread, v: VRef<'_>) -> Res<usize> {
    let r = t.arg_ssize(v)?;
    usize::try_from(r).map_err(|_| t.value_error("r must be non-negative"))
}

fn indices(t: &mut Thread, n: usize, f: impl Fn(usize) -> usize) -> Res<Vec<usize>> {
    let mut v = crate::support::room(t, n)?;
    v.extend((0..n).map(f));
    Ok(v)
}

// ---- combinations

static COMBINATIONS: NativeType = NativeType::new(&COMBINATIONS_SPEC);
static COMBINATIONS_SPEC: TypeSpec = TypeSpec {
    name: "itertools.combinations",
    doc: "Return successive r-length combinations of elements in the iterable.\n\ncombinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)",
    flags: FLAGS,
    slots: Slots {
        new: constructor!("combinations(cls, iterable, r)" => |t, a| {
            let r = length(t, a.get(2))?;
            let pool = pool_of(t, a.get(1))?;
            let n = native::<Tuple>(pool.r()).len();
            let done = r > n;
            let at = Odometer { indices: indices(t, if done { 0 } else { r }, |i| i)?, done, ..Odometer::default() };
            make(t, class(a), pool, at, r)
        }),
        iter: Some(itself),
        next: Some(|t, v| step(t, v, |o, n, r| {
            // The rightmost index that is not at its highest value goes up; those behind it follow.
            let Some(i) = (0..r).rev().find(|i| o.indices[*i] != i + n - r) else { return false };
            o.indices[i] += 1;
            for j in i + 1..r {
                o.indices[j] = o.indices[j - 1] + 1
            }
            true
        })),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Combine>()
};

// ---- combinations_with_replacement

static WITH_REPLACEMENT: NativeType = NativeType::new(&WITH_REPLACEMENT_SPEC);
static WITH_REPLACEMENT_SPEC: TypeSpec = TypeSpec {
    name: "itertools.combinations_with_replacement",
    doc: "Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.\n\ncombinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')",
    flags: FLAGS,
    slots: Slots {
        new: constructor!("combinations_with_replacement(cls, iterable, r)" => |t, a| {
            let r = length(t, a.get(2))?;
            let pool = pool_of(t, a.get(1))?;
            let done = native::<Tuple>(pool.r()).is_empty() && r > 0;
            let at = Odometer { indices: indices(t, if done { 0 } else { r }, |_| 0)?, done, ..Odometer::default() };
            make(t, class(a), pool, at, r)
        }),
        iter: Some(itself),
        next: Some(|t, v| step(t, v, |o, n, r| {
            let Some(i) = (0..r).rev().find(|i| o.indices[*i] + 1 != n) else { return false };
            let up = o.indices[i] + 1;
            o.indices[i..r].fill(up);
            true
        })),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Combine>()
};

// ---- permutations

static PERMUTATIONS: NativeType = NativeType::new(&PERMUTATIONS_SPEC);
static PERMUTATIONS_SPEC: TypeSpec = TypeSpec {
    name: "itertools.permutations",
    doc: "Return successive r-length permutations of elements in the iterable.\n\npermutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)",
    flags: FLAGS,
    slots: Slots {
        new: constructor!("permutations(cls, iterable, r=None)" => |t, a| {
            let pool = pool_of(t, a.get(1))?;
            let n = native::<Tuple>(pool.r()).len();
            let r = match a.opt_none(2) {
                None => n,
                Some(r) if weft_vm::types::int::is_int(r) => length(t, r)?,
                Some(_) => return Err(t.type_error("Expected int as r")),
            };
            let done = r > n;
            let at = Odometer {
                indices: indices(t, n, |i| i)?,
                cycles: indices(t, if done { 0 } else { r }, |i| n - i)?,
                done,
                ..Odometer::default()
            };
            make(t, class(a), pool, at, if done { 0 } else { r })
        }),
        iter: Some(itself),
        next: Some(|t, v| step(t, v, |o, n, r| {
            for i in (0..r).rev() {
                o.cycles[i] -= 1;
                if o.cycles[i] > 0 {
                    let j = o.cycles[i];
                    o.indices.swap(i, n - j);
                    return true;
                }
                // All items have been at place i: the first one goes back behind the others.
                o.indices[i..].rotate_left(1);
                o.cycles[i] = n - i
            }
            false
        })),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Combine>()
};

// ---- product

static PRODUCT: NativeType = NativeType::new(&PRODUCT_SPEC);
static PRODUCT_SPEC: TypeSpec = TypeSpec {
    name: "itertools.product",
    doc: "Cartesian product of input iterables.  Equivalent to nested for-loops.\n\nFor example, product(A, B) returns the same as:  ((x,y) for x in A for y in B).\nThe leftmost iterators are in the outermost for-loop, so the output tuples\ncycle in a manner similar to an odometer (with the rightmost element changing\non every iteration).\n\nTo compute the product of an iterable with itself, specify the number\nof repetitions with the optional repeat keyword argument. For example,\nproduct(A, repeat=4) means the same as product(A, A, A, A).",
    flags: FLAGS,
    slots: Slots {
        new: Some(|t, cls, a| {
            let repeat = a.keyword("repeat");
            if a.keyword_len() > repeat.is_some() as usize {
                return Err(crate::support::unexpected_keyword(t, "product", a, "repeat"));
            }
            let repeat = match repeat {
                Some(n) => t.arg_ssize(n)?,
                None => 1,
            };
            let Ok(repeat) = usize::try_from(repeat) else {
                return Err(t.value_error("repeat argument cannot be negative"));
            };
            let mut pools = Vec::new();
            if repeat > 0 {
                for v in a.positional() {
                    pools.push(pool_of(t, *v)?)
                }
            }
            let Some(r) = pools.len().checked_mul(repeat).filter(|n| *n <= isize::MAX as usize / 8) else {
                return Err(t.overflow_error("repeat argument too large"));
            };
            let at = Odometer {
                indices: match indices(t, r, |_| 0) {
                    Ok(i) => i,
                    Err(_) => {
                        t.clear_raised();
                        return Err(memory_error(t));
                    }
                },
                done: pools.iter().any(|p| native::<Tuple>(p.r()).is_empty()),
                ..Odometer::default()
            };
            let pool = Tuple::new(t, pools);
            make(t, cls, pool, at, r)
        }),
        iter: Some(itself),
        next: Some(product_next),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Combine>()
};

fn product_next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let c: &Combine = native(v);
    let Some(pools) = c.pool.load() else { return Ok(None) };
    let pools: &Tuple = native(pools.r());
    let pool = |place: usize| native::<Tuple>(pools.get(place % pools.len()));
    let picked = c.at.with(t, &c.h, |o| {
        if !o.done && o.started {
            // The rightmost wheel turns; one that has gone round turns its left neighbour.
            let mut turned = false;
            for i in (0..c.r).rev() {
                o.indices[i] += 1;
                if o.indices[i] < pool(i).len() {
                    turned = true;
                    break;
                }
                o.indices[i] = 0
            }
            o.done = !turned
        }
        o.started = true;
        if o.done { None } else { Some(o.indices.clone()) }
    });
    let Some(picked) = picked else { return Ok(None) };
    let items = picked.into_iter().enumerate().map(|(place, i)| pool(place).get(i).to_value());
    Ok(Some(Tuple::new(t, items.collect())))
}
