//! Binding arguments to the signature of a native function.

use crate::dict::Dict;
use crate::object::signature::Signature;
use crate::object::{Args, CallArgs, MethodDef, ValueExt};
use crate::thread::Thread;
use crate::types::fixed;
use crate::types::str::{Str, text};
use crate::types::tuple::Tuple;
use crate::{Raised, Res};
use weft_strategy::{VRef, Value, Word};

/// Arguments bound on the Rust stack; more go to the heap.
const INLINE: usize = 8;

/// Calls a native function: `this` (a bound receiver), then the arguments as given.
pub fn call_native(
    t: &mut Thread,
    def: &'static MethodDef,
    this: Option<VRef<'_>>,
    args: CallArgs<'_>,
) -> Res {
    let extra = this.is_some() as usize;
    let given = args.args.len() + extra;
    if args.names.is_none() && def.takes(given) {
        // Nothing to bind: pass the words on, behind the receiver.
        if extra == 0 {
            return (def.f)(t, args.args);
        }
        let mut words = [Word::UNBOUND; INLINE];
        if given <= INLINE {
            words[0] = this.map_or(Word::UNBOUND, |v| v.word().borrow());
            for (to, from) in words[1..].iter_mut().zip(args.args.words()) {
                *to = from.borrow()
            }
            // SAFETY: the caller roots receiver and arguments for the call.
            return (def.f)(t, unsafe { Args::new(words.as_ptr(), given) });
        }
    }
    let s = def.signature();
    if s.varargs.is_some()
        && extra == 0
        && args.names.is_none()
        && given >= s.positional
        && s.params.len() == s.positional
    {
        // Parameters first, the rest behind them: as they lie.
        let words = args.args.words();
        // SAFETY: the caller roots the arguments for the call.
        let a = unsafe {
            let rest = words.as_ptr().add(s.positional);
            Args::new(words.as_ptr(), s.positional).with_rest(rest, given - s.positional, Word::UNBOUND)
        };
        return (def.f)(t, a);
    }
    if given <= INLINE && s.params.len() <= INLINE {
        let mut b = Quick { words: [Word::UNBOUND; INLINE], bound: [Word::UNBOUND; INLINE], rest: 0 };
        if b.bind(s, this, args) {
            let words = &b.words[s.positional.min(given)..];
            // SAFETY: the caller roots receiver and arguments for the call.
            let a = unsafe {
                Args::new(b.bound.as_ptr(), s.params.len()).with_rest(words.as_ptr(), b.rest, Word::UNBOUND)
            };
            return (def.f)(t, a);
        }
    }
    bind_slow(t, def, s, this, args)
}

/// Few arguments, bound without asking for memory.
struct Quick {
    /// Positional arguments as given, the receiver first.
    words: [Word; INLINE],
    /// One for each parameter.
    bound: [Word; INLINE],
    /// How many are `*args`, at the end of `words`.
    rest: usize,
}

impl Quick {
    /// False: something is missing, too much or not known by name; nothing was done.
    fn bind(&mut self, s: &Signature, this: Option<VRef<'_>>, args: CallArgs<'_>) -> bool {
        let mut n = 0;
        if let Some(v) = this {
            self.words[0] = v.word().borrow();
            n = 1
        }
        for v in args.positional() {
            self.words[n] = v.word().borrow();
            n += 1
        }
        let direct = n.min(s.positional);
        if n > direct && s.varargs.is_none() {
            return false;
        }
        self.rest = n - direct;
        self.bound[..direct].copy_from_slice(&self.words[..direct]);
        if let Some(names) = args.names.and_then(|n| n.cast::<Tuple>()) {
            let first = args.positional_len();
            for (k, name) in names.iter().enumerate() {
                let Some(key) = name.exact::<Str>(fixed::STR) else { return false };
                match s.params.iter().position(|p| p.name.as_bytes() == key.bytes()) {
                    Some(i) if i >= s.posonly && self.bound[i].is_unbound() => {
                        self.bound[i] = args.args.get(first + k).word().borrow()
                    }
                    _ => return false,
                }
            }
        }
        s.params.iter().zip(&self.bound).all(|(p, w)| p.default.is_some() || !w.is_unbound())
    }
}

fn bind_slow(
    t: &mut Thread,
    def: &MethodDef,
    s: &Signature,
    this: Option<VRef<'_>>,
    args: CallArgs<'_>,
) -> Res {
    let positional: Vec<Word> = this
        .into_iter()
        .map(|v| v.word().borrow())
        .chain(args.positional().iter().map(|v| v.word().borrow()))
        .collect();
    let receiver = this.is_some() as usize;
    let mut bound = vec![Word::UNBOUND; s.params.len()];
    let direct = positional.len().min(s.positional);
    bound[..direct].copy_from_slice(&positional[..direct]);
    if positional.len() > s.positional && s.varargs.is_none() {
        if let Some(e) = bound_by_hand(t, s, positional.len(), "") {
            return Err(e);
        }
        let who = full_name(t, def, s, this, args);
        let named = args.keyword_len();
        return Err(too_many(t, s, &who, positional.len() - receiver, receiver, named));
    }
    let mut kwargs: Option<Value> = None;
    for (name, value) in args.keywords() {
        let key = text(name).map(|n| n.to_string()).unwrap_or_default();
        match s.params.iter().position(|p| p.name == key).filter(|i| *i >= s.posonly) {
            Some(i) if bound[i].is_unbound() => bound[i] = value.word().borrow(),
            Some(i) => {
                let n = s.name;
                let pos = i + 1 - receiver;
                return Err(
                    t.type_error(format!("argument for {n}() given by name ('{key}') and position ({pos})"))
                );
            }
            None if s.varkw.is_some() => {
                let d = kwargs.get_or_insert_with(|| Dict::new(t));
                d.cast::<Dict>().expect("dict").set_str(t, name, value.to_value());
            }
            None => {
                if let Some(e) = bound_by_hand(t, s, positional.len(), &key) {
                    return Err(e);
                }
                let who = full_name(t, def, s, this, args);
                return Err(unexpected(t, s, &who, &key));
            }
        }
    }
    if let Some(i) = (0..s.params.len()).find(|i| bound[*i].is_unbound() && s.params[*i].default.is_none()) {
        if let Some(e) = bound_by_hand(t, s, positional.len(), "") {
            return Err(e);
        }
        let who = full_name(t, def, s, this, args);
        return Err(missing(t, s, &who, i, positional.len().saturating_sub(receiver), receiver));
    }
    let rest = if positional.len() > s.positional { &positional[s.positional..] } else { &[] };
    let kw = kwargs.as_ref().map_or(Word::UNBOUND, |d| d.word().borrow());
    // SAFETY: the caller roots the arguments; the dict is owned here.
    let a = unsafe { Args::new(bound.as_ptr(), bound.len()).with_rest(rest.as_ptr(), rest.len(), kw) };
    (def.f)(t, a)
}

/// The error of a function whose arguments CPython binds by hand, looking at the positional ones first; `sorted` hands
/// the others to `list.sort`.
#[cold]
fn bound_by_hand(t: &mut Thread, s: &Signature, given: usize, key: &str) -> Option<Raised> {
    let text = match s.name {
        "sorted" if given != 1 => format!("sorted expected 1 argument, got {given}"),
        "sorted" => format!("sort() got an unexpected keyword argument '{key}'"),
        n @ ("min" | "max") if given == 0 => format!("{n} expected at least 1 argument, got 0"),
        _ => return None,
    };
    Some(t.type_error(text))
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

#[cold]
fn too_many(t: &mut Thread, s: &Signature, who: &str, given: usize, receiver: usize, named: usize) -> Raised {
    let n = s.name;
    // The receiver of a method is not an argument to whoever calls it.
    let implicit = (receiver == 1 || is_method(s)) as usize;
    let max = s.positional - implicit.min(s.positional);
    let min = s.required.saturating_sub(implicit);
    let given = if receiver == 1 { given } else { given.saturating_sub(implicit) };
    let all = s.params.len() - implicit.min(s.params.len());
    if s.params.len() > s.posonly && given + named <= all {
        // Some of them may be given by name only.
        return t.type_error(if max == 0 {
            format!("{n}() takes no positional arguments")
        } else {
            let how = if min < max { "at most" } else { "exactly" };
            format!("{n}() takes {how} {max} positional argument{} ({given} given)", plural(max))
        });
    }
    t.type_error(if max == 0 && s.posonly >= s.positional {
        format!("{who}() takes no arguments ({given} given)")
    } else if max == min {
        if max == 1 && s.posonly >= s.positional {
            format!("{who}() takes exactly one argument ({given} given)")
        } else if s.posonly >= s.positional {
            format!("{n} expected {max} argument{}, got {given}", plural(max))
        } else {
            format!("{n}() takes exactly {max} argument{} ({given} given)", plural(max))
        }
    } else if s.posonly >= s.positional {
        format!("{n} expected at most {max} argument{}, got {given}", plural(max))
    } else {
        format!("{n}() takes at most {max} argument{} ({given} given)", plural(max))
    })
}

/// A function's name with that of the type or module that has it, as some texts show it.
#[cold]
fn full_name(
    t: &Thread,
    def: &MethodDef,
    s: &Signature,
    this: Option<VRef<'_>>,
    args: CallArgs<'_>,
) -> String {
    let receiver = this.or_else(|| args.positional().first().copied()).filter(|_| is_method(s));
    let name = crate::intern::intern(t, s.name);
    // A class method's receiver is the class.
    let class = this.and_then(crate::types::typeobj::as_type).filter(|_| !is_method(s));
    let holder = receiver.map(|v| v.ty()).or(class);
    match holder.and_then(|c| c.lookup_where(t, name).map(|(_, ty)| ty.name())) {
        Some(ty) => format!("{ty}.{}", s.name),
        None => match crate::types::module::of_function(def).filter(|m| *m != "builtins" && this.is_none()) {
            Some(module) => format!("{module}.{}", s.name),
            None => s.name.to_string(),
        },
    }
}

/// Does the signature start with a receiver?
fn is_method(s: &Signature) -> bool {
    s.params.first().is_some_and(|p| p.name == "self")
}

#[cold]
fn unexpected(t: &mut Thread, s: &Signature, who: &str, key: &str) -> Raised {
    let n = s.name;
    let named = s.params.len() > s.posonly;
    t.type_error(if named || s.varargs.is_some() {
        format!("{n}() got an unexpected keyword argument '{key}'")
    } else {
        format!("{who}() takes no keyword arguments")
    })
}

#[cold]
fn missing(t: &mut Thread, s: &Signature, who: &str, i: usize, given: usize, receiver: usize) -> Raised {
    let n = s.name;
    let implicit = (receiver == 1 || is_method(s)) as usize;
    if i >= s.posonly {
        let name = s.params[i].name;
        if i >= s.positional {
            return t.type_error(format!("{n}() missing required keyword-only argument: '{name}'"));
        }
        let pos = i + 1 - implicit;
        return t.type_error(format!("{n}() missing required argument '{name}' (pos {pos})"));
    }
    let min = s.required.saturating_sub(implicit);
    let given = if receiver == 1 { given } else { given.saturating_sub(implicit) };
    let exact = s.required == s.positional && s.varargs.is_none();
    t.type_error(if exact && min == 1 {
        format!("{who}() takes exactly one argument ({given} given)")
    } else if s.params.len() > s.posonly {
        let how = if s.required == s.positional { "exactly" } else { "at least" };
        format!("{n}() takes {how} {min} positional argument{} ({given} given)", plural(min))
    } else if exact {
        format!("{n} expected {min} argument{}, got {given}", plural(min))
    } else {
        format!("{n} expected at least {min} argument{}, got {given}", plural(min))
    })
}
