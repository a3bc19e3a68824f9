//! What several modules need: constructors bound by a signature text, state behind the object lock, bytes of
//! arguments, indices and slices.

use std::borrow::Cow;
use std::cell::{RefCell, UnsafeCell};
use weft_strategy::Header;
use weft_strategy::lock::{lock, try_lock};
use weft_vm::object::{Args, CallArgs, MethodDef, Object, Type, ValueExt};
use weft_vm::types::bytes::Bytes;
use weft_vm::types::slice::Slice;
use weft_vm::types::str::{Str, text};
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Slot, Thread, VRef, Value};

/// The native part of a value whose type was checked: a slot function's receiver.
///
/// # Panics
/// For a value of another type, which slot wrappers do not let through.
pub fn native<'t, T: Object>(v: VRef<'t>) -> &'t T {
    v.cast::<T>().expect("the slot function of another type")
}

/// Calls a constructor with arguments bound by its signature; parameter 0 is the class.
pub fn construct(t: &mut Thread, def: &'static MethodDef, cls: &Type, args: CallArgs<'_>) -> Res {
    let c = cls.to_value();
    weft_vm::call::bind::call_native(t, def, Some(c.r()), args)
}

/// Declares a `Slots::new`: `constructor!("islice(cls, iterable, *args)" => new)`.
#[macro_export]
macro_rules! constructor {
    ($text:literal => $f:expr) => {{
        static DEF: weft_vm::object::MethodDef =
            weft_vm::object::MethodDef::new($text, $f, "", weft_vm::object::Binding::Plain);
        fn construct_by_signature(
            t: &mut weft_vm::Thread,
            cls: &weft_vm::object::Type,
            args: weft_vm::object::CallArgs<'_>,
        ) -> weft_vm::Res {
            $crate::support::construct(t, &DEF, cls, args)
        }
        Some(construct_by_signature)
    }};
}

/// Declares a `Slots::init`: parameter 0 is the instance.
#[macro_export]
macro_rules! initializer {
    ($text:literal => $f:expr) => {{
        static DEF: weft_vm::object::MethodDef =
            weft_vm::object::MethodDef::new($text, $f, "", weft_vm::object::Binding::Plain);
        fn init_by_signature(
            t: &mut weft_vm::Thread,
            v: weft_vm::VRef<'_>,
            args: weft_vm::object::CallArgs<'_>,
        ) -> weft_vm::Res<()> {
            weft_vm::call::bind::call_native(t, &DEF, Some(v), args).map(drop)
        }
        Some(init_by_signature)
    }};
}

/// The class a constructor was called for.
///
/// # Panics
/// When argument 0 is no class; [`construct`] passes one.
pub fn class<'f>(a: Args<'f>) -> &'f Type {
    weft_vm::types::typeobj::as_type(a.get(0)).expect("a class")
}

/// Mutable Rust data of an object that threads may share: touched under the object's byte lock only.
#[derive(Default)]
pub struct Guarded<T>(UnsafeCell<T>);

impl<T: Default> Guarded<T> {
    /// Wraps the first state.
    pub fn new(v: T) -> Guarded<T> {
        Guarded(UnsafeCell::new(v))
    }

    /// Runs `f` on the state of `holder`, locked. `f` gets no thread, so it cannot call Python.
    pub fn with<R>(&self, t: &Thread, holder: &Header, f: impl FnOnce(&mut T) -> R) -> R {
        let _g = lock(t, holder);
        // SAFETY: the lock is held, and `f` cannot come here again: it has no thread.
        f(unsafe { &mut *self.0.get() })
    }

    /// As [`Guarded::with`], unless another thread is at it.
    pub fn try_with<R>(&self, t: &Thread, holder: &Header, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let _g = try_lock(t, holder)?;
        // SAFETY: as in `with`.
        Some(f(unsafe { &mut *self.0.get() }))
    }

    /// The state while nobody holds the lock: for `traverse` and `clear`.
    ///
    /// # Safety
    /// The owner publishes the object, the world is stopped, or the object is dead.
    pub unsafe fn at_rest(&self) -> &T {
        // SAFETY: as the caller promises.
        unsafe { &*self.0.get() }
    }

    /// Frees the state of a dead object.
    pub fn clear_dead(&self) {
        // SAFETY: nobody else can see a dead object.
        drop(std::mem::take(unsafe { &mut *self.0.get() }))
    }
}

/// Stores a value in a slot of `h`.
pub fn put(slot: &Slot, h: &Header, v: Value) {
    slot.set(h, v)
}

/// The value of a slot, or None.
pub fn or_none(slot: &Slot) -> Value {
    slot.load().unwrap_or(Value::NONE)
}

/// TypeError if there are keyword arguments.
pub fn no_keywords(t: &mut Thread, name: &str, args: CallArgs<'_>) -> Res<()> {
    if args.keyword_len() == 0 {
        return Ok(());
    }
    Err(t.type_error(format!("{name}() takes no keyword arguments")))
}

/// TypeError unless there are `min` to `max` positional arguments.
pub fn arity(t: &mut Thread, name: &str, n: usize, min: usize, max: usize) -> Res<()> {
    if n >= min && n <= max {
        return Ok(());
    }
    let (bound, how) = match (n < min, min == max) {
        (_, true) => (min, ""),
        (true, _) => (min, "at least "),
        (false, _) => (max, "at most "),
    };
    let s = if bound == 1 { "" } else { "s" };
    Err(t.type_error(format!("{name} expected {how}{bound} argument{s}, got {n}")))
}

/// MemoryError
#[cold]
pub fn memory_error(t: &mut Thread) -> Raised {
    t.raise_with(&weft_vm::errors::MEMORY_ERROR, Vec::new())
}

/// An empty vector with room for `n` items, or MemoryError.
pub fn room<T>(t: &mut Thread, n: usize) -> Res<Vec<T>> {
    let mut v = Vec::new();
    if n > isize::MAX as usize / size_of::<T>().max(1) || v.try_reserve_exact(n).is_err() {
        return Err(memory_error(t));
    }
    Ok(v)
}

/// The bytes of a bytes-like object, copied unless they never change; `None` for other objects.
pub fn bytes_opt<'f>(t: &mut Thread, v: VRef<'f>) -> Result<Option<Cow<'f, [u8]>>, Raised> {
    if let Some(b) = v.cast::<Bytes>() {
        return Ok(Some(Cow::Borrowed(b.as_slice())));
    }
    let Some(export) = v.ty().slots().buffer else { return Ok(None) };
    let view = export(t, v, false)?;
    let b = view.as_slice().to_vec();
    view.release(t);
    Ok(Some(Cow::Owned(b)))
}

/// The bytes of a bytes-like object; TypeError for others.
pub fn bytes<'f>(t: &mut Thread, v: VRef<'f>) -> Result<Cow<'f, [u8]>, Raised> {
    match bytes_opt(t, v)? {
        Some(b) => Ok(b),
        None => {
            let n = v.ty().name();
            Err(t.type_error(format!("a bytes-like object is required, not '{n}'")))
        }
    }
}

/// The bytes of a bytes-like object, or of an ASCII str.
pub fn ascii_or_bytes<'f>(t: &mut Thread, v: VRef<'f>) -> Result<Cow<'f, [u8]>, Raised> {
    if let Some(s) = text(v) {
        if s.is_ascii() {
            return Ok(Cow::Borrowed(s.bytes()));
        }
        return Err(t.value_error("string argument should contain only ASCII characters"));
    }
    match bytes_opt(t, v)? {
        Some(b) => Ok(b),
        None => {
            let n = v.ty().name();
            Err(t.type_error(format!("argument should be bytes, buffer or ASCII string, not '{n}'")))
        }
    }
}

/// A keyword argument that means true or false.
pub fn flag(t: &mut Thread, v: Option<VRef<'_>>, default: bool) -> Res<bool> {
    match v {
        Some(v) => t.truth(v),
        None => Ok(default),
    }
}

/// Index of an item of a sequence of `len` items, from Python's numbering.
pub fn at(i: i64, len: usize) -> Option<usize> {
    let i = if i < 0 { i.checked_add(len as i64)? } else { i };
    if (i as u64) < len as u64 { Some(i as usize) } else { None }
}

/// A bound counted from the start, not below 0 (it may lie behind the end).
pub fn from_start(i: i64, len: usize) -> usize {
    if i >= 0 { i as usize } else { i.saturating_add(len as i64).max(0) as usize }
}

/// The members of a slice as numbers: start, stop, step.
#[derive(Clone, Copy)]
pub struct Bounds {
    start: Option<i64>,
    stop: Option<i64>,
    /// Not 0.
    pub step: i64,
}

fn slice_index(t: &mut Thread, v: Value) -> Res<Option<i64>> {
    if v.is_none() {
        return Ok(None);
    }
    if v.r().ty().slots().index.is_none() {
        return Err(t.type_error("slice indices must be integers or None or have an __index__ method"));
    }
    t.index_clamped(v.r()).map(Some)
}

impl Bounds {
    /// Evaluates a slice: `__index__` may run.
    pub fn of(t: &mut Thread, s: &Slice) -> Res<Bounds> {
        let step = slice_index(t, or_none(&s.step))?.unwrap_or(1).max(-i64::MAX);
        if step == 0 {
            return Err(t.value_error("slice step cannot be zero"));
        }
        let start = slice_index(t, or_none(&s.start))?;
        let stop = slice_index(t, or_none(&s.stop))?;
        Ok(Bounds { start, stop, step })
    }

    /// Start, stop and count for a length (Language Reference 3.3.7). Start and stop may be -1 if the step is negative.
    pub fn fit(self, len: usize) -> (i64, i64, usize) {
        let n = len as i64;
        let back = self.step < 0;
        let (low, high) = if back { (-1, n - 1) } else { (0, n) };
        let clamp = |i: i64| (if i < 0 { i.saturating_add(n) } else { i }).clamp(low, high);
        let start = self.start.map_or(if back { high } else { low }, clamp);
        let stop = self.stop.map_or(if back { low } else { high }, clamp);
        let count = if back && stop < start {
            (start - stop - 1) / -self.step + 1
        } else if !back && start < stop {
            (stop - start - 1) / self.step + 1
        } else {
            0
        };
        (start, if back { stop } else { stop.max(start) }, count as usize)
    }

    /// The positions of the items.
    pub fn positions(self, len: usize) -> Vec<usize> {
        let (start, _, count) = self.fit(len);
        (0..count as i64).map(|k| start.wrapping_add(k.wrapping_mul(self.step)) as usize).collect()
    }
}

thread_local! {
    static REPRS: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// Runs `f` to make the repr of a container, or gives `again` if that is under way already.
pub fn repr_once(t: &mut Thread, v: VRef<'_>, again: &str, f: impl FnOnce(&mut Thread) -> Res) -> Res {
    let id = v.word().identity();
    if REPRS.with(|r| r.borrow().contains(&id)) {
        return Ok(t.str(again));
    }
    REPRS.with(|r| r.borrow_mut().push(id));
    let r = f(t);
    REPRS.with(|r| r.borrow_mut().pop());
    r
}

/// A str of WTF-8 made of pieces.
pub fn push_str(out: &mut Vec<u8>, v: VRef<'_>) {
    if let Some(s) = text(v) {
        out.extend_from_slice(s.bytes())
    }
}

/// Adds `repr(v)`.
pub fn push_repr(t: &mut Thread, out: &mut Vec<u8>, v: VRef<'_>) -> Res<()> {
    let r = t.repr(v)?;
    push_str(out, r.r());
    Ok(())
}

/// `iter(self)` of an iterator.
pub fn itself(_t: &mut Thread, v: VRef<'_>) -> Res {
    Ok(v.to_value())
}

/// `__class_getitem__` of the generic types.
pub fn class_getitem(t: &mut Thread, a: Args<'_>) -> Res {
    weft_vm::types::genericalias::new(t, a.get(0), a.get(1))
}

/// The `key`, `default` and other str arguments: `{what} must be str, not int`.
pub fn str_arg<'f>(t: &mut Thread, v: VRef<'f>, what: &str) -> Result<&'f Str, Raised> {
    match text(v) {
        Some(s) => Ok(s),
        None => {
            let n = v.ty().name();
            Err(t.type_error(format!("{what} must be str, not {n}")))
        }
    }
}

/// A pair.
pub fn pair(t: &Thread, a: Value, b: Value) -> Value {
    Tuple::new(t, vec![a, b])
}

/// Setter of a field that cannot be written.
pub fn read_only(t: &mut Thread, v: VRef<'_>, _value: Option<VRef<'_>>) -> Res<()> {
    Err(t.attribute_error_text(v, "", "readonly attribute".into()))
}

/// A C unsigned 32-bit argument, taken modulo 2^32.
pub fn arg_u32_wrapping(t: &mut Thread, v: VRef<'_>) -> Res<u32> {
    let i = t.index(v)?;
    match weft_vm::types::int::to_i64(i.r()) {
        Some(n) => Ok(n as u32),
        None => {
            let big = weft_vm::types::int::to_big(i.r()).unwrap_or(dashu_int::IBig::ZERO);
            let bytes = weft_text::int::bytes::to_bytes(
                &(big & dashu_int::IBig::from(u32::MAX)),
                4,
                weft_text::codecs::Endian::Little,
                false,
            );
            Ok(bytes.ok().and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes))
        }
    }
}

/// A value about to be stored in an object is published before that object's lock is taken.
pub fn publish_for(holder: &Header, v: VRef<'_>) {
    if holder.owner() != weft_strategy::me() {
        weft_strategy::publish(v)
    }
}

/// `import name`: the module, by the builtin `__import__`.
pub fn import(t: &mut Thread, name: &str) -> Res {
    let builtins = weft_vm::start::modules::roots().builtins.load();
    let f = builtins
        .as_ref()
        .and_then(|b| b.cast::<weft_vm::dict::Dict>())
        .and_then(|d| t.dict_get(d, "__import__"));
    let Some(f) = f else { return Err(t.raise_text(&weft_vm::errors::IMPORT_ERROR, "__import__ not found")) };
    let name = t.str(name);
    t.call(f.r(), &[name.r()])
}

/// TypeError for a keyword argument other than `known`.
#[cold]
pub fn unexpected_keyword(t: &mut Thread, name: &str, args: CallArgs<'_>, known: &str) -> Raised {
    let other =
        args.keywords().into_iter().filter_map(|(n, _)| text(n)).find(|n| n.bytes() != known.as_bytes());
    let other = other.map(|n| n.to_string()).unwrap_or_default();
    t.type_error(format!("{name}() got an unexpected keyword argument '{other}'"))
}
