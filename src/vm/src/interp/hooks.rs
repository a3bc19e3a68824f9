//! What native code asks of the interpreter beyond calls: running code, the caller's namespaces, imports.

use crate::object::ValueExt;
use crate::thread::Thread;
use crate::types::code::CodeObject;
use crate::{Res, names};
use std::sync::atomic::{AtomicU64, Ordering::*};
use weft_strategy::{VRef, Value, Word};

static SYS: AtomicU64 = AtomicU64::new(0);

/// Tells where the `sys` module is. Once, when it is made.
pub fn set_sys(v: &Value) {
    if let Some(h) = v.r().header() {
        crate::intern::make_immortal(h)
    }
    SYS.store(v.word().identity(), Release)
}

/// `sys.name`, if the module exists and has it.
pub fn sys_attr(t: &Thread, name: &str) -> Option<Value> {
    let w = SYS.load(Acquire);
    if w == 0 {
        return None;
    }
    // SAFETY: immortal.
    let m: VRef<'_> = unsafe { VRef::from_word(Word(w | Word::FREE_STANDING)) };
    t.dict_get(m.cast::<crate::types::module::Module>()?.dict(), name)
}

/// Runs code in a namespace.
pub fn run_code(t: &mut Thread, _code: &CodeObject, _globals: VRef<'_>, _locals: Option<VRef<'_>>) -> Res {
    Err(t.system_error("no interpreter"))
}

/// `locals()` of the running Python code.
pub fn current_locals(t: &mut Thread) -> Res {
    match crate::interp::current_globals(t) {
        Some(g) => Ok(g.to_value()),
        None => Err(t.system_error("frame does not exist")),
    }
}

/// `import a.b.c` gives `a.b.c`.
pub fn import_module(t: &mut Thread, name: &str) -> Res {
    let import = crate::builtins::get(t, names::__import__());
    let Some(import) = import else { return Err(t.raise_text(&crate::errors::IMPORT_ERROR, "__import__ not found")) };
    let none = VRef::immediate(Word::NONE);
    let n = t.str(name);
    let star = t.str("*");
    let from = crate::types::tuple::Tuple::new(t, vec![star]);
    t.call(import.r(), &[n.r(), none, none, from.r(), VRef::immediate(Word::small_int(0))])
}

/// Class and receiver of `super()` without arguments, from the calling frame.
pub fn super_arguments(t: &mut Thread) -> Res<(Value, Value)> {
    Err(t.runtime_error("super(): no current frame"))
}
