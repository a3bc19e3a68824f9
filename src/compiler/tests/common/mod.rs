//! Shared by the compiler's tests: compiling text, and the checker of temporaries.
#![allow(dead_code)]

use std::path::PathBuf;
use std::sync::Arc;
use weft_bytecode::dis::jump_target;
use weft_bytecode::ops::{KILL_A, KILL_B, KILL_C, Kind};
use weft_bytecode::verify::{ends, ranges};
use weft_bytecode::{Code, Const, Instr, Op};
use weft_compiler::{Mode, lower, parse, symbols};

/// Compiles a file's text.
pub fn compile(source: &str, path: &str) -> Result<Arc<Code>, String> {
    let parsed = parse(source, path, Mode::Exec).map_err(|e| format!("{} (line {})", e.msg, e.lineno))?;
    let table = symbols::analyze(&parsed.tree, path, Default::default()).map_err(|e| e.msg)?;
    lower::compile_module(&parsed.tree, &table, path, Default::default())
        .map_err(|e| format!("{} (line {})", e.msg, e.lineno))
}

/// All Python files below a folder.
pub fn python_files(root: PathBuf) -> Vec<PathBuf> {
    let (mut out, mut folders) = (Vec::new(), vec![root]);
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        for path in entries.flatten().map(|e| e.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "py") {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

/// What is known of a temporary before an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Unbound,
    /// Lent by a variable: nothing to drop.
    Lent,
    Live,
    /// Live on some paths only.
    Maybe,
}

impl State {
    fn meet(self, other: State) -> State {
        match (self, other) {
            (a, b) if a == b => a,
            (State::Unbound, State::Lent) | (State::Lent, State::Unbound) => State::Lent,
            _ => State::Maybe,
        }
    }
}

/// Follows temporaries through the code and everything in it. Complains about temporaries that are read but not
/// bound on every path, and about ones that are overwritten while they hold something: those died late.
pub fn check_temporaries(code: &Code, out: &mut Vec<String>) {
    Checker { code, first: code.locals.len(), states: vec![None; code.instrs.len()], out }.run();
    for c in &code.consts {
        if let Const::Code(inner) = c {
            check_temporaries(inner, out);
        }
    }
}

struct Checker<'a> {
    code: &'a Code,
    first: usize,
    states: Vec<Option<Vec<State>>>,
    out: &'a mut Vec<String>,
}

impl Checker<'_> {
    fn run(&mut self) {
        let temps = usize::from(self.code.nregs) - self.first;
        let mut work = vec![0usize];
        self.states[0] = Some(vec![State::Unbound; temps]);
        while let Some(pc) = work.pop() {
            let Some(before) = self.states[pc].clone() else { continue };
            for (next, state) in self.step(pc, before, &mut None) {
                self.flow(next, state, &mut work);
            }
        }
        for pc in 0..self.states.len() {
            if let Some(before) = self.states[pc].clone() {
                let mut complaints = Some(Vec::new());
                self.step(pc, before, &mut complaints);
                for what in complaints.into_iter().flatten() {
                    let name = String::from_utf8_lossy(&self.code.qualname);
                    let text = weft_bytecode::dis::instruction(self.code, pc as u32, self.code.instrs[pc]);
                    self.out.push(format!("{name} at {pc}: {text}: {what}"));
                }
            }
        }
    }

    fn flow(&mut self, pc: usize, state: Vec<State>, work: &mut Vec<usize>) {
        match &mut self.states[pc] {
            Some(known) => {
                let met: Vec<State> = known.iter().zip(&state).map(|(a, b)| a.meet(*b)).collect();
                if met == *known {
                    return;
                }
                *known = met;
            }
            unknown => *unknown = Some(state),
        }
        work.push(pc);
    }

    /// The states after the instruction, with where control may go.
    fn step(
        &self,
        pc: usize,
        before: Vec<State>,
        complaints: &mut Option<Vec<String>>,
    ) -> Vec<(usize, Vec<State>)> {
        let i = self.code.instrs[pc];
        let op = i.op().expect("verified");
        let mut after = before.clone();
        let mut complain = |what: String| {
            if let Some(all) = complaints {
                all.push(what);
            }
        };
        let temp = |r: u32| (r as usize).checked_sub(self.first);
        let reads = reads(op, i);
        for &(r, optional) in &reads {
            if let Some(t) = temp(r)
                && !optional
                && !matches!(before[t], State::Live | State::Lent)
            {
                complain(format!("reads r{r}, which is {:?}", before[t]));
            }
        }
        for r in given_up(op, i) {
            if let Some(t) = temp(r) {
                after[t] = State::Unbound;
            }
        }
        let mut jumped = after.clone();
        for r in writes(op, i) {
            if let Some(t) = temp(r) {
                let same = reads.iter().any(|&(u, _)| u == r);
                if !same && matches!(after[t], State::Live | State::Maybe) {
                    complain(format!("overwrites r{r}, which is {:?}", after[t]));
                }
                after[t] = match op {
                    Op::BORROW => State::Lent,
                    Op::TAKE => temp(u32::from(i.b())).map_or(State::Live, |b| before[b]),
                    _ => State::Live,
                };
            }
        }
        if op == Op::YIELD {
            for r in u32::from(i.b())..u32::from(self.code.nregs) {
                if let Some(t) = temp(r)
                    && matches!(before[t], State::Live | State::Maybe)
                {
                    complain(format!("suspends with r{r} {:?}", before[t]));
                }
            }
        }
        match op {
            Op::FOR_ITER => set(&mut jumped, temp(u32::from(i.b())), State::Unbound),
            Op::FOR_NEXT => {
                jumped = after.clone();
                after = before.to_vec();
                set(&mut after, temp(u32::from(i.b())), State::Unbound)
            }
            Op::SEND => {
                set(&mut jumped, temp(u32::from(i.b())), State::Unbound);
                set(&mut jumped, temp(u32::from(i.a())), State::Live);
            }
            _ => jumped = after.clone(),
        }
        let mut out = Vec::new();
        if let Some(to) = jump_target(pc as u32, i) {
            out.push((to as usize, jumped));
        }
        if !ends(op) {
            out.push((pc + 1, after));
        }
        if let Some(h) = self.code.handlers.iter().find(|h| (h.start..h.end).contains(&(pc as u32))) {
            let mut state = before;
            for (t, s) in state.iter_mut().enumerate() {
                if t + self.first >= usize::from(h.depth) {
                    *s = State::Unbound;
                }
            }
            set(&mut state, temp(u32::from(h.reg)), State::Live);
            out.push((h.target as usize, state));
        }
        out
    }
}

fn set(states: &mut [State], t: Option<usize>, s: State) {
    if let Some(t) = t {
        states[t] = s;
    }
}

/// Registers read; true if they may be unbound.
fn reads(op: Op, i: Instr) -> Vec<(u32, bool)> {
    let mut out = Vec::new();
    for (kind, r) in op.kinds().into_iter().zip([i.a(), i.b(), i.c()]) {
        match kind {
            Kind::Use | Kind::Mod | Kind::Cell => {
                let optional = matches!(op, Op::CLEAR | Op::TAKE | Op::MAKE_CELL)
                    || op == Op::RAISE && (i.f() & 3) < if kind == Kind::Use && r == i.b() { 2 } else { 1 };
                out.push((u32::from(r), optional));
            }
            _ => {}
        }
    }
    let based =
        |r: u16| op.kinds().into_iter().zip([i.a(), i.b(), i.c()]).any(|(k, x)| k == Kind::Base && x == r);
    for (first, len) in ranges(op, i).filter(|&(first, _)| based(first)) {
        let len = if op == Op::WITH_EXCEPT { 2 } else { len };
        for n in 0..len {
            let optional = n == 1 && matches!(op, Op::CALL_METHOD | Op::CALL_METHOD_KW | Op::WITH_EXCEPT)
                || n == 2 && op == Op::CALL_EX;
            out.push((u32::from(first) + n, optional));
        }
    }
    if op == Op::FORMAT && i.f() & 4 != 0 || op == Op::LIST_EXTEND && i.f() & 1 != 0 {
        out.push((u32::from(i.c()), false));
    }
    out
}

/// Registers that the instruction leaves unbound.
fn given_up(op: Op, i: Instr) -> Vec<u32> {
    let mut out = Vec::new();
    let fields = [i.a(), i.b(), i.c()];
    if op != Op::UNPACK_EX {
        for n in 0..3 {
            let by_format = n == 2 && op == Op::FORMAT && i.f() & 4 != 0;
            if i.f() & [KILL_A, KILL_B, KILL_C][n] != 0 && (op.kinds()[n] == Kind::Use || by_format) {
                out.push(u32::from(fields[n]));
            }
        }
    }
    match op {
        Op::CLEAR | Op::DELETE_LOCAL | Op::POP_EXC => out.push(u32::from(i.a())),
        Op::TAKE | Op::UNPACK_EX => out.push(u32::from(i.b())),
        Op::END_ASYNC_FOR => out.extend([u32::from(i.a()), u32::from(i.b())]),
        Op::MATCH_CLASS | Op::INTRINSIC | Op::WITH_EXCEPT => {}
        _ => {
            let base = |r: u16| op.kinds().into_iter().zip(fields).any(|(k, x)| k == Kind::Base && x == r);
            for (first, len) in ranges(op, i).filter(|&(first, _)| base(first)) {
                out.extend((0..len).map(|n| u32::from(first) + n));
            }
        }
    }
    out
}

/// Registers that hold a new value afterwards.
fn writes(op: Op, i: Instr) -> Vec<u32> {
    let mut out = Vec::new();
    for (kind, r) in op.kinds().into_iter().zip([i.a(), i.b(), i.c()]) {
        match kind {
            Kind::Def => out.push(u32::from(r)),
            Kind::DefBase => {
                let len = ranges(op, i).find(|&(first, _)| first == r).map_or(0, |x| x.1);
                out.extend((0..len).map(|n| u32::from(r) + n));
            }
            _ => {}
        }
    }
    if matches!(op, Op::SWAP | Op::YIELD | Op::SEND | Op::MAKE_CELL) {
        out.push(u32::from(i.a()));
    }
    out
}
