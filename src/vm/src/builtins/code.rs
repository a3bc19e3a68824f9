//! Code and namespaces: `compile`, `exec`, `eval`, `globals`, `locals`, `__import__`, and the class statement's
//! `__build_class__`.

use super::compile::{self as compiling, How, flag};
use super::ensure_builtins;
use crate::dict::Dict;
use crate::interp::hooks;
use crate::object::{Args, CallArgs, Type, ValueExt};
use crate::thread::Thread;
use crate::types::attrs::as_dict;
use crate::types::cell::Cell;
use crate::types::code::CodeObject;
use crate::types::function::Function;
use crate::types::str::text;
use crate::types::tuple::Tuple;
use crate::types::typeobj::as_type;
use crate::types::{fixed, heaptype};
use crate::{Raised, Res, names};
use weft_compiler::Mode;
use weft_strategy::{VRef, Value};

// ---- namespaces --------------------------------------------------------------------------------------------

pub fn globals(t: &mut Thread, _a: Args<'_>) -> Res {
    match hooks::current_globals(t) {
        Some(g) => Ok(g.to_value()),
        None => Err(t.system_error("frame does not exist")),
    }
}

pub fn locals(t: &mut Thread, _a: Args<'_>) -> Res {
    hooks::current_locals(t)
}

pub fn import(t: &mut Thread, a: Args<'_>) -> Res {
    let none = crate::types::singletons::none();
    let level = match a.opt(4) {
        Some(l) => t.arg_i32(l)?,
        None => 0,
    };
    super::importing::import(t, a.get(0), a.opt(1).unwrap_or(none), a.opt(3).unwrap_or(none), level as i64)
}

// ---- compile, exec, eval -----------------------------------------------------------------------------------

/// Future features of the code that calls.
fn inherited(t: &Thread) -> i64 {
    match hooks::current_frame(t) {
        // SAFETY: an active frame.
        Some(f) => unsafe { (*(*f).code).flags as i64 & flag::FUTURES },
        None => 0,
    }
}

/// `sys.flags.optimize`
fn default_optimize(t: &mut Thread) -> Res<u8> {
    let Some(f) = super::sys(t, "flags") else { return Ok(0) };
    let name = crate::intern::intern(t, "optimize");
    let n = t.getattr_opt(f.r(), name)?.and_then(|v| crate::types::int::to_i64(v.r())).unwrap_or(0);
    Ok(n.clamp(0, 2) as u8)
}

/// A file name: str, bytes or path-like.
fn file_name(t: &mut Thread, v: VRef<'_>) -> Res<String> {
    if let Some(s) = text(v) {
        return Ok(s.to_string());
    }
    if let Some(b) = v.cast::<crate::types::bytes::Bytes>() {
        return Ok(String::from_utf8_lossy(b.as_slice()).into_owned());
    }
    let fspath = crate::intern::intern(t, "__fspath__");
    match t.call_special(v, fspath, &[]) {
        Some(r) => {
            let r = r?;
            t.str_text(r.r())
        }
        None => {
            let n = v.ty().name();
            Err(t.type_error(format!("expected str, bytes or os.PathLike object, not {n}")))
        }
    }
}

pub fn compile(t: &mut Thread, a: Args<'_>) -> Res {
    let filename = file_name(t, a.get(1))?;
    let Some(mode_text) = text(a.get(2)) else {
        let n = a.get(2).ty().name();
        return Err(t.type_error(format!("compile() argument 'mode' must be str, not {n}")));
    };
    let mut flags = match a.opt(3) {
        Some(f) => t.arg_i32(f)? as i64,
        None => 0,
    };
    if flags & !flag::KNOWN != 0 {
        return Err(t.value_error("compile(): unrecognised flags"));
    }
    let dont_inherit = match a.opt(4) {
        Some(d) => t.truth(d)?,
        None => false,
    };
    let optimize = match a.opt(5) {
        Some(o) => t.arg_i32(o)?,
        None => -1,
    };
    if !(-1..=2).contains(&optimize) {
        return Err(t.value_error("compile(): invalid optimize value"));
    }
    if !dont_inherit {
        flags |= inherited(t)
    }
    let only_ast = flags & flag::ONLY_AST != 0;
    let mode = match mode_text.bytes() {
        b"exec" => Mode::Exec,
        b"eval" => Mode::Eval,
        b"single" => Mode::Single,
        b"func_type" if only_ast => Mode::FuncType,
        b"func_type" => {
            return Err(t.value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST"));
        }
        _ if only_ast => {
            return Err(t.value_error("compile() mode must be 'exec', 'eval', 'single' or 'func_type'"));
        }
        _ => return Err(t.value_error("compile() mode must be 'exec', 'eval' or 'single'")),
    };
    let optimize = if optimize < 0 { default_optimize(t)? } else { optimize as u8 };
    let how = How { mode, flags, optimize };
    if only_ast || is_ast(t, a.get(0))? {
        return compile_tree(t, a.get(0), &filename, how);
    }
    let source = compiling::source_text(t, a.get(0), &filename, "compile", "string, bytes or AST object")?;
    compiling::compile(t, &source, &filename, how)
}

/// Is it a node of the `_ast` module?
fn is_ast(t: &mut Thread, v: VRef<'_>) -> Res<bool> {
    let Some(m) = super::loaded_module(t, "_ast") else { return Ok(false) };
    let class = t.attr(m.r(), "AST")?;
    t.isinstance(v, class.r())
}

/// Trees from and to Python belong to the `_ast` module: `_ast._compile(source_or_tree, filename, mode, flags, optimize)`.
fn compile_tree(t: &mut Thread, v: VRef<'_>, filename: &str, how: How) -> Res {
    let m = hooks::import_module(t, "_ast")?;
    let mode = match how.mode {
        Mode::Exec => "exec",
        Mode::Eval => "eval",
        Mode::Single => "single",
        Mode::FuncType => "func_type",
    };
    let (f, mode) = (t.str(filename), t.str(mode));
    let (flags, optimize) = (t.int(how.flags), t.int(how.optimize as i64));
    t.call_method(m.r(), "_compile", &[v, f.r(), mode.r(), flags.r(), optimize.r()])
}

/// Globals and locals of `exec` and `eval` as given; the caller's where not.
fn namespaces(t: &mut Thread, a: Args<'_>) -> Res<(Value, Value)> {
    match (a.opt_none(1), a.opt_none(2)) {
        (Some(g), Some(l)) => Ok((g.to_value(), l.to_value())),
        (Some(g), None) => Ok((g.to_value(), g.to_value())),
        (None, l) => {
            let Some(g) = hooks::current_globals(t).map(|g| g.to_value()) else {
                return Err(t.system_error("globals and locals cannot be NULL"));
            };
            let l = match l {
                Some(l) => l.to_value(),
                None => hooks::current_locals(t)?,
            };
            Ok((g, l))
        }
    }
}

fn is_mapping(v: VRef<'_>) -> bool {
    v.ty().slots().getitem.is_some() && v.cast::<crate::types::list::List>().is_none() && text(v).is_none()
}

pub fn eval(t: &mut Thread, a: Args<'_>) -> Res {
    if let Some(l) = a.opt_none(2)
        && !is_mapping(l)
    {
        return Err(t.type_error("locals must be a mapping"));
    }
    if let Some(g) = a.opt_none(1)
        && as_dict(g).is_none()
    {
        return Err(t.type_error(if is_mapping(g) {
            "globals must be a real dict; try eval(code, {}, mapping)"
        } else {
            "globals must be a dict"
        }));
    }
    let (g, l) = namespaces(t, a)?;
    if let Some(d) = as_dict(g.r()) {
        ensure_builtins(t, d)
    }
    if let Some(co) = a.get(0).cast::<CodeObject>() {
        if co.nfree > 0 {
            return Err(t.type_error("code object passed to eval() may not contain free variables"));
        }
        return hooks::run_code(t, co, g.r(), Some(l.r()));
    }
    let source = compiling::source_text(t, a.get(0), "<string>", "eval", "string, bytes or code object")?;
    let source = source.trim_start_matches([' ', '\t']);
    let how = How { mode: Mode::Eval, flags: inherited(t), optimize: default_optimize(t)? };
    let code = compiling::compile(t, source, "<string>", how)?;
    run(t, &code, g, l)
}

fn run(t: &mut Thread, code: &Value, g: Value, l: Value) -> Res {
    match code.cast::<CodeObject>() {
        Some(co) => hooks::run_code(t, co, g.r(), Some(l.r())),
        None => Ok(Value::NONE),
    }
}

pub fn exec(t: &mut Thread, a: Args<'_>) -> Res {
    if let Some(g) = a.opt_none(1)
        && as_dict(g).is_none()
    {
        let n = g.ty().name();
        return Err(t.type_error(format!("exec() globals must be a dict, not {n}")));
    }
    if let Some(l) = a.opt_none(2)
        && !is_mapping(l)
    {
        let n = l.ty().name();
        return Err(t.type_error(format!("locals must be a mapping or None, not {n}")));
    }
    let (g, l) = namespaces(t, a)?;
    if let Some(d) = as_dict(g.r()) {
        ensure_builtins(t, d)
    }
    let closure = a.opt_none(3);
    if let Some(co) = a.get(0).cast::<CodeObject>() {
        exec_code(t, a.get(0), co, g, l, closure)?;
        return Ok(Value::NONE);
    }
    if closure.is_some() {
        return Err(t.type_error("closure can only be used when source is a code object"));
    }
    let source = compiling::source_text(t, a.get(0), "<string>", "exec", "string, bytes or code object")?;
    let how = How { mode: Mode::Exec, flags: inherited(t), optimize: default_optimize(t)? };
    let code = compiling::compile(t, &source, "<string>", how)?;
    run(t, &code, g, l)?;
    Ok(Value::NONE)
}

fn exec_code(
    t: &mut Thread,
    code: VRef<'_>,
    co: &CodeObject,
    g: Value,
    l: Value,
    closure: Option<VRef<'_>>,
) -> Res {
    let n = co.nfree as usize;
    if n == 0 {
        if closure.is_some() {
            return Err(t.type_error("cannot use a closure with this code object"));
        }
        return hooks::run_code(t, co, g.r(), Some(l.r()));
    }
    let Some(closure) = closure else {
        return Err(t.type_error(format!("code object requires a closure of exactly length {n}")));
    };
    let right =
        closure.cast::<Tuple>().is_some_and(|c| c.len() == n && c.iter().all(|c| c.cast::<Cell>().is_some()));
    if !right {
        return Err(t.type_error(format!("code object requires a closure of exactly length {n}")));
    }
    let builtins = hooks::builtins_of(t, g.r())?;
    let f = Function::new(t, code, g.r(), builtins.r());
    if let Some(func) = f.cast::<Function>() {
        func.closure.set(&func.h, closure.to_value())
    }
    hooks::run_function_with_locals(t, f.r(), l)
}

// ---- classes -----------------------------------------------------------------------------------------------

/// Bases that are no types may say what to use instead of them (3.3.3.2, `__mro_entries__`).
fn resolve_bases(t: &mut Thread, bases: &[VRef<'_>]) -> Res<Option<Vec<Value>>> {
    if bases.iter().all(|b| as_type(*b).is_some()) {
        return Ok(None);
    }
    let orig = Tuple::of(t, bases);
    let mut out = Vec::new();
    let mut changed = false;
    for b in bases {
        if as_type(*b).is_none()
            && let Some(f) = t.getattr_opt(*b, names::__mro_entries__())?
        {
            let r = t.call(f.r(), &[orig.r()])?;
            let Some(entries) = r.cast::<Tuple>() else {
                return Err(t.type_error("__mro_entries__ must return a tuple"));
            };
            out.extend(entries.iter().map(|e| e.to_value()));
            changed = true;
            continue;
        }
        out.push(b.to_value())
    }
    Ok(changed.then_some(out))
}

/// `__build_class__(func, name, /, *bases, metaclass=None, **kwds)`: the class statement (Language Reference 3.3.3).
pub fn build_class(t: &mut Thread, a: Args<'_>) -> Res {
    let p = a.rest();
    if p.len() < 2 {
        return Err(t.type_error("__build_class__: not enough arguments"));
    }
    let (func, name) = (p[0], p[1]);
    if !func.has_shape(fixed::FUNCTION) {
        return Err(t.type_error("__build_class__: func must be a function"));
    }
    if text(name).is_none() {
        return Err(t.type_error("__build_class__: name is not a string"));
    }
    // 3.3.3.2 resolving MRO entries
    let orig_bases = Tuple::of(t, &p[2..]);
    let resolved = resolve_bases(t, &p[2..])?;
    let changed = resolved.is_some();
    let bases = match resolved {
        Some(b) => Tuple::new(t, b),
        None => orig_bases.clone(),
    };
    // 3.3.3.3 determining the appropriate metaclass
    let kwargs = match a.kwargs().and_then(as_dict) {
        Some(d) => d.items(t),
        None => Vec::new(),
    };
    let is_meta = |k: &Value| text(k.r()).is_some_and(|s| s.bytes() == b"metaclass");
    let given = kwargs.iter().find(|(k, _)| is_meta(k)).map(|(_, v)| v.clone());
    let kwargs: Vec<(Value, Value)> = kwargs.into_iter().filter(|(k, _)| !is_meta(k)).collect();
    let base_list = bases.cast::<Tuple>();
    let mut meta = match given {
        Some(m) => m,
        None => match base_list.filter(|b| !b.is_empty()) {
            Some(b) => b.get(0).ty().to_value(),
            None => heaptype::TYPE.get(t).to_value(),
        },
    };
    if let (Some(m), Some(b)) = (as_type(meta.r()), base_list) {
        let winner = heaptype::winning_metaclass(t, m, b)?.to_value();
        meta = winner
    }
    // 3.3.3.4 preparing the class namespace
    let ns = match t.getattr_opt(meta.r(), names::__prepare__())? {
        Some(f) => call_with_keywords(t, f.r(), &[name, bases.r()], &kwargs)?,
        None => Dict::new(t),
    };
    if !is_mapping(ns.r()) {
        let m = as_type(meta.r()).map_or("<metaclass>".to_string(), |m| m.name());
        let n = ns.r().ty().name();
        return Err(t.type_error(format!("{m}.__prepare__() must return a mapping, not {n}")));
    }
    // 3.3.3.5 executing the class body
    let cell = hooks::run_function_with_locals(t, func, ns.clone())?;
    // 3.3.3.6 creating the class object
    if changed {
        t.setitem(ns.r(), names::__orig_bases__(), Some(orig_bases.r()))?
    }
    let class = call_with_keywords(t, meta.r(), &[name, bases.r(), ns.r()], &kwargs)?;
    if let (Some(c), Some(ty)) = (cell.cast::<Cell>(), as_type(class.r())) {
        check_class_cell(t, c, ty, name, meta.r())?
    }
    Ok(class)
}

/// `__class__` in methods must be the class that was made.
fn check_class_cell(
    t: &mut Thread,
    c: &Cell,
    ty: &Type,
    name: VRef<'_>,
    meta: VRef<'_>,
) -> Result<(), Raised> {
    let class = ty.to_value();
    match c.value.load() {
        Some(v) if v.is(class.r()) => Ok(()),
        Some(v) => {
            let (v, n, c) = (t.repr_text(v.r())?, t.repr_text(name)?, t.repr_text(class.r())?);
            Err(t.type_error(format!("__class__ set to {v} defining {n} as {c}")))
        }
        None => {
            let _ = meta;
            let (n, c) = (t.repr_text(name)?, t.repr_text(class.r())?);
            Err(t.runtime_error(format!(
                "__class__ not set defining {n} as {c}. Was __classcell__ propagated to type.__new__?"
            )))
        }
    }
}

fn call_with_keywords(t: &mut Thread, f: VRef<'_>, args: &[VRef<'_>], kwargs: &[(Value, Value)]) -> Res {
    let mut all: Vec<VRef<'_>> = args.to_vec();
    // SAFETY: the caller owns the values for the call.
    all.extend(kwargs.iter().map(|(_, v)| unsafe { v.r().extend::<'_>() }));
    let names = Tuple::new(t, kwargs.iter().map(|(k, _)| k.clone()).collect());
    let names = Some(names.r()).filter(|_| !kwargs.is_empty());
    t.call_with(f, None, CallArgs { args: Args::of(&all), names })
}
