//! `decimal.Context`: precision, exponents, rounding, flags and traps; and the thread's current one.
//!
//! All fields are atomics, so that threads may share a context: each operation reads them once. They are in a [`State`]
//! that the mappings `flags` and `traps` share with the context.
//!
//! The current context is the value of a context variable. Looking that up for each operation would cost more than the
//! operation, so a thread remembers the last one together with the version of its variables.

use super::number::{Ctx, MAX_EMAX, MAX_PREC, MIN_EMIN, Num, Rounding, flag};
use super::object::{Decimal, convert, make};
use super::{context_methods, signals};
use crate::support::{Guarded, native};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, AtomicU32, Ordering::*};
use weft_strategy::{Header, Slot};
use weft_vm::object::{
    Args, CallArgs, GetSet, NativeType, Object, Slots, Type, TypeSpec, ValueExt, Visitor, type_flag,
};
use weft_vm::start::modules::{registry_get, registry_set};
use weft_vm::types::list::List;
use weft_vm::types::str::text;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Thread, VRef, Value};

/// The numbers of a context.
#[derive(Debug)]
pub struct State {
    prec: AtomicI64,
    emax: AtomicI64,
    emin: AtomicI64,
    rounding: AtomicU8,
    clamp: AtomicBool,
    /// Exponents are written with `E`.
    pub capitals: AtomicBool,
    /// What has happened.
    pub status: AtomicU32,
    /// What raises.
    pub traps: AtomicU32,
    /// The context is gone, so its mappings are of no use.
    pub dead: AtomicBool,
}

impl State {
    fn new(c: Ctx, traps: u32) -> State {
        State {
            prec: AtomicI64::new(c.prec),
            emax: AtomicI64::new(c.emax),
            emin: AtomicI64::new(c.emin),
            rounding: AtomicU8::new(c.rounding as u8),
            clamp: AtomicBool::new(c.clamp),
            capitals: AtomicBool::new(true),
            status: AtomicU32::new(0),
            traps: AtomicU32::new(traps),
            dead: AtomicBool::new(false),
        }
    }

    /// What arithmetic reads.
    #[inline]
    pub fn ctx(&self) -> Ctx {
        Ctx {
            prec: self.prec.load(Relaxed),
            emax: self.emax.load(Relaxed),
            emin: self.emin.load(Relaxed),
            rounding: Rounding::ALL[(self.rounding.load(Relaxed) & 7) as usize],
            clamp: self.clamp.load(Relaxed),
        }
    }

    /// Adds flags; raises for those that are trapped.
    #[inline]
    pub fn add(&self, t: &mut Thread, bits: u32) -> Res<()> {
        if bits == 0 { Ok(()) } else { self.add_some(t, bits) }
    }

    fn add_some(&self, t: &mut Thread, bits: u32) -> Res<()> {
        self.note(bits);
        let traps = self.traps.load(Relaxed) | flag::MEMORY;
        if bits & traps != 0 { Err(signals::raise(t, bits & traps)) } else { Ok(()) }
    }

    /// Adds flags.
    #[inline]
    pub fn note(&self, bits: u32) {
        let old = self.status.load(Relaxed);
        let new = old | (bits & flag::ALL);
        if new != old {
            self.status.fetch_or(new, Relaxed);
        }
    }
}

/// The context object.
#[repr(C)]
pub struct Context {
    h: Header,
    state: Guarded<Option<Arc<State>>>,
    /// Made when asked for.
    flags: Slot,
    traps: Slot,
}

// SAFETY: repr(C), header first; all references are visited.
unsafe impl Object for Context {
    weft_vm::layout!(Context, "decimal.Context", true);
    fn traverse(&self, v: Visitor) {
        v(self.flags.word());
        v(self.traps.word())
    }
    fn clear(&self) {
        self.flags.clear_dead();
        self.traps.clear_dead();
        // SAFETY: nobody else can see a dead object.
        if let Some(s) = unsafe { self.state.at_rest() } {
            s.dead.store(true, Relaxed)
        }
        self.state.clear_dead()
    }
}

impl Context {
    /// Its numbers.
    ///
    /// # Panics
    /// On a dead context.
    #[inline]
    pub fn state(&self) -> &Arc<State> {
        // SAFETY: written when the object is made and when it is dead only.
        unsafe { self.state.at_rest() }.as_ref().expect("a live context")
    }

    fn mapping(&self, t: &mut Thread, traps: bool) -> Value {
        let slot = if traps { &self.traps } else { &self.flags };
        if let Some(m) = slot.load() {
            return m;
        }
        let m = signals::mapping(t, self.state().clone(), traps);
        match slot.fill(&self.h, m.clone()) {
            Ok(()) => m,
            Err(m) => slot.load().unwrap_or(m),
        }
    }
}

/// `decimal.Context`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "decimal.Context",
    doc: "Context(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)\n--\n\n\
          What decimal arithmetic goes by: how many digits results have and how they are rounded,\nthe range of exponents, \
          which conditions have been met and which of them raise.\n",
    flags: type_flag::IMMUTABLE | type_flag::BASETYPE,
    slots: Slots {
        new: Some(|t, cls, _| {
            let c = template(t);
            Ok(make_context(t, cls, c))
        }),
        init: Some(init),
        repr: Some(repr),
        setattr: Some(setattr),
        ..Slots::EMPTY
    },
    methods: context_methods::METHODS,
    getset: &[
        GetSet { name: "prec", get: |t, v| Ok(t.int(state(v).prec.load(Relaxed))), set: Some(|t, v, x| set(t, v, "prec", x)), doc: "" },
        GetSet { name: "Emax", get: |t, v| Ok(t.int(state(v).emax.load(Relaxed))), set: Some(|t, v, x| set(t, v, "Emax", x)), doc: "" },
        GetSet { name: "Emin", get: |t, v| Ok(t.int(state(v).emin.load(Relaxed))), set: Some(|t, v, x| set(t, v, "Emin", x)), doc: "" },
        GetSet {
            name: "rounding",
            get: |t, v| Ok(weft_vm::intern::intern(t, Rounding::NAMES[state(v).ctx().rounding as usize]).to_value()),
            set: Some(|t, v, x| set(t, v, "rounding", x)),
            doc: "",
        },
        GetSet { name: "capitals", get: |t, v| Ok(t.int(state(v).capitals.load(Relaxed) as i64)), set: Some(|t, v, x| set(t, v, "capitals", x)), doc: "" },
        GetSet { name: "clamp", get: |t, v| Ok(t.int(state(v).clamp.load(Relaxed) as i64)), set: Some(|t, v, x| set(t, v, "clamp", x)), doc: "" },
        GetSet { name: "flags", get: |t, v| Ok(native::<Context>(v).mapping(t, false)), set: Some(|t, v, x| set(t, v, "flags", x)), doc: "" },
        GetSet { name: "traps", get: |t, v| Ok(native::<Context>(v).mapping(t, true)), set: Some(|t, v, x| set(t, v, "traps", x)), doc: "" },
    ],
    ..TypeSpec::new::<Context>()
};

fn state(v: VRef<'_>) -> &State {
    native::<Context>(v).state()
}

/// The numbers of what may be a context.
pub fn state_of(v: VRef<'_>) -> Option<&Arc<State>> {
    v.cast::<Context>().map(|c| c.state())
}

fn make_context(t: &Thread, cls: &Type, s: State) -> Value {
    t.make(
        cls.shape(),
        Context {
            h: Header::new(0, 0),
            state: Guarded::new(Some(Arc::new(s))),
            flags: Slot::empty(),
            traps: Slot::empty(),
        },
    )
}

/// A copy of a state without what has happened.
fn fresh(s: &State, flags: bool) -> State {
    let new = State::new(s.ctx(), s.traps.load(Relaxed));
    new.capitals.store(s.capitals.load(Relaxed), Relaxed);
    if flags {
        new.status.store(s.status.load(Relaxed), Relaxed)
    }
    new
}

/// What new contexts start from: DefaultContext.
fn template(t: &mut Thread) -> State {
    match registry_get(t, "decimal.DefaultContext") {
        Some(c) => fresh(state(c.r()), false),
        None => standard(),
    }
}

fn standard() -> State {
    let c = Ctx { prec: 28, emax: 999_999, emin: -999_999, rounding: Rounding::HalfEven, clamp: false };
    State::new(c, flag::INVALID | flag::DIVISION_BY_ZERO | flag::OVERFLOW)
}

/// Adds the ready-made contexts to the module.
pub fn init_templates(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    if registry_get(t, "decimal.variable").is_none() {
        make_templates(t)
    }
    for name in TEMPLATES {
        let c = registry_get(t, &format!("decimal.{name}")).unwrap_or(Value::NONE);
        t.module_set(m, name, c)
    }
    Ok(())
}

const TEMPLATES: [&str; 3] = ["DefaultContext", "BasicContext", "ExtendedContext"];

fn make_templates(t: &Thread) {
    let cls = TYPE.get(t);
    let short = |rounding, traps| State::new(Ctx { prec: 9, rounding, ..standard().ctx() }, traps);
    let some = flag::INVALID | flag::DIVISION_BY_ZERO | flag::OVERFLOW | flag::UNDERFLOW | flag::CLAMPED;
    for (name, s) in TEMPLATES.iter().zip([standard(), short(Rounding::HalfUp, some), short(Rounding::HalfEven, 0)]) {
        let c = make_context(t, cls, s);
        registry_set(t, &format!("decimal.{name}"), c)
    }
    let var = crate::contextvars::make_var(t, "decimal_context");
    registry_set(t, "decimal.variable", var);
}

/// A copy.
pub fn copy(t: &Thread, c: VRef<'_>) -> Value {
    make_context(t, TYPE.get(t), fresh(state(c), true))
}

// ---- the current context

/// The thread's context.
#[inline]
pub fn current(t: &mut Thread) -> Res {
    if let Some((version, c)) = &t.locals.decimal
        && *version == t.locals.context_version
    {
        return Ok(c.clone());
    }
    look_up(t)
}

#[cold]
fn look_up(t: &mut Thread) -> Res {
    let Some(var) = registry_get(t, "decimal.variable") else {
        return Err(t.runtime_error("decimal is not initialized"));
    };
    let c = match crate::contextvars::value_of(t, var.r())? {
        Some(c) => c,
        None => {
            let s = template(t);
            let c = make_context(t, TYPE.get(t), s);
            crate::contextvars::assign(t, var.r(), c.clone())?;
            c
        }
    };
    t.locals.decimal = Some((t.locals.context_version, c.clone()));
    Ok(c)
}

/// Makes `v` the thread's context; of the ready-made ones a copy.
pub fn set_current(t: &mut Thread, v: VRef<'_>) -> Res<()> {
    if v.cast::<Context>().is_none() {
        return Err(t.type_error("argument must be a context"));
    }
    let made = TEMPLATES
        .iter()
        .any(|n| registry_get(t, &format!("decimal.{n}")).is_some_and(|c| c.is(v)));
    let c = if made { make_context(t, TYPE.get(t), fresh(state(v), false)) } else { v.to_value() };
    let Some(var) = registry_get(t, "decimal.variable") else { return Ok(()) };
    crate::contextvars::assign(t, var.r(), c)
}

/// An optional `context` argument, or the thread's.
#[inline]
pub fn argument(t: &mut Thread, v: Option<VRef<'_>>) -> Res {
    match v {
        None => current(t),
        Some(v) if v.cast::<Context>().is_some() => Ok(v.to_value()),
        Some(_) => Err(t.type_error("optional argument must be a context")),
    }
}

// ---- attributes

const ROUNDINGS: &str = "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   \
                         ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]";

/// A rounding mode by name.
pub fn rounding_of(t: &mut Thread, v: VRef<'_>) -> Res<Rounding> {
    match text(v).and_then(|s| Rounding::named(s.bytes())) {
        Some(r) => Ok(r),
        None => Err(t.type_error(ROUNDINGS)),
    }
}

fn number(t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    match weft_vm::types::int::num(v) {
        None => Err(t.type_error("an integer is required")),
        Some(weft_vm::types::int::Num::Small(i)) => Ok(i),
        Some(_) => Err(t.overflow_error("Python int too large to convert to C ssize_t")),
    }
}

fn within(t: &mut Thread, v: VRef<'_>, low: i64, high: i64, message: &str) -> Res<i64> {
    let n = number(t, v)?;
    if (low..=high).contains(&n) { Ok(n) } else { Err(t.value_error(message)) }
}

fn set(t: &mut Thread, c: VRef<'_>, name: &str, v: Option<VRef<'_>>) -> Res<()> {
    let Some(v) = v else {
        return Err(t.attribute_error_text(c, name, "context attributes cannot be deleted".into()));
    };
    let s = native::<Context>(c).state().clone();
    match name {
        "prec" => s.prec.store(within(t, v, 1, MAX_PREC, "valid range for prec is [1, MAX_PREC]")?, Relaxed),
        "Emax" => s.emax.store(within(t, v, 0, MAX_EMAX, "valid range for Emax is [0, MAX_EMAX]")?, Relaxed),
        "Emin" => s.emin.store(within(t, v, MIN_EMIN, 0, "valid range for Emin is [MIN_EMIN, 0]")?, Relaxed),
        "rounding" => s.rounding.store(rounding_of(t, v)? as u8, Relaxed),
        "capitals" => s.capitals.store(within(t, v, 0, 1, "valid values for capitals are 0 or 1")? == 1, Relaxed),
        "clamp" => s.clamp.store(within(t, v, 0, 1, "valid values for clamp are 0 or 1")? == 1, Relaxed),
        "flags" => s.status.store(signals::from_mapping(t, v)?, Relaxed),
        _ => s.traps.store(signals::from_mapping(t, v)?, Relaxed),
    }
    Ok(())
}

fn setattr(t: &mut Thread, c: VRef<'_>, name: VRef<'_>, v: Option<VRef<'_>>) -> Res<()> {
    if v.is_none() {
        let n = t.str_text(name)?;
        return Err(t.attribute_error_text(c, &n, "context attributes cannot be deleted".into()));
    }
    if std::ptr::eq(c.ty(), TYPE.get(t)) {
        let n = t.str_text(name)?;
        if !ATTRIBUTES.contains(&n.as_str()) {
            let text = format!("'decimal.Context' object has no attribute '{n}'");
            return Err(t.attribute_error_text(c, &n, text));
        }
    }
    weft_vm::types::object::generic_setattr(t, c, name, v)
}

const ATTRIBUTES: [&str; 8] = ["prec", "rounding", "Emin", "Emax", "capitals", "clamp", "flags", "traps"];

fn init(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res<()> {
    let given = bind(t, &ATTRIBUTES, args)?;
    assign(t, v, &given)
}

/// Arguments by position and name.
fn bind<'f>(t: &mut Thread, names: &[&str], args: CallArgs<'f>) -> Result<Vec<Option<VRef<'f>>>, Raised> {
    let n = args.positional_len() + args.keyword_len();
    if n > names.len() {
        let most = names.len();
        return Err(t.type_error(format!("function takes at most {most} arguments ({n} given)")));
    }
    let mut given: Vec<Option<VRef<'f>>> = args.positional().iter().map(|v| Some(*v)).collect();
    given.resize(names.len(), None);
    for (k, v) in args.keywords() {
        let name = text(k).map(|k| k.bytes()).unwrap_or(b"");
        match names.iter().position(|n| n.as_bytes() == name) {
            Some(i) if given[i].is_none() => given[i] = Some(v),
            Some(i) => {
                let (n, at) = (names[i], i + 1);
                return Err(t.type_error(format!("argument for function given by name ('{n}') and position ({at})")));
            }
            None => {
                let n = t.str_text(k)?;
                return Err(t.type_error(format!("this function got an unexpected keyword argument '{n}'")));
            }
        }
    }
    Ok(given)
}

/// Sets the attributes that are given and not None; flags and traps may be lists of signals.
fn assign(t: &mut Thread, c: VRef<'_>, given: &[Option<VRef<'_>>]) -> Res<()> {
    for (name, v) in ATTRIBUTES.iter().zip(given) {
        let Some(v) = v.filter(|v| !v.is_none()) else { continue };
        match v.cast::<List>() {
            Some(l) if matches!(*name, "flags" | "traps") => {
                let bits = signals::from_list(t, l)?;
                let s = state(c);
                (if *name == "flags" { &s.status } else { &s.traps }).store(bits, Relaxed)
            }
            _ => set(t, c, name, Some(v))?,
        }
    }
    Ok(())
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let s = state(v);
    let c = s.ctx();
    let (flags, traps) = (s.status.load(Relaxed), s.traps.load(Relaxed));
    let (flags, traps) = (signals::signal_names(flags), signals::signal_names(traps));
    let (capitals, clamp) = (s.capitals.load(Relaxed) as u8, c.clamp as u8);
    let rounding = Rounding::NAMES[c.rounding as usize];
    Ok(t.str(&format!(
        "Context(prec={}, rounding={rounding}, Emin={}, Emax={}, capitals={capitals}, clamp={clamp}, flags=[{flags}], \
         traps=[{traps}])",
        c.prec, c.emin, c.emax
    )))
}

/// `__reduce__`
pub fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    let s = state(v);
    let c = s.ctx();
    let (capitals, clamp) = (s.capitals.load(Relaxed) as i64, c.clamp as i64);
    let (flags, traps) = (s.status.load(Relaxed), s.traps.load(Relaxed));
    let state = vec![
        t.int(c.prec),
        t.str(Rounding::NAMES[c.rounding as usize]),
        t.int(c.emin),
        t.int(c.emax),
        t.int(capitals),
        t.int(clamp),
        signals::signal_list(t, flags),
        signals::signal_list(t, traps),
    ];
    let state = Tuple::new(t, state);
    let cls = v.ty().to_value();
    Ok(Tuple::new(t, vec![cls, state]))
}

// ---- functions of the module

/// `IEEEContext(bits)`
pub fn ieee(t: &mut Thread, a: Args<'_>) -> Res {
    let bits = number(t, a.get(0))?;
    if !(32..=512).contains(&bits) || bits % 32 != 0 {
        return Err(t.value_error("argument must be a multiple of 32, with a maximum of 512"));
    }
    let emax = 3 * (1i64 << (bits / 16 + 3));
    let c =
        Ctx { prec: 9 * (bits / 32) - 2, emax, emin: 1 - emax, rounding: Rounding::HalfEven, clamp: true };
    Ok(make_context(t, TYPE.get(t), State::new(c, 0)))
}

/// `localcontext(ctx=None, **kwargs)`
pub fn local(t: &mut Thread, a: Args<'_>) -> Res {
    let outer = current(t)?;
    let c = match a.opt_none(0) {
        Some(c) if c.cast::<Context>().is_some() => copy(t, c),
        Some(_) => return Err(t.type_error("optional argument must be a context")),
        None => copy(t, outer.r()),
    };
    if let Some(k) = a.kwargs() {
        for (name, v) in k.cast::<weft_vm::dict::Dict>().map_or(Vec::new(), |d| d.items(t)) {
            let n = text(name.r()).map(|n| n.to_string()).unwrap_or_default();
            let Some(i) = ATTRIBUTES.iter().position(|a| *a == n) else {
                return Err(t.type_error(format!("this function got an unexpected keyword argument '{n}'")));
            };
            let mut given = [None; 8];
            given[i] = Some(v.r());
            assign(t, c.r(), &given)?
        }
    }
    let shape = MANAGER.shape(t);
    Ok(t.make(shape, Manager { h: Header::new(0, 0), inner: Slot::new(c), outer: Slot::new(outer) }))
}

#[repr(C)]
struct Manager {
    h: Header,
    inner: Slot,
    outer: Slot,
}
weft_vm::object!(Manager, "decimal.ContextManager", true, [inner, outer]);

/// `decimal.ContextManager`
pub static MANAGER: NativeType = NativeType::new(&MANAGER_SPEC);
static MANAGER_SPEC: TypeSpec = TypeSpec {
    name: "decimal.ContextManager",
    flags: type_flag::IMMUTABLE,
    slots: Slots {
        new: Some(|t, _, _| Err(t.type_error("cannot create 'decimal.ContextManager' instances"))),
        ..Slots::EMPTY
    },
    methods: weft_vm::methods! {
        "__enter__(self, /)" => |t, a| {
            let c = crate::support::or_none(&a.this::<Manager>().inner);
            set_current(t, c.r())?;
            Ok(c)
        };
        "__exit__(self, *args)" => |t, a| {
            let c = crate::support::or_none(&a.this::<Manager>().outer);
            set_current(t, c.r())?;
            Ok(Value::FALSE)
        };
    },
    ..TypeSpec::new::<Manager>()
};

// ---- what methods are made of

/// Runs one operation in a context and makes its result.
#[inline]
pub fn run(t: &mut Thread, c: VRef<'_>, f: impl FnOnce(&Ctx, &mut u32) -> Num) -> Res {
    let s = state(c);
    let mut st = 0;
    let n = f(&s.ctx(), &mut st);
    if st != 0 {
        let s = native::<Context>(c).state().clone();
        s.add(t, st)?
    }
    Ok(make(t, n))
}

/// Operations of one operand.
pub type Op1 = fn(&Num, &Ctx, &mut u32) -> Num;
/// Operations of two operands.
pub type Op2 = fn(&Num, &Num, &Ctx, &mut u32) -> Num;

/// `Context.f(x)`
pub fn of_context1(t: &mut Thread, a: Args<'_>, f: Op1) -> Res {
    let x = convert(t, a.get(1))?;
    run(t, a.get(0), |c, st| f(&x, c, st))
}

/// `Context.f(x, y)`
pub fn of_context2(t: &mut Thread, a: Args<'_>, f: Op2) -> Res {
    let x = convert(t, a.get(1))?;
    let y = convert(t, a.get(2))?;
    run(t, a.get(0), |c, st| f(&x, &y, c, st))
}

/// `Decimal.f(context=None)`
pub fn of_decimal1(t: &mut Thread, a: Args<'_>, f: Op1) -> Res {
    let c = argument(t, a.opt_none(1))?;
    run(t, c.r(), |c, st| f(a.this::<Decimal>().num(), c, st))
}

/// `Decimal.f(other, context=None)`
pub fn of_decimal2(t: &mut Thread, a: Args<'_>, f: Op2) -> Res {
    let c = argument(t, a.opt_none(2))?;
    let y = convert(t, a.get(1))?;
    run(t, c.r(), |c, st| f(a.this::<Decimal>().num(), &y, c, st))
}
