//! The graph as text and as Graphviz, for `--dump cfg`.

use super::{Cfg, Inst};
use crate::registers::FIRST_TEMP;
use std::fmt::Write;
use weft_bytecode::ops::Kind;

/// Blocks in order, one instruction a line.
pub fn text(cfg: &Cfg) -> String {
    let mut out = String::new();
    for &id in &cfg.order {
        let block = cfg.at(id);
        let _ = write!(out, "B{}:", id.0);
        if let Some(r) = block.region {
            let region = cfg.regions[r.0 as usize];
            let _ = write!(out, "  except -> B{} depth {}", region.target.0, register(region.depth.0));
        }
        out.push('\n');
        for i in &block.insts {
            let _ = writeln!(out, "    {}", instruction(i));
        }
    }
    out
}

/// A digraph; exceptional edges are dashed.
pub fn graphviz(cfg: &Cfg, name: &str) -> String {
    let mut out = format!("digraph {name:?} {{\n  node [shape=box fontname=monospace];\n");
    for (n, &id) in cfg.order.iter().enumerate() {
        let block = cfg.at(id);
        let mut label = format!("B{}\\l", id.0);
        for i in &block.insts {
            label.push_str(&instruction(i).replace('"', "\\\""));
            label.push_str("\\l");
        }
        let _ = writeln!(out, "  B{} [label=\"{label}\"];", id.0);
        for to in cfg.successors(n) {
            let _ = writeln!(out, "  B{} -> B{};", id.0, to.0);
        }
        if let Some(r) = block.region {
            let _ = writeln!(out, "  B{} -> B{} [style=dashed];", id.0, cfg.regions[r.0 as usize].target.0);
        }
    }
    out.push_str("}\n");
    out
}

fn register(r: u32) -> String {
    if r >= FIRST_TEMP { format!("t{}", r - FIRST_TEMP) } else { format!("v{r}") }
}

fn instruction(i: &Inst) -> String {
    let mut out = format!("{:<16}", i.op.name());
    for (kind, arg) in i.op.kinds().into_iter().zip(i.args) {
        let shown = match kind {
            Kind::No | Kind::Jump16 | Kind::Jump32 => continue,
            Kind::Def | Kind::Use | Kind::Mod | Kind::Base | Kind::DefBase | Kind::Cell => register(arg),
            Kind::Imm => format!("#{}", arg as u16 as i16),
            Kind::Count if arg >= FIRST_TEMP => register(arg),
            _ => arg.to_string(),
        };
        let _ = write!(out, " {shown}");
        if kind == Kind::Const32 {
            break;
        }
    }
    if i.f != 0 {
        let _ = write!(out, " f={:#x}", i.f);
    }
    if let Some(t) = i.target {
        let _ = write!(out, " -> B{}", t.0);
    }
    if let Some(s) = i.span {
        let _ = write!(out, "  ; {}", s.line);
    }
    out
}
