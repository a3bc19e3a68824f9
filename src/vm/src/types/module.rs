//! `module`.

use super::fixed;
use crate::dict::Dict;
use crate::object::{MethodDef, ModuleSpec, NativeType, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::{Res, names};
use weft_strategy::{Header, Slot, VRef, Value};

/// A module.
#[repr(C)]
pub struct Module {
    pub(crate) h: Header,
    /// `__dict__`
    pub dict: Slot,
}
crate::object!(Module, "module", true, [dict]);

/// `types.ModuleType`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::MODULE);
static SPEC: TypeSpec = TypeSpec {
    name: "module",
    doc: "Create a module object.\n\nThe name must be a string; the optional docstring can have any type.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::WEAKREFS,
    slots: super::module_attrs::SLOTS,
    methods: super::module_attrs::METHODS,
    getset: super::module_attrs::GETSET,
    ..TypeSpec::new::<Module>()
};

impl Module {
    /// An empty module.
    pub fn new(t: &Thread, name: &str, doc: Option<&str>) -> Value {
        let d = Dict::new(t);
        let dict: &Dict = d.cast().expect("dict");
        dict.set_str(t, names::__name__(), crate::intern::intern(t, name).to_value());
        dict.set_str(t, names::__doc__(), doc.map_or(Value::NONE, |d| t.str(d)));
        dict.set_str(t, names::__package__(), Value::NONE);
        dict.set_str(t, names::__loader__(), Value::NONE);
        dict.set_str(t, names::__spec__(), Value::NONE);
        t.make(fixed::MODULE, Module { h: Header::new(0, 0), dict: Slot::new(d) })
    }

    /// Its dict.
    pub fn dict(&self) -> &Dict {
        // SAFETY: set when made; modules keep their dict.
        unsafe { &*self.dict.word().ptr().cast::<Dict>() }
    }
}

/// The native modules made so far, for error texts.
static MADE: parking_lot::Mutex<Vec<&'static ModuleSpec>> = parking_lot::Mutex::new(Vec::new());

/// The name of the native module that a function is in.
#[cold]
pub fn of_function(def: &MethodDef) -> Option<&'static str> {
    let made = MADE.lock();
    made.iter().find(|m| m.functions.as_ptr_range().contains(&(def as *const MethodDef))).map(|m| m.name)
}

impl Thread {
    /// Makes a native module from its declaration.
    pub fn native_module(&mut self, spec: &'static ModuleSpec) -> Res {
        MADE.lock().push(spec);
        let m = Module::new(self, spec.name, Some(spec.doc).filter(|d| !d.is_empty()));
        {
            let d = m.cast::<Module>().expect("module").dict();
            let name = crate::intern::intern(self, spec.name);
            for f in spec.functions {
                let v = super::builtin::Builtin::function(self, f, Some(name.to_value()));
                self.dict_set(d, f.name(), v);
            }
        }
        if let Some(init) = spec.init {
            init(self, m.r())?
        }
        Ok(m)
    }

    /// Sets an attribute of a module that is being made.
    pub fn module_set(&self, m: VRef<'_>, name: &str, v: Value) {
        if let Some(m) = m.cast::<Module>() {
            self.dict_set(m.dict(), name, v)
        }
    }

    /// Adds a native type to a module that is being made.
    pub fn module_add_type(&self, m: VRef<'_>, ty: &'static NativeType) {
        let short = ty.spec.name.rsplit('.').next().unwrap_or(ty.spec.name);
        self.module_set(m, short, ty.get(self).to_value())
    }
}
