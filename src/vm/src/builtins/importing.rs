//! `__import__`: `sys.modules` first, else the import system written in Python (`importlib._bootstrap`).

use super::loaded_module;
use crate::dict::Dict;
use crate::object::ValueExt;
use crate::start::flags::flags;
use crate::thread::Thread;
use crate::types::attrs::text_of;
use crate::types::code::CodeObject;
use crate::types::fixed;
use crate::types::frame::FrameObject;
use crate::types::module::Module;
use crate::types::object::instance_get;
use crate::types::str::{Str, text};
use crate::types::traceback::Traceback;
use crate::types::tuple::Tuple;
use crate::{Res, errors, names};
use std::sync::Once;
use std::time::{Duration, Instant};
use weft_strategy::{VRef, Value, Word};

/// Calls a function of `importlib._bootstrap`.
fn bootstrap(t: &mut Thread, function: &str, args: &[VRef<'_>], name: &str) -> Res {
    match loaded_module(t, "_frozen_importlib") {
        Some(m) => t.call_method(m.r(), function, args),
        None => Err(t.raise_text(&errors::MODULE_NOT_FOUND_ERROR, format!("No module named '{name}'"))),
    }
}

/// `sys.modules[name]`; `None` counts as missing.
fn in_modules(t: &mut Thread, name: VRef<'_>) -> Res<Option<Value>> {
    let Some(modules) = crate::start::modules(t) else { return Ok(None) };
    let found = match modules.cast::<Dict>() {
        Some(d) => d.get(t, name)?,
        None => match t.getitem(modules.r(), name) {
            Ok(m) => Some(m),
            Err(_) if t.raised_is(&errors::KEY_ERROR) => {
                t.clear_raised();
                None
            }
            Err(e) => return Err(e),
        },
    };
    Ok(found.filter(|m| !m.is_none()))
}

/// Is the module being initialised by somebody?
fn initializing(t: &mut Thread, module: VRef<'_>) -> Res<bool> {
    let Some(spec) = t.getattr_opt(module, names::__spec__())? else { return Ok(false) };
    match t.getattr_opt(spec.r(), names::_initializing())? {
        Some(i) => t.truth(i.r()),
        None => Ok(false),
    }
}

/// `-X importtime`: how deep imports are nested, and what those inside the present one took.
struct Clock {
    depth: usize,
    inner: Duration,
}

static CLOCK: parking_lot::Mutex<Clock> = parking_lot::Mutex::new(Clock { depth: 0, inner: Duration::ZERO });

fn tell(depth: usize, own: &str, all: &str, name: &str) {
    let line = format!("import time: {own:9} | {all:10} | {:1$}{name}\n", "", 2 * depth);
    crate::start::stderr_bytes(line.as_bytes())
}

fn tell_header() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| crate::start::stderr_bytes(b"import time: self [us] | cumulative | imported package\n"))
}

/// Finds and loads a module, and tells how long that took.
fn timed(t: &mut Thread, absolute: VRef<'_>, import: &Value, name: &str) -> Res {
    tell_header();
    let before = {
        let mut c = CLOCK.lock();
        c.depth += 1;
        std::mem::take(&mut c.inner)
    };
    let start = Instant::now();
    let r = bootstrap(t, "_find_and_load", &[absolute, import.r()], name);
    let all = start.elapsed();
    let mut c = CLOCK.lock();
    c.depth -= 1;
    let own = all.saturating_sub(c.inner);
    c.inner = before + all;
    let depth = c.depth;
    drop(c);
    let micros = |d: Duration| format!("{:>10}", d.as_nanos().div_ceil(1000));
    tell(depth, &micros(own)[1..], &micros(all), name);
    r
}

fn load(t: &mut Thread, absolute: VRef<'_>) -> Res {
    let name = text_of(absolute);
    let told = flags().importtime;
    if let Some(m) = in_modules(t, absolute)? {
        if told == 2 {
            tell_header();
            let depth = CLOCK.lock().depth;
            tell(depth, "cached", "cached", &name)
        }
        if initializing(t, m.r())? {
            // Another thread may be at it: wait until it is done.
            bootstrap(t, "_lock_unlock_module", &[absolute], &name)?;
        }
        return Ok(m);
    }
    let import = super::named(t, "__import__");
    let r = if told > 0 {
        timed(t, absolute, &import, &name)
    } else {
        bootstrap(t, "_find_and_load", &[absolute, import.r()], &name)
    };
    if r.is_err() && flags().verbose == 0 {
        trim_traceback(t)
    }
    r
}

/// Takes the import system's own frames out of the traceback of the exception on its way: all of them for ImportError,
/// else those through which it called what failed.
fn trim_traceback(t: &mut Thread) {
    let Some(e) = t.raised().map(|e| e.to_value()) else { return };
    let Some(x) = errors::exc(e.r()) else { return };
    let always = errors::IMPORT_ERROR.is_instance(t, e.r());
    let mut kept: Vec<Value> = Vec::new();
    // Where the present run of the import system's frames begins among those kept.
    let mut chunk = None;
    let mut entry = x.traceback.load();
    let mut changed = false;
    while let Some(v) = entry {
        let Some(tb) = v.cast::<Traceback>() else { break };
        entry = tb.next.load().filter(|n| !n.is_none());
        let code = tb.frame.load().and_then(|f| f.cast::<FrameObject>()?.code.load());
        let (file, name) = match code.as_ref().and_then(|c| c.cast::<CodeObject>()) {
            Some(c) => (text_in(&c.filename), text_in(&c.name)),
            None => Default::default(),
        };
        let inside =
            file.ends_with("importlib/_bootstrap.py") || file.ends_with("importlib/_bootstrap_external.py");
        kept.push(v);
        if !inside {
            chunk = None;
            continue;
        }
        let from = *chunk.get_or_insert(kept.len() - 1);
        if always || name == "_call_with_frames_removed" {
            kept.truncate(from);
            changed = true
        }
    }
    if !changed {
        return;
    }
    for pair in kept.windows(2) {
        if let Some(tb) = pair[0].cast::<Traceback>() {
            tb.next.set(&tb.h, pair[1].clone())
        }
    }
    if let Some(tb) = kept.last().and_then(|v| v.cast::<Traceback>()) {
        tb.next.set(&tb.h, Value::NONE)
    }
    drop(match kept.first() {
        Some(first) => x.traceback.swap(&x.h, Some(first.clone())),
        None => x.traceback.take(&x.h),
    })
}

fn text_in(s: &weft_strategy::Slot) -> String {
    s.load().and_then(|v| text(v.r()).map(|s| s.to_string())).unwrap_or_default()
}

/// What an absolute import gives of modules that are loaded, initialised and have the names asked for: found without
/// Python. `None`: something else.
fn imported(t: &Thread, name: VRef<'_>, fromlist: VRef<'_>) -> Option<Value> {
    let modules = crate::start::modules(t).filter(|_| flags().importtime == 0)?;
    let modules = modules.exact::<Dict>(fixed::DICT)?;
    let ready = |name: VRef<'_>| {
        let m = modules.get_str(t, name)?;
        let spec = m.exact::<Module>(fixed::MODULE)?.dict().get_str(t, names::__spec__())?;
        let busy = instance_get(t, spec.header()?, names::_initializing())?;
        let plain = spec.ty().lookup(t, names::_initializing()).is_none();
        if plain && busy.word() == Word::FALSE { Some(m) } else { None }
    };
    let bytes = name.exact::<Str>(fixed::STR)?.bytes();
    let module = ready(name)?;
    if let Some(from) = fromlist.exact::<Tuple>(fixed::TUPLE).filter(|l| !l.is_empty()) {
        let dict = module.exact::<Module>(fixed::MODULE)?.dict();
        let all = from.iter().all(|n| dict.get_str(t, n).is_some());
        return if all { Some(module.to_value()) } else { None };
    }
    if !fromlist.is_none() {
        return None;
    }
    match bytes.iter().position(|b| *b == b'.') {
        None => Some(module.to_value()),
        Some(at) => ready(t.str_wtf8(&bytes[..at]).r()).map(|m| m.to_value()),
    }
}

/// `__import__(name, globals, locals, fromlist, level)`
pub fn import(t: &mut Thread, name: VRef<'_>, globals: VRef<'_>, fromlist: VRef<'_>, level: i64) -> Res {
    if level == 0
        && let Some(m) = imported(t, name, fromlist)
    {
        return Ok(m);
    }
    let Some(s) = text(name) else { return Err(t.type_error("module name must be a string")) };
    if level < 0 {
        return Err(t.value_error("level must be >= 0"));
    }
    if level == 0 && s.is_empty() {
        return Err(t.value_error("Empty module name"));
    }
    let short = s.to_string();
    let absolute = if level > 0 {
        if globals.is_none() {
            return Err(t.raise_text(&errors::KEY_ERROR, "'__name__' not in globals"));
        }
        // A namespace that says nothing of its package.
        if let Some(d) = globals.cast::<Dict>()
            && ["__package__", "__spec__", "__name__"].iter().all(|n| t.dict_get(d, n).is_none())
        {
            return Err(t.raise_text(&errors::KEY_ERROR, "'__name__' not in globals"));
        }
        let package = bootstrap(t, "_calc___package__", &[globals], &short)?;
        let l = t.int(level);
        bootstrap(t, "_sanity_check", &[name, package.r(), l.r()], &short)?;
        bootstrap(t, "_resolve_name", &[name, package.r(), l.r()], &short)?
    } else {
        crate::intern::intern_value(t, name)
    };
    let module = load(t, absolute.r())?;
    if t.truth(fromlist)? {
        if t.getattr_opt(module.r(), names::__path__())?.is_none() {
            return Ok(module);
        }
        let import = super::named(t, "__import__");
        return bootstrap(t, "_handle_fromlist", &[module.r(), fromlist, import.r()], &short);
    }
    if short.is_empty() {
        return Ok(module);
    }
    let Some((front, _)) = short.split_once('.') else { return Ok(module) };
    if level == 0 {
        let f = crate::intern::intern(t, front).to_value();
        return load(t, f.r());
    }
    let full = text_of(absolute.r());
    let cut = full.len() + front.len() - short.len().min(full.len() + front.len());
    let top = t.str(full.get(..cut).unwrap_or(&full));
    match in_modules(t, top.r())? {
        Some(m) => Ok(m),
        None => {
            let n = t.repr_text(top.r())?;
            Err(t.raise_text(&errors::KEY_ERROR, format!("{n} not in sys.modules as expected")))
        }
    }
}
