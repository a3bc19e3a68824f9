//! Warnings: filters, registries, and who shows them (`_warnings`, and what native code issues).
//!
//! `warnings.py` imports its filters from here; once it is there its attributes are what counts, for programs
//! replace them. With context-aware warnings a context variable may hold other filters (Python 3.14).

use super::flags::flags;
use super::modules::{registry_get, registry_set};
use super::relock::Relock;
use crate::dict::Dict;
use crate::errors::{self, USER_WARNING, WARNING};
use crate::interp::hooks;
use crate::object::{NativeType, ValueExt};
use crate::thread::Thread;
use crate::types::generator::Generator;
use crate::types::list::List;
use crate::types::str::text;
use crate::types::tuple::Tuple;
use crate::types::{attrs::text_of, typeobj};
use crate::{Raised, Res, names};
use std::sync::atomic::{AtomicI64, Ordering::*};
use weft_strategy::{VRef, Value};

/// Guards filters and registries.
pub static LOCK: Relock = Relock::new();
/// Registries with another version are out of date.
static FILTERS_VERSION: AtomicI64 = AtomicI64::new(1);

const FILTERS: &str = "warnings.filters";
const ONCE: &str = "warnings.onceregistry";
const CONTEXT: &str = "warnings.context";

/// The filters have been changed.
pub fn filters_mutated() {
    FILTERS_VERSION.fetch_add(1, AcqRel);
}

/// A process-wide object, made when first asked for.
fn shared(t: &mut Thread, key: &str, make: fn(&mut Thread) -> Value) -> Value {
    if let Some(v) = registry_get(t, key) {
        return v;
    }
    let v = make(t);
    registry_set(t, key, v.clone());
    registry_get(t, key).unwrap_or(v)
}

/// The list of filters: deprecations are shown for `__main__` only.
pub fn filters(t: &mut Thread) -> Value {
    shared(t, FILTERS, |t| {
        let filter = |t: &Thread, action: &str, class: &'static NativeType, module: Option<&str>| {
            let module = module.map_or(Value::NONE, |m| t.str(m));
            Tuple::new(t, vec![t.str(action), Value::NONE, class.get(t).to_value(), module, t.int(0)])
        };
        let items = vec![
            filter(t, "default", &errors::DEPRECATION_WARNING, Some("__main__")),
            filter(t, "ignore", &errors::DEPRECATION_WARNING, None),
            filter(t, "ignore", &errors::PENDING_DEPRECATION_WARNING, None),
            filter(t, "ignore", &errors::IMPORT_WARNING, None),
            filter(t, "ignore", &errors::RESOURCE_WARNING, None),
        ];
        List::new(t, items)
    })
}

/// `onceregistry`
pub fn once_registry(t: &mut Thread) -> Value {
    shared(t, ONCE, |t| Dict::new(t))
}

/// The context variable that may hold other filters, if context variables exist.
pub fn context_variable(t: &mut Thread) -> Res<Option<Value>> {
    if let Some(v) = registry_get(t, CONTEXT) {
        return Ok(Some(v));
    }
    if super::modules::find("_contextvars").is_none() {
        return Ok(None);
    }
    let m = super::import_native(t, "_contextvars")?;
    let class = t.attr(m.r(), "ContextVar")?;
    let name = t.str("_warnings_context");
    let v = t.call(class.r(), &[name.r()])?;
    registry_set(t, CONTEXT, v.clone());
    Ok(Some(v))
}

/// `warnings.warn(text, category)` with the running Python function as location.
pub fn warn(t: &mut Thread, category: &'static NativeType, text: &str) -> Res<()> {
    warn_with_source(t, category, text, None)
}

/// As [`warn`], about an object (`ResourceWarning`).
pub fn warn_with_source(
    t: &mut Thread,
    category: &'static NativeType,
    text: &str,
    source: Option<VRef<'_>>,
) -> Res<()> {
    let message = t.str(text);
    let category = category.get(t).to_value();
    issue(t, message.r(), Some(category.r()), 1, source, &[])
}

/// A coroutine dies that was never awaited.
pub fn unawaited(t: &mut Thread, coroutine: VRef<'_>) {
    if let Err(Raised) = warn_unawaited(t, coroutine) {
        errors::write_unraisable(t, "Exception ignored while finalizing coroutine", coroutine)
    }
}

fn warn_unawaited(t: &mut Thread, coroutine: VRef<'_>) -> Res<()> {
    // The Python function tells the coroutine's origin.
    if let Some(f) = attribute(t, "_warn_unawaited_coroutine", true)? {
        t.call(f.r(), &[coroutine])?;
        return Ok(());
    }
    let name = generator_name(coroutine);
    warn(t, &errors::RUNTIME_WARNING, &format!("coroutine '{name}' was never awaited"))
}

/// An awaitable of an asynchronous generator dies that was never awaited.
pub fn unawaited_method(t: &mut Thread, generator: Option<Value>, method: &str) {
    let Some(g) = generator else { return };
    let name = generator_name(g.r());
    let text = format!("coroutine method '{method}' of '{name}' was never awaited");
    if warn(t, &errors::RUNTIME_WARNING, &text).is_err() {
        errors::write_unraisable(t, "Exception ignored while finalizing coroutine", g.r())
    }
}

fn generator_name(g: VRef<'_>) -> String {
    let name = g.cast::<Generator>().and_then(|g| g.qualname.load());
    name.map_or(String::new(), |n| text_of(n.r()))
}

/// A SyntaxWarning of the compiler at a line of a file. If it is an error, `as_error` is: a SyntaxError there.
pub fn syntax_warning(
    t: &mut Thread,
    text: &str,
    filename: &str,
    line: u32,
    as_error: impl FnOnce(&mut Thread) -> Raised,
) -> Res<()> {
    let message = t.str(text);
    let category = errors::SYNTAX_WARNING.get(t).to_value();
    let file = t.str(filename);
    let w = Explicit {
        message: message.r(),
        category: category.r(),
        filename: file.r(),
        lineno: line.into(),
        module: None,
        registry: None,
        source: None,
        source_line: None,
    };
    let r = explicit(t, w);
    if r.is_err() && t.raised_is(&errors::SYNTAX_WARNING) {
        t.clear_raised();
        return Err(as_error(t));
    }
    r
}

/// `warn(message, category, stacklevel, source, skip_file_prefixes=…)` of the caller of a native.
pub fn issue(
    t: &mut Thread,
    message: VRef<'_>,
    category: Option<VRef<'_>>,
    level: i64,
    source: Option<VRef<'_>>,
    skip: &[VRef<'_>],
) -> Res<()> {
    let category = category_of(t, message, category)?;
    let place = locate(t, level, skip)?;
    let w = Explicit {
        message,
        category: category.r(),
        filename: place.filename.r(),
        lineno: place.lineno,
        module: Some(place.module.r()),
        registry: Some(place.registry.r()),
        source,
        source_line: None,
    };
    explicit(t, w)
}

fn category_of(t: &mut Thread, message: VRef<'_>, category: Option<VRef<'_>>) -> Res {
    if WARNING.is_instance(t, message) {
        return Ok(message.ty().to_value());
    }
    let Some(c) = category.filter(|c| !c.is_none()) else { return Ok(USER_WARNING.get(t).to_value()) };
    match typeobj::as_type(c) {
        Some(ty) if ty.is_subtype(WARNING.get(t)) => Ok(c.to_value()),
        _ => {
            let n = c.ty().name();
            Err(t.type_error(format!("category must be a Warning subclass, not '{n}'")))
        }
    }
}

/// Where a warning comes from.
struct Place {
    filename: Value,
    lineno: i64,
    module: Value,
    registry: Value,
}

/// The frame `level` calls up from the native's caller, import machinery and skipped files left out.
fn locate(t: &mut Thread, level: i64, skip: &[VRef<'_>]) -> Res<Place> {
    let mut level = level;
    if !skip.is_empty() {
        level = level.max(2)
    }
    let file_at = |t: &Thread, depth: usize| {
        // SAFETY: an active frame keeps its code alive.
        hooks::call_at(t, depth).map(|c| unsafe { (*c.code).filename.load() }.unwrap_or(Value::NONE))
    };
    let internal = |f: &Value| {
        let s = text_of(f.r());
        s.contains("importlib") && s.contains("_bootstrap")
    };
    let skipped = |f: &Value| {
        let s = text_of(f.r());
        skip.iter().any(|p| s.starts_with(&text_of(*p)))
    };
    let mut depth = 0;
    let first = file_at(t, 0);
    let plainly = level <= 1 || first.as_ref().is_some_and(internal);
    for _ in 1..level {
        depth += 1;
        if !plainly {
            while let Some(f) = file_at(t, depth)
                && (internal(&f) || skipped(&f))
            {
                depth += 1
            }
        }
        if hooks::call_at(t, depth).is_none() {
            break;
        }
    }
    let (filename, lineno, globals) = match hooks::call_at(t, depth) {
        // SAFETY: an active frame; its `pc` was saved when it made the call that led here.
        Some(c) => unsafe {
            let code = &*c.code;
            let line = weft_bytecode::locations::line_at(code.code(), c.at);
            (
                code.filename.load().unwrap_or(Value::NONE),
                line.map_or(0, i64::from),
                (*c.func).globals.load().unwrap_or(Value::NONE),
            )
        },
        None => (t.str("<sys>"), 0, super::modules::roots().sys.load().unwrap_or(Value::NONE)),
    };
    let Some(g) = globals.cast::<Dict>() else {
        let none = Value::NONE;
        return Ok(Place { filename, lineno, module: t.str("<string>"), registry: none });
    };
    let module = match g.get_str(t, names::__name__()).map(|n| n.to_value()) {
        Some(n) if n.is_none() || text(n.r()).is_some() => n,
        _ => t.str("<string>"),
    };
    let name = crate::intern::intern(t, "__warningregistry__");
    let registry = match g.get_str(t, name).map(|r| r.to_value()) {
        Some(r) => r,
        None => {
            let new = Dict::new(t);
            g.set_default(t, name, new)?
        }
    };
    Ok(Place { filename, lineno, module, registry })
}

/// The arguments of `warn_explicit`.
pub struct Explicit<'f> {
    /// The text, or a Warning.
    pub message: VRef<'f>,
    /// Its class, unless it is a Warning.
    pub category: VRef<'f>,
    /// File.
    pub filename: VRef<'f>,
    /// Line.
    pub lineno: i64,
    /// Module; from the file's name if not given.
    pub module: Option<VRef<'f>>,
    /// What has been shown there.
    pub registry: Option<VRef<'f>>,
    /// The object it is about.
    pub source: Option<VRef<'f>>,
    /// The line of source, if it is known already.
    pub source_line: Option<VRef<'f>>,
}

/// `warnings.warn_explicit(…)`
pub fn explicit(t: &mut Thread, w: Explicit<'_>) -> Res<()> {
    // A module whose name is gone is being taken down with the interpreter: nobody wants to hear of it.
    if w.module.is_some_and(|m| m.is_none()) {
        return Ok(());
    }
    let registry = w.registry.filter(|r| !r.is_none());
    if let Some(r) = registry
        && r.cast::<Dict>().is_none()
    {
        let n = r.ty().name();
        return Err(t.type_error(format!("'registry' must be a dict or None, not '{n}'")));
    }
    let module = match w.module {
        Some(m) => m.to_value(),
        None => module_of_file(t, w.filename),
    };
    let (words, category, message) = if WARNING.is_instance(t, w.message) {
        (t.to_str(w.message)?, w.message.ty().to_value(), w.message.to_value())
    } else {
        (w.message.to_value(), w.category.to_value(), t.call(w.category, &[w.message])?)
    };
    let line = t.int(w.lineno);
    let key = Tuple::new(t, vec![words.clone(), category.clone(), line]);
    LOCK.acquire(t);
    let shows =
        decide(t, &Case { w: &w, registry, module: &module, words: &words, category: &category, key: &key });
    LOCK.release(t);
    match shows? {
        Verdict::Silent => Ok(()),
        Verdict::Raise => Err(t.raise(message)),
        Verdict::Show => show(t, &w, &message, &category, &words),
    }
}

/// `pkg/mod.py` is module `pkg/mod`.
fn module_of_file(t: &Thread, filename: VRef<'_>) -> Value {
    let name = text_of(filename);
    if name.is_empty() {
        return t.str("<unknown>");
    }
    match name.strip_suffix(".py") {
        Some(s) => t.str(s),
        None => filename.to_value(),
    }
}

struct Case<'f> {
    w: &'f Explicit<'f>,
    registry: Option<VRef<'f>>,
    module: &'f Value,
    words: &'f Value,
    category: &'f Value,
    key: &'f Value,
}

enum Verdict {
    Silent,
    Raise,
    Show,
}

fn decide(t: &mut Thread, c: &Case<'_>) -> Res<Verdict> {
    if let Some(r) = c.registry
        && already(t, r, c.key, false)?
    {
        return Ok(Verdict::Silent);
    }
    let (action, item) = action_for(t, c)?;
    let Some(name) = text(action.r()).map(|a| a.to_string()) else {
        let n = action.r().ty().name();
        return Err(t.type_error(format!("action must be a string, not '{n}'")));
    };
    match name.as_str() {
        "error" => return Ok(Verdict::Raise),
        "ignore" => return Ok(Verdict::Silent),
        "always" | "all" => return Ok(Verdict::Show),
        _ => {}
    }
    if let Some(d) = c.registry.and_then(|r| r.cast::<Dict>()) {
        d.set(t, c.key.r(), Value::TRUE)?
    }
    let seen = match name.as_str() {
        "once" => {
            let registry = match c.registry {
                Some(r) => r.to_value(),
                None => once(t)?,
            };
            let key = Tuple::new(t, vec![c.words.clone(), c.category.clone()]);
            already(t, registry.r(), &key, true)?
        }
        "module" => match c.registry {
            Some(r) => {
                let key = Tuple::new(t, vec![c.words.clone(), c.category.clone()]);
                already(t, r, &key, true)?
            }
            None => false,
        },
        "default" => false,
        _ => {
            let (a, i) = (t.repr_text(action.r())?, t.repr_text(item.r())?);
            return Err(t.runtime_error(format!("Unrecognized action ({a}) in warnings.filters:\n {i}")));
        }
    };
    Ok(if seen { Verdict::Silent } else { Verdict::Show })
}

fn once(t: &mut Thread) -> Res {
    let registry = match attribute(t, "onceregistry", false)? {
        Some(r) => r,
        None => once_registry(t),
    };
    if registry.cast::<Dict>().is_some() {
        return Ok(registry);
    }
    let n = registry.r().ty().name();
    Err(t.type_error(format!("_warnings.onceregistry must be a dict, not '{n}'")))
}

/// Is the key in the registry? A registry from before the filters changed is emptied.
fn already(t: &mut Thread, registry: VRef<'_>, key: &Value, set: bool) -> Res<bool> {
    let Some(d) = registry.cast::<Dict>() else { return Ok(false) };
    let version = t.dict_get(d, "version").and_then(|v| crate::types::int::to_i64(v.r()));
    let now = FILTERS_VERSION.load(Acquire);
    if version != Some(now) {
        d.clear_all(t);
        t.dict_set(d, "version", t.int(now))
    } else if let Some(v) = d.get(t, key.r())?
        && t.truth(v.r())?
    {
        return Ok(true);
    }
    if set {
        d.set(t, key.r(), Value::TRUE)?
    }
    Ok(false)
}

/// The filters of the current context, if it has its own.
fn context_filters(t: &mut Thread) -> Res<Option<Value>> {
    if !flags().context_aware_warnings {
        return Ok(None);
    }
    let Some(variable) = context_variable(t)? else { return Ok(None) };
    let none = Value::NONE;
    let context = t.call_method(variable.r(), "get", &[none.r()])?;
    if context.is_none() {
        return Ok(None);
    }
    t.attr(context.r(), "_filters").map(Some)
}

/// The action of the first filter that matches, and the filter.
fn action_for(t: &mut Thread, c: &Case<'_>) -> Res<(Value, Value)> {
    let filters = match context_filters(t)? {
        Some(f) => f,
        None => match attribute(t, "filters", false)? {
            Some(f) => f,
            None => filters(t),
        },
    };
    if filters.cast::<List>().is_none() {
        return Err(t.value_error("_warnings.filters must be a list"));
    }
    let mut i = 0;
    // The list may change while a filter is asked.
    while let Some(item) = filters.cast::<List>().and_then(|l| l.snapshot_range(t, i, i + 1).pop()) {
        let Some(f) = item.cast::<Tuple>().filter(|f| f.len() == 5) else {
            return Err(t.value_error(format!("warnings.filters item {i} isn't a 5-tuple")));
        };
        if text(f.get(0)).is_none() {
            let n = f.get(0).ty().name();
            return Err(t.type_error(format!("action must be a string, not '{n}'")));
        }
        if filter_matches(t, f, c)? {
            return Ok((f.get(0).to_value(), item.clone()));
        }
        i += 1
    }
    let default = match attribute(t, "defaultaction", false)? {
        Some(a) => a,
        None => t.str("default"),
    };
    if text(default.r()).is_none() {
        let n = default.r().ty().name();
        return Err(t.type_error(format!("_warnings.defaultaction must be a string, not '{n}'")));
    }
    Ok((default, Value::NONE))
}

fn filter_matches(t: &mut Thread, f: &Tuple, c: &Case<'_>) -> Res<bool> {
    let line = t.index_clamped(f.get(4))?;
    Ok((line == 0 || line == c.w.lineno)
        && crate::types::heaptype::issubclass(t, c.category.r(), f.get(2))?
        && part_matches(t, f.get(1), c.words.r())?
        && part_matches(t, f.get(3), c.module.r())?)
}

/// None matches everything, text what equals it, anything else is a compiled pattern.
fn part_matches(t: &mut Thread, pattern: VRef<'_>, s: VRef<'_>) -> Res<bool> {
    if pattern.is_none() {
        return Ok(true);
    }
    if text(pattern).is_some() {
        return t.equal(pattern, s);
    }
    let r = t.call_method(pattern, "match", &[s])?;
    t.truth(r.r())
}

/// An attribute of `warnings`, if the module is there (or, with `import`, can be had).
fn attribute(t: &mut Thread, name: &str, import: bool) -> Res<Option<Value>> {
    let loaded = match super::modules(t).as_ref().and_then(|d| d.cast::<Dict>()) {
        Some(d) => t.dict_get(d, "warnings"),
        None => None,
    };
    let module = match loaded {
        Some(m) if !m.is_none() => m,
        _ if import && !super::is_finalizing() => match hooks::import_module(t, "warnings") {
            Ok(m) => m,
            Err(e) => {
                if t.raised_is(&errors::IMPORT_ERROR) {
                    t.clear_raised();
                    return Ok(None);
                }
                return Err(e);
            }
        },
        _ => return Ok(None),
    };
    let name = crate::intern::intern(t, name);
    t.getattr_opt(module.r(), name)
}

fn show(t: &mut Thread, w: &Explicit<'_>, message: &Value, category: &Value, words: &Value) -> Res<()> {
    // With a source the module is worth importing: it says where the object was made.
    let Some(f) = attribute(t, "_showwarnmsg", w.source.is_some())? else {
        return show_plainly(t, w, category, words);
    };
    if !t.callable(f.r()) {
        return Err(t.type_error("warnings._showwarnmsg() must be set to a callable"));
    }
    let Some(class) = attribute(t, "WarningMessage", false)? else {
        return Err(t.runtime_error("unable to get warnings.WarningMessage"));
    };
    let (line, none) = (t.int(w.lineno), Value::NONE);
    let source = w.source.unwrap_or(crate::types::singletons::none());
    let msg =
        t.call(class.r(), &[message.r(), category.r(), w.filename, line.r(), none.r(), none.r(), source])?;
    t.call(f.r(), &[msg.r()])?;
    Ok(())
}

/// Before `warnings` is imported: straight to `sys.stderr`.
fn show_plainly(t: &mut Thread, w: &Explicit<'_>, category: &Value, words: &Value) -> Res<()> {
    let Some(err) = super::sys_attr(t, names::stderr()).filter(|s| !s.is_none()) else { return Ok(()) };
    let name = t.attr(category.r(), "__name__")?;
    let mut line = Vec::new();
    line.extend_from_slice(text(w.filename).map_or(&b"<unknown>"[..], |s| s.bytes()));
    line.extend_from_slice(format!(":{}: {}: ", w.lineno, text_of(name.r())).as_bytes());
    let words = t.to_str(words.r())?;
    line.extend_from_slice(text(words.r()).map_or(&b""[..], |s| s.bytes()));
    line.push(b'\n');
    let source = match w.source_line.and_then(text) {
        Some(s) => Some(s.to_string()),
        None => source_line(&text_of(w.filename), w.lineno),
    };
    if let Some(s) = source.map(|s| s.trim().to_string()).filter(|s| !s.is_empty()) {
        line.extend_from_slice(format!("  {s}\n").as_bytes())
    }
    let line = t.str_wtf8(&line);
    if t.call_method(err.r(), "write", &[line.r()]).is_err() {
        // The warning is lost, as CPython has it.
        t.clear_raised()
    }
    Ok(())
}

/// A line of a source file.
fn source_line(file: &str, line: i64) -> Option<String> {
    use std::io::BufRead;
    let n = usize::try_from(line.checked_sub(1)?).ok()?;
    let f = std::fs::File::open(file).ok()?;
    std::io::BufReader::new(f).lines().nth(n)?.ok()
}
