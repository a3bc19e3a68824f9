//! A symbol table as text: a block a line, its names below it, inner blocks indented.

use crate::symbols::{Resolution, Scope, ScopeFlags, SymbolFlags, SymbolTable};
use std::fmt::Write;

/// The scopes of a program.
pub fn dump(table: &SymbolTable) -> String {
    let mut out = String::new();
    scope(table, table.module(), 0, &mut out);
    out
}

fn scope(table: &SymbolTable, s: &Scope, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth);
    let _ = write!(out, "{pad}{:?} {} line {}", s.kind, s.name, s.span.line);
    for word in facts(&s.flags) {
        let _ = write!(out, " {word}");
    }
    out.push('\n');
    for (label, names) in [("varnames", &s.varnames), ("cellvars", &s.cellvars), ("freevars", &s.freevars)] {
        if !names.is_empty() {
            let _ = writeln!(out, "{pad}  {label}: {}", names.join(" "));
        }
    }
    for (name, symbol) in s.symbols.iter() {
        let resolution = match symbol.resolution {
            Resolution::Local => "local",
            Resolution::Cell => "cell",
            Resolution::Free => "free",
            Resolution::GlobalExplicit => "global",
            Resolution::GlobalImplicit => "global?",
            Resolution::Outer => "outer",
        };
        let _ = write!(out, "{pad}  {name} = {resolution}");
        for word in acts(&symbol.flags) {
            let _ = write!(out, " {word}");
        }
        out.push('\n');
    }
    for &child in &s.children {
        scope(table, table.scope(child), depth + 1, out);
    }
}

fn facts(f: &ScopeFlags) -> impl Iterator<Item = &'static str> {
    let all = [
        (f.nested, "nested"),
        (f.generator, "generator"),
        (f.coroutine, "coroutine"),
        (f.inlined, "inlined"),
        (f.method, "method"),
        (f.can_see_class_scope, "sees-class"),
        (f.needs_class_closure, "needs-__class__"),
        (f.needs_classdict, "needs-__classdict__"),
        (f.conditional_annotations, "conditional-annotations"),
    ];
    all.into_iter().filter(|(set, _)| *set).map(|(_, word)| word)
}

fn acts(f: &SymbolFlags) -> impl Iterator<Item = &'static str> {
    let all = [
        (f.global, "declared-global"),
        (f.nonlocal, "declared-nonlocal"),
        (f.parameter, "parameter"),
        (f.type_param, "type-param"),
        (f.assigned, "assigned"),
        (f.imported, "imported"),
        (f.annotated, "annotated"),
        (f.comp_iter, "iteration-variable"),
        (f.referenced, "used"),
        (f.free_class, "free-class"),
    ];
    all.into_iter().filter(|(set, _)| *set).map(|(_, word)| word)
}
