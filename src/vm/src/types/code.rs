//! Code objects: the compiler's data, loaded.
//!
//! Constants become values once; names are interned; every site gets a cache word. Instructions are shared
//! and never changed. Code objects are TRACED. What Python sees (`co_*`) is in `code_attrs.rs`.
//!
//! Code of the packed library is loaded when it first runs or somebody looks inside: a module has many functions, and a
//! program calls few of them. Until then only its head is known. Running code is loaded, so the interpreter asks
//! nothing ([`CodeObject::running`]); everybody else goes through [`CodeObject::tables`].

use super::{fixed, str, tuple::Tuple};
use crate::object::{NativeType, Object, TypeSpec, Visitor, header_of};
use crate::thread::Thread;
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU32, AtomicU64, Ordering::*};
use weft_bytecode::code::flags;
use weft_bytecode::{Code, CodeRef, Const, Instr};
use weft_strategy::{Header, Slot, VRef, Value, Word, flag};

/// A code object.
#[repr(C)]
pub struct CodeObject {
    h: Header,
    tables: UnsafeCell<Tables>,
    /// The compiled code.
    source: CodeRef,
    /// `co_name`
    pub name: Slot,
    /// `co_qualname`
    pub qualname: Slot,
    /// `co_filename`
    pub filename: Slot,
    /// `co_flags`
    pub flags: u32,
    /// Number of free variables.
    pub nfree: u32,
    /// Its number in `interp/monitor.rs`; 0: none yet.
    pub(crate) monitored: AtomicU32,
    /// Registers of a frame.
    pub nregs: u16,
    /// Those that are variables; known when it is loaded.
    named: AtomicU16,
    /// Positional parameters.
    pub argcount: u16,
    loaded: AtomicBool,
    simple: AtomicBool,
}

/// What running needs.
pub struct Tables {
    /// The first instruction.
    pub instrs: *const Instr,
    /// Constants as register words: immediate or free-standing.
    pub consts: Box<[Word]>,
    /// Keeps the constants that are objects.
    pub const_slots: Box<[Slot]>,
    /// Interned names of the sites.
    pub site_names: Box<[Word]>,
    /// Two cache words a site, each valid by itself; see `interp/cache.rs`.
    pub caches: Box<[AtomicU64]>,
    /// Interned names of the registers that are variables.
    pub local_names: Box<[Word]>,
    /// Interned names of the free variables.
    pub free_names: Box<[Word]>,
}

// SAFETY: repr(C), header first; constants and names are visited. No thread is loading code while the world is
// stopped, and a code object that others can see is not traversed otherwise.
unsafe impl Object for CodeObject {
    crate::layout!(CodeObject, "code", true);
    fn traverse(&self, v: Visitor) {
        for s in &self.present().const_slots {
            v(s.word())
        }
        for s in [&self.name, &self.qualname, &self.filename] {
            v(s.word())
        }
    }
    fn clear(&self) {
        for s in &self.present().const_slots {
            s.clear_dead()
        }
        for s in [&self.name, &self.qualname, &self.filename] {
            s.clear_dead()
        }
        // The boxes themselves are freed when the object is, see `drop_boxes`.
    }
}

/// `types.CodeType`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::CODE);
static SPEC: TypeSpec = TypeSpec {
    name: "code",
    flags: crate::object::type_flag::IMMUTABLE | crate::object::type_flag::WEAKREFS,
    slots: super::code_attrs::SLOTS,
    methods: super::code_attrs::METHODS,
    getset: super::code_attrs::GETSET,
    ..TypeSpec::new::<CodeObject>()
};

impl Tables {
    const EMPTY: fn() -> Tables = || Tables {
        instrs: std::ptr::null(),
        consts: [].into(),
        const_slots: [].into(),
        site_names: [].into(),
        caches: [].into(),
        local_names: [].into(),
        free_names: [].into(),
    };

    fn of(t: &Thread, code: &Code) -> Tables {
        let values: Vec<Value> = code.consts.iter().map(|c| const_value(t, c)).collect();
        let consts = values
            .iter()
            .map(|v| {
                let w = v.word();
                if let Some(h) = v.r().header() {
                    make_traced(t, h);
                    Word::free_standing(w.ptr())
                } else {
                    w
                }
            })
            .collect();
        let words = |texts: &[weft_bytecode::Text]| -> Box<[Word]> {
            texts.iter().map(|n| crate::intern::intern_bytes(t, n).word()).collect()
        };
        let names = words(&code.names);
        Tables {
            instrs: code.instrs.as_ptr(),
            consts,
            const_slots: values.into_iter().map(Slot::new).collect(),
            site_names: code.sites.iter().map(|s| names[*s as usize]).collect(),
            caches: (0..2 * code.sites.len()).map(|_| AtomicU64::new(0)).collect(),
            local_names: words(&code.locals),
            free_names: words(&code.freevars),
        }
    }
}

impl CodeObject {
    /// Loads compiled code: now, or if it lies in the binary and has not been read yet, when it is needed.
    pub fn load(t: &Thread, code: &CodeRef) -> Value {
        let text = |b: &weft_bytecode::Text| Slot::new(crate::intern::intern_bytes(t, b).to_value());
        let unread = code.head_if_unread();
        let loaded = unread.is_none();
        let head = unread.unwrap_or_else(|| code.head());
        let tables = if loaded { Tables::of(t, code) } else { Tables::EMPTY() };
        let co = t.make(
            fixed::CODE,
            CodeObject {
                h: Header::new(0, 0),
                tables: UnsafeCell::new(tables),
                source: code.clone(),
                name: text(&head.name),
                qualname: text(&head.qualname),
                filename: text(&head.filename),
                flags: head.flags,
                nfree: head.nfree,
                monitored: AtomicU32::new(0),
                nregs: head.nregs,
                named: AtomicU16::new(if loaded { named(code) } else { 0 }),
                argcount: head.argcount,
                loaded: AtomicBool::new(loaded),
                simple: AtomicBool::new(loaded && is_simple(code)),
            },
        );
        if let Some(h) = co.r().header() {
            make_traced(t, h)
        }
        co
    }

    /// The compiled code.
    pub fn code(&self) -> &Code {
        &self.source
    }

    /// The compiled code, to be kept.
    pub fn source(&self) -> &CodeRef {
        &self.source
    }

    /// Positional parameters only, no cells made from them, no generator, and loaded: a call needs no binding.
    #[inline(always)]
    pub fn is_simple(&self) -> bool {
        self.simple.load(Acquire)
    }

    /// Has it no parameters?
    pub fn takes_nothing(&self) -> bool {
        self.argcount == 0
            && self.flags & (flags::VARARGS | flags::VARKEYWORDS) == 0
            && self.code().kwonlyargcount == 0
    }

    /// Registers that are variables, of code that is running or about to.
    #[inline(always)]
    pub fn named(&self) -> usize {
        debug_assert!(self.loaded.load(Acquire));
        self.named.load(Relaxed) as usize
    }

    fn present(&self) -> &Tables {
        // SAFETY: they are replaced once, by `fill`, which nobody meets: until `loaded` is set only `fill` looks,
        // under its lock, and the collector, in a stop.
        unsafe { &*self.tables.get() }
    }

    /// The tables of code that is running, or has run.
    #[inline(always)]
    pub fn running(&self) -> &Tables {
        debug_assert!(self.loaded.load(Acquire));
        self.present()
    }

    /// The tables.
    #[inline]
    pub fn tables(&self, t: &Thread) -> &Tables {
        if !self.loaded.load(Acquire) {
            self.fill(t)
        }
        self.present()
    }

    /// Loads what lies in the binary.
    #[cold]
    fn fill(&self, t: &Thread) {
        static ONE: parking_lot::Mutex<()> = parking_lot::Mutex::new(());
        let _one = ONE.lock();
        if self.loaded.load(Acquire) {
            return;
        }
        let tables = Tables::of(t, &self.source);
        // SAFETY: one thread fills, and others do not look before `loaded` is set.
        unsafe { *self.tables.get() = tables };
        self.named.store(named(&self.source), Relaxed);
        self.loaded.store(true, Release);
        self.simple.store(is_simple(&self.source), Release);
    }

    /// The docstring, if it has one.
    pub fn doc(&self, t: &Thread) -> Option<Value> {
        if self.flags & flags::HAS_DOCSTRING == 0 {
            return None;
        }
        self.tables(t).const_slots.first().and_then(|s| s.load())
    }
}

fn named(code: &Code) -> u16 {
    code.locals.len() as u16
}

fn is_simple(code: &Code) -> bool {
    code.flags & (flags::VARARGS | flags::VARKEYWORDS) == 0
        && code.kwonlyargcount == 0
        && code.flags & flags::OPTIMIZED != 0
}

/// Makes an object, and what it leads to, TRACED: only the collector frees it.
pub fn make_traced(t: &Thread, h: &Header) {
    let _ = t;
    if h.has(flag::TRACED | flag::IMMORTAL) {
        return;
    }
    let shape = crate::object::shape_of(h);
    if h.owner() == weft_strategy::me() {
        h.set_flags_plain(flag::TRACED);
        // What it leads to becomes reachable by others; with the GIL it just stays counted.
        (shape.layout.traverse)(h, &mut |w| {
            if w.is_heap() {
                // SAFETY: slot words point to live objects.
                weft_strategy::publish(unsafe { VRef::from_word(w) })
            }
        });
        h.make_shared();
    }
}

/// A constant as a value.
pub fn const_value(t: &Thread, c: &Const) -> Value {
    match c {
        Const::None => Value::NONE,
        Const::Bool(b) => Value::bool(*b),
        Const::Ellipsis => Value::ELLIPSIS,
        Const::Int(i) => t.int(*i),
        Const::BigInt(negative, bytes) => {
            let n = dashu_int::UBig::from_le_bytes(bytes);
            let n = dashu_int::IBig::from(n);
            t.big_int(if *negative { -n } else { n })
        }
        Const::Float(bits) => t.float(f64::from_bits(*bits)),
        Const::Complex(re, im) => t.complex(f64::from_bits(*re), f64::from_bits(*im)),
        Const::Str(s) => {
            if looks_like_a_name(s) {
                crate::intern::intern_bytes(t, s).to_value()
            } else {
                t.str_wtf8(s)
            }
        }
        Const::Bytes(b) => t.bytes(b),
        Const::Tuple(items) => Tuple::new(t, items.iter().map(|c| const_value(t, c)).collect()),
        Const::FrozenSet(items) => {
            super::set::frozen_from_consts(t, items.iter().map(|c| const_value(t, c)).collect())
        }
        Const::Slice(parts) => {
            let [a, b, c] = &**parts;
            super::slice::Slice::new(t, const_value(t, a), const_value(t, b), const_value(t, c))
        }
        Const::Code(code) => CodeObject::load(t, code),
    }
}

/// Constants that may be used as names are interned, as CPython does.
fn looks_like_a_name(s: &[u8]) -> bool {
    s.len() <= 60 && s.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

/// The code of a value.
pub fn code(v: VRef<'_>) -> Option<&CodeObject> {
    use crate::object::ValueExt;
    v.cast::<CodeObject>()
}

impl CodeObject {
    /// Frees what the object owns besides references. Running frames may still look at it after `clear`, so this
    /// comes last, when the collector frees the cell.
    ///
    /// # Safety
    /// Nobody uses the object again.
    pub unsafe fn drop_boxes(co: std::ptr::NonNull<CodeObject>) {
        let co = co.as_ptr();
        // SAFETY: as the caller promises: each field is dropped once.
        unsafe {
            std::ptr::drop_in_place(&raw mut (*co).tables);
            std::ptr::drop_in_place(&raw mut (*co).source);
        }
    }

    /// Its header.
    pub fn header(&self) -> &Header {
        header_of(self)
    }

    /// `co_name` for messages.
    pub fn name_text(&self) -> String {
        self.name.get(self).and_then(|n| str::text(n).map(|s| s.to_string())).unwrap_or_default()
    }
}
