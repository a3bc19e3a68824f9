//! Binding arguments to a Python function's parameters, in place in its window.
//!
//! Parameters lie in the order of the code's registers: positional, keyword-only, `*args`, `**kwargs`
//! (Language Reference 6.3.4).

use super::Base;
use crate::dict::Dict;
use crate::object::ValueExt;
use crate::thread::Thread;
use crate::types::code::CodeObject;
use crate::types::fixed;
use crate::types::function::Function;
use crate::types::str::text;
use crate::types::tuple::Tuple;
use crate::{Raised, Res};
use weft_bytecode::code::flags;
use weft_strategy::{VRef, Value, Word};

/// Binds `n` argument words at `base`, the last ones named by `names`. Gives the number of parameter registers in
/// place. On error the words are dropped and the registers unbound.
///
/// # Safety
/// The words at `base` are owned by the window; there is room for the function's registers.
pub unsafe fn bind(
    t: &mut Thread,
    func: &Function,
    base: Base,
    n: usize,
    names: Option<&Tuple>,
) -> Res<usize> {
    let code = func.code_object();
    let argc = code.argcount as usize;
    if names.is_none() && code.is_simple() && n < argc {
        // Only defaults are missing.
        if let Some(d) = func.defaults.get(t).and_then(|d| d.cast::<Tuple>())
            && d.len() + n >= argc
        {
            let skip = d.len() + n - argc;
            for (i, v) in d.words()[skip..].iter().enumerate() {
                // A default is the register's own reference: the tuple may go meanwhile.
                let v = v.load().unwrap_or(Value::NONE);
                // SAFETY: parameters are registers of the code.
                unsafe { *base.add(n + i) = v.into_word() }
            }
            return Ok(argc);
        }
    }
    if let Some(names) = names
        && code.flags & (flags::VARARGS | flags::VARKEYWORDS) == 0
        // SAFETY: as the caller promises.
        && let Some(bound) = unsafe { bind_names(t, func, code, base, n, names) }
    {
        return Ok(bound);
    }
    if names.is_none()
        && !code.is_simple()
        // SAFETY: as the caller promises.
        && let Some(bound) = unsafe { bind_positional(t, func, code, base, n) }
    {
        return Ok(bound);
    }
    let mut given: Vec<Word> = Vec::with_capacity(n);
    for i in 0..n {
        // SAFETY: as the caller promises.
        unsafe {
            given.push(*base.add(i));
            *base.add(i) = Word::UNBOUND;
        }
    }
    let mut b = Binder { func, code: func.code_object(), slots: Vec::new(), given, rest: None, kwargs: None };
    match b.run(t, names) {
        Ok(()) => {
            let total = b.slots.len();
            for (i, w) in b.slots.iter().enumerate() {
                // SAFETY: parameters are registers of the code.
                unsafe { *base.add(i) = *w }
            }
            Ok(total)
        }
        Err(e) => {
            for w in b.slots.into_iter().chain(b.given) {
                // SAFETY: the words were the window's.
                unsafe { t.release(w) }
            }
            Err(e)
        }
    }
}

/// The usual case of keywords: each name that of a parameter not yet given, defaults for the rest. `None`: nothing was
/// done.
///
/// # Safety
/// As [`bind`]; the code has no parameters with stars.
unsafe fn bind_names(
    t: &Thread,
    func: &Function,
    code: &CodeObject,
    base: Base,
    n: usize,
    names: &Tuple,
) -> Option<usize> {
    const MOST: usize = 16;
    let argc = code.argcount as usize;
    let positional = n - names.len();
    let total = argc + code.code().kwonlyargcount as usize;
    if total > MOST || n > total || positional > argc || code.code().posonlyargcount != 0 {
        return None;
    }
    let params = &code.running().local_names[..total];
    let mut places = [0u8; MOST];
    let mut filled = (1u32 << positional) - 1;
    for (k, name) in names.iter().enumerate() {
        let i = params.iter().position(|p| p.same(name.word()))?;
        if filled >> i & 1 != 0 {
            return None;
        }
        filled |= 1 << i;
        places[k] = i as u8;
    }
    let defaults = func.defaults.get(t).and_then(|d| d.cast::<Tuple>()).map_or(&[][..], |d| d.words());
    let first = argc - defaults.len().min(argc);
    if (positional..first).any(|i| filled >> i & 1 == 0) {
        return None;
    }
    let mut only = [const { None }; MOST];
    for i in argc..total {
        if filled >> i & 1 == 0 {
            // SAFETY: names are immortal.
            let name: VRef<'_> = unsafe { VRef::from_word(params[i]) };
            only[i] = Some(func.kwdefaults.get(t)?.cast::<Dict>()?.get_str(t, name)?.to_value())
        }
    }
    // SAFETY: parameters are registers of the code; the words move within the window.
    unsafe {
        let mut given = [Word::UNBOUND; MOST];
        for (k, w) in given.iter_mut().enumerate().take(n).skip(positional) {
            *w = *base.add(k)
        }
        for (w, place) in given[..n].iter().skip(positional).zip(places) {
            *base.add(place as usize) = *w
        }
        let beyond = defaults.len().saturating_sub(argc);
        for i in positional..argc {
            if filled >> i & 1 == 0 {
                let v = defaults[i - first + beyond].load().unwrap_or(Value::NONE);
                *base.add(i) = v.into_word()
            }
        }
        for (i, v) in only.into_iter().enumerate().skip(argc) {
            if let Some(v) = v {
                *base.add(i) = v.into_word()
            }
        }
    }
    Some(total)
}

/// Positional arguments for parameters of any kind, where nothing is missing or too much. `None`: nothing was done.
///
/// # Safety
/// As [`bind`].
unsafe fn bind_positional(
    t: &Thread,
    func: &Function,
    code: &CodeObject,
    base: Base,
    n: usize,
) -> Option<usize> {
    const MOST: usize = 8;
    let c = code.code();
    let (argc, kwonly) = (c.argcount as usize, c.kwonlyargcount as usize);
    let has_rest = c.flags & flags::VARARGS != 0;
    let has_kw = c.flags & flags::VARKEYWORDS != 0;
    let defaults = func.defaults.get(t).and_then(|d| d.cast::<Tuple>()).map_or(&[][..], |d| d.words());
    let first = argc - defaults.len().min(argc);
    if n > argc && !has_rest || n < first || kwonly > MOST {
        return None;
    }
    let mut named = [const { None }; MOST];
    if kwonly > 0 {
        let d = func.kwdefaults.get(t)?.cast::<Dict>()?;
        for (i, to) in named.iter_mut().enumerate().take(kwonly) {
            // SAFETY: names are immortal.
            let name: VRef<'_> = unsafe { VRef::from_word(code.running().local_names[argc + i]) };
            *to = Some(d.get_str(t, name)?.to_value())
        }
    }
    // SAFETY: parameters are registers of the code; what lies behind the positional ones moves into the tuple first.
    unsafe {
        let rest = has_rest.then(|| {
            let items = (argc..n).map(|i| owned(std::mem::replace(&mut *base.add(i), Word::UNBOUND)));
            Tuple::make(t, fixed::TUPLE, n.saturating_sub(argc), items)
        });
        let beyond = defaults.len().saturating_sub(argc);
        for i in n..argc {
            *base.add(i) = defaults[i - first + beyond].load().unwrap_or(Value::NONE).into_word()
        }
        let mut to = argc;
        for v in named.into_iter().flatten().chain(rest) {
            *base.add(to) = v.into_word();
            to += 1
        }
        if has_kw {
            *base.add(to) = Dict::new(t).into_word();
            to += 1
        }
        Some(to)
    }
}

struct Binder<'a> {
    func: &'a Function,
    code: &'a CodeObject,
    /// Parameter registers being filled.
    slots: Vec<Word>,
    /// Words not yet placed (unbound once moved).
    given: Vec<Word>,
    rest: Option<Value>,
    kwargs: Option<Value>,
}

fn owned(w: Word) -> Value {
    // SAFETY: a counted word's reference moves; others are taken anew.
    unsafe {
        if w.is_heap() && !w.is_counted() { VRef::from_word(w).to_value() } else { Value::from_owned(w) }
    }
}

impl Binder<'_> {
    fn param_name(&self, i: usize) -> VRef<'static> {
        // SAFETY: names are immortal.
        unsafe { VRef::from_word(self.code.running().local_names[i]) }
    }

    fn text_of(&self, i: usize) -> String {
        text(self.param_name(i)).map(|s| s.to_string()).unwrap_or_default()
    }

    fn run(&mut self, t: &mut Thread, names: Option<&Tuple>) -> Res<()> {
        let c = self.code.code();
        let (argc, kwonly) = (c.argcount as usize, c.kwonlyargcount as usize);
        let named = names.map_or(0, |n| n.len());
        let positional = self.given.len() - named;
        let total = argc + kwonly;
        let has_rest = c.flags & flags::VARARGS != 0;
        let has_kw = c.flags & flags::VARKEYWORDS != 0;
        self.slots = vec![Word::UNBOUND; total + has_rest as usize + has_kw as usize];
        for i in 0..positional.min(argc) {
            self.slots[i] = std::mem::replace(&mut self.given[i], Word::UNBOUND)
        }
        if has_rest {
            let items: Vec<Value> = (argc..positional)
                .map(|i| owned(std::mem::replace(&mut self.given[i], Word::UNBOUND)))
                .collect();
            self.rest = Some(Tuple::new(t, items));
        }
        if has_kw {
            self.kwargs = Some(Dict::new(t))
        }
        if let Some(names) = names {
            for (k, name) in names.iter().enumerate() {
                self.keyword(t, name, positional + k, names)?
            }
        }
        if positional > argc && !has_rest {
            return Err(self.too_many(t, positional));
        }
        self.defaults(t, argc, positional)?;
        self.keyword_defaults(t, argc, total)?;
        if let Some(v) = self.rest.take() {
            self.slots[total] = v.into_word()
        }
        if let Some(v) = self.kwargs.take() {
            let at = total + has_rest as usize;
            self.slots[at] = v.into_word()
        }
        Ok(())
    }

    fn keyword(&mut self, t: &mut Thread, name: VRef<'_>, at: usize, names: &Tuple) -> Res<()> {
        let c = self.code.code();
        let posonly = c.posonlyargcount as usize;
        let total = (c.argcount + c.kwonlyargcount) as usize;
        let key = crate::intern::intern_value(t, name);
        let found = (posonly..total).find(|i| self.param_name(*i).is(key.r()));
        match found {
            Some(i) if self.slots[i].is_unbound() => {
                self.slots[i] = std::mem::replace(&mut self.given[at], Word::UNBOUND);
                Ok(())
            }
            Some(i) => {
                let (f, p) = (self.qualname(t), self.text_of(i));
                Err(t.type_error(format!("{f}() got multiple values for argument '{p}'")))
            }
            None => match &self.kwargs {
                Some(d) => {
                    let v = owned(std::mem::replace(&mut self.given[at], Word::UNBOUND));
                    if let Some(d) = d.cast::<Dict>() {
                        if name.has_shape(fixed::STR) { d.set_str(t, key.r(), v) } else { d.set(t, name, v)? }
                    }
                    Ok(())
                }
                None => Err(self.unexpected(t, key.r(), names)),
            },
        }
    }

    fn defaults(&mut self, t: &mut Thread, argc: usize, positional: usize) -> Res<()> {
        if positional >= argc {
            return Ok(());
        }
        let defaults = self.func.defaults.load();
        let values = defaults.as_ref().and_then(|d| d.cast::<Tuple>());
        let n = values.map_or(0, |d| d.len());
        let first = argc.saturating_sub(n);
        let missing: Vec<usize> = (positional..first).filter(|i| self.slots[*i].is_unbound()).collect();
        if !missing.is_empty() {
            return Err(self.missing(t, "positional", &missing));
        }
        for i in positional.max(first)..argc {
            if self.slots[i].is_unbound()
                && let Some(d) = values
            {
                self.slots[i] = d.get(i - first + n.saturating_sub(argc)).to_value().into_word()
            }
        }
        Ok(())
    }

    fn keyword_defaults(&mut self, t: &mut Thread, argc: usize, total: usize) -> Res<()> {
        let mut missing = Vec::new();
        for i in argc..total {
            if !self.slots[i].is_unbound() {
                continue;
            }
            let d = self.func.kwdefaults.get(t).and_then(|d| d.cast::<Dict>());
            match d.and_then(|d| d.get_str(t, self.param_name(i))) {
                Some(v) => self.slots[i] = v.to_value().into_word(),
                None => missing.push(i),
            }
        }
        if missing.is_empty() { Ok(()) } else { Err(self.missing(t, "keyword-only", &missing)) }
    }

    fn qualname(&self, t: &Thread) -> String {
        self.func.qualname.get(t).and_then(|n| text(n).map(|s| s.to_string())).unwrap_or_default()
    }

    #[cold]
    fn missing(&mut self, t: &mut Thread, kind: &str, which: &[usize]) -> Raised {
        let names: Vec<String> = which.iter().map(|i| format!("'{}'", self.text_of(*i))).collect();
        let n = names.len();
        let list = match n {
            1 => names[0].clone(),
            2 => format!("{} and {}", names[0], names[1]),
            _ => format!("{}, and {}", names[..n - 1].join(", "), names[n - 1]),
        };
        let f = self.qualname(t);
        let s = if n == 1 { "" } else { "s" };
        t.type_error(format!("{f}() missing {n} required {kind} argument{s}: {list}"))
    }

    #[cold]
    fn too_many(&mut self, t: &mut Thread, given: usize) -> Raised {
        let c = self.code.code();
        let argc = c.argcount as usize;
        let defaults = self.func.defaults.get(t).and_then(|d| d.cast::<Tuple>()).map_or(0, |d| d.len());
        let kw_given =
            (argc..argc + c.kwonlyargcount as usize).filter(|i| !self.slots[*i].is_unbound()).count();
        let (takes, plural) = if defaults > 0 {
            (format!("from {} to {argc}", argc.saturating_sub(defaults)), true)
        } else {
            (argc.to_string(), argc != 1)
        };
        let extra = if kw_given > 0 {
            format!(
                " positional argument{} (and {kw_given} keyword-only argument{})",
                if given == 1 { "" } else { "s" },
                if kw_given == 1 { "" } else { "s" }
            )
        } else {
            String::new()
        };
        let f = self.qualname(t);
        let s = if plural { "s" } else { "" };
        let was = if given == 1 && kw_given == 0 { "was" } else { "were" };
        t.type_error(format!("{f}() takes {takes} positional argument{s} but {given}{extra} {was} given"))
    }

    #[cold]
    fn unexpected(&mut self, t: &mut Thread, key: VRef<'_>, names: &Tuple) -> Raised {
        let f = self.qualname(t);
        if !key.has_shape(fixed::STR) && text(key).is_none() {
            return t.type_error(format!("{f}() keywords must be strings"));
        }
        let c = self.code.code();
        let posonly = c.posonlyargcount as usize;
        let k = text(key).map(|s| s.to_string()).unwrap_or_default();
        let wrong: Vec<String> = (0..posonly)
            .filter(|i| names.iter().any(|n| crate::intern::intern_value(t, n).is(self.param_name(*i))))
            .map(|i| self.text_of(i))
            .collect();
        if !wrong.is_empty() {
            return t.type_error(format!(
                "{f}() got some positional-only arguments passed as keyword arguments: '{}'",
                wrong.join(", ")
            ));
        }
        let total = (c.argcount + c.kwonlyargcount) as usize;
        let candidates: Vec<String> = (posonly..total).map(|i| self.text_of(i)).collect();
        let hint = match crate::errors::suggest::closest(&k, candidates.iter().map(|s| s.as_str())) {
            Some(s) => format!(". Did you mean '{s}'?"),
            None => String::new(),
        };
        t.type_error(format!("{f}() got an unexpected keyword argument '{k}'{hint}"))
    }
}
