//! `_sre`: regular expressions. `re` compiles a pattern to code words; they are translated to a program once, and the
//! engine runs that.
//!
//! | file | what |
//! |---|---|
//! | `program.rs` | code words to programs |
//! | `engine.rs` | the matcher |
//! | `chars.rs` | categories and case |
//! | `subject.rs` | the text that is searched, and one step of a search |
//! | `pattern.rs` | `re.Pattern` |
//! | `matches.rs` | `re.Match` |
//! | `template.rs` | replacement templates |
//! | `scanner.rs` | scanners and `finditer` |

mod chars;
mod engine;
mod matches;
mod pattern;
mod program;
mod scanner;
mod subject;
mod template;

use chars::{lower, upper};
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

/// Bytes of a code word.
const CODESIZE: usize = 4;
/// The largest code word, which means without limit in a repeat.
const MAXREPEAT: usize = u32::MAX as usize;
const MAXGROUPS: usize = i32::MAX as usize / 2;
/// Version of the code.
const MAGIC: usize = 20_230_612;

fn init(t: &mut Thread, m: VRef<'_>) -> Result<(), Raised> {
    for (name, v) in
        [("MAGIC", MAGIC), ("CODESIZE", CODESIZE), ("MAXREPEAT", MAXREPEAT), ("MAXGROUPS", MAXGROUPS)]
    {
        t.module_set(m, name, t.int_usize(v))
    }
    t.module_set(m, "copyright", t.str(" SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB "));
    Ok(())
}

fn code_point(t: &mut Thread, a: Args<'_>) -> Res<u32> {
    t.arg_i32(a.get(0)).map(|c| c as u32)
}

/// RuntimeError for code that `re` would not make.
fn invalid_code(t: &mut Thread) -> Raised {
    t.runtime_error("invalid SRE code")
}
