//! Iteration from Rust.

use crate::object::ValueExt;
use crate::thread::Thread;
use crate::types::fixed;
use crate::types::list::List;
use crate::types::list_iter::{self, ListIter};
use crate::types::set_iter;
use crate::types::tuple::Tuple;
use crate::types::tuple_iter::{self, TupleIter};
use crate::{Res, names};
use weft_strategy::{VRef, Value};

/// What a [`Consumer`] wants after an item.
pub enum Fed {
    /// More of them.
    More,
    /// No more.
    Stop,
    /// This item needs [`Consumer::slow`].
    Back(Value),
}

/// What takes the items of an iteration. Most items of most loops need no Python: those a running generator hands over
/// without being suspended.
pub trait Consumer {
    /// Takes an item if no Python is needed for it.
    fn fast(&mut self, t: &Thread, v: Value) -> Fed;
    /// Takes any item. False: no more.
    fn slow(&mut self, t: &mut Thread, v: Value) -> Res<bool>;
}

/// Appends to a vector.
struct Collect<'a>(&'a mut Vec<Value>);

impl Consumer for Collect<'_> {
    fn fast(&mut self, _t: &Thread, v: Value) -> Fed {
        self.0.push(v);
        Fed::More
    }
    fn slow(&mut self, _t: &mut Thread, v: Value) -> Res<bool> {
        self.0.push(v);
        Ok(true)
    }
}

impl Thread {
    /// Gives the items of an iterator to `c`, until there are no more or it has enough.
    pub fn drive(&mut self, it: VRef<'_>, c: &mut dyn Consumer) -> Res<()> {
        use crate::interp::generator::{self, Drive};
        let shape = it.header().map_or(fixed::INT, |h| h.shape());
        if shape == fixed::LIST_ITER
            && let Some(l) = it.cast::<ListIter>()
        {
            return self.feed(c, |t| Ok(list_iter::step(t, l).map(|v| v.to_value())));
        }
        if shape == fixed::TUPLE_ITER
            && let Some(l) = it.cast::<TupleIter>()
        {
            return self.feed(c, |t| Ok(tuple_iter::step(t, l).map(|v| v.to_value())));
        }
        if shape == set_iter::TYPE.shape(self) {
            return self.feed(c, |t| set_iter::next(t, it));
        }
        loop {
            let v = match generator::drive(self, it, c)? {
                Drive::Done => return Ok(()),
                Drive::Item(v) => v,
                Drive::Other => match self.next(it)? {
                    Some(v) => v,
                    None => return Ok(()),
                },
            };
            if !c.slow(self, v)? {
                return Ok(());
            }
        }
    }

    /// Gives `c` what `step` gives, which runs no Python.
    #[inline]
    fn feed(
        &mut self,
        c: &mut dyn Consumer,
        mut step: impl FnMut(&mut Thread) -> Res<Option<Value>>,
    ) -> Res<()> {
        while let Some(v) = step(self)? {
            match c.fast(self, v) {
                Fed::More => {}
                Fed::Stop => return Ok(()),
                Fed::Back(v) => {
                    if !c.slow(self, v)? {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// Appends the items of an iterator to a vector.
    pub fn collect_into(&mut self, it: VRef<'_>, out: &mut Vec<Value>) -> Res<()> {
        self.drive(it, &mut Collect(out))
    }

    /// `iter(v)`
    pub fn iter(&mut self, v: VRef<'_>) -> Res {
        if let Some(f) = v.ty().slots().iter {
            let it = f(self, v)?;
            if it.r().ty().slots().next.is_none() {
                let n = it.r().ty().name();
                return Err(self.type_error(format!("iter() returned non-iterator of type '{n}'")));
            }
            return Ok(it);
        }
        let sequence =
            v.ty().slots().getitem.is_some() && v.ty().lookup(self, names::__getitem__()).is_some();
        if sequence && !v.has_shape(fixed::DICT) {
            return Ok(crate::types::seq_iter::new(self, v.to_value()));
        }
        let n = v.ty().name();
        Err(self.type_error(format!("'{n}' object is not iterable")))
    }

    /// `next(v)`, `None` when exhausted: StopIteration ends an iteration, whoever raised it.
    #[inline]
    pub fn next(&mut self, v: VRef<'_>) -> Res<Option<Value>> {
        if let Some(it) = v.exact::<ListIter>(fixed::LIST_ITER) {
            return Ok(list_iter::step(self, it).map(|v| v.to_value()));
        }
        // Iterators over iterators over iterators …
        self.enter_native()?;
        let r = match v.ty().slots().next {
            Some(f) => f(self, v),
            None => {
                let n = v.ty().error_name();
                Err(self.type_error(format!("'{n}' object is not an iterator")))
            }
        };
        if r.is_err() && self.raised_is(&crate::errors::STOP_ITERATION) {
            self.clear_raised();
            return Ok(None);
        }
        r
    }

    /// `list(v)` as owned values.
    pub fn collect(&mut self, v: VRef<'_>) -> Res<Vec<Value>> {
        if let Some(l) = v.exact::<List>(fixed::LIST) {
            return Ok(l.snapshot(self));
        }
        if let Some(l) = v.exact::<Tuple>(fixed::TUPLE) {
            return Ok(List::copy_of(l.words()));
        }
        let it = self.iter(v)?;
        let mut out = Vec::with_capacity(self.length_hint(v)?);
        self.collect_into(it.r(), &mut out)?;
        Ok(out)
    }

    /// Calls `f` with each item.
    pub fn for_each(&mut self, v: VRef<'_>, mut f: impl FnMut(&mut Thread, Value) -> Res<()>) -> Res<()> {
        let it = self.iter(v)?;
        while let Some(x) = self.next(it.r())? {
            f(self, x)?
        }
        Ok(())
    }

    /// `operator.length_hint(v, 0)`, at most a million (it only sizes a buffer).
    pub fn length_hint(&mut self, v: VRef<'_>) -> Res<usize> {
        if let Some(f) = v.ty().slots().len {
            return match f(self, v) {
                Ok(n) => Ok(n.min(1 << 20)),
                Err(e) if self.raised_is(&crate::errors::TYPE_ERROR) => {
                    let _ = e;
                    self.clear_raised();
                    Ok(0)
                }
                Err(e) => Err(e),
            };
        }
        match self.call_special(v, names::__length_hint__(), &[]) {
            Some(Ok(r)) if r.word().is_int() => {
                let n = r.word().as_int();
                if n < 0 {
                    return Err(self.value_error("__length_hint__() should return >= 0"));
                }
                Ok((n as usize).min(1 << 20))
            }
            Some(Ok(r)) if crate::ops::not_implemented(&r) => Ok(0),
            Some(Ok(r)) if crate::types::int::is_int(r.r()) => {
                let n = self.arg_ssize(r.r())?;
                if n < 0 {
                    return Err(self.value_error("__length_hint__() should return >= 0"));
                }
                Ok((n as usize).min(1 << 20))
            }
            Some(Ok(r)) => {
                let n = r.r().ty().name();
                Err(self.type_error(format!("__length_hint__ must be an integer, not {n}")))
            }
            Some(Err(e)) => {
                if self.raised_is(&crate::errors::TYPE_ERROR) {
                    self.clear_raised();
                    return Ok(0);
                }
                Err(e)
            }
            None => Ok(0),
        }
    }
}
