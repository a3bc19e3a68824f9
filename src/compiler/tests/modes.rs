//! Modes and options: `eval`, `single`, `-O`, `-OO`, features, depth.

mod common;

use weft_bytecode::code::flags;
use weft_bytecode::{Code, Const, dis, verify};
use weft_compiler::{Mode, lower, parse, symbols};

fn compile(source: &str, mode: Mode, options: lower::Options) -> Result<std::sync::Arc<Code>, String> {
    let parsed = parse(source, "<test>", mode).map_err(|e| e.msg)?;
    let table_options =
        symbols::Options { allow_top_level_await: options.allow_top_level_await, ..Default::default() };
    let table = symbols::analyze(&parsed.tree, "<test>", table_options).map_err(|e| e.msg)?;
    let code = lower::compile_module(&parsed.tree, &table, "<test>", options).map_err(|e| e.msg)?;
    verify::verify(&code).map_err(|e| e.to_string())?;
    Ok(code)
}

fn listing(source: &str, mode: Mode, options: lower::Options) -> String {
    dis::disassemble_all(&compile(source, mode, options).unwrap_or_else(|e| panic!("{source}: {e}")))
}

#[test]
fn eval_returns_the_value() {
    let text = listing("a + 1", Mode::Eval, Default::default());
    assert!(text.contains("ADD_I") && text.contains("RETURN "), "{text}");
}

#[test]
fn single_displays() {
    let text = listing("a\n", Mode::Single, Default::default());
    assert!(text.contains("(Print)"), "{text}");
    let text = listing("def f():\n    a\n\n", Mode::Single, Default::default());
    assert!(!text.contains("(Print)"), "{text}");
}

#[test]
fn optimized() {
    let source = "def f():\n    'doc'\n    assert x, y\n    if __debug__: z()\n";
    let plain = listing(source, Mode::Exec, Default::default());
    assert!(plain.contains("ASSERTION") && plain.contains("(z)"), "{plain}");
    let one =
        compile(source, Mode::Exec, lower::Options { optimize: 1, ..Default::default() }).expect("compiles");
    let text = dis::disassemble_all(&one);
    assert!(!text.contains("ASSERTION") && !text.contains("(z)"), "{text}");
    let function = |code: &Code| match &code.consts[0] {
        Const::Code(f) => f.flags,
        c => panic!("{c:?}"),
    };
    assert_ne!(function(&one) & flags::HAS_DOCSTRING, 0);
    let two =
        compile(source, Mode::Exec, lower::Options { optimize: 2, ..Default::default() }).expect("compiles");
    assert_eq!(function(&two) & flags::HAS_DOCSTRING, 0);
}

#[test]
fn annotations_as_text() {
    let source = "from __future__ import annotations\nx: list['a' | b.c[1:2, *d], {**e}] = 1\n";
    let text = listing(source, Mode::Exec, Default::default());
    assert!(text.contains("list['a' | b.c[1:2, *d], {**e}]"), "{text}");
}

#[test]
fn top_level_await() {
    let options = lower::Options { allow_top_level_await: true, ..Default::default() };
    let code = compile("await x", Mode::Exec, options).expect("compiles");
    assert_ne!(code.flags & flags::COROUTINE, 0);
}

#[test]
fn deep_trees_need_no_stack() {
    for source in [
        format!("x = {}", vec!["a"; 5000].join(" + ")),
        format!("x = {}", vec!["'a'"; 5000].join(" + ")),
        format!("x = a{}", ".b".repeat(5000)),
        format!("x = a{}", "()".repeat(5000)),
        format!("{}pass", (0..90).map(|n| format!("if a:\n{}", " ".repeat(n + 1))).collect::<String>()),
        format!("x = {}a", "-".repeat(5000)),
        format!("if a: pass\n{}", "elif b: pass\n".repeat(3000)),
        format!("x = {}0", "lambda: ".repeat(150)),
    ] {
        let result = compile(&source, Mode::Exec, Default::default());
        if let Err(e) = result {
            assert!(e.contains("recursion") || e.contains("too complex"), "{e}");
        }
    }
}

#[test]
fn many_names_and_far_jumps() {
    let body = (0..70_000).map(|n| format!("    x.a{n}\n")).collect::<String>();
    let source =
        format!("def f(x, y):\n  for i in y:\n   while x < i:\n{}", body.replace("    ", "        "));
    let code = compile(&source, Mode::Exec, Default::default()).expect("compiles");
    let text = dis::disassemble_all(&code);
    assert!(text.contains("LOAD_ATTR_REG"));
    let mut complaints = Vec::new();
    common::check_temporaries(&code, &mut complaints);
    assert!(complaints.is_empty(), "{complaints:?}");
}
