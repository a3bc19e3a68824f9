//! Exceptions: the objects, the hierarchy, and how Rust code raises.
//!
//! An exception is raised by putting it into the thread and returning [`Raised`]. The classes
//! are in `classes.rs`, what they do on construction and display in `exc_methods.rs`.

mod classes;
pub mod exc_methods;
mod groups;
pub mod suggest;
mod traceback_frames;
pub mod traceback_text;

pub use classes::*;
pub use groups::{exception_group, import_from_error, reraise_star};
pub use traceback_frames::format_entries as traceback_entries;
pub use traceback_frames::{COMMAND_NAME, remember_command};

use crate::object::{NativeType, Object, ValueExt, Visitor};
use crate::thread::Thread;
use crate::types::tuple::Tuple;
use crate::{Raised, Res};
use std::sync::atomic::AtomicBool;
use weft_strategy::{Header, Slot, VRef, Value};

/// Native part of every exception.
#[repr(C)]
pub struct Exc {
    pub(crate) h: Header,
    /// `args`, a tuple
    pub args: Slot,
    /// `__traceback__`
    pub traceback: Slot,
    /// `__context__`
    pub context: Slot,
    /// `__cause__`
    pub cause: Slot,
    /// `__suppress_context__`
    pub suppress: AtomicBool,
    /// Fields of particular classes: StopIteration.value, SystemExit.code, OSError's five, … see `classes.rs`.
    pub fields: [Slot; 9],
}

// SAFETY: repr(C), header first; all references are visited.
unsafe impl Object for Exc {
    crate::layout!(Exc, "BaseException", true);
    fn traverse(&self, v: Visitor) {
        for s in [&self.args, &self.traceback, &self.context, &self.cause].into_iter().chain(&self.fields) {
            v(s.word())
        }
    }
    fn clear(&self) {
        for s in [&self.args, &self.traceback, &self.context, &self.cause].into_iter().chain(&self.fields) {
            // Most are empty.
            if !s.is_empty() {
                s.clear_dead()
            }
        }
    }
}

impl Exc {
    /// An exception of the given shape with `args`.
    pub fn new(t: &Thread, shape: u32, args: Value) -> Value {
        t.make(
            shape,
            Exc {
                h: Header::new(0, 0),
                args: Slot::new(args),
                traceback: Slot::empty(),
                context: Slot::empty(),
                cause: Slot::empty(),
                suppress: AtomicBool::new(false),
                fields: [const { Slot::empty() }; 9],
            },
        )
    }

    /// Sets field `i`.
    pub fn set_field(&self, i: usize, v: Value) {
        self.fields[i].set(&self.h, v)
    }
}

/// The exception of a value.
pub fn exc(v: VRef<'_>) -> Option<&Exc> {
    v.cast::<Exc>()
}

/// Sets `__context__` of a new exception to the one being handled, unless that makes a cycle.
pub fn chain_context(t: &mut Thread, new: &Value) {
    let Some(handled) = t.handled.clone() else { return };
    if handled.is_none() || handled.is(new.r()) {
        return;
    }
    let Some(e) = exc(new.r()) else { return };
    // Break a cycle: cut the new exception out of the handled one's chain.
    let mut at = handled.clone();
    for _ in 0..1000 {
        let Some(next) = exc(at.r()).and_then(|x| x.context.load()) else { break };
        if next.is(new.r()) {
            if let Some(x) = exc(at.r()) {
                drop(x.context.take(&x.h))
            }
            break;
        }
        at = next;
    }
    e.context.set(&e.h, handled);
}

/// `raise x` where x is a class or an instance: gives the instance.
pub fn instantiate(t: &mut Thread, x: VRef<'_>) -> Res {
    if exc(x).is_some() {
        return Ok(x.to_value());
    }
    if let Some(ty) = crate::types::typeobj::as_type(x)
        && ty.is_subtype(BASE_EXCEPTION.get(t))
    {
        let v = t.call(x, &[])?;
        if exc(v.r()).is_some() {
            return Ok(v);
        }
        let (c, class) = (t.describe(x)?, v.r().ty().to_value());
        let got = t.repr_text(class.r())?;
        return Err(t.type_error(format!(
            "calling {c} should have returned an instance of BaseException, not {got}"
        )));
    }
    Err(t.type_error("exceptions must derive from BaseException"))
}

/// Raises a class or an instance.
pub fn raise_class_or_instance(t: &mut Thread, x: Value) -> Raised {
    match instantiate(t, x.r()) {
        Ok(v) => t.raise(v),
        Err(e) => e,
    }
}

/// Reports an exception that cannot be raised (`sys.unraisablehook`); takes it from the thread.
pub fn write_unraisable(t: &mut Thread, message: &str, object: VRef<'_>) {
    let e = t.take_raised();
    // Raised by native code with no Python code in between: it happened where that was called.
    if let Some(x) = exc(e.r())
        && x.traceback.is_empty()
        && let Some(tb) = crate::interp::hooks::traceback_here(t)
    {
        x.traceback.set(&x.h, tb)
    }
    crate::start::unraisable(t, message, e, object)
}

impl Thread {
    /// Raises `ty(*args)` for a class whose constructor needs no code of its own.
    #[cold]
    pub fn raise_with(&mut self, ty: &'static NativeType, args: Vec<Value>) -> Raised {
        let class = ty.get(self).to_value();
        let refs: Vec<VRef<'_>> = args.iter().map(|v| v.r()).collect();
        match self.call(class.r(), &refs) {
            Ok(e) => self.raise(e),
            Err(e) => e,
        }
    }

    /// Raises `ty(text)`.
    #[cold]
    pub fn raise_text(&mut self, ty: &'static NativeType, text: impl AsRef<str>) -> Raised {
        let text = self.str(text.as_ref());
        let args = Tuple::few(self, [text]);
        let shape = ty.shape(self);
        let e = Exc::new(self, shape, args);
        self.raise(e)
    }

    /// Is the exception on its way an instance of `ty`?
    pub fn raised_is(&self, ty: &'static NativeType) -> bool {
        self.raised().is_some_and(|e| ty.is_instance(self, e))
    }

    /// TypeError
    #[cold]
    pub fn type_error(&mut self, text: impl AsRef<str>) -> Raised {
        self.raise_text(&TYPE_ERROR, text)
    }
    /// ValueError
    #[cold]
    pub fn value_error(&mut self, text: impl AsRef<str>) -> Raised {
        self.raise_text(&VALUE_ERROR, text)
    }
    /// IndexError
    #[cold]
    pub fn index_error(&mut self, text: impl AsRef<str>) -> Raised {
        self.raise_text(&INDEX_ERROR, text)
    }
    /// OverflowError
    #[cold]
    pub fn overflow_error(&mut self, text: impl AsRef<str>) -> Raised {
        self.raise_text(&OVERFLOW_ERROR, text)
    }
    /// ZeroDivisionError
    #[cold]
    pub fn zero_division_error(&mut self, text: impl AsRef<str>) -> Raised {
        self.raise_text(&ZERO_DIVISION_ERROR, text)
    }
    /// RuntimeError
    #[cold]
    pub fn runtime_error(&mut self, text: impl AsRef<str>) -> Raised {
        self.raise_text(&RUNTIME_ERROR, text)
    }
    /// SystemError
    #[cold]
    pub fn system_error(&mut self, text: impl AsRef<str>) -> Raised {
        self.raise_text(&SYSTEM_ERROR, text)
    }
    /// BufferError
    #[cold]
    pub fn buffer_error(&mut self, text: impl AsRef<str>) -> Raised {
        self.raise_text(&BUFFER_ERROR, text)
    }
    /// RecursionError. Made with the limit lifted a little, so that raising it works.
    #[cold]
    pub fn recursion_error(&mut self) -> Raised {
        self.recursion_error_in("")
    }
    /// RecursionError that tells what was being done.
    #[cold]
    pub fn recursion_error_in(&mut self, what: &str) -> Raised {
        let old = self.recursion().1;
        self.set_recursion_limit(old.saturating_add(100));
        let space = if what.is_empty() { "" } else { " " };
        let text = format!("maximum recursion depth exceeded{space}{what}");
        let r = self.raise_text(&RECURSION_ERROR, text);
        self.set_recursion_limit(old);
        r
    }
    /// StopIteration(value)
    #[cold]
    pub fn stop_iteration(&mut self, value: Option<Value>) -> Raised {
        let args = Tuple::new(self, value.iter().cloned().collect());
        let shape = STOP_ITERATION.shape(self);
        let e = Exc::new(self, shape, args);
        exc(e.r()).expect("exception").set_field(field::VALUE, value.unwrap_or(Value::NONE));
        self.raise(e)
    }
    /// AttributeError with `obj` and `name`.
    #[cold]
    pub fn attribute_error_text(&mut self, obj: VRef<'_>, name: &str, text: String) -> Raised {
        let r = self.raise_text(&ATTRIBUTE_ERROR, text);
        if let Some(e) = self.raised() {
            let e = e.to_value();
            let e = exc(e.r()).expect("exception");
            e.set_field(field::NAME, self.str(name));
            e.set_field(field::OBJ, obj.to_value());
        }
        r
    }
    /// NameError with `name`.
    #[cold]
    pub fn name_error(&mut self, name: VRef<'_>, text: String) -> Raised {
        let r = self.raise_text(&NAME_ERROR, text);
        self.set_error_name(name);
        r
    }
    /// UnboundLocalError with `name`.
    #[cold]
    pub fn unbound_local_error(&mut self, name: VRef<'_>, text: String) -> Raised {
        let r = self.raise_text(&UNBOUND_LOCAL_ERROR, text);
        self.set_error_name(name);
        r
    }
    fn set_error_name(&mut self, name: VRef<'_>) {
        if let Some(e) = self.raised().and_then(exc) {
            e.set_field(field::NAME, name.to_value())
        }
    }
    /// OSError for an errno, with the subclass that goes with it.
    #[cold]
    pub fn os_error(&mut self, errno: i32, filename: Option<VRef<'_>>) -> Raised {
        let text = crate::errors::exc_methods::strerror(errno);
        let mut args = vec![self.int(errno as i64), self.str(&text)];
        args.extend(filename.map(|f| f.to_value()));
        self.raise_with(&OS_ERROR, args)
    }
    /// OSError for the last failed system call.
    #[cold]
    pub fn last_os_error(&mut self, filename: Option<VRef<'_>>) -> Raised {
        let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
        self.os_error(errno, filename)
    }
}
