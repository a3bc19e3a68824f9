//! The matcher: runs a [`Program`] over text by backtracking.
//!
//! It does not recurse. What may have to be tried another way, and what must then be as it was (groups, counters of
//! repeats), goes onto one stack, in order; failing means to take from it until there is another way. Stack, groups and
//! counters belong to the thread and are used again by the next match, so matching allocates nothing, and a pattern that
//! threads share is only read.
//!
//! `WIDE`: characters may have several bytes. Positions are bytes; those of a match are turned into characters by who
//! asks for them. A match that takes long looks up at a safepoint from time to time.

use super::chars::{Fold, is_word};
use super::program::{MANY, NONE, One, Op, Program, Start, has};
use std::cell::RefCell;
use weft_vm::types::str::{char_len, decode};
use weft_vm::{Res, Thread};

/// No position.
const NOWHERE: usize = usize::MAX;
/// Instructions between safepoints.
const PATIENCE: u32 = 4096;

/// What is to be done when this way fails.
#[derive(Clone, Copy)]
enum Undo {
    /// Go on at an instruction.
    Way(u32),
    /// A group: mark number; position, last group closed.
    Mark(u32),
    /// A register.
    Register(u32),
    /// A `Star` at this instruction may give back a character: least position, position.
    Star(u32),
    /// A `Lazy` may take another character: position, how many it has.
    Lazy(u32),
    /// A `MinUntil` may go round again.
    Again(u32),
    /// Nothing: fail on.
    Barrier,
}

#[derive(Clone, Copy)]
struct Entry {
    what: Undo,
    a: usize,
    b: usize,
}

/// What a thread keeps for matching.
#[derive(Default)]
pub struct Scratch {
    stack: Vec<Entry>,
    registers: Vec<usize>,
    /// Positions of the groups: start and end in turn.
    pub marks: Vec<usize>,
    /// Number of the last group closed, or -1.
    pub last: isize,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Takes the thread's scratch memory; to be given back by [`give_back`].
pub fn scratch() -> Scratch {
    SCRATCH.take()
}

/// Keeps scratch memory for the next match, unless it has grown out of proportion.
pub fn give_back(s: Scratch) {
    if s.stack.capacity() < 1 << 20 {
        SCRATCH.set(s)
    }
}

/// What is looked for.
#[derive(Clone, Copy)]
pub struct Ask {
    /// Where matching starts.
    pub start: usize,
    /// The match must reach the end.
    pub whole: bool,
    /// An empty match at the start does not count.
    pub advance: bool,
    /// Anywhere from the start on.
    pub anywhere: bool,
}

/// Where it matched.
pub type Span = Option<(usize, usize)>;

struct Machine<'a, const WIDE: bool> {
    p: &'a Program,
    /// The text up to where matching may go.
    s: &'a [u8],
    x: &'a mut Scratch,
    ask: Ask,
}

/// Matches. `s` ends where the match may end at most.
pub fn run<const WIDE: bool>(t: &mut Thread, p: &Program, s: &[u8], ask: Ask, x: &mut Scratch) -> Res<Span> {
    x.stack.clear();
    x.marks.clear();
    x.marks.resize(p.marks, NOWHERE);
    x.registers.clear();
    x.registers.resize(p.registers, NOWHERE);
    x.last = -1;
    let mut m = Machine::<WIDE> { p, s, x, ask };
    if ask.anywhere { m.search(t) } else { m.at(t, ask.start) }
}

/// Bytes of the character at `p`, which is before the end.
#[inline(always)]
fn width<const WIDE: bool>(s: &[u8], p: usize) -> usize {
    if WIDE { char_len(s[p]) } else { 1 }
}

/// Where the character before `p` starts.
#[inline(always)]
fn before<const WIDE: bool>(s: &[u8], mut p: usize) -> usize {
    p -= 1;
    if WIDE {
        while p > 0 && s[p] & 0xC0 == 0x80 {
            p -= 1
        }
    }
    p
}

/// The character at `p`.
#[inline(always)]
fn char_at<const WIDE: bool>(s: &[u8], p: usize) -> u32 {
    let b = s[p];
    if !WIDE || b < 128 { b as u32 } else { decode(&s[p..]) }
}

impl<const WIDE: bool> Machine<'_, WIDE> {
    /// Tries at `start`, and says where the match is.
    fn at(&mut self, t: &mut Thread, start: usize) -> Res<Span> {
        Ok(self.go(t, start)?.map(|end| (start, end)))
    }

    fn search(&mut self, t: &mut Thread) -> Res<Span> {
        let p = self.p;
        let s = self.s;
        let mut at = self.ask.start;
        // The last place with enough bytes behind it.
        let Some(last) = s.len().checked_sub(p.shortest) else { return Ok(None) };
        let mut tries = 0u32;
        loop {
            if at > last {
                return Ok(None);
            }
            let found = match &p.start {
                Start::Anchored => return self.at(t, at),
                Start::All | Start::Line => Some(at),
                // An empty match may be refused here and not further on.
                Start::Once if !self.ask.advance => return self.at(t, at),
                Start::Once => Some(at),
                Start::Byte(b) => memchr::memchr(*b, &s[at..]).map(|i| at + i),
                Start::Bytes2(a, b) => memchr::memchr2(*a, *b, &s[at..]).map(|i| at + i),
                Start::Bytes3(a, b, c) => memchr::memchr3(*a, *b, *c, &s[at..]).map(|i| at + i),
                Start::Set(set) => s[at..].iter().position(|c| has(set, *c)).map(|i| at + i),
                Start::Prefix(f) => f.find(&s[at..]).map(|i| at + i),
                Start::Literal(f) => {
                    return Ok(f.find(&s[at..]).map(|i| (at + i, at + i + f.needle().len())));
                }
            };
            let Some(start) = found.filter(|f| *f <= last) else { return Ok(None) };
            if let Some(r) = self.at(t, start)? {
                return Ok(Some(r));
            }
            self.ask.advance = false;
            if start >= s.len() {
                return Ok(None);
            }
            at = start + width::<WIDE>(s, start);
            if let Start::Line = p.start {
                match memchr::memchr(b'\n', &s[start..]) {
                    Some(i) => at = start + i + 1,
                    None if at <= last => at = s.len(),
                    None => return Ok(None),
                }
            }
            tries += 1;
            if tries.is_multiple_of(PATIENCE) {
                t.safepoint()?
            }
        }
    }

    #[inline(always)]
    fn matches(&self, one: One, p: usize) -> bool {
        let c = char_at::<WIDE>(self.s, p);
        match one {
            One::All => true,
            One::Any => c != 10,
            One::Char(x) => c == x,
            One::NotChar(x) => c != x,
            One::Set(n) => self.p.sets[n as usize].contains(c),
            One::Never => false,
        }
    }

    /// Goes over at most `max` characters of a kind; gives where it stops and how many they were.
    #[inline(always)]
    fn span(&self, one: One, from: usize, max: u32) -> (usize, u32) {
        let s = self.s;
        if max == MANY || max as usize >= s.len() - from {
            let end = match one {
                One::All => s.len(),
                One::Never => from,
                One::Any => memchr::memchr(b'\n', &s[from..]).map_or(s.len(), |i| from + i),
                One::NotChar(x) if x < 128 => memchr::memchr(x as u8, &s[from..]).map_or(s.len(), |i| from + i),
                One::Set(n) if !WIDE && !self.p.sets[n as usize].locale => {
                    let low = &self.p.sets[n as usize].low;
                    s[from..].iter().position(|c| !has(low, *c)).map_or(s.len(), |i| from + i)
                }
                _ => return self.count(one, from, max),
            };
            if !WIDE {
                return (end, (end - from).min(u32::MAX as usize - 1) as u32);
            }
            let n = s[from..end].iter().filter(|b| **b & 0xC0 != 0x80).count();
            return (end, n.min(u32::MAX as usize - 1) as u32);
        }
        self.count(one, from, max)
    }

    fn count(&self, one: One, from: usize, max: u32) -> (usize, u32) {
        let (mut p, mut n) = (from, 0);
        while n < max && p < self.s.len() && self.matches(one, p) {
            p += width::<WIDE>(self.s, p);
            n += 1
        }
        (p, n)
    }

    #[inline(always)]
    fn may_begin(&self, set: u32, p: usize) -> bool {
        set == NONE || (p < self.s.len() && has(&self.p.firsts[set as usize].set, self.s[p]))
    }

    #[inline(always)]
    fn push(&mut self, what: Undo, a: usize, b: usize) {
        self.x.stack.push(Entry { what, a, b })
    }

    #[inline(always)]
    fn set_register(&mut self, n: u32, v: usize) {
        let old = self.x.registers[n as usize];
        self.push(Undo::Register(n), old, 0);
        self.x.registers[n as usize] = v
    }

    /// Forgets the other ways since `height`, but not what is to be put back.
    fn cut(&mut self, height: usize) {
        let stack = &mut self.x.stack;
        let mut kept = height;
        for i in height..stack.len() {
            if matches!(stack[i].what, Undo::Mark(_) | Undo::Register(_)) {
                stack[kept] = stack[i];
                kept += 1
            }
        }
        stack.truncate(kept)
    }

    /// Puts back one thing.
    #[inline(always)]
    fn restore(&mut self, e: Entry) {
        match e.what {
            Undo::Mark(n) => {
                self.x.marks[n as usize] = e.a;
                self.x.last = e.b as isize
            }
            Undo::Register(n) => self.x.registers[n as usize] = e.a,
            _ => {}
        }
    }

    /// Where `back` characters before `p` is.
    fn step_back(&self, p: usize, back: u32) -> Option<usize> {
        if !WIDE {
            return p.checked_sub(back as usize);
        }
        let mut p = p;
        for _ in 0..back {
            if p == 0 {
                return None;
            }
            p = before::<WIDE>(self.s, p)
        }
        Some(p)
    }

    fn is_at(&self, code: u32, p: usize) -> bool {
        let s = self.s;
        let line_feed = |p: usize| s.get(p) == Some(&b'\n');
        let boundary = |kind: u32| {
            let word = |p: usize| is_word(kind, char_at::<WIDE>(s, p));
            let behind = p > 0 && word(before::<WIDE>(s, p));
            let ahead = p < s.len() && word(p);
            behind != ahead
        };
        match code {
            0 | 2 => p == 0,
            1 => p == 0 || line_feed(p - 1),
            3 => boundary(0),
            4 => !boundary(0),
            5 => p == s.len() || (p + 1 == s.len() && line_feed(p)),
            6 => p == s.len() || line_feed(p),
            7 => p == s.len(),
            8 => boundary(1),
            9 => !boundary(1),
            10 => boundary(2),
            _ => !boundary(2),
        }
    }

    /// Behind what group `g` has matched, if that stands at `p`.
    fn again(&self, g: u32, fold: Fold, p: usize) -> Option<usize> {
        let (from, to) = (self.x.marks[2 * g as usize], self.x.marks[2 * g as usize + 1]);
        if from == NOWHERE || to == NOWHERE || to < from {
            return None;
        }
        let s = self.s;
        if fold == Fold::No {
            let n = to - from;
            return (s.len() - p >= n && s[from..to] == s[p..p + n]).then_some(p + n);
        }
        let (mut a, mut b) = (from, p);
        while a < to {
            if b >= s.len() || fold.apply(char_at::<WIDE>(s, a)) != fold.apply(char_at::<WIDE>(s, b)) {
                return None;
            }
            a += width::<WIDE>(s, a);
            b += width::<WIDE>(s, b)
        }
        Some(b)
    }

    /// Runs from the first instruction at `start`; gives the end of the match. Without one everything is as before.
    fn go(&mut self, t: &mut Thread, start: usize) -> Res<Option<usize>> {
        let prog = self.p;
        let s = self.s;
        let ops = &prog.ops[..];
        let (mut pc, mut p) = (0u32, start);
        let mut patience = PATIENCE;
        loop {
            // An instruction gives true and leaves `pc` at the next one, or false.
            let ok = match ops[pc as usize] {
                Op::Text { at, len } => {
                    let lit = &prog.literals[at as usize..(at + len) as usize];
                    if s.len() - p >= lit.len() && &s[p..p + lit.len()] == lit {
                        p += lit.len();
                        pc += 1;
                        true
                    } else {
                        false
                    }
                }
                Op::One(one) => {
                    if p < s.len() && self.matches(one, p) {
                        p += width::<WIDE>(s, p);
                        pc += 1;
                        true
                    } else {
                        false
                    }
                }
                Op::Mark(n) => {
                    let (old, last) = (self.x.marks[n as usize], self.x.last);
                    self.push(Undo::Mark(n), old, last as usize);
                    self.x.marks[n as usize] = p;
                    if n & 1 == 1 {
                        self.x.last = (n / 2 + 1) as isize
                    }
                    pc += 1;
                    true
                }
                Op::Jump(to) => {
                    pc = to;
                    true
                }
                Op::Branch { alt, first, alt_first } => {
                    if !self.may_begin(first, p) {
                        pc = alt
                    } else {
                        if self.may_begin(alt_first, p) {
                            self.push(Undo::Way(alt), p, 0)
                        }
                        pc += 1
                    }
                    true
                }
                Op::Star { one, min, max, tail, only_end } => {
                    let (end, n) = self.span(one, p, max);
                    if n < min {
                        false
                    } else {
                        if n > min && !only_end {
                            let least = if WIDE && min > 0 { self.count(one, p, min).0 } else { p + min as usize };
                            match self.last_chance(tail, least, end) {
                                Some(at) => {
                                    if at > least {
                                        self.push(Undo::Star(pc), least, at)
                                    }
                                    p = at;
                                    pc += 1;
                                    true
                                }
                                None => false,
                            }
                        } else {
                            p = end;
                            pc += 1;
                            true
                        }
                    }
                }
                Op::Lazy { one, min, .. } => {
                    let (at, n) = if min == 0 { (p, 0) } else { self.count(one, p, min) };
                    if n < min {
                        false
                    } else {
                        self.push(Undo::Lazy(pc), at, n as usize);
                        p = at;
                        pc += 1;
                        true
                    }
                }
                Op::Greedy { one, min, max } => {
                    let (end, n) = self.span(one, p, max);
                    p = end;
                    pc += 1;
                    n >= min
                }
                Op::At(code) => {
                    pc += 1;
                    self.is_at(code, p)
                }
                Op::Repeat { site, until } => {
                    self.set_register(site, NOWHERE);
                    self.set_register(site + 1, NOWHERE);
                    pc = until;
                    true
                }
                Op::MaxUntil { site, limits } => {
                    let l = &prog.limits[limits as usize];
                    let count = self.x.registers[site as usize].wrapping_add(1);
                    if count < l.min as usize {
                        self.set_register(site, count);
                        pc = l.body
                    } else if (l.max == MANY || count < l.max as usize)
                        && p != self.x.registers[site as usize + 1]
                        && self.may_begin(l.body_first, p)
                    {
                        if self.may_begin(l.tail_first, p) {
                            self.push(Undo::Way(l.tail), p, 0)
                        }
                        self.set_register(site, count);
                        self.set_register(site + 1, p);
                        pc = l.body
                    } else {
                        pc = l.tail
                    }
                    true
                }
                Op::MinUntil { site, limits } => {
                    let l = &prog.limits[limits as usize];
                    let count = self.x.registers[site as usize].wrapping_add(1);
                    if count < l.min as usize {
                        self.set_register(site, count);
                        pc = l.body
                    } else {
                        self.push(Undo::Again(pc), p, 0);
                        pc = l.tail
                    }
                    true
                }
                Op::Success => {
                    let refused = (self.ask.whole && p != s.len()) || (self.ask.advance && p == self.ask.start);
                    if !refused {
                        return Ok(Some(p));
                    }
                    false
                }
                Op::Fail => false,
                Op::Ref { group, fold } => match self.again(group, fold, p) {
                    Some(end) => {
                        p = end;
                        pc += 1;
                        true
                    }
                    None => false,
                },
                Op::Exists { group, otherwise } => {
                    let (from, to) = (self.x.marks[2 * group as usize], self.x.marks[2 * group as usize + 1]);
                    let set = from != NOWHERE && to != NOWHERE && to >= from;
                    pc = if set { pc + 1 } else { otherwise };
                    true
                }
                Op::Assert { site, back, .. } => match self.step_back(p, back) {
                    Some(at) => {
                        self.x.registers[site as usize] = self.x.stack.len();
                        self.x.registers[site as usize + 1] = p;
                        self.push(Undo::Barrier, 0, 0);
                        p = at;
                        pc += 1;
                        true
                    }
                    None => false,
                },
                Op::AssertEnd { site } => {
                    self.cut(self.x.registers[site as usize]);
                    p = self.x.registers[site as usize + 1];
                    pc += 1;
                    true
                }
                Op::AssertNot { site, back, next } => {
                    match self.step_back(p, back) {
                        Some(at) => {
                            self.x.registers[site as usize] = self.x.stack.len();
                            self.push(Undo::Way(next), p, 0);
                            p = at;
                            pc += 1
                        }
                        None => pc = next,
                    }
                    true
                }
                Op::AssertNotEnd { site } => {
                    let height = self.x.registers[site as usize];
                    while self.x.stack.len() > height {
                        if let Some(e) = self.x.stack.pop() {
                            self.restore(e)
                        }
                    }
                    false
                }
                Op::Atomic { site } => {
                    self.x.registers[site as usize] = self.x.stack.len();
                    self.push(Undo::Barrier, 0, 0);
                    pc += 1;
                    true
                }
                Op::AtomicEnd { site } => {
                    self.cut(self.x.registers[site as usize]);
                    pc += 1;
                    true
                }
                Op::Possess { site } => {
                    self.set_register(site, 0);
                    self.set_register(site + 1, NOWHERE);
                    pc += 1;
                    true
                }
                Op::PossessNext { site, limits } => {
                    let l = &prog.limits[limits as usize];
                    let count = self.x.registers[site as usize];
                    if count < l.min as usize {
                        self.x.registers[site as usize + 2] = self.x.stack.len();
                        self.push(Undo::Barrier, 0, 0);
                        pc = l.body
                    } else if (l.max == MANY || count < l.max as usize) && p != self.x.registers[site as usize + 1] {
                        self.x.registers[site as usize + 2] = self.x.stack.len();
                        self.push(Undo::Way(l.tail), p, 0);
                        self.set_register(site + 1, p);
                        pc = l.body
                    } else {
                        pc = l.tail
                    }
                    true
                }
                Op::PossessEnd { site, next } => {
                    self.cut(self.x.registers[site as usize + 2]);
                    let count = self.x.registers[site as usize];
                    self.set_register(site, count + 1);
                    pc = next;
                    true
                }
            };
            patience -= 1;
            if patience == 0 {
                patience = PATIENCE;
                t.safepoint()?;
                // An instruction remembers three things at most.
                if self.x.stack.try_reserve(4 * PATIENCE as usize).is_err() {
                    return Err(crate::support::memory_error(t));
                }
            }
            if ok {
                continue;
            }
            loop {
                let Some(e) = self.x.stack.pop() else { return Ok(None) };
                match e.what {
                    Undo::Way(to) => {
                        pc = to;
                        p = e.a;
                        break;
                    }
                    Undo::Mark(_) | Undo::Register(_) => self.restore(e),
                    Undo::Barrier => {}
                    Undo::Star(at) => {
                        let Op::Star { tail, .. } = ops[at as usize] else { continue };
                        let end = before::<WIDE>(s, e.b);
                        let Some(here) = self.last_chance(tail, e.a, end) else { continue };
                        if here > e.a {
                            self.push(Undo::Star(at), e.a, here)
                        }
                        p = here;
                        pc = at + 1;
                        break;
                    }
                    Undo::Lazy(at) => {
                        let Op::Lazy { one, max, tail, .. } = ops[at as usize] else { continue };
                        let (mut here, mut n) = (e.a, e.b);
                        let mut found = false;
                        // Takes characters until what follows may begin.
                        while (max == MANY || n < max as usize) && here < s.len() && self.matches(one, here) {
                            here += width::<WIDE>(s, here);
                            n += 1;
                            if self.may_begin(tail, here) {
                                found = true;
                                break;
                            }
                        }
                        if !found {
                            continue;
                        }
                        self.push(Undo::Lazy(at), here, n);
                        p = here;
                        pc = at + 1;
                        break;
                    }
                    Undo::Again(at) => {
                        let Op::MinUntil { site, limits } = ops[at as usize] else { continue };
                        let l = &prog.limits[limits as usize];
                        let count = self.x.registers[site as usize].wrapping_add(1);
                        if (l.max != MANY && count >= l.max as usize) || e.a == self.x.registers[site as usize + 1] {
                            continue;
                        }
                        self.set_register(site, count);
                        self.set_register(site + 1, e.a);
                        p = e.a;
                        pc = l.body;
                        break;
                    }
                }
            }
        }
    }

    /// The last place from `least` to `end` at which what follows may begin.
    #[inline(always)]
    fn last_chance(&self, tail: u32, least: usize, end: usize) -> Option<usize> {
        if tail == NONE {
            return Some(end);
        }
        let first = &self.p.firsts[tail as usize];
        let s = self.s;
        if let Some(b) = first.single {
            let to = s.len().min(end + 1);
            return memchr::memrchr(b, &s[least..to]).map(|i| least + i);
        }
        let first = &first.set;
        // Continuation bytes begin nothing, so only starts of characters are found.
        if end < s.len() && has(first, s[end]) {
            return Some(end);
        }
        s[least..end].iter().rposition(|c| has(first, *c) && (!WIDE || c & 0xC0 != 0x80)).map(|i| least + i)
    }
}
