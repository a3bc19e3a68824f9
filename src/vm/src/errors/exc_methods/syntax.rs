//! `SyntaxError(msg, (filename, lineno, offset, text[, end_lineno, end_offset]))`.

use super::{base, field, field_value, this};
use crate::Res;
use crate::errors::field;
use crate::object::{GetSet, MethodDef, Slots};
use crate::thread::Thread;
use crate::types::str::text;
use weft_strategy::{VRef, Value};

/// Behaviour.
pub const SLOTS: Slots = Slots {
    init: Some(|t, v, args| {
        base::init(t, v, args)?;
        let p = args.positional();
        let e = this(v);
        if let Some(m) = p.first() {
            e.set_field(field::SYNTAX_MSG, m.to_value())
        }
        for i in [field::END_LINENO, field::END_OFFSET, field::METADATA] {
            e.set_field(i, Value::NONE)
        }
        match p {
            [_, info] => fill(t, v, *info),
            _ => Ok(()),
        }
    }),
    str: Some(str),
    ..Slots::EMPTY
};

/// Methods.
pub static METHODS: &[MethodDef] = &[];

/// Computed attributes.
pub static GETSET: &[GetSet] = &[
    field!("msg", field::SYNTAX_MSG, "exception msg"),
    field!("filename", field::SYNTAX_FILENAME, "exception filename"),
    field!("lineno", field::LINENO, "exception lineno"),
    field!("offset", field::OFFSET, "exception offset"),
    field!("text", field::TEXT, "exception text"),
    field!("end_lineno", field::END_LINENO, "exception end lineno"),
    field!("end_offset", field::END_OFFSET, "exception end offset"),
    field!("print_file_and_line", field::PRINT_FILE, "exception print_file_and_line"),
    field!("_metadata", field::METADATA, "exception private metadata"),
];

fn fill(t: &mut Thread, v: VRef<'_>, info: VRef<'_>) -> Res<()> {
    let items = t.collect(info)?;
    let n = items.len();
    if n < 4 {
        return Err(t.type_error(format!("function takes at least 4 arguments ({n} given)")));
    }
    if n > 7 {
        return Err(t.type_error(format!("function takes at most 7 arguments ({n} given)")));
    }
    let e = this(v);
    let fields = [
        field::SYNTAX_FILENAME,
        field::LINENO,
        field::OFFSET,
        field::TEXT,
        field::END_LINENO,
        field::END_OFFSET,
        field::METADATA,
    ];
    for (i, x) in fields.into_iter().zip(items) {
        e.set_field(i, x)
    }
    if n == 5 {
        return Err(t.type_error("end_offset must be provided when end_lineno is provided"));
    }
    Ok(())
}

fn str(t: &mut Thread, v: VRef<'_>) -> Res {
    let e = this(v);
    let msg = field_value(e, field::SYNTAX_MSG).unwrap_or(Value::NONE);
    let msg = t.str_text(msg.r())?;
    let file = field_value(e, field::SYNTAX_FILENAME)
        .and_then(|f| text(f.r()).map(|s| s.to_string()))
        .map(|f| f.rsplit('/').next().unwrap_or_default().to_string());
    let line = field_value(e, field::LINENO).and_then(|l| crate::types::int::to_i64(l.r()));
    Ok(t.str(&match (file, line) {
        (Some(f), Some(l)) => format!("{msg} ({f}, line {l})"),
        (Some(f), None) => format!("{msg} ({f})"),
        (None, Some(l)) => format!("{msg} (line {l})"),
        (None, None) => msg,
    }))
}
