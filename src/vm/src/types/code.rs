//! Code objects: the compiler's data, loaded.
//!
//! Constants become values once; names are interned; every site gets a cache word. Instructions are shared
//! and never changed. Code objects are TRACED. What Python sees (`co_*`) is in `code_attrs.rs`.

use super::{fixed, str, tuple::Tuple};
use crate::object::{NativeType, Object, TypeSpec, Visitor, header_of};
use crate::thread::Thread;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use weft_bytecode::{Code, Const};
use weft_strategy::{Header, Slot, VRef, Value, Word, flag};

/// A code object.
#[repr(C)]
pub struct CodeObject {
    h: Header,
    /// The compiled code.
    pub code: Arc<Code>,
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
    /// `co_name`
    pub name: Slot,
    /// `co_qualname`
    pub qualname: Slot,
    /// `co_filename`
    pub filename: Slot,
    /// Positional arguments only, no cells made from them, no generator: a call needs no binding.
    pub simple: bool,
    /// Registers of a frame.
    pub nregs: u16,
    /// Positional parameters.
    pub argcount: u16,
}

// SAFETY: repr(C), header first; constants and names are visited.
unsafe impl Object for CodeObject {
    crate::layout!(CodeObject, "code", true);
    fn traverse(&self, v: Visitor) {
        for s in &self.const_slots {
            v(s.word())
        }
        for s in [&self.name, &self.qualname, &self.filename] {
            v(s.word())
        }
    }
    fn clear(&self) {
        for s in &self.const_slots {
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

impl CodeObject {
    /// Loads compiled code.
    pub fn load(t: &Thread, code: &Arc<Code>) -> Value {
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
        let names: Vec<Word> = code.names.iter().map(|n| crate::intern::intern_bytes(t, n).word()).collect();
        let words = |texts: &[weft_bytecode::Text]| -> Box<[Word]> {
            texts.iter().map(|n| crate::intern::intern_bytes(t, n).word()).collect()
        };
        use weft_bytecode::code::flags;
        let simple = code.flags & (flags::VARARGS | flags::VARKEYWORDS) == 0
            && code.kwonlyargcount == 0
            && code.flags & flags::OPTIMIZED != 0;
        let co = t.make(
            fixed::CODE,
            CodeObject {
                h: Header::new(0, 0),
                consts,
                const_slots: values.into_iter().map(Slot::new).collect(),
                site_names: code.sites.iter().map(|s| names[*s as usize]).collect(),
                caches: code.sites.iter().flat_map(|_| [AtomicU64::new(0), AtomicU64::new(0)]).collect(),
                local_names: words(&code.locals),
                free_names: words(&code.freevars),
                name: Slot::new(crate::intern::intern_bytes(t, &code.name).to_value()),
                qualname: Slot::new(crate::intern::intern_bytes(t, &code.qualname).to_value()),
                filename: Slot::new(crate::intern::intern_bytes(t, &code.filename).to_value()),
                simple,
                nregs: code.nregs,
                argcount: code.argcount,
                code: code.clone(),
            },
        );
        if let Some(h) = co.r().header() {
            make_traced(t, h)
        }
        co
    }
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
            std::ptr::drop_in_place(&raw mut (*co).code);
            std::ptr::drop_in_place(&raw mut (*co).consts);
            std::ptr::drop_in_place(&raw mut (*co).const_slots);
            std::ptr::drop_in_place(&raw mut (*co).site_names);
            std::ptr::drop_in_place(&raw mut (*co).caches);
            std::ptr::drop_in_place(&raw mut (*co).local_names);
            std::ptr::drop_in_place(&raw mut (*co).free_names);
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
