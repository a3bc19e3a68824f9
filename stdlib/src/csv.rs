//! `_csv`: reading and writing of comma-separated values.

use crate::support::{native, or_none, read_only};
use std::sync::atomic::{AtomicI64, Ordering::*};
use weft_strategy::Header;
use weft_text::wtf8;
use weft_vm::dict::Dict;
use weft_vm::errors::Exc;
use weft_vm::object::{
    Args, GetSet, ModuleSpec, NativeType, Slots, TypeSpec, ValueExt, type_flag,
};
use weft_vm::start::modules::{registry_get, registry_set};
use weft_vm::types::int::{is_int, to_i64};
use weft_vm::types::list::List;
use weft_vm::types::str::{Str, text};
use weft_vm::{Raised, Res, Slot, Thread, VRef, Value, methods, object};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_csv",
    doc: "CSV parsing and writing.\n",
    functions: methods! {
        "reader(iterable, /, dialect='excel', **fmtparams)" => reader, "Return a reader object that will process lines from the given iterable.\n\nThe \"iterable\" argument can be any object that returns a line\nof input for each iteration, such as a file object or a list.  The\noptional \"dialect\" argument defines a CSV dialect.  The function\nalso accepts optional keyword arguments which override settings\nprovided by the dialect.\n\nThe returned object is an iterator.  Each iteration returns a row\nof the CSV file (which can span multiple input lines).";
        "writer(fileobj, /, dialect='excel', **fmtparams)" => writer, "Return a writer object that will write user data on the given file object.\n\nThe \"fileobj\" argument can be any object that supports the file API.\nThe optional \"dialect\" argument defines a CSV dialect.  The function\nalso accepts optional keyword arguments which override settings\nprovided by the dialect.";
        "list_dialects()" => |t, _| {
            let d = dialects(t);
            let names = native::<Dict>(d.r()).items(t).into_iter().map(|(k, _)| k).collect();
            Ok(List::new(t, names))
        }, "Return a list of all known dialect names.";
        "register_dialect(name, /, dialect='excel', **fmtparams)" => register, "Create a mapping from a string name to a CVS dialect.\n\nThe optional \"dialect\" argument specifies the base dialect instance\nor the name of the registered dialect.  The function also accepts\noptional keyword arguments which override settings provided by the\ndialect.";
        "unregister_dialect(name)" => |t, a| {
            let d = dialects(t);
            match native::<Dict>(d.r()).remove(t, a.get(0))? {
                Some(_) => Ok(Value::NONE),
                None => Err(error(t, "unknown dialect")),
            }
        }, "Delete the name/dialect mapping associated with a string name.";
        "get_dialect(name)" => |t, a| named_dialect(t, a.get(0)), "Return the dialect instance associated with name.";
        "field_size_limit(new_limit=<unrepresentable>)" => |t, a| {
            let old = LIMIT.load(Acquire);
            if let Some(n) = a.opt(0) {
                if !is_int(n) {
                    return Err(t.type_error("limit must be an integer"));
                }
                let n = t.arg_i64(n)?;
                LIMIT.store(n, Release)
            }
            Ok(t.int(old))
        }, "Sets an upper limit on parsed fields.\n\nReturns old limit. If limit is not given, no new limit is set and\nthe old limit is returned.";
    },
    init: Some(init),
};

/// Longest field.
static LIMIT: AtomicI64 = AtomicI64::new(128 * 1024);

const MINIMAL: i64 = 0;
const ALL: i64 = 1;
const NONNUMERIC: i64 = 2;
const NONE: i64 = 3;
const STRINGS: i64 = 4;
const NOTNULL: i64 = 5;

fn init(t: &mut Thread, m: VRef<'_>) -> Result<(), Raised> {
    for (name, v) in [
        ("QUOTE_MINIMAL", MINIMAL),
        ("QUOTE_ALL", ALL),
        ("QUOTE_NONNUMERIC", NONNUMERIC),
        ("QUOTE_NONE", NONE),
        ("QUOTE_STRINGS", STRINGS),
        ("QUOTE_NOTNULL", NOTNULL),
    ] {
        t.module_set(m, name, t.int(v))
    }
    t.module_add_type(m, &DIALECT);
    t.module_add_type(m, &ERROR);
    let (r, w, d) = (READER.get(t).to_value(), WRITER.get(t).to_value(), dialects(t));
    t.module_set(m, "Reader", r);
    t.module_set(m, "Writer", w);
    t.module_set(m, "_dialects", d);
    Ok(())
}

static ERROR: NativeType = NativeType::new(&ERROR_SPEC);
static ERROR_SPEC: TypeSpec = TypeSpec {
    name: "_csv.Error",
    base: Some(&weft_vm::errors::EXCEPTION),
    flags: type_flag::BASETYPE,
    ..TypeSpec::new::<Exc>()
};

#[cold]
fn error(t: &mut Thread, text: impl AsRef<str>) -> Raised {
    t.raise_text(&ERROR, text)
}

// ---- dialects

/// How fields are separated and quoted.
#[repr(C)]
struct Dialect {
    h: Header,
    lineterminator: Slot,
    delimiter: u32,
    quotechar: Option<u32>,
    escapechar: Option<u32>,
    quoting: i64,
    doublequote: bool,
    skipinitialspace: bool,
    strict: bool,
}
object!(Dialect, "_csv.Dialect", true, [lineterminator]);

fn char_value(t: &Thread, c: Option<u32>) -> Value {
    c.map_or(Value::NONE, |c| t.str_char(c))
}

static DIALECT: NativeType = NativeType::new(&DIALECT_SPEC);
static DIALECT_SPEC: TypeSpec = TypeSpec {
    name: "_csv.Dialect",
    doc: "CSV dialect\n\nThe Dialect type records CSV dialect options.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE,
    slots: Slots {
        new: constructor!("Dialect(cls, dialect=None, delimiter=None, doublequote=None, escapechar=None, lineterminator=None, quotechar=None, quoting=None, skipinitialspace=None, strict=None)" => new_dialect),
        ..Slots::EMPTY
    },
    methods: methods! {
        "__reduce__(self, /)" => |t, _| Err(t.type_error("cannot pickle 'Dialect' object"));
        "__reduce_ex__(self, protocol, /)" => |t, _| Err(t.type_error("cannot pickle 'Dialect' object"));
    },
    getset: &[
        GetSet { name: "delimiter", get: |t, v| Ok(char_value(t, Some(native::<Dialect>(v).delimiter))), set: Some(read_only), doc: "" },
        GetSet { name: "escapechar", get: |t, v| Ok(char_value(t, native::<Dialect>(v).escapechar)), set: Some(read_only), doc: "" },
        GetSet { name: "lineterminator", get: |_, v| Ok(or_none(&native::<Dialect>(v).lineterminator)), set: Some(read_only), doc: "" },
        GetSet { name: "quotechar", get: |t, v| Ok(char_value(t, native::<Dialect>(v).quotechar)), set: Some(read_only), doc: "" },
        GetSet { name: "quoting", get: |t, v| Ok(t.int(native::<Dialect>(v).quoting)), set: Some(read_only), doc: "" },
        GetSet { name: "doublequote", get: |_, v| Ok(Value::bool(native::<Dialect>(v).doublequote)), set: Some(read_only), doc: "" },
        GetSet { name: "skipinitialspace", get: |_, v| Ok(Value::bool(native::<Dialect>(v).skipinitialspace)), set: Some(read_only), doc: "" },
        GetSet { name: "strict", get: |_, v| Ok(Value::bool(native::<Dialect>(v).strict)), set: Some(read_only), doc: "" },
    ],
    ..TypeSpec::new::<Dialect>()
};

fn dialects(t: &Thread) -> Value {
    const NAME: &str = "csv.dialects";
    match registry_get(t, NAME) {
        Some(d) => d,
        None => {
            let d = Dict::new(t);
            registry_set(t, NAME, d.clone());
            d
        }
    }
}

fn named_dialect(t: &mut Thread, name: VRef<'_>) -> Res {
    let d = dialects(t);
    match native::<Dict>(d.r()).get(t, name)? {
        Some(d) => Ok(d),
        None => Err(error(t, "unknown dialect")),
    }
}

/// A one-character option.
fn char_option(t: &mut Thread, v: &Option<Value>, name: &str, default: Option<u32>, optional: bool) -> Res<Option<u32>> {
    let Some(v) = v else { return Ok(default) };
    if v.is_none() && optional {
        return Ok(None);
    }
    let or_none = if optional { " or None" } else { "" };
    match text(v.r()) {
        Some(s) if s.len() == 1 => Ok(Some(s.code_point(0))),
        Some(s) => {
            let n = s.len();
            Err(t.type_error(format!("\"{name}\" must be a unicode character{or_none}, not a string of length {n}")))
        }
        None => {
            let n = v.r().ty().name();
            Err(t.type_error(format!("\"{name}\" must be a unicode character{or_none}, not {n}")))
        }
    }
}

fn new_dialect(t: &mut Thread, a: Args<'_>) -> Res {
    const NAMES: [&str; 8] = [
        "delimiter",
        "doublequote",
        "escapechar",
        "lineterminator",
        "quotechar",
        "quoting",
        "skipinitialspace",
        "strict",
    ];
    let mut base = a.opt_none(1).map(|d| d.to_value());
    if let Some(d) = &base
        && text(d.r()).is_some()
    {
        base = Some(named_dialect(t, d.r())?)
    }
    if let Some(d) = &base
        && d.cast::<Dialect>().is_some()
        && (2..10).all(|i| a.opt(i).is_none())
    {
        return Ok(d.clone());
    }
    let mut options: [Option<Value>; 8] = Default::default();
    for (i, name) in NAMES.iter().enumerate() {
        options[i] = match (a.opt(i + 2), &base) {
            (Some(v), _) => Some(v.to_value()),
            (None, Some(d)) => t.getattr_opt(d.r(), weft_vm::intern::intern(t, name))?,
            (None, None) => None,
        }
    }
    let [delimiter, doublequote, escapechar, lineterminator, quotechar, quoting, skip, strict] = options;
    let mut truth = |v: &Option<Value>, default: bool| match v {
        Some(v) => t.truth(v.r()),
        None => Ok(default),
    };
    let (doublequote, skipinitialspace, strict) = (truth(&doublequote, true)?, truth(&skip, false)?, truth(&strict, false)?);
    let delimiter = char_option(t, &delimiter, "delimiter", Some(','  as u32), false)?.unwrap_or(',' as u32);
    let escapechar = char_option(t, &escapechar, "escapechar", None, true)?;
    let no_quotechar = quotechar.as_ref().is_some_and(|q| q.is_none());
    let quote = char_option(t, &quotechar, "quotechar", Some('"' as u32), true)?;
    let mut style = match &quoting {
        None => MINIMAL,
        Some(q) if is_int(q.r()) => to_i64(q.r()).unwrap_or(-1),
        Some(q) => {
            let n = q.r().ty().name();
            return Err(t.type_error(format!("\"quoting\" must be an integer, not {n}")));
        }
    };
    if !(MINIMAL..=NOTNULL).contains(&style) {
        return Err(t.type_error("bad \"quoting\" value"));
    }
    let lineterminator = match lineterminator {
        None => t.str("\r\n"),
        Some(l) if text(l.r()).is_some() => l,
        Some(l) => {
            let n = l.r().ty().name();
            return Err(t.type_error(format!("\"lineterminator\" must be a string, not {n}")));
        }
    };
    if no_quotechar && quoting.is_none() {
        style = NONE
    }
    if style != NONE && quote.is_none() {
        return Err(t.type_error("quotechar must be set if quoting enabled"));
    }
    let bad = |c: u32| c == '\n' as u32 || c == '\r' as u32;
    for (name, c) in [("delimiter", Some(delimiter)), ("escapechar", escapechar), ("quotechar", quote)] {
        if c.is_some_and(|c| bad(c) || c == ' ' as u32 && skipinitialspace && name != "delimiter") {
            return Err(t.value_error(format!("bad {name} value")));
        }
    }
    for (x, y, names) in [
        (Some(delimiter), escapechar, "delimiter or escapechar"),
        (Some(delimiter), quote, "delimiter or quotechar"),
        (escapechar, quote, "escapechar or quotechar"),
    ] {
        if x.is_some() && x == y {
            return Err(t.value_error(format!("bad {names} value")));
        }
    }
    if let Some(l) = text(lineterminator.r()) {
        let has = |c: Option<u32>| c.is_some_and(|c| wtf8::points(l.bytes()).any(|p| p == c));
        for (name, c) in [("delimiter", Some(delimiter)), ("escapechar", escapechar), ("quotechar", quote)] {
            if has(c) {
                return Err(t.value_error(format!("bad {name} or lineterminator value")));
            }
        }
    }
    Ok(t.make(
        crate::support::class(a).shape(),
        Dialect {
            h: Header::new(0, 0),
            lineterminator: Slot::new(lineterminator),
            delimiter,
            quotechar: quote,
            escapechar,
            quoting: style,
            doublequote,
            skipinitialspace,
            strict,
        },
    ))
}

/// `Dialect(dialect, **kwargs)`
fn call_dialect(t: &mut Thread, dialect: Option<VRef<'_>>, kwargs: Option<VRef<'_>>) -> Res {
    let class = DIALECT.get(t).to_value();
    let args: Vec<VRef<'_>> = dialect.into_iter().collect();
    match crate::operator::call_with_dict(t, class.r(), &args, kwargs) {
        Err(_) if t.raised_is(&weft_vm::errors::TYPE_ERROR) => {
            // The keyword was given to another function than the one that objects.
            let e = t.take_raised();
            let s = t.str_text(e.r())?;
            match s.strip_prefix("Dialect() got an unexpected") {
                Some(rest) => Err(t.type_error(format!("this function got an unexpected{rest}"))),
                None => Err(t.reraise(e)),
            }
        }
        r => r,
    }
}

fn register(t: &mut Thread, a: Args<'_>) -> Res {
    if text(a.get(0)).is_none() {
        return Err(t.type_error("dialect name must be a string"));
    }
    let d = call_dialect(t, a.opt(1), a.kwargs())?;
    let all = dialects(t);
    native::<Dict>(all.r()).set(t, a.get(0), d)?;
    Ok(Value::NONE)
}

// ---- reader

#[repr(C)]
struct Reader {
    h: Header,
    it: Slot,
    dialect: Slot,
    line_num: AtomicI64,
}
object!(Reader, "_csv.reader", true, [it, dialect]);

static READER: NativeType = NativeType::new(&READER_SPEC);
static READER_SPEC: TypeSpec = TypeSpec {
    name: "_csv.reader",
    doc: "CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots { iter: Some(crate::support::itself), next: Some(next_row), ..Slots::EMPTY },
    getset: &[
        GetSet { name: "dialect", get: |_, v| Ok(or_none(&native::<Reader>(v).dialect)), set: Some(read_only), doc: "" },
        GetSet { name: "line_num", get: |t, v| Ok(t.int(native::<Reader>(v).line_num.load(Acquire))), set: Some(read_only), doc: "" },
    ],
    ..TypeSpec::new::<Reader>()
};

fn reader(t: &mut Thread, a: Args<'_>) -> Res {
    let it = t.iter(a.get(0))?;
    let dialect = call_dialect(t, a.opt(1), a.kwargs())?;
    Ok(t.make(
        READER.shape(t),
        Reader { h: Header::new(0, 0), it: Slot::new(it), dialect: Slot::new(dialect), line_num: AtomicI64::new(0) },
    ))
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuoted,
    EscapedInQuoted,
    QuoteInQuoted,
    EatNewline,
    AfterEscapedNewline,
}

/// A row that is being read. `None` as a character is the end of a line.
struct Row<'a> {
    d: &'a Dialect,
    state: State,
    field: Vec<u8>,
    length: i64,
    quoted: bool,
    /// Fields as text, whether they were quoted.
    fields: Vec<(Vec<u8>, bool)>,
}

impl Row<'_> {
    fn save(&mut self) {
        self.fields.push((std::mem::take(&mut self.field), self.quoted));
        self.length = 0;
        self.quoted = false
    }

    fn add(&mut self, c: u32) -> Result<(), String> {
        let limit = LIMIT.load(Relaxed);
        if self.length >= limit {
            return Err(format!("field larger than field limit ({limit})"));
        }
        wtf8::push(&mut self.field, c);
        self.length += 1;
        Ok(())
    }

    fn end_of_field(&mut self, c: Option<u32>) {
        self.save();
        self.state = if c.is_none() { State::StartRecord } else { State::EatNewline }
    }

    fn process(&mut self, c: Option<u32>) -> Result<(), String> {
        use State::*;
        let d = self.d;
        const LF: u32 = '\n' as u32;
        const CR: u32 = '\r' as u32;
        let newline = matches!(c, None | Some(LF | CR));
        if self.state == StartRecord {
            if c.is_none() {
                return Ok(());
            }
            if newline {
                self.state = EatNewline;
                return Ok(());
            }
            self.state = StartField
        }
        if self.state == AfterEscapedNewline {
            if c.is_none() {
                return Ok(());
            }
            self.state = InField
        }
        let is_quote = c.is_some() && c == d.quotechar && d.quoting != NONE;
        let is_escape = c.is_some() && c == d.escapechar;
        match (self.state, c) {
            (StartField, _) if newline => self.end_of_field(c),
            (StartField, _) if is_quote => {
                self.quoted = true;
                self.state = InQuoted
            }
            (StartField, _) if is_escape => self.state = Escaped,
            (StartField, Some(0x20)) if d.skipinitialspace => {}
            (StartField, Some(c)) if c == d.delimiter => self.save(),
            (StartField, Some(c)) => {
                self.add(c)?;
                self.state = InField
            }
            (Escaped, Some(c @ (LF | CR))) => {
                self.add(c)?;
                self.state = AfterEscapedNewline
            }
            (Escaped, c) => {
                self.add(c.unwrap_or(LF))?;
                self.state = InField
            }
            (InField, _) if newline => self.end_of_field(c),
            (InField, _) if is_escape => self.state = Escaped,
            (InField, Some(c)) if c == d.delimiter => {
                self.save();
                self.state = StartField
            }
            (InField, Some(c)) => self.add(c)?,
            (InQuoted, None) => {}
            (InQuoted, _) if is_escape => self.state = EscapedInQuoted,
            (InQuoted, _) if is_quote => self.state = if d.doublequote { QuoteInQuoted } else { InField },
            (InQuoted, Some(c)) => self.add(c)?,
            (EscapedInQuoted, c) => {
                self.add(c.unwrap_or(LF))?;
                self.state = InQuoted
            }
            (QuoteInQuoted, Some(c)) if is_quote => {
                self.add(c)?;
                self.state = InQuoted
            }
            (QuoteInQuoted, Some(c)) if c == d.delimiter => {
                self.save();
                self.state = StartField
            }
            (QuoteInQuoted, _) if newline => self.end_of_field(c),
            (QuoteInQuoted, Some(c)) if !d.strict => {
                self.add(c)?;
                self.state = InField
            }
            (QuoteInQuoted, _) => {
                let show = |c: Option<u32>| c.and_then(char::from_u32).unwrap_or('\u{FFFD}');
                return Err(format!("'{}' expected after '{}'", show(Some(d.delimiter)), show(d.quotechar)));
            }
            (EatNewline, None) => self.state = StartRecord,
            (EatNewline, _) if newline => {}
            (EatNewline, _) => {
                return Err(
                    "new-line character seen in unquoted field - do you need to open the file with newline=''?"
                        .into(),
                );
            }
            _ => {}
        }
        Ok(())
    }
}

fn next_row(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let r: &Reader = native(v);
    let (Some(it), Some(dialect)) = (r.it.load(), r.dialect.load()) else { return Ok(None) };
    let d: &Dialect = native(dialect.r());
    let mut row = Row { d, state: State::StartRecord, field: Vec::new(), length: 0, quoted: false, fields: Vec::new() };
    loop {
        let Some(line) = t.next(it.r())? else {
            if row.length == 0 && row.state != State::InQuoted {
                return Ok(None);
            }
            if d.strict {
                return Err(error(t, "unexpected end of data"));
            }
            row.save();
            break;
        };
        let Some(s) = text(line.r()) else {
            let n = line.r().ty().name();
            return Err(error(
                t,
                format!("iterator should return strings, not {n} (the file should be opened in text mode)"),
            ));
        };
        r.line_num.fetch_add(1, AcqRel);
        for c in wtf8::points(s.bytes()).map(Some).chain([None]) {
            if let Err(e) = row.process(c) {
                return Err(error(t, e));
            }
        }
        if row.state == State::StartRecord {
            break;
        }
    }
    let mut out = Vec::with_capacity(row.fields.len());
    for (b, quoted) in row.fields {
        let s = t.str_wtf8(&b);
        out.push(match (quoted, b.is_empty(), d.quoting) {
            (false, true, STRINGS | NOTNULL) => Value::NONE,
            (false, false, NONNUMERIC | STRINGS) => {
                let float = weft_vm::types::float::TYPE.get(t).to_value();
                t.call(float.r(), &[s.r()])?
            }
            _ => s,
        })
    }
    Ok(Some(List::new(t, out)))
}

// ---- writer

#[repr(C)]
struct Writer {
    h: Header,
    write: Slot,
    dialect: Slot,
}
object!(Writer, "_csv.writer", true, [write, dialect]);

static WRITER: NativeType = NativeType::new(&WRITER_SPEC);
static WRITER_SPEC: TypeSpec = TypeSpec {
    name: "_csv.writer",
    doc: "CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from sequence input.",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    methods: methods! {
        "writerow(self, row, /)" => |t, a| writerow(t, a.this(), a.get(1)), "Construct and write a CSV record from an iterable of fields.\n\nNon-string elements will be converted to string.";
        "writerows(self, rows, /)" => |t, a| {
            let w: &Writer = a.this();
            t.for_each(a.get(1), |t, row| writerow(t, w, row.r()).map(drop))?;
            Ok(Value::NONE)
        }, "Construct and write a series of iterables to a csv file.\n\nNon-string elements will be converted to string.";
    },
    getset: &[GetSet { name: "dialect", get: |_, v| Ok(or_none(&native::<Writer>(v).dialect)), set: Some(read_only), doc: "" }],
    ..TypeSpec::new::<Writer>()
};

fn writer(t: &mut Thread, a: Args<'_>) -> Res {
    let dialect = call_dialect(t, a.opt(1), a.kwargs())?;
    let write = t.getattr_opt(a.get(0), weft_vm::intern::intern(t, "write"))?;
    let Some(write) = write.filter(|w| t.callable(w.r())) else {
        return Err(t.type_error("argument 1 must have a \"write\" method"));
    };
    Ok(t.make(
        WRITER.shape(t),
        Writer { h: Header::new(0, 0), write: Slot::new(write), dialect: Slot::new(dialect) },
    ))
}

/// Appends a field; `quoted` if the style asks for it.
fn join(d: &Dialect, terminator: &[u8], out: &mut Vec<u8>, s: &[u8], mut quoted: bool) -> Result<(), String> {
    let mut field = Vec::with_capacity(s.len());
    for c in wtf8::points(s) {
        let special = c == d.delimiter
            || Some(c) == d.escapechar
            || Some(c) == d.quotechar
            || c == '\n' as u32
            || c == '\r' as u32
            || wtf8::points(terminator).any(|p| p == c);
        if special {
            let escape = if d.quoting == NONE {
                true
            } else if Some(c) == d.quotechar {
                if d.doublequote {
                    wtf8::push(&mut field, c)
                }
                !d.doublequote
            } else {
                Some(c) == d.escapechar
            };
            match (escape, d.escapechar) {
                (false, _) => quoted = true,
                (true, Some(e)) => wtf8::push(&mut field, e),
                (true, None) => return Err("need to escape, but no escapechar set".into()),
            }
        }
        wtf8::push(&mut field, c)
    }
    let quote = d.quotechar.filter(|_| quoted);
    if let Some(q) = quote {
        wtf8::push(out, q)
    }
    out.extend_from_slice(&field);
    if let Some(q) = quote {
        wtf8::push(out, q)
    }
    Ok(())
}

fn writerow(t: &mut Thread, w: &Writer, row: VRef<'_>) -> Res {
    let (Some(write), Some(dialect)) = (w.write.load(), w.dialect.load()) else { return Ok(Value::NONE) };
    let d: &Dialect = native(dialect.r());
    let terminator = or_none(&d.lineterminator);
    let terminator: &[u8] = text(terminator.r()).map_or(b"", Str::bytes);
    let it = match t.iter(row) {
        Err(_) if t.raised_is(&weft_vm::errors::TYPE_ERROR) => {
            t.clear_raised();
            let n = row.ty().name();
            return Err(error(t, format!("iterable expected, not {n}")));
        }
        r => r?,
    };
    let mut out = Vec::new();
    let (mut n, mut null) = (0, false);
    while let Some(x) = t.next(it.r())? {
        let s = x.r().ty().slots();
        let is_number = s.int.is_some() || s.float.is_some() || s.index.is_some() || is_int(x.r());
        null = x.is_none();
        let mut quoted = match d.quoting {
            NONNUMERIC => !is_number,
            ALL => true,
            STRINGS => text(x.r()).is_some(),
            NOTNULL => !null,
            _ => false,
        };
        let field = if null { t.str("") } else { t.to_str(x.r())? };
        let field = text(field.r()).map_or(Vec::new(), |s| s.bytes().to_vec());
        if n > 0 {
            wtf8::push(&mut out, d.delimiter)
        }
        if field.is_empty() && d.delimiter == ' ' as u32 && d.skipinitialspace {
            if d.quoting == NONE || null && matches!(d.quoting, STRINGS | NOTNULL) {
                return Err(error(
                    t,
                    "empty field must be quoted if delimiter is a space and skipinitialspace is true",
                ));
            }
            quoted = true
        }
        if let Err(e) = join(d, terminator, &mut out, &field, quoted) {
            return Err(error(t, e));
        }
        n += 1
    }
    if n > 0 && out.is_empty() {
        if d.quoting == NONE || null && matches!(d.quoting, STRINGS | NOTNULL) {
            return Err(error(t, "single empty field record must be quoted"));
        }
        if let Some(q) = d.quotechar {
            wtf8::push(&mut out, q);
            wtf8::push(&mut out, q)
        }
    }
    out.extend_from_slice(terminator);
    let line = t.str_wtf8(&out);
    t.call(write.r(), &[line.r()])
}
