//! `_json.make_encoder`: writing of JSON, as `json.encoder._make_iterencode` does it, into one text.

use crate::json::push_literal;
use crate::support::{native, no_keywords, or_none};
use weft_strategy::Header;
use weft_vm::dict::Dict;
use weft_vm::errors::exc_methods::add_note;
use weft_vm::object::{NativeType, Slots, TypeSpec, ValueExt, type_flag};
use weft_vm::types::builtin::Builtin;
use weft_vm::types::list::List;
use weft_vm::types::str::{Str, text};
use weft_vm::types::tuple::Tuple;
use weft_vm::types::{float, int};
use weft_vm::{Raised, Slot, Thread, VRef, Value, object};

/// An encoder, with what `JSONEncoder.iterencode` gives it.
#[repr(C)]
struct Encoder {
    h: Header,
    markers: Slot,
    default: Slot,
    encoder: Slot,
    indent: Slot,
    key_separator: Slot,
    item_separator: Slot,
    sort_keys: bool,
    skipkeys: bool,
    allow_nan: bool,
}
object!(Encoder, "_json.Encoder", true, [markers, default, encoder, indent, key_separator, item_separator]);

/// `_json.Encoder`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_json.Encoder",
    doc: "Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
    flags: type_flag::IMMUTABLE,
    slots: Slots {
        new: Some(|t, _, a| {
            no_keywords(t, "make_encoder", a)?;
            let p = a.positional();
            if p.len() != 9 {
                let n = p.len();
                return Err(t.type_error(format!("make_encoder() takes exactly 9 arguments ({n} given)")));
            }
            if !p[0].is_none() && p[0].cast::<Dict>().is_none() {
                let n = p[0].ty().name();
                return Err(t.type_error(format!("make_encoder() argument 1 must be dict or None, not {n}")));
            }
            for i in [4, 5] {
                if text(p[i]).is_none() {
                    let n = p[i].ty().name();
                    return Err(
                        t.type_error(format!("make_encoder() argument {} must be str, not {n}", i + 1))
                    );
                }
            }
            let flags = [t.truth(p[6])?, t.truth(p[7])?, t.truth(p[8])?];
            let shape = TYPE.shape(t);
            let slot = |i: usize| Slot::new(p[i].to_value());
            Ok(t.make(
                shape,
                Encoder {
                    h: Header::new(0, 0),
                    markers: slot(0),
                    default: slot(1),
                    encoder: slot(2),
                    indent: slot(3),
                    key_separator: slot(4),
                    item_separator: slot(5),
                    sort_keys: flags[0],
                    skipkeys: flags[1],
                    allow_nan: flags[2],
                },
            ))
        }),
        call: Some(|t, v, a| {
            no_keywords(t, "_iterencode", a)?;
            let [what, level] = a.positional() else {
                return Err(t.type_error("_iterencode() takes exactly 2 arguments"));
            };
            let level = t.index_i64(*level, &weft_vm::errors::OVERFLOW_ERROR)?;
            let e = native::<Encoder>(v);
            let encoder = or_none(&e.encoder);
            let literal = encoder.cast::<Builtin>().and_then(|b| match b.def.name() {
                "encode_basestring_ascii" => Some(true),
                "encode_basestring" => Some(false),
                _ => None,
            });
            let part = |s: &Slot| or_none(s);
            let mut run = Run {
                e,
                encoder,
                literal,
                default: part(&e.default),
                markers: Some(part(&e.markers)).filter(|m| !m.is_none()),
                indent: Some(part(&e.indent)).filter(|i| !i.is_none()),
                key_separator: part(&e.key_separator),
                item_separator: part(&e.item_separator),
                out: Vec::new(),
            };
            run.value(t, *what, level)?;
            let out = t.str_wtf8(&run.out);
            Ok(Tuple::new(t, vec![out]))
        }),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Encoder>()
};

struct Run<'a> {
    e: &'a Encoder,
    encoder: Value,
    /// The encoder is ours: ASCII only or not.
    literal: Option<bool>,
    default: Value,
    markers: Option<Value>,
    indent: Option<Value>,
    key_separator: Value,
    item_separator: Value,
    out: Vec<u8>,
}

type Done = Result<(), Raised>;

impl Run<'_> {
    fn push(&mut self, v: VRef<'_>) {
        if let Some(s) = text(v) {
            self.out.extend_from_slice(s.bytes())
        }
    }

    fn string(&mut self, t: &mut Thread, s: &Str, v: VRef<'_>) -> Done {
        if let Some(ascii) = self.literal {
            push_literal(&mut self.out, s.bytes(), ascii);
            return Ok(());
        }
        let r = t.call(self.encoder.r(), &[v])?;
        if text(r.r()).is_none() {
            let n = r.r().ty().name();
            return Err(t.type_error(format!("encoder() must return a string, not {n}")));
        }
        self.push(r.r());
        Ok(())
    }

    fn float(&mut self, t: &mut Thread, v: VRef<'_>) -> Done {
        let f = float::as_f64(t, v)?;
        let special = match f {
            f if f.is_nan() => "NaN",
            f64::INFINITY => "Infinity",
            f64::NEG_INFINITY => "-Infinity",
            _ => {
                self.out.extend_from_slice(weft_text::float::repr(f).as_bytes());
                return Ok(());
            }
        };
        if !self.e.allow_nan {
            let shown = t.repr_text(v)?;
            return Err(t.value_error(format!("Out of range float values are not JSON compliant: {shown}")));
        }
        self.out.extend_from_slice(special.as_bytes());
        Ok(())
    }

    fn int(&mut self, t: &mut Thread, v: VRef<'_>) -> Done {
        // `int.__repr__`, whatever a subclass says.
        match int::to_i64(v) {
            Some(n) => self.out.extend_from_slice(n.to_string().as_bytes()),
            None => {
                let repr = int::TYPE.get(t).slots().repr;
                if let Some(f) = repr {
                    let s = f(t, v)?;
                    self.push(s.r())
                }
            }
        }
        Ok(())
    }

    fn newline(&mut self, level: i64) {
        if let Some(indent) = &self.indent {
            self.out.push(b'\n');
            if let Some(s) = text(indent.r()) {
                for _ in 0..level.max(0) {
                    self.out.extend_from_slice(s.bytes())
                }
            }
        }
    }

    fn value(&mut self, t: &mut Thread, v: VRef<'_>, level: i64) -> Done {
        if v.is_none() {
            self.out.extend_from_slice(b"null");
        } else if v.word() == Value::TRUE.word() {
            self.out.extend_from_slice(b"true");
        } else if v.word() == Value::FALSE.word() {
            self.out.extend_from_slice(b"false");
        } else if let Some(s) = text(v) {
            self.string(t, s, v)?
        } else if int::is_int(v) {
            self.int(t, v)?
        } else if float::TYPE.is_instance(t, v) {
            self.float(t, v)?
        } else if v.cast::<List>().is_some() || v.cast::<Tuple>().is_some() {
            t.recurse(|t| self.marked(t, v, |me, t| me.list(t, v, level)))?
        } else if v.cast::<Dict>().is_some() {
            t.recurse(|t| self.marked(t, v, |me, t| me.dict(t, v, level)))?
        } else {
            t.recurse(|t| {
                self.marked(t, v, |me, t| {
                    let other = t.call(me.default.r(), &[v])?;
                    let done = me.value(t, other.r(), level);
                    if done.is_err() {
                        let n = v.ty().name();
                        add_note(t, &format!("when serializing {n} object"))
                    }
                    done
                })
            })?
        }
        Ok(())
    }

    /// Runs `f` with `v` among the markers, unless it is there already.
    fn marked(
        &mut self,
        t: &mut Thread,
        v: VRef<'_>,
        f: impl FnOnce(&mut Self, &mut Thread) -> Done,
    ) -> Done {
        let Some(markers) = self.markers.clone() else { return f(self, t) };
        let Some(m) = markers.cast::<Dict>() else { return f(self, t) };
        let id = t.int(v.word().identity() as i64);
        if m.get(t, id.r())?.is_some() {
            return Err(t.value_error("Circular reference detected"));
        }
        m.set(t, id.r(), v.to_value())?;
        f(self, t)?;
        m.remove(t, id.r())?;
        Ok(())
    }

    fn list(&mut self, t: &mut Thread, v: VRef<'_>, level: i64) -> Done {
        let items = match (v.cast::<List>(), v.cast::<Tuple>()) {
            (Some(l), _) => l.snapshot(t),
            (_, Some(x)) => x.iter().map(|v| v.to_value()).collect(),
            _ => t.collect(v)?,
        };
        if items.is_empty() {
            self.out.extend_from_slice(b"[]");
            return Ok(());
        }
        self.out.push(b'[');
        self.newline(level + 1);
        for (i, x) in items.iter().enumerate() {
            if i > 0 {
                let separator = self.item_separator.clone();
                self.push(separator.r());
                self.newline(level + 1)
            }
            if let Err(e) = self.value(t, x.r(), level + 1) {
                let n = v.ty().name();
                add_note(t, &format!("when serializing {n} item {i}"));
                return Err(e);
            }
        }
        self.newline(level);
        self.out.push(b']');
        Ok(())
    }

    fn dict(&mut self, t: &mut Thread, v: VRef<'_>, level: i64) -> Done {
        let items = self.items(t, v)?;
        if items.is_empty() {
            self.out.extend_from_slice(b"{}");
            return Ok(());
        }
        let mut first = true;
        self.out.push(b'{');
        for (k, x) in &items {
            let mark = self.out.len();
            if !first {
                let separator = self.item_separator.clone();
                self.push(separator.r());
            }
            self.newline(level + 1);
            if !self.key(t, k.r())? {
                self.out.truncate(mark);
                continue;
            }
            first = false;
            let separator = self.key_separator.clone();
            self.push(separator.r());
            if let Err(e) = self.value(t, x.r(), level + 1) {
                let raised = t.take_raised();
                let shown = t.repr_text(k.r());
                t.clear_raised();
                t.reraise(raised);
                let n = v.ty().name();
                if let Ok(k) = shown {
                    add_note(t, &format!("when serializing {n} item {k}"))
                }
                return Err(e);
            }
        }
        if !first {
            self.newline(level)
        }
        self.out.push(b'}');
        Ok(())
    }

    /// The items in the order in which they are written.
    fn items(&mut self, t: &mut Thread, v: VRef<'_>) -> Result<Vec<(Value, Value)>, Raised> {
        let exact = v.exact::<Dict>(weft_vm::types::fixed::DICT);
        if let Some(d) = exact
            && !self.e.sort_keys
        {
            return Ok(d.items(t));
        }
        let list = {
            let items = t.call_method(v, "items", &[])?;
            let all = t.collect(items.r())?;
            List::new(t, all)
        };
        if self.e.sort_keys {
            t.call_method(list.r(), "sort", &[])?;
        }
        let mut out = Vec::new();
        for pair in t.collect(list.r())? {
            match pair.cast::<Tuple>().filter(|p| p.len() == 2) {
                Some(p) => out.push((p.get(0).to_value(), p.get(1).to_value())),
                None => return Err(t.value_error("items must return 2-tuples")),
            }
        }
        Ok(out)
    }

    /// Writes a key. False: it is of a kind that is skipped.
    fn key(&mut self, t: &mut Thread, k: VRef<'_>) -> Result<bool, Raised> {
        let start = self.out.len();
        if let Some(s) = text(k) {
            self.string(t, s, k)?;
            return Ok(true);
        }
        if float::TYPE.is_instance(t, k) {
            self.float(t, k)?
        } else if k.word() == Value::TRUE.word() {
            self.out.extend_from_slice(b"true")
        } else if k.word() == Value::FALSE.word() {
            self.out.extend_from_slice(b"false")
        } else if k.is_none() {
            self.out.extend_from_slice(b"null")
        } else if int::is_int(k) {
            self.int(t, k)?
        } else if self.e.skipkeys {
            return Ok(false);
        } else {
            let n = k.ty().name();
            return Err(t.type_error(format!("keys must be str, int, float, bool or None, not {n}")));
        }
        // What stands for the key is written as a string, by the encoder if it is not ours.
        let shown = self.out.split_off(start);
        let s = t.str_wtf8(&shown);
        if let Some(text) = text(s.r()) {
            self.string(t, text, s.r())?
        }
        Ok(true)
    }
}
