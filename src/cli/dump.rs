//! `--dump`: the stages of compilation as text.

use super::options::{Parsed, Program};
use super::startup::print;
use weft_compiler::lower::{self, DumpStyle};
use weft_compiler::{Mode, SyntaxError, dump as texts, symbols};

/// Prints a stage; gives the exit status.
pub fn dump(stage: &str, p: &Parsed) -> i32 {
    let (name, bytes) = match &p.program {
        Program::Command(c) => ("<string>".to_string(), Ok(c.clone().into_bytes())),
        Program::File(f) => (f.clone(), std::fs::read(f)),
        _ => {
            let mut b = Vec::new();
            let r = std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut b).map(|_| b);
            ("<stdin>".to_string(), r)
        }
    };
    let bytes = match bytes {
        Ok(b) => b,
        Err(e) => {
            print(&format!("can't open file '{name}': {e}\n"), true);
            return 2;
        }
    };
    let hook = weft_compiler::convert::source::no_codecs;
    let result = weft_compiler::decode_source(&bytes, &name, &hook).and_then(|s| text(stage, &s, &name, p));
    match result {
        Ok(Some(s)) => {
            print(&s, false);
            0
        }
        Ok(None) => {
            print(&format!("unknown stage '{stage}': tokens, ast, symbols, cfg, cfg-dot, bytecode\n"), true);
            2
        }
        Err(e) => {
            print(&format!("  File \"{}\", line {}\n{:?}: {}\n", e.filename, e.lineno, e.kind, e.msg), true);
            1
        }
    }
}

fn text(stage: &str, source: &str, name: &str, p: &Parsed) -> Result<Option<String>, SyntaxError> {
    if stage == "tokens" {
        return Ok(Some(texts::tokens(source)));
    }
    let parsed = weft_compiler::parse(source, name, Mode::Exec)?;
    if stage == "ast" {
        return Ok(Some(texts::ast(&parsed.tree, true, Some(4))));
    }
    let table = symbols::analyze(&parsed.tree, name, Default::default())?;
    let options = lower::Options { optimize: p.flags.optimize, ..Default::default() };
    let cfg = |style| lower::dump_cfg(&parsed.tree, &table, name, options, style).map(Some);
    match stage {
        "symbols" => Ok(Some(texts::symbols(&table))),
        "cfg" => cfg(DumpStyle::Optimized),
        "cfg-dot" => cfg(DumpStyle::Graphviz),
        "bytecode" => {
            let code = lower::compile_module(&parsed.tree, &table, name, options)?;
            Ok(Some(weft_bytecode::dis::disassemble_all(&code)))
        }
        _ => Ok(None),
    }
}
