//! What registers hold, along every path: the part of verification that follows control.
//!
//! The interpreter reads a register without asking whether it is bound, takes a cell for a cell, and believes that a
//! borrowed word's owner still has it. Here each instruction is run once or a few times on what is *known* of each
//! register ([`Reg`]), from the entry along jumps and exception edges, until nothing changes. Knowledge only shrinks where
//! paths meet, and it can shrink a few times only, so this ends; [`BUDGET`] bounds the work for code made to be slow.
//!
//! An instruction that may raise has an edge to its handler with what registers held before it, after it, or when it had
//! just given up its operands. Code that cannot be reached is not looked at.

use crate::code::Code;
use crate::ops::{Instr, KILL_A, KILL_B, KILL_C, Kind, NO_REG, Op, WHEN_TRUE};
use crate::verify::{ends, ranges};

/// Register states looked at, at most. Generated code of any sensible size takes a small part of it.
const BUDGET: usize = 1 << 28;
/// Register states kept, at most.
const KEPT: usize = 1 << 24;

/// What is known of a register's content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Is {
    /// Unbound, or an immediate that nobody needs.
    Empty,
    /// A value.
    Bound,
    /// The exception that was being handled before: what PUSH_EXC put there.
    Handled,
    /// A value or nothing.
    Maybe,
    /// A cell.
    Cell,
    /// A list.
    List,
    /// A dict.
    Dict,
    /// Nothing is known; may only be overwritten.
    Stale,
}

/// What is known of a register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Reg {
    is: Is,
    /// The register that owns the reference, if this one may have borrowed it.
    owner: u16,
}

const fn own(is: Is) -> Reg {
    Reg { is, owner: NO_REG }
}

const STALE: Reg = own(Is::Stale);

impl Reg {
    /// What is known where two paths meet.
    fn join(self, other: Reg) -> Reg {
        use Is::*;
        if self == other {
            return self;
        }
        let owner = match (self.owner, other.owner) {
            (a, b) if a == b => a,
            (NO_REG, o) | (o, NO_REG) => o,
            _ => return STALE,
        };
        let is = match (self.is, other.is) {
            (a, b) if a == b => a,
            (Stale, _) | (_, Stale) => return STALE,
            (Empty | Maybe, _) | (_, Empty | Maybe) => Maybe,
            _ => Bound,
        };
        Reg { is, owner }
    }

    fn is_value(self) -> bool {
        matches!(self.is, Is::Bound | Is::Handled | Is::Cell | Is::List | Is::Dict)
    }

    /// May it be looked at, bound or not?
    fn is_sound(self) -> bool {
        self.is != Is::Stale
    }
}

type Check<T = ()> = Result<T, String>;

/// Follows control through a code object that is well-formed otherwise. The error tells the instruction.
pub(crate) fn check(code: &Code) -> Result<(), (usize, String)> {
    follow(code, &[], 0).map(drop)
}

/// As [`check`]; what is known on entry to the instructions `marks` (sorted or not) is kept. Of the first `plain` registers no
/// more is known than that they hold a value.
fn follow<'a>(code: &'a Code, marks: &[usize], plain: usize) -> Result<Flow<'a>, (usize, String)> {
    let n = code.instrs.len();
    let mut leaders = vec![false; n];
    for &pc in marks {
        leaders[pc] = true
    }
    for (pc, &i) in code.instrs.iter().enumerate() {
        if let Some(to) = jump_target(pc, i) {
            leaders[to] = true
        }
    }
    let mut budget = BUDGET;
    let mut rows = vec![u32::MAX; n];
    for (k, h) in code.handlers.iter().enumerate().rev() {
        let range = h.start as usize..h.end as usize;
        spend(&mut budget, range.len()).map_err(|e| (range.start, e))?;
        rows[range].fill(k as u32);
        leaders[h.target as usize] = true;
    }
    let mut f = Flow { code, leaders, rows, known: vec![None; n], todo: Vec::new(), kept: 0, budget, plain };
    let nregs = usize::from(code.nregs);
    let mut entry = vec![own(Is::Empty); nregs];
    let params = usize::from(code.argcount)
        + usize::from(code.kwonlyargcount)
        + [crate::code::flags::VARARGS, crate::code::flags::VARKEYWORDS]
            .iter()
            .filter(|f| code.flags & **f != 0)
            .count();
    entry[..params.min(nregs)].fill(own(Is::Bound));
    f.meet(0, &entry).map_err(|e| (0, e))?;
    while let Some(pc) = f.todo.pop() {
        f.block(pc)?
    }
    Ok(f)
}

/// A jump that is impossible for no reason that has a name.
const UNFIT: &str = "incompatible stacks";

/// What must be done to a register before control may go on elsewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// Drop its content.
    Clear(u16),
    /// Its content, the exception that was being handled before, is handled again.
    Restore(u16),
    /// A variable that is bound there: if it is not, it becomes None.
    Bind(u16),
}

/// A jump that a debugger asks for (`frame.f_lineno = …`), from before instruction `from` to one of the instructions `to`: the
/// one it may go to, and what must be done to the registers for the code there to find what it relies on. Of several the
/// one deepest inside blocks is taken. The error says why none can be.
pub fn jump(code: &Code, from: usize, to: &[usize]) -> Result<(usize, Vec<Change>), &'static str> {
    let marks: Vec<usize> = to.iter().copied().chain([from]).collect();
    if marks.iter().any(|pc| *pc >= code.instrs.len()) {
        return Err(UNFIT);
    }
    let named = code.locals.len();
    let Ok(flow) = follow(code, &marks, named) else { return Err("code that is too complex") };
    let Some(here) = &flow.known[from] else { return Err(UNFIT) };
    let mut best: Option<(usize, usize, Vec<Change>)> = None;
    let mut why = UNFIT;
    for &pc in to {
        let Some(there) = &flow.known[pc] else { continue };
        match changes(here, there, named) {
            Ok(changes) => {
                let depth = there[named..].iter().filter(|r| r.is_value()).count();
                if best.as_ref().is_none_or(|b| b.1 < depth) {
                    best = Some((pc, depth, changes))
                }
            }
            Err(r) if why == UNFIT => why = reason(code, pc, r),
            Err(_) => {}
        }
    }
    best.map(|(pc, _, changes)| (pc, changes)).ok_or(why)
}

/// What makes registers as `here` fit `there`, or the register for which nothing does.
fn changes(here: &[Reg], there: &[Reg], named: usize) -> Result<Vec<Change>, usize> {
    let mut changes = Vec::new();
    let mut cleared = vec![false; here.len()];
    for (n, (is, want)) in here.iter().zip(there).enumerate() {
        let temporary = n >= named;
        if want.is == Is::Stale || is.join(*want) == *want {
            continue;
        }
        match want.is {
            // Reading a variable that may be unbound is looked after by the code.
            Is::Empty | Is::Maybe if !temporary && is.is_sound() && is.owner == NO_REG => {}
            Is::Empty if temporary => {
                cleared[n] = true;
                changes.push(if is.is == Is::Handled {
                    Change::Restore(n as u16)
                } else {
                    Change::Clear(n as u16)
                })
            }
            Is::Bound if !temporary && matches!(is.is, Is::Empty | Is::Maybe) && is.owner == NO_REG => {
                changes.push(Change::Bind(n as u16))
            }
            _ => return Err(n),
        }
    }
    // Nothing that stays may have borrowed from what goes.
    for (n, r) in here.iter().enumerate() {
        let borrowed = r.owner != NO_REG && cleared.get(usize::from(r.owner)).is_some_and(|c| *c);
        if borrowed && !cleared[n] && there[n].is != Is::Stale {
            return Err(n);
        }
    }
    // Borrowers go before owners, inner handlers before outer ones.
    changes.sort_by_key(|c| match c {
        Change::Clear(n) => (here[usize::from(*n)].owner == NO_REG, std::cmp::Reverse(*n)),
        Change::Restore(n) | Change::Bind(n) => (true, std::cmp::Reverse(*n)),
    });
    Ok(changes)
}

/// Why control cannot come to `pc` without what register `r` should hold there.
fn reason(code: &Code, pc: usize, r: usize) -> &'static str {
    let uses = |ops: &[Op], operand: fn(&Instr) -> u16| {
        code.instrs[pc..]
            .iter()
            .any(|i| i.op().is_some_and(|op| ops.contains(&op)) && usize::from(operand(i)) == r)
    };
    let builds = |i: &Instr| {
        matches!(i.op(), Some(Op::LIST_APPEND | Op::SET_ADD | Op::DICT_SET)) && usize::from(i.a()) == r
    };
    if uses(&[Op::FOR_ITER, Op::FOR_NEXT], |i| i.b()) || code.instrs[pc..].iter().any(builds) {
        "can't jump into the body of a for loop"
    } else if uses(&[Op::POP_EXC], |i| i.a()) {
        "can't jump into an 'except' block as there's no exception"
    } else {
        UNFIT
    }
}

fn jump_target(pc: usize, i: Instr) -> Option<usize> {
    let delta = match i.op()?.kinds() {
        [_, Kind::Jump32, _] => i.jump32() as i64,
        [_, _, Kind::Jump16] => i.c_signed() as i64,
        _ => return None,
    };
    Some((pc as i64 + 1 + delta) as usize)
}

fn spend(budget: &mut usize, n: usize) -> Check {
    match budget.checked_sub(n) {
        Some(left) => {
            *budget = left;
            Ok(())
        }
        None => Err("too complex to verify".into()),
    }
}

struct Flow<'a> {
    code: &'a Code,
    /// Where paths may meet.
    leaders: Vec<bool>,
    /// The row of the exception table that covers each instruction.
    rows: Vec<u32>,
    /// What is known on entry to each leader.
    known: Vec<Option<Box<[Reg]>>>,
    /// Leaders of which less is known than when they were last looked at.
    todo: Vec<usize>,
    kept: usize,
    budget: usize,
    plain: usize,
}

impl Flow<'_> {
    /// A path with these registers leads to `pc`.
    fn meet(&mut self, pc: usize, regs: &[Reg]) -> Check {
        spend(&mut self.budget, regs.len().max(1))?;
        let changed = match &mut self.known[pc] {
            Some(known) => {
                let mut changed = false;
                for (k, r) in known.iter_mut().zip(regs) {
                    let both = k.join(*r);
                    changed |= both != *k;
                    *k = both
                }
                changed
            }
            none => {
                self.kept += regs.len();
                if self.kept > KEPT {
                    return Err("too complex to verify".into());
                }
                *none = Some(regs.into());
                true
            }
        };
        if changed {
            self.todo.push(pc)
        }
        Ok(())
    }

    /// The registers as the handler of row `row` finds them.
    fn meet_handler(&mut self, row: u32, regs: &[Reg]) -> Check {
        let Some(h) = self.code.handlers.get(row as usize) else { return Ok(()) };
        let mut at: Vec<Reg> = regs.to_vec();
        for r in &mut at[..usize::from(h.depth)] {
            if r.owner != NO_REG && r.owner >= h.depth {
                *r = STALE
            }
        }
        at[usize::from(h.depth)..].fill(own(Is::Empty));
        at[usize::from(h.reg)] = own(Is::Bound);
        self.meet(h.target as usize, &at)
    }

    /// Runs a straight piece of code.
    fn block(&mut self, start: usize) -> Result<(), (usize, String)> {
        let regs = self.known[start].as_ref().map(|k| k.to_vec()).unwrap_or_default();
        let mut s = State { code: self.code, regs, touched: Vec::new(), gave: Vec::new(), far: Vec::new() };
        let mut pc = start;
        let mut row = u32::MAX;
        loop {
            let fail = |e: String| (pc, e);
            if self.rows[pc] != row {
                row = self.rows[pc];
                self.meet_handler(row, &s.regs).map_err(fail)?
            }
            let i = self.code.instrs[pc];
            let Some(op) = i.op() else { return Err(fail("unknown operation".into())) };
            s.touched.clear();
            s.gave.clear();
            s.far.clear();
            let mut jump = s.step(pc, op, i).map_err(fail)?;
            if self.plain > 0 {
                let there = jump.as_mut().map(|j| &mut j.1[..self.plain]);
                for r in s.regs[..self.plain].iter_mut().chain(there.into_iter().flatten()) {
                    if matches!(r.is, Is::List | Is::Dict) {
                        r.is = Is::Bound
                    }
                }
            }
            if row != u32::MAX && !s.touched.is_empty() {
                self.after_step(row, &s).map_err(fail)?
            }
            spend(&mut self.budget, 1).map_err(fail)?;
            if let Some((to, regs)) = jump {
                self.meet(to, &regs).map_err(fail)?
            }
            if ends(op) {
                return Ok(());
            }
            pc += 1;
            if self.leaders[pc] {
                return self.meet(pc, &s.regs).map_err(|e| (pc, e));
            }
        }
    }

    /// Tells the handler what an instruction changed.
    fn after_step(&mut self, row: u32, s: &State<'_>) -> Check {
        let Some(h) = self.code.handlers.get(row as usize) else { return Ok(()) };
        spend(&mut self.budget, s.touched.len() + s.gave.len())?;
        let Some(known) = &mut self.known[h.target as usize] else { return Ok(()) };
        let mut changed = false;
        let gave = s.gave.iter().map(|r| (*r, own(Is::Empty)));
        let touched = s.touched.iter().map(|r| (*r, s.get(*r)));
        for (n, r) in touched.chain(gave).chain(s.far.iter().copied()) {
            if n >= h.depth {
                continue;
            }
            let r = if r.owner != NO_REG && r.owner >= h.depth { STALE } else { r };
            let k = &mut known[usize::from(n)];
            let both = k.join(r);
            changed |= both != *k;
            *k = both
        }
        if changed {
            self.todo.push(h.target as usize)
        }
        Ok(())
    }
}

struct State<'a> {
    code: &'a Code,
    regs: Vec<Reg>,
    /// Registers that the instruction changes.
    touched: Vec<u16>,
    /// Those that are unbound while it is under way.
    gave: Vec<u16>,
    /// Those that it changes where it jumps, if it may raise there.
    far: Vec<(u16, Reg)>,
}

/// Where an instruction may go besides the next, and the registers there.
type Jump = Option<(usize, Vec<Reg>)>;

fn need(holds: bool, what: &str, r: u16) -> Check {
    if holds { Ok(()) } else { Err(format!("register {r} {what}")) }
}

impl<'a> State<'a> {
    fn get(&self, r: u16) -> Reg {
        self.regs[usize::from(r)]
    }

    fn read(&self, r: u16) -> Check {
        need(self.get(r).is_value(), "may be unbound", r)
    }

    fn read_as(&self, r: u16, is: Is) -> Check {
        need(self.get(r).is == is, "holds something else", r)
    }

    fn sound(&self, r: u16) -> Check {
        need(self.get(r).is_sound(), "may be dead", r)
    }

    /// The register's reference goes: who borrowed it must not look at it any more.
    fn lose(&mut self, r: u16) {
        for n in 0..self.regs.len() {
            if self.regs[n].owner == r {
                self.regs[n] = STALE;
                self.touched.push(n as u16)
            }
        }
    }

    fn set(&mut self, r: u16, to: Reg) {
        self.lose(r);
        self.regs[usize::from(r)] = to;
        self.touched.push(r)
    }

    fn define(&mut self, r: u16) {
        self.set(r, own(Is::Bound))
    }

    /// The register is unbound from some time in the instruction on.
    fn give(&mut self, r: u16) {
        self.set(r, own(Is::Empty));
        self.gave.push(r)
    }

    /// The words of `from` move to `to`, with what is borrowed from them.
    fn moved(&mut self, from: u16, to: u16) {
        for n in 0..self.regs.len() {
            if self.regs[n].owner == from {
                self.regs[n].owner = to;
                self.touched.push(n as u16)
            }
        }
    }

    fn step(&mut self, pc: usize, op: Op, i: Instr) -> Check<Jump> {
        let (a, b, c) = (i.a(), i.b(), i.c());
        let target = jump_target(pc, i);
        match op {
            Op::BORROW => {
                self.read(b)?;
                need(a != b, "borrows from itself", a)?;
                let from = self.get(b).owner;
                self.set(a, Reg { is: Is::Bound, owner: if from == NO_REG { b } else { from } });
                // Unless what was overwritten was the owner.
                if from == a {
                    self.regs[usize::from(a)] = STALE
                }
            }
            Op::TAKE => {
                let moving = self.get(b);
                need(moving.is != Is::Stale, "may be dead", b)?;
                if a != b {
                    self.lose(a);
                    let moving = self.get(b);
                    self.moved(b, a);
                    self.regs[usize::from(a)] = moving;
                    self.regs[usize::from(b)] = own(Is::Empty);
                    self.touched.extend([a, b]);
                    self.gave.push(b)
                }
            }
            Op::SWAP => {
                self.sound(a)?;
                self.sound(b)?;
                self.regs.swap(usize::from(a), usize::from(b));
                for n in 0..self.regs.len() {
                    let owner = &mut self.regs[n].owner;
                    if *owner == a || *owner == b {
                        *owner = if *owner == a { b } else { a };
                        self.touched.push(n as u16)
                    }
                }
                self.touched.extend([a, b])
            }
            Op::CLEAR => self.give(a),
            Op::CHECK_BOUND => {
                self.sound(a)?;
                let Reg { is, owner } = self.get(a);
                if matches!(is, Is::Empty | Is::Maybe) {
                    self.regs[usize::from(a)] = Reg { is: Is::Bound, owner };
                    self.touched.push(a)
                }
            }
            Op::DELETE_LOCAL => {
                self.sound(a)?;
                self.give(a)
            }
            Op::MAKE_CELL => {
                self.sound(a)?;
                self.give(a);
                self.set(a, own(Is::Cell))
            }
            Op::JUMP_IF_UNBOUND => {
                self.sound(a)?;
                let Reg { is, owner } = self.get(a);
                let bound = if self.get(a).is_value() { is } else { Is::Bound };
                let (when_bound, when_not) = (Reg { is: bound, owner }, own(Is::Empty));
                let mut there = self.regs.clone();
                let taken_if_unbound = i.f() & WHEN_TRUE != 0;
                let (here, far) =
                    if taken_if_unbound { (when_bound, when_not) } else { (when_not, when_bound) };
                there[usize::from(a)] = far;
                self.regs[usize::from(a)] = here;
                self.touched.push(a);
                return Ok(target.map(|to| (to, there)));
            }
            Op::FOR_ITER => {
                self.read(b)?;
                need(a != b, "is iterator and item", a)?;
                let mut there = self.clone_for_jump();
                there.give(b);
                self.gave.push(b);
                self.define(a);
                return Ok(target.map(|to| (to, there.regs)));
            }
            Op::FOR_NEXT => {
                self.read(b)?;
                need(a != b, "is iterator and item", a)?;
                // What enters a generator's frame from here comes back behind the loop's FOR_ITER, and ends through it.
                let twin = target.and_then(|to| self.code.instrs.get(to.checked_sub(1)?)).copied();
                let fits = twin.is_some_and(|t| t.op() == Some(Op::FOR_ITER) && (t.a(), t.b()) == (a, b));
                need(fits, "ends a loop that does not begin", a)?;
                let mut there = self.clone_for_jump();
                there.define(a);
                self.give(b);
                // What the jump's safepoint raises finds the next item.
                self.far.extend(there.touched.iter().map(|r| (*r, there.get(*r))));
                return Ok(target.map(|to| (to, there.regs)));
            }
            Op::SEND => {
                self.read(a)?;
                self.read(b)?;
                need(a != b, "is iterator and item", a)?;
                self.give(a);
                self.define(a);
                let mut there = self.clone_for_jump();
                there.give(b);
                self.gave.push(b);
                return Ok(target.map(|to| (to, there.regs)));
            }
            Op::YIELD => return self.suspend(pc, i),
            Op::RAISE => match i.f() & 0x1f {
                0 => {}
                1 => self.read(a)?,
                _ => {
                    self.read(a)?;
                    self.read(b)?
                }
            },
            Op::END_ASYNC_FOR => {
                self.read(a)?;
                self.give(a);
                self.give(b)
            }
            Op::POP_EXC | Op::RERAISE => {
                self.read(a)?;
                self.give(a)
            }
            Op::CLEANUP_THROW => {
                self.read(a)?;
                self.give(a);
                self.define(b)
            }
            Op::LOAD_METHOD => {
                self.read(b)?;
                let killed = i.f() & KILL_B != 0;
                need(b != a + 1 || killed, "is overwritten by what is borrowed from it", b)?;
                // The receiver moves up, or is borrowed.
                let old = self.get(b);
                let mut this = Reg { is: Is::Maybe, owner: old.owner };
                if !killed && a != b && old.owner == NO_REG {
                    this.owner = b
                }
                if this.owner == a || this.owner == a + 1 {
                    this = STALE
                }
                if killed && a != b {
                    self.give(b)
                }
                self.define(a);
                self.set(a + 1, this)
            }
            Op::UNPACK_EX => {
                self.read(b)?;
                self.give(b);
                self.define_ranges(op, i)
            }
            Op::WITH_EXCEPT => {
                self.read(b)?;
                self.sound(b + 1)?;
                self.read(c)?;
                self.kills(op, i)?;
                self.define(a)
            }
            Op::LIST_APPEND | Op::LIST_EXTEND => {
                self.read_as(a, Is::List)?;
                self.rest(op, i)?
            }
            Op::DICT_SET | Op::DICT_MERGE => {
                self.read_as(a, Is::Dict)?;
                self.rest(op, i)?
            }
            Op::LIST_TO_TUPLE => {
                self.read_as(b, Is::List)?;
                self.rest(op, i)?
            }
            Op::BUILD_LIST => {
                self.rest(op, i)?;
                self.set(a, own(Is::List))
            }
            Op::BUILD_DICT => {
                self.rest(op, i)?;
                self.set(a, own(Is::Dict))
            }
            _ => {
                self.rest(op, i)?;
                return Ok(target.map(|to| (to, self.regs.clone())));
            }
        }
        Ok(None)
    }

    fn clone_for_jump(&self) -> State<'a> {
        State {
            code: self.code,
            regs: self.regs.clone(),
            touched: Vec::new(),
            gave: Vec::new(),
            far: Vec::new(),
        }
    }

    /// An instruction as its operand kinds say.
    fn rest(&mut self, op: Op, i: Instr) -> Check {
        let fields = [i.a(), i.b(), i.c()];
        for (kind, r) in op.kinds().into_iter().zip(fields) {
            match kind {
                Kind::Use => self.read(r)?,
                Kind::Cell => self.read_as(r, Is::Cell)?,
                _ => {}
            }
        }
        if op == Op::FORMAT && i.f() & 4 != 0 || op == Op::LIST_EXTEND && i.f() & 1 != 0 {
            self.read(i.c())?
        }
        // Which of the range may be unbound, and is the range given up?
        let optional = match op {
            Op::CALL_METHOD | Op::CALL_METHOD_KW => Some(i.b() + 1),
            Op::CALL_EX => Some(i.b() + 2),
            _ => None,
        };
        let consumes = !matches!(op, Op::MATCH_CLASS | Op::INTRINSIC);
        let writes = |base: u16| op.kinds()[0] == Kind::DefBase && base == i.a();
        let mut window = None;
        for (base, len) in ranges(op, i) {
            if writes(base) && op.kinds()[1] != Kind::Base {
                continue;
            }
            if writes(base) && window.is_none() && base != i.b() {
                continue;
            }
            for r in base..base + len as u16 {
                if Some(r) == optional { self.sound(r)? } else { self.read(r)? }
            }
            if consumes {
                for (kind, r) in op.kinds().into_iter().zip(fields) {
                    let within = kind == Kind::Use && (base..base + len as u16).contains(&r);
                    need(!within, "is given up and used", r)?
                }
            }
            window = Some((base, len as u16));
        }
        if matches!(op, Op::CALL | Op::CALL_KW | Op::CALL_METHOD | Op::CALL_METHOD_KW)
            && let Some((base, len)) = window
        {
            for r in base + len..self.regs.len() as u16 {
                need(self.get(r).is == Is::Empty, "lives above a call", r)?
            }
        }
        let dead = match op {
            Op::RETURN => i.b(),
            Op::RETURN_CONST => i.a(),
            _ => u16::MAX,
        };
        for r in dead..self.regs.len() as u16 {
            let given_up = op == Op::RETURN && r == i.a();
            need(given_up || self.get(r).is == Is::Empty, "lives when the code returns", r)?
        }
        self.kills(op, i)?;
        if consumes && let Some((base, len)) = window {
            (base..base + len).for_each(|r| self.give(r))
        }
        self.define_ranges(op, i);
        Ok(())
    }

    /// Drops the operands that are killed.
    fn kills(&mut self, op: Op, i: Instr) -> Check {
        let kinds = op.kinds();
        for (n, (flag, r)) in [(KILL_A, i.a()), (KILL_B, i.b()), (KILL_C, i.c())].into_iter().enumerate() {
            let spec = op == Op::FORMAT && n == 2 && i.f() & 4 != 0;
            if i.f() & flag == 0 || !(kinds[n] == Kind::Use || spec) || op == Op::UNPACK_EX {
                continue;
            }
            let defines = matches!(kinds[0], Kind::Def | Kind::Mod) && r == i.a() && n != 0;
            need(!defines, "is killed and defined", r)?;
            let others = [i.a(), i.b(), i.c()];
            let used = (0..3).any(|m| m != n && kinds[m] == Kind::Use && others[m] == r);
            need(!used, "is killed and used", r)?;
            if honours_kills(op) {
                self.give(r)
            }
        }
        Ok(())
    }

    /// Binds what the instruction defines.
    fn define_ranges(&mut self, op: Op, i: Instr) {
        match (op, op.kinds()[0]) {
            (Op::LOAD_SUPER_METHOD | Op::LOAD_SPECIAL, _) => {
                self.define(i.a());
                self.set(i.a() + 1, own(Is::Maybe))
            }
            (_, Kind::DefBase) => {
                let len = match op {
                    Op::UNPACK => i.c(),
                    Op::UNPACK_EX => i.c() + 1 + u16::from(i.f()),
                    _ => 2,
                };
                (i.a()..i.a() + len).for_each(|r| self.define(r))
            }
            (_, Kind::Def) => self.define(i.a()),
            _ => {}
        }
        if op == Op::PUSH_EXC {
            self.set(i.b(), own(Is::Handled))
        }
    }

    /// `YIELD`: all registers leave the stack and come back as owners.
    fn suspend(&mut self, pc: usize, i: Instr) -> Check<Jump> {
        let (a, c) = (i.a(), i.c());
        self.read(a)?;
        if c != NO_REG {
            self.read(c)?;
            need(a != c, "is handed out and saved", a)?
        }
        for n in 0..self.regs.len() as u16 {
            self.sound(n)?;
            need(n < i.b() || self.get(n).is == Is::Empty, "lives over a yield", n)?;
            if self.get(n).owner != NO_REG {
                self.regs[usize::from(n)].owner = NO_REG;
                self.touched.push(n)
            }
        }
        // An exception thrown in finds C as it was, A given up.
        self.give(a);
        self.define(a);
        if c != NO_REG {
            self.set(c, own(Is::Handled))
        }
        if i.f() & 1 == 0 {
            return Ok(None);
        }
        // When what it delegates to ends by an exception thrown in, control goes where its SEND would have gone.
        let send = pc.checked_sub(1).map(|p| (p, self.code.instrs[p]));
        let Some((at, send)) = send.filter(|(_, s)| s.op() == Some(Op::SEND)) else {
            return Err("delegates without SEND".into());
        };
        let mut there = self.clone_for_jump();
        there.give(send.b());
        there.define(send.a());
        Ok(jump_target(at, send).map(|to| (to, there.regs)))
    }
}

/// Does the interpreter drop operands that this instruction kills? Where not, they stay.
fn honours_kills(op: Op) -> bool {
    !matches!(
        op,
        Op::COPY
            | Op::BORROW
            | Op::MATCH_MAPPING
            | Op::MATCH_SEQUENCE
            | Op::GET_LEN
            | Op::RETURN
            | Op::RERAISE
            | Op::PUSH_EXC
            | Op::WITH_EXCEPT
    )
}

#[cfg(test)]
mod tests {
    use crate::ops::{Instr, KILL_B, Op};
    use crate::verify::verify;
    use crate::{Code, Handler};

    /// Code with three registers, the first of which is a parameter.
    fn code(instrs: &[Instr]) -> Code {
        Code {
            argcount: 1,
            nvarnames: 1,
            nregs: 3,
            locals: [b"x"[..].into()].into(),
            instrs: instrs.into(),
            ..Code::stub()
        }
    }

    fn refused(c: &Code) -> String {
        verify(c).err().map_or(String::new(), |e| e.what)
    }

    const RETURN_2: Instr = Instr::new(Op::RETURN, 0, 2, 3, 0);

    #[test]
    fn what_is_bound_may_be_read() {
        assert_eq!(refused(&code(&[Instr::new(Op::COPY, 0, 2, 0, 0), RETURN_2])), "");
        assert!(refused(&code(&[RETURN_2])).contains("may be unbound"));
        // On one path only.
        let jump = Instr::new(Op::JUMP_IF, 0, 0, 1, 0);
        assert!(
            refused(&code(&[jump, Instr::new(Op::COPY, 0, 2, 0, 0), RETURN_2])).contains("may be unbound")
        );
    }

    #[test]
    fn operands_are_given_up() {
        let add = Instr::new(Op::NEG, KILL_B, 2, 1, 0);
        let again = [Instr::new(Op::COPY, 0, 1, 0, 0), add, Instr::new(Op::COPY, 0, 2, 1, 0), RETURN_2];
        assert!(refused(&code(&again)).contains("register 1 may be unbound"));
        let call = [
            Instr::new(Op::COPY, 0, 1, 0, 0),
            Instr::new(Op::CALL, 0, 2, 1, 0),
            Instr::new(Op::RETURN, 0, 1, 3, 0),
        ];
        assert!(refused(&code(&call)).contains("register 1 may be unbound"));
    }

    #[test]
    fn nothing_dead_lives_when_code_returns() {
        let copies = [Instr::new(Op::COPY, 0, 1, 0, 0), Instr::new(Op::COPY, 0, 2, 0, 0)];
        let returning = |dead| refused(&code(&[copies[0], copies[1], Instr::new(Op::RETURN, 0, 2, dead, 0)]));
        assert_eq!(returning(2), "");
        assert!(returning(1).contains("register 1 lives"), "{}", returning(1));
        assert!(
            returning(0).contains("dead registers out of range") && returning(4).contains("out of range")
        );
    }

    #[test]
    fn borrowers_outlive_no_owner() {
        let borrow = Instr::new(Op::BORROW, 0, 2, 0, 0);
        assert_eq!(refused(&code(&[borrow, RETURN_2])), "");
        assert!(
            refused(&code(&[borrow, Instr::new(Op::DELETE_LOCAL, 0, 0, 0, 0), RETURN_2]))
                .contains("register 2")
        );
    }

    #[test]
    fn cells_are_cells() {
        let load = Instr::new(Op::LOAD_CELL, 0, 2, 0, 0);
        let mut c = code(&[load, RETURN_2]);
        c.cells = [0].into();
        assert!(refused(&c).contains("holds something else"));
        c.instrs = [Instr::new(Op::MAKE_CELL, 0, 0, 0, 0), load, RETURN_2].into();
        assert_eq!(refused(&c), "");
    }

    #[test]
    fn handlers_find_what_every_instruction_leaves() {
        // 0: COPY 1 := 0   1: NEG 2 := 1, killed   2: RETURN 2   3 (handler): COPY 2 := 1
        let mut c = code(&[
            Instr::new(Op::COPY, 0, 1, 0, 0),
            Instr::new(Op::NEG, KILL_B, 2, 1, 0),
            RETURN_2,
            Instr::new(Op::COPY, 0, 2, 1, 0),
            RETURN_2,
        ]);
        c.handlers = [Handler { start: 1, end: 2, target: 3, depth: 2, reg: 2 }].into();
        assert!(refused(&c).contains("register 1 may be unbound"));
        c.instrs = [c.instrs[0], Instr::new(Op::NEG, 0, 2, 1, 0), RETURN_2, c.instrs[3], RETURN_2].into();
        assert_eq!(refused(&c), "");
    }
}
