//! `_sre`: regular expressions. `re` compiles a pattern to code words, the engine (crate `rustpython-sre_engine`) runs
//! them; here are the objects around it.
//!
//! | file | what |
//! |---|---|
//! | `subject.rs` | the text that is searched, and one step of a search |
//! | `pattern.rs` | `re.Pattern` |
//! | `matches.rs` | `re.Match` |
//! | `template.rs` | replacement templates |
//! | `scanner.rs` | scanners and `finditer` |

mod matches;
mod pattern;
mod scanner;
mod subject;
mod template;

use rustpython_sre_engine::{CODESIZE, MAXGROUPS, MAXREPEAT, SRE_MAGIC};
use weft_text::unicode;
use weft_vm::object::{Args, ModuleSpec};
use weft_vm::{Raised, Res, Thread, VRef, Value, methods};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_sre",
    doc: "",
    functions: methods! {
        "compile(pattern, flags, code, groups, groupindex, indexgroup)" => pattern::compile;
        "template(pattern, template, /)" => template::new, "  template\n    A list containing interleaved literal strings (str or bytes) and group\n    indices (int), as returned by re._parser.parse_template():\n        literal1, group1, ..., literalN, groupN";
        "getcodesize()" => |t, _| Ok(t.int_usize(CODESIZE));
        "ascii_iscased(character, /)" => |t, a| {
            let c = code_point(t, a)?;
            Ok(Value::bool(c < 128 && (c as u8).is_ascii_alphabetic()))
        };
        "unicode_iscased(character, /)" => |t, a| {
            let c = code_point(t, a)?;
            Ok(Value::bool(lower(c) != c || upper(c) != c))
        };
        "ascii_tolower(character, /)" => |t, a| {
            let c = code_point(t, a)?;
            Ok(t.int(if c < 128 { (c as u8).to_ascii_lowercase() as i64 } else { c as i64 }))
        };
        "unicode_tolower(character, /)" => |t, a| {
            let c = code_point(t, a)?;
            Ok(t.int(lower(c) as i64))
        };
    },
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Result<(), Raised> {
    for (name, v) in
        [("MAGIC", SRE_MAGIC), ("CODESIZE", CODESIZE), ("MAXREPEAT", MAXREPEAT), ("MAXGROUPS", MAXGROUPS)]
    {
        t.module_set(m, name, t.int_usize(v))
    }
    t.module_set(m, "copyright", t.str(" SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB "));
    Ok(())
}

fn code_point(t: &mut Thread, a: Args<'_>) -> Res<u32> {
    t.arg_i32(a.get(0)).map(|c| c as u32)
}

/// The first code point of a mapping: the simple case mapping, which is what the engine compares with.
fn lower(c: u32) -> u32 {
    simple(c, unicode::to_lower(c))
}

fn upper(c: u32) -> u32 {
    simple(c, unicode::to_upper(c))
}

fn simple(c: u32, m: unicode::Mapped) -> u32 {
    let mut all = Vec::new();
    m.for_each(|p| all.push(p));
    all.first().copied().unwrap_or(c)
}
