//! Calling: from native code into anything callable.

pub mod bind;

use crate::object::{Args, CallArgs, Type, ValueExt};
use crate::thread::Thread;
use crate::types::builtin::Builtin;
use crate::types::descriptor::{MethodDescr, owner_of};
use crate::types::fixed;
use crate::types::function::{Function, Method};
use crate::types::tuple::Tuple;
use crate::{Res, names};
use weft_strategy::{VRef, Value, Word};

impl<'f> CallArgs<'f> {
    /// How many arguments are by keyword.
    #[inline]
    pub fn keyword_len(&self) -> usize {
        self.names.and_then(|n| n.cast::<Tuple>()).map_or(0, |n| n.len())
    }

    /// How many are positional.
    #[inline]
    pub fn positional_len(&self) -> usize {
        self.args.len() - self.keyword_len()
    }

    /// Without the first positional argument.
    pub fn skip_first(self) -> CallArgs<'f> {
        let w = &self.args.words()[1..];
        // SAFETY: a part of the same rooted words.
        CallArgs { args: unsafe { Args::new(w.as_ptr(), w.len()) }, names: self.names }
    }

    /// Positional arguments.
    pub fn positional(&self) -> &'f [VRef<'f>] {
        let n = self.positional_len();
        // SAFETY: call arguments are bound words, and a VRef is one word.
        unsafe { std::slice::from_raw_parts(self.args.words().as_ptr().cast(), n) }
    }

    /// Keyword arguments: name, value.
    pub fn keywords(&self) -> Vec<(VRef<'f>, VRef<'f>)> {
        let Some(names) = self.names.and_then(|n| n.cast::<Tuple>()) else { return Vec::new() };
        let first = self.positional_len();
        // SAFETY: the names tuple is rooted by the caller, for 'f.
        names.iter().enumerate().map(|(i, n)| (unsafe { n.extend() }, self.args.get(first + i))).collect()
    }

    /// A keyword argument.
    pub fn keyword(&self, name: &str) -> Option<VRef<'f>> {
        self.keywords()
            .into_iter()
            .find(|(n, _)| crate::types::str::text(*n).is_some_and(|s| s.bytes() == name.as_bytes()))
            .map(|(_, v)| v)
    }
}

impl Thread {
    /// `f(*args)`
    pub fn call(&mut self, f: VRef<'_>, args: &[VRef<'_>]) -> Res {
        self.call_with(f, None, CallArgs { args: Args::of(args), names: None })
    }

    /// `f(*args)` with the last arguments named by a tuple.
    pub fn call_named(&mut self, f: VRef<'_>, args: &[VRef<'_>], names: VRef<'_>) -> Res {
        self.call_with(f, None, CallArgs { args: Args::of(args), names: Some(names) })
    }

    /// `f(*args, **kwargs)` with keyword names as Rust text.
    pub fn call_kw(&mut self, f: VRef<'_>, args: &[VRef<'_>], kwargs: &[(&str, VRef<'_>)]) -> Res {
        let names = kwargs.iter().map(|(n, _)| crate::intern::intern(self, n).to_value()).collect();
        let names = Tuple::new(self, names);
        let mut all = args.to_vec();
        // SAFETY: shortened to the call.
        all.extend(kwargs.iter().map(|(_, v)| unsafe { v.extend::<'_>() }));
        self.call_named(f, &all, names.r())
    }

    /// Calls `f(this?, *args)`: the general entry. Python functions run in the interpreter, native ones directly.
    pub fn call_with(&mut self, f: VRef<'_>, this: Option<VRef<'_>>, args: CallArgs<'_>) -> Res {
        if let Some(func) = f.exact::<Function>(fixed::FUNCTION) {
            return crate::interp::call_function(self, func, this, args);
        }
        if let Some(b) = f.exact::<Builtin>(fixed::BUILTIN)
            && this.is_none()
        {
            // SAFETY: the receiver is held by the function object, which the caller holds.
            let receiver = b.this.get(b).map(|v| unsafe { v.extend() });
            return self.recurse(|t| bind::call_native(t, b.def, receiver, args));
        }
        if let Some(m) = f.exact::<Method>(fixed::METHOD)
            && this.is_none()
        {
            let (Some(func), Some(receiver)) = (m.func.load(), m.this.load()) else { return Ok(Value::NONE) };
            return self.call_with(func.r(), Some(receiver.r()), args);
        }
        if let Some(d) = f.exact::<MethodDescr>(fixed::METHOD_DESCR)
            && let Some(this) = this
            && this.ty().is_subtype(owner_of(&d.owner))
        {
            return self.recurse(|t| bind::call_native(t, d.def, Some(this), args));
        }
        let Some(call) = f.ty().slots().call else {
            let n = f.ty().name();
            return Err(self.type_error(format!("'{n}' object is not callable")));
        };
        match this {
            None => self.recurse(|t| call(t, f, args)),
            Some(this) => {
                let mut words: Vec<Word> = Vec::with_capacity(args.args.len() + 1);
                words.push(this.word().borrow());
                words.extend(args.args.words().iter().map(|w| w.borrow()));
                // SAFETY: the caller roots what the words point to for the call.
                let a = unsafe { Args::new(words.as_ptr(), words.len()) };
                self.recurse(|t| call(t, f, CallArgs { args: a, names: args.names }))
            }
        }
    }

    /// The special method `name` of a value's type, bound. (Language Reference 3.3.12: instance attributes are not looked at.)
    pub fn lookup_special(&mut self, v: VRef<'_>, name: VRef<'static>) -> Option<Value> {
        let f = v.ty().lookup(self, name)?.to_value();
        self.bind_descriptor(f.r(), Some(v), v.ty()).ok()
    }

    /// Calls the special method `name` of a value's type, if there is one.
    pub fn call_special(&mut self, v: VRef<'_>, name: VRef<'static>, args: &[VRef<'_>]) -> Option<Res> {
        let f = v.ty().lookup(self, name)?.to_value();
        let call = CallArgs { args: Args::of(args), names: None };
        if [fixed::FUNCTION, fixed::METHOD_DESCR, fixed::WRAPPER_DESCR].iter().any(|s| f.r().has_shape(*s)) {
            return Some(self.call_with(f.r(), Some(v), call));
        }
        Some(match self.bind_descriptor(f.r(), Some(v), v.ty()) {
            Ok(b) => self.call_with(b.r(), None, call),
            Err(e) => Err(e),
        })
    }

    /// `f.__get__(this, owner)` if `f` is a descriptor, else `f`.
    pub fn bind_descriptor(&mut self, f: VRef<'_>, this: Option<VRef<'_>>, owner: &Type) -> Res {
        match f.ty().slots().descr_get {
            Some(get) => get(self, f, this, owner),
            None => Ok(f.to_value()),
        }
    }

    /// `v.name(*args)` by the ordinary attribute rules.
    pub fn call_method(&mut self, v: VRef<'_>, name: &str, args: &[VRef<'_>]) -> Res {
        let name = crate::intern::intern(self, name);
        self.call_method_named(v, name, args)
    }

    /// As [`Thread::call_method`] with an interned name.
    pub fn call_method_named(&mut self, v: VRef<'_>, name: VRef<'_>, args: &[VRef<'_>]) -> Res {
        self.call_method_with(v, name, CallArgs { args: Args::of(args), names: None })
    }

    /// As [`Thread::call_method_named`], maybe with arguments by keyword.
    pub fn call_method_with(&mut self, v: VRef<'_>, name: VRef<'_>, args: CallArgs<'_>) -> Res {
        let ty = v.ty();
        let plain = ty
            .slots()
            .getattr
            .is_some_and(|g| g as usize == crate::types::object::generic_getattr as *const () as usize);
        if plain
            && let Some(f) = ty.lookup(self, name)
            && (f.has_shape(fixed::FUNCTION) || f.has_shape(fixed::METHOD_DESCR))
            && v.header().is_none_or(|h| crate::types::object::instance_get(self, h, name).is_none())
        {
            let f = f.to_value();
            // A method that only gives an attribute needs no frame.
            if args.args.is_empty()
                && !self.tracing
                && let Some(func) = f.r().exact::<Function>(fixed::FUNCTION)
                && let Some(attr) = crate::interp::attribute_given(self, func)
                && ty.lookup(self, attr).is_none()
                && let Some(x) = v.header().and_then(|h| crate::types::object::instance_get(self, h, attr))
            {
                return Ok(x.to_value());
            }
            return self.call_with(f.r(), Some(v), args);
        }
        let f = self.getattr(v, name)?;
        self.call_with(f.r(), None, args)
    }

    /// `getattr(v, name)`
    pub fn getattr(&mut self, v: VRef<'_>, name: VRef<'_>) -> Res {
        let r = match v.ty().slots().getattr {
            Some(f) => f(self, v, name),
            None => Err(crate::types::object::no_attribute(self, v, name)),
        };
        if r.is_err() {
            self.name_attribute_error(v, name)
        }
        r
    }

    /// An AttributeError that was not told what was looked for where is told now.
    #[cold]
    fn name_attribute_error(&mut self, v: VRef<'_>, name: VRef<'_>) {
        use crate::errors::{ATTRIBUTE_ERROR, exc, field};
        if !self.raised_is(&ATTRIBUTE_ERROR) {
            return;
        }
        let Some(e) = self.raised().map(|e| e.to_value()) else { return };
        if let Some(x) = exc(e.r()) {
            let empty = |i: usize| x.fields[i].get(x).is_none_or(|v| v.is_none());
            if empty(field::NAME) && empty(field::OBJ) {
                x.set_field(field::NAME, name.to_value());
                x.set_field(field::OBJ, v.to_value())
            }
        }
    }

    /// `getattr(v, "name")`
    pub fn attr(&mut self, v: VRef<'_>, name: &str) -> Res {
        let n = crate::intern::intern(self, name);
        self.getattr(v, n)
    }

    /// `getattr(v, name, None)`: `None` on AttributeError, other errors pass.
    pub fn getattr_opt(&mut self, v: VRef<'_>, name: VRef<'_>) -> Res<Option<Value>> {
        let plain = v
            .ty()
            .slots()
            .getattr
            .is_some_and(|g| g as usize == crate::types::object::generic_getattr as *const () as usize);
        let of_class = || {
            v.ty()
                .slots()
                .getattr
                .is_some_and(|g| g as usize == crate::types::heaptype::getattr as *const () as usize)
        };
        let r = if plain {
            crate::types::object::find_attr(self, v, name)
        } else if of_class() {
            crate::types::heaptype::find_attr(self, v, name)
        } else {
            self.getattr(v, name).map(Some)
        };
        match r {
            Err(e) => {
                if self.raised_is(&crate::errors::ATTRIBUTE_ERROR) {
                    self.clear_raised();
                    return Ok(None);
                }
                Err(e)
            }
            ok => ok,
        }
    }

    /// `setattr(v, name, value)`, `delattr(v, name)`
    pub fn setattr(&mut self, v: VRef<'_>, name: VRef<'_>, value: Option<VRef<'_>>) -> Res<()> {
        match v.ty().slots().setattr {
            Some(f) => f(self, v, name, value),
            None => Err(crate::types::object::no_attribute(self, v, name)),
        }
    }

    /// Can it be called?
    pub fn callable(&self, v: VRef<'_>) -> bool {
        v.ty().slots().call.is_some()
    }

    /// `module.name` of a type, or just the name for builtins.
    pub fn type_full_name(&mut self, ty: &Type) -> String {
        let module = ty
            .dict()
            .get_str(self, names::__module__())
            .and_then(|m| crate::types::str::text(m).map(|s| s.to_string()));
        let q = ty
            .qualname
            .get(self)
            .and_then(|q| crate::types::str::text(q).map(|s| s.to_string()))
            .unwrap_or_default();
        match module {
            Some(m) if m != "builtins" => format!("{m}.{q}"),
            _ => q,
        }
    }
}
