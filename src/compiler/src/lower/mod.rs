//! Syntax tree to control-flow graph: what the language says, in registers.
//!
//! Lowering is *destination-driven*. An expression is lowered into a given register ([`Lower::expr_to`]), as
//! an operand ([`Lower::operand`]: a local variable is its own operand, without a copy), for its truth
//! ([`Lower::jump_if`]) or for its effect ([`Lower::discard`]). The rules:
//!
//! - A *temporary* destination may be written early and used as scratch; a *variable* is written only by the
//!   last instruction, when nothing can fail any more and nothing reads its old value.
//! - A temporary dies with the instruction that uses it: kill flag, consumed range, or overwritten.
//! - A variable is read in place only if nothing evaluated before the use can rebind it ([`walk::rebinds`]);
//!   else it is copied.
//! - Reading a variable emits `CHECK_BOUND` first; `cfg::bound` removes most.
//!
//! A [`Unit`] is the code object being made; nested ones are lowered on the way and become constants.

mod annotations;
mod assign;
mod call;
mod class;
mod comprehension;
mod consts;
mod display;
mod expr;
mod fold;
mod function;
mod generator;
mod import;
mod jump;
mod loops;
mod matching;
mod names;
mod protect;
mod stmt;
mod string;
mod super_call;
mod typeparams;
pub(crate) mod unit;
mod unparse;
mod unwind;
mod walk;
mod with;

use crate::ast::{Expr, ExprKind, Mod, Name, Span, Stmt, StmtKind};
use crate::cfg::BlockId;
use crate::convert::stack;
use crate::emit;
use crate::registers::{Operand, Reg};
use crate::symbols::{Role, Scope, ScopeKind, SymbolTable};
use crate::syntax::{ErrorKind, SyntaxError};
use std::sync::Arc;
use unit::Unit;
use weft_bytecode::code::flags;
use weft_bytecode::ops::KILL_A;
use weft_bytecode::{Code, Const, Op};

/// Why lowering stopped.
pub type Result<T = ()> = std::result::Result<T, SyntaxError>;

/// What `compile()` and `from __future__` ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// 0, 1 (`-O`: no asserts, `__debug__` is false) or 2 (`-OO`: no docstrings either).
    pub optimize: u8,
    /// `from __future__ import annotations`
    pub future_annotations: bool,
    /// `co_flags` bits that every code object gets (future features).
    pub flags: u32,
    /// `PyCF_ALLOW_TOP_LEVEL_AWAIT`: a module that awaits becomes a coroutine.
    pub allow_top_level_await: bool,
    /// Bytes of the text that the tree was parsed from: no tree is nested deeper than its text is long. `None`: it was put
    /// together by somebody else.
    pub source_len: Option<usize>,
}

/// How deep expressions, statements and patterns may nest; long chains such as `a + b + c ...` nest too.
const MAX_DEPTH: u32 = stack::MAX_DEPTH as u32;

/// Compiles an analysed tree. `table` must have been made from this very tree.
pub fn compile_module(
    module: &Mod,
    table: &SymbolTable,
    filename: &str,
    options: Options,
) -> Result<Arc<Code>> {
    stack::with_room(options.source_len.unwrap_or(stack::MAX_DEPTH), || {
        let mut lower = Lower::new(module, table, filename, options, None);
        lower.module(module)?;
        emit::finish(lower.u, &lower.filename, lower.options.flags)
    })
}

/// The graphs of a module and everything in it, as text, before and after the passes.
pub fn dump_cfg(
    module: &Mod,
    table: &SymbolTable,
    filename: &str,
    options: Options,
    style: DumpStyle,
) -> Result<String> {
    stack::with_room(options.source_len.unwrap_or(stack::MAX_DEPTH), || {
        let mut lower = Lower::new(module, table, filename, options, Some(style));
        lower.module(module)?;
        lower.dump_unit();
        Ok(lower.graph.map(|g| g.1).unwrap_or_default())
    })
}

/// How [`dump_cfg`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DumpStyle {
    /// As lowering made it.
    Raw,
    /// After the passes.
    Optimized,
    /// After the passes, for `dot`.
    Graphviz,
}

/// The state of lowering.
pub(crate) struct Lower<'a> {
    table: &'a SymbolTable,
    filename: Box<[u8]>,
    options: Options,
    /// The code object being made.
    u: Unit<'a>,
    /// Those around it, outermost first.
    outer: Vec<Unit<'a>>,
    depth: u32,
    interactive: bool,
    /// The module has `:=` somewhere; if not, operands never need copies.
    walrus: bool,
    graph: Option<(DumpStyle, String)>,
}

impl<'a> Lower<'a> {
    fn new(
        module: &'a Mod,
        table: &'a SymbolTable,
        filename: &str,
        options: Options,
        dump: Option<DumpStyle>,
    ) -> Lower<'a> {
        let features = table.features;
        let mut options = options;
        options.future_annotations |= features.annotations;
        if options.future_annotations {
            options.flags |= flags::FUTURE_ANNOTATIONS;
        }
        if features.barry_as_flufl {
            options.flags |= flags::FUTURE_BARRY_AS_BDFL;
        }
        Lower {
            table,
            filename: filename.as_bytes().into(),
            options,
            u: Unit::new(table.module(), "<module>".into(), "<module>".into(), 1),
            outer: Vec::new(),
            depth: 0,
            interactive: matches!(module, Mod::Interactive { .. }),
            walrus: walk::module_has_walrus(module),
            graph: dump.map(|style| (style, String::new())),
        }
    }

    fn module(&mut self, module: &'a Mod) -> Result {
        match module {
            Mod::Module { body, .. } => {
                self.start_body(body);
                self.annotations_of_block(body, module)?;
                let body = self.module_docstring(body);
                self.body(body)?;
                self.return_none();
            }
            Mod::Interactive { body } => {
                self.start_body(body);
                self.annotations_of_block(body, module)?;
                self.body(body)?;
                self.return_none();
            }
            Mod::Expression { body } => {
                self.start_body(&[]);
                self.return_expr(body)?;
            }
            Mod::FunctionType { .. } => {
                return Err(self.error("this compile mode makes no code", Span::default()));
            }
        }
        self.finish_generator_body();
        Ok(())
    }

    /// First instructions of a module.
    fn start_body(&mut self, _body: &[Stmt]) {
        let _ = self.table.module();
        self.start_generator();
        self.make_cells();
    }

    /// `__doc__` of a module; what remains of the body.
    fn module_docstring(&mut self, body: &'a [Stmt]) -> &'a [Stmt] {
        let Some(doc) = docstring(body) else { return body };
        if self.options.optimize >= 2 {
            return &body[1..];
        }
        let t = self.u.temps.take();
        self.at(body[0].span);
        self.load_const(t, Const::Str(clean_doc(doc).into()));
        self.store_raw_name("__doc__", Operand::temp(t));
        self.u.temps.reset(t);
        &body[1..]
    }

    /// Statements in order.
    fn body(&mut self, body: &'a [Stmt]) -> Result {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    // ---- instructions ---------------------------------------------------------------------------

    /// The following instructions come from here.
    fn at(&mut self, span: Span) {
        self.u.span = Some(span);
    }

    /// The following instructions come from nowhere.
    fn nowhere(&mut self) {
        self.u.span = None;
    }

    /// Appends an instruction without jump.
    fn ins(&mut self, op: Op, f: u8, a: impl Into<u32>, b: impl Into<u32>, c: impl Into<u32>) {
        let mut args = [a.into(), b.into(), c.into()];
        // What returning need not look at.
        match op {
            Op::RETURN => args[1] = self.u.temps.top().0,
            Op::RETURN_CONST => args[0] = self.u.temps.top().0,
            _ => {}
        }
        self.u.push(op, f, args, None);
    }

    /// Appends a jump.
    fn jump(&mut self, op: Op, f: u8, a: impl Into<u32>, b: impl Into<u32>, target: BlockId) {
        self.u.push(op, f, [a.into(), b.into(), 0], Some(target));
    }

    /// `JUMP` that belongs to no line.
    fn goto(&mut self, target: BlockId) {
        let span = self.u.span.take();
        self.jump(Op::JUMP, 0, 0u32, 0u32, target);
        self.u.span = span;
    }

    /// A new block.
    fn label(&mut self) -> BlockId {
        self.u.cfg.block()
    }

    /// Code goes on in `block`.
    fn place(&mut self, block: BlockId) {
        self.u.place(block);
    }

    fn load_const(&mut self, dst: Reg, c: Const) {
        let k = self.u.consts.add(c);
        self.ins(Op::LOAD_CONST, 0, dst, k, 0u32);
    }

    fn load_str(&mut self, dst: Reg, s: &str) {
        self.load_const(dst, Const::Str(s.as_bytes().into()));
    }

    fn return_none(&mut self) {
        let k = self.u.consts.add(Const::None);
        self.ins(Op::RETURN_CONST, 0, 0u32, k, 0u32);
    }

    fn return_expr(&mut self, e: &'a Expr) -> Result {
        let mark = self.u.temps.top();
        let v = self.operand(e, &[])?;
        self.at(e.span);
        self.ins(Op::RETURN, 0, v.reg, 0u32, 0u32);
        self.u.temps.reset(mark);
        Ok(())
    }

    /// Drops a temporary.
    fn clear(&mut self, r: Reg) {
        self.ins(Op::CLEAR, 0, r, 0u32, 0u32);
    }

    /// `dst := v`, giving up a temporary.
    fn move_to(&mut self, dst: Reg, v: Operand) {
        if v.reg != dst {
            self.ins(if v.owned { Op::TAKE } else { Op::COPY }, 0, dst, v.reg, 0u32);
        }
    }

    /// A cell or value that is a mere operand elsewhere, as flag: kill it there.
    fn kill(v: Operand, dst: Option<Reg>, flag: u8) -> u8 {
        if v.owned && dst != Some(v.reg) { flag } else { 0 }
    }

    /// `raise R[v]` after which nothing follows.
    fn reraise(&mut self, v: Reg) {
        self.ins(Op::RERAISE, 0, v, 0u32, 0u32);
    }

    // ---- errors -----------------------------------------------------------------------------------

    fn error(&self, msg: impl Into<String>, span: Span) -> SyntaxError {
        self.error_of(ErrorKind::Syntax, msg, span)
    }

    fn error_of(&self, kind: ErrorKind, msg: impl Into<String>, span: Span) -> SyntaxError {
        SyntaxError {
            kind,
            msg: msg.into(),
            filename: String::from_utf8_lossy(&self.filename).into_owned(),
            lineno: span.line,
            offset: span.col as i32 + 1,
            end_lineno: span.end_line,
            end_offset: span.end_col as i32 + 1,
            text: None,
            last_statement: None,
        }
    }

    /// Runs `f` one level deeper, unless that is too deep.
    fn deeper<T>(&mut self, span: Span, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH {
            let msg = "maximum recursion depth exceeded during compilation";
            return Err(self.error_of(ErrorKind::Recursion, msg, span));
        }
        self.depth += 1;
        let r = f(self);
        self.depth -= 1;
        r
    }

    // ---- units ------------------------------------------------------------------------------------

    /// Begins a nested code object.
    fn enter(&mut self, scope: &'a Scope, name: &str, firstlineno: u32) {
        let qualname = self.qualname(scope, name);
        let unit = Unit::new(scope, name.into(), qualname, firstlineno);
        self.outer.push(std::mem::replace(&mut self.u, unit));
    }

    /// Ends it; the code becomes a constant of the unit around.
    fn leave(&mut self) -> Result<Arc<Code>> {
        self.finish_generator_body();
        self.dump_unit();
        let Some(outer) = self.outer.pop() else {
            return Err(self.error("internal error: no unit to leave", Span::default()));
        };
        let unit = std::mem::replace(&mut self.u, outer);
        emit::finish(unit, &self.filename, self.options.flags)
    }

    fn dump_unit(&mut self) {
        let Some((style, _)) = self.graph else { return };
        let (title, text) = self.u.dump(style);
        if let Some((_, out)) = &mut self.graph {
            if style != DumpStyle::Graphviz {
                out.push_str(&format!("{title}\n"));
            }
            out.push_str(&text);
            out.push('\n');
        }
    }

    /// PEP 3155: the dotted path, `<locals>` after functions; a global declaration cuts it off.
    fn qualname(&self, scope: &Scope, name: &str) -> String {
        let named = matches!(scope.kind, ScopeKind::Function | ScopeKind::Class);
        let mut unit = &self.u;
        let mut above = self.outer.iter().rev();
        if unit.scope.kind == ScopeKind::TypeParams {
            // The scope around a generic is invisible in names.
            let Some(next) = above.next() else { return name.into() };
            unit = next;
        }
        if unit.scope.kind == ScopeKind::Module {
            return name.into();
        }
        if named {
            let mangled = unit.scope.mangle(&name.into());
            if unit.declares_global(&mangled) {
                return name.into();
            }
        }
        let base = &unit.qualname;
        match unit.scope.kind {
            ScopeKind::Function | ScopeKind::Lambda => format!("{base}.<locals>.{name}"),
            _ => format!("{base}.{name}"),
        }
    }

    /// The scope a node opened. Its absence is a defect of the symbol table.
    fn scope_of<T>(&self, node: &T, role: Role, span: Span) -> Result<&'a Scope> {
        let table: &'a SymbolTable = self.table;
        table.find(node, role).ok_or_else(|| self.error(format!("internal error: no {role:?} scope"), span))
    }
}

/// The docstring a body begins with.
fn docstring(body: &[Stmt]) -> Option<&[u8]> {
    let StmtKind::Expr { value } = &body.first()?.kind else { return None };
    match &value.kind {
        ExprKind::Constant { value: Const::Str(s), .. } => Some(s),
        _ => None,
    }
}

/// A docstring as it is stored: the common indentation of all lines but the first is removed, and the first
/// line loses all of its own (as `inspect.cleandoc`, except that blank lines at the ends stay).
fn clean_doc(doc: &[u8]) -> Vec<u8> {
    let mut expanded: Vec<u8> = Vec::with_capacity(doc.len());
    let mut column = 0;
    for &b in doc {
        match b {
            b'\t' => {
                let n = 8 - column % 8;
                expanded.extend(std::iter::repeat_n(b' ', n));
                column += n;
            }
            b'\n' | b'\r' => {
                expanded.push(b);
                column = 0;
            }
            _ => {
                expanded.push(b);
                column += usize::from(b & 0xc0 != 0x80);
            }
        }
    }
    let lines: Vec<&[u8]> = expanded.split(|&b| b == b'\n').collect();
    let indent = |l: &[u8]| l.iter().take_while(|&&b| b == b' ').count();
    let margin = lines[1..].iter().filter(|l| indent(l) < l.len()).map(|l| indent(l)).min().unwrap_or(0);
    let mut out = lines[0][indent(lines[0])..].to_vec();
    for l in &lines[1..] {
        out.push(b'\n');
        out.extend_from_slice(&l[margin.min(indent(l))..]);
    }
    out
}

/// A name as bytes of a constant.
fn name_const(name: &Name) -> Const {
    Const::Str(name.as_bytes().into())
}

/// Used where an operand is known to be a temporary.
const KILL_FIRST: u8 = KILL_A;
