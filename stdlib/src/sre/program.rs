//! Compiled patterns: the code words of `re` translated once into instructions that are quick to run.
//!
//! The words are checked on the way: every jump of a [`Program`] lands in it, every set and group exists. Literal
//! characters in a row become one comparison of bytes; sets become a bitmap for the first 256 characters and the words
//! for the rest. For every instruction that chooses, the bytes with which each way can begin are worked out, so that most
//! choices need not be remembered.
//!
//! A program is for text (UTF-8, in which ASCII is one byte a character) or for bytes.

use super::chars::{self, Fold, category};

/// No repetition limit.
pub const MANY: u32 = u32::MAX;
/// No such set.
pub const NONE: u32 = u32::MAX;

/// The bytes that something can begin with.
pub type Bytes256 = [u64; 4];

/// What a way of a choice begins with.
#[derive(Clone, Copy, Debug)]
pub struct First {
    /// The bytes.
    pub set: Bytes256,
    /// The byte, if there is only one.
    pub single: Option<u8>,
}

/// Is a byte among them?
#[inline(always)]
pub fn has(b: &Bytes256, c: u8) -> bool {
    b[(c >> 6) as usize] >> (c & 63) & 1 == 1
}

fn put(b: &mut Bytes256, c: u8) {
    b[(c >> 6) as usize] |= 1 << (c & 63)
}

/// Something that matches one character.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum One {
    /// Everything but a line feed.
    Any,
    /// Everything.
    All,
    /// A character.
    Char(u32),
    /// Everything but a character.
    NotChar(u32),
    /// A set by number.
    Set(u32),
    /// Nothing.
    Never,
}

/// A set of characters.
#[derive(Debug)]
pub struct Set {
    /// Which of the first 256 are in it; not used with `locale`.
    pub low: Bytes256,
    /// Depends on the locale, so everything is looked up.
    pub locale: bool,
    words: Words,
}

#[derive(Debug)]
enum Words {
    /// Part of the code, how characters are folded.
    In(Vec<u32>, Fold),
    /// One character, folded, or all but it.
    Folded(u32, Fold, bool),
}

impl Set {
    /// Is a character in the set?
    #[inline]
    pub fn contains(&self, c: u32) -> bool {
        if c < 256 && !self.locale {
            return has(&self.low, c as u8);
        }
        self.look_up(c)
    }

    fn look_up(&self, c: u32) -> bool {
        match &self.words {
            Words::In(w, Fold::Locale) => {
                let (lower, upper) = (chars::lower_locale(c), chars::upper_locale(c));
                // Neither case is in a set that is left out.
                let (not, w) = match w.split_first() {
                    Some((&op::NEGATE, rest)) => (true, rest),
                    _ => (false, &w[..]),
                };
                (in_set(w, lower) || (upper != lower && in_set(w, upper))) != not
            }
            Words::In(w, fold) => in_set(w, fold.apply(c)),
            Words::Folded(x, Fold::Locale, not) => {
                (c == *x || chars::lower_locale(c) == *x || chars::upper_locale(c) == *x) != *not
            }
            Words::Folded(x, fold, not) => (fold.apply(c) == *x) != *not,
        }
    }
}

/// Membership by the words of a set.
fn in_set(w: &[u32], c: u32) -> bool {
    let mut yes = true;
    let mut i = 0;
    while let Some(op) = w.get(i) {
        let arg = |k: usize| w.get(i + k).copied().unwrap_or(0);
        match *op {
            op::LITERAL => {
                if c == arg(1) {
                    return yes;
                }
                i += 2
            }
            op::RANGE => {
                if arg(1) <= c && c <= arg(2) {
                    return yes;
                }
                i += 3
            }
            op::RANGE_UNI_IGNORE => {
                let upper = chars::upper(c);
                if (arg(1) <= c && c <= arg(2)) || (arg(1) <= upper && upper <= arg(2)) {
                    return yes;
                }
                i += 3
            }
            op::NEGATE => {
                yes = !yes;
                i += 1
            }
            op::CATEGORY => {
                if category(arg(1), c) {
                    return yes;
                }
                i += 2
            }
            op::CHARSET => {
                if c < 256 && arg(1 + (c >> 5) as usize) >> (c & 31) & 1 == 1 {
                    return yes;
                }
                i += 9
            }
            op::BIGCHARSET => {
                if c < 65536 {
                    let block = arg(2 + (c >> 10) as usize) >> (8 * (c >> 8 & 3)) & 255;
                    if arg(66 + (block as usize * 8) + (c >> 5 & 7) as usize) >> (c & 31) & 1 == 1 {
                        return yes;
                    }
                }
                i += 66 + arg(1) as usize * 8
            }
            _ => return !yes,
        }
    }
    !yes
}

/// The words of `re._constants.OPCODES` that occur in code.
#[allow(missing_docs)]
pub mod op {
    pub const FAILURE: u32 = 0;
    pub const SUCCESS: u32 = 1;
    pub const ANY: u32 = 2;
    pub const ANY_ALL: u32 = 3;
    pub const ASSERT: u32 = 4;
    pub const ASSERT_NOT: u32 = 5;
    pub const AT: u32 = 6;
    pub const BRANCH: u32 = 7;
    pub const CATEGORY: u32 = 8;
    pub const CHARSET: u32 = 9;
    pub const BIGCHARSET: u32 = 10;
    pub const GROUPREF: u32 = 11;
    pub const GROUPREF_EXISTS: u32 = 12;
    pub const IN: u32 = 13;
    pub const INFO: u32 = 14;
    pub const JUMP: u32 = 15;
    pub const LITERAL: u32 = 16;
    pub const MARK: u32 = 17;
    pub const MAX_UNTIL: u32 = 18;
    pub const MIN_UNTIL: u32 = 19;
    pub const NOT_LITERAL: u32 = 20;
    pub const NEGATE: u32 = 21;
    pub const RANGE: u32 = 22;
    pub const REPEAT: u32 = 23;
    pub const REPEAT_ONE: u32 = 24;
    pub const MIN_REPEAT_ONE: u32 = 26;
    pub const ATOMIC_GROUP: u32 = 27;
    pub const POSSESSIVE_REPEAT: u32 = 28;
    pub const POSSESSIVE_REPEAT_ONE: u32 = 29;
    pub const GROUPREF_IGNORE: u32 = 30;
    pub const IN_IGNORE: u32 = 31;
    pub const LITERAL_IGNORE: u32 = 32;
    pub const NOT_LITERAL_IGNORE: u32 = 33;
    pub const GROUPREF_LOC_IGNORE: u32 = 34;
    pub const IN_LOC_IGNORE: u32 = 35;
    pub const LITERAL_LOC_IGNORE: u32 = 36;
    pub const NOT_LITERAL_LOC_IGNORE: u32 = 37;
    pub const GROUPREF_UNI_IGNORE: u32 = 38;
    pub const IN_UNI_IGNORE: u32 = 39;
    pub const LITERAL_UNI_IGNORE: u32 = 40;
    pub const NOT_LITERAL_UNI_IGNORE: u32 = 41;
    pub const RANGE_UNI_IGNORE: u32 = 42;
}

/// An instruction. `site` is the number of the first of the registers that it uses.
#[derive(Clone, Copy, Debug)]
pub enum Op {
    /// The whole pattern matches.
    Success,
    /// No match this way.
    Fail,
    /// Bytes of the literals.
    Text { at: u32, len: u32 },
    /// One character.
    One(One),
    /// A position, by its code.
    At(u32),
    /// A group begins (even) or ends (odd).
    Mark(u32),
    /// Go on elsewhere.
    Jump(u32),
    /// This way, or else from `alt`; with the bytes each begins with.
    Branch { alt: u32, first: u32, alt_first: u32 },
    /// What a group has matched.
    Ref { group: u32, fold: Fold },
    /// Go on elsewhere if a group has not matched.
    Exists { group: u32, otherwise: u32 },
    /// As many as there are, fewer if need be; what follows begins with bytes of the set `tail`.
    Star { one: One, min: u32, max: u32, tail: u32, only_end: bool },
    /// As few as possible.
    Lazy { one: One, min: u32, max: u32, tail: u32 },
    /// As many as there are.
    Greedy { one: One, min: u32, max: u32 },
    /// A repeat begins: its end decides.
    Repeat { site: u32, until: u32 },
    /// End of a repeated part: again if possible.
    MaxUntil { site: u32, limits: u32 },
    /// End of a repeated part: again if need be.
    MinUntil { site: u32, limits: u32 },
    /// What follows must match here (or end here, for a look behind by `back` characters) without being consumed.
    Assert { site: u32, back: u32, next: u32 },
    /// It does.
    AssertEnd { site: u32 },
    /// What follows must not match.
    AssertNot { site: u32, back: u32, next: u32 },
    /// It does.
    AssertNotEnd { site: u32 },
    /// A group that is not tried again begins.
    Atomic { site: u32 },
    /// It ends.
    AtomicEnd { site: u32 },
    /// A repeat that is not tried again begins.
    Possess { site: u32 },
    /// Its next round.
    PossessNext { site: u32, limits: u32 },
    /// A round is over.
    PossessEnd { site: u32, next: u32 },
}

/// Limits of a repeat.
#[derive(Debug)]
pub struct Limits {
    /// Times at least.
    pub min: u32,
    /// Times at most, or [`MANY`].
    pub max: u32,
    /// Where the repeated part is.
    pub body: u32,
    /// What it begins with.
    pub body_first: u32,
    /// Where it goes on.
    pub tail: u32,
    /// What that begins with.
    pub tail_first: u32,
}

/// How a search finds places to try.
#[derive(Debug)]
pub enum Start {
    /// Only where it starts.
    Anchored,
    /// Where these bytes are; they are all there is to match.
    Literal(Box<memchr::memmem::Finder<'static>>),
    /// Where these bytes are.
    Prefix(Box<memchr::memmem::Finder<'static>>),
    /// Where this byte is.
    Byte(u8),
    /// Where one of two is.
    Bytes2(u8, u8),
    /// Where one of three is.
    Bytes3(u8, u8, u8),
    /// Where one of these bytes is.
    Set(Bytes256),
    /// At the start and, as it begins with `.*`, behind line feeds: what does not match from here does not from further on.
    Line,
    /// At the start only, as it begins with `.*` that goes over line feeds.
    Once,
    /// Everywhere.
    All,
}

/// A compiled pattern.
#[derive(Debug)]
pub struct Program {
    /// Instructions.
    pub ops: Vec<Op>,
    /// Literal text.
    pub literals: Vec<u8>,
    /// Sets of characters.
    pub sets: Vec<Set>,
    /// Sets of first bytes.
    pub firsts: Vec<First>,
    /// Limits of repeats.
    pub limits: Vec<Limits>,
    /// Registers wanted.
    pub registers: usize,
    /// Marks wanted: two a group.
    pub marks: usize,
    /// Bytes that a match has at least.
    pub shortest: usize,
    /// How a search goes.
    pub start: Start,
    wide: bool,
}

/// Translates code. `None` if it is not well-formed.
struct Builder<'c> {
    code: &'c [u32],
    p: Program,
    /// Groups there are.
    groups: u32,
    depth: u32,
}

/// Translates the words of `re` for text (`wide`) or for bytes; `None` if they are not well-formed.
pub fn translate(code: &[u32], groups: usize, wide: bool) -> Option<Program> {
    let mut b = Builder {
        code,
        p: Program {
            ops: Vec::new(),
            literals: Vec::new(),
            sets: Vec::new(),
            firsts: Vec::new(),
            limits: Vec::new(),
            registers: 0,
            marks: groups * 2,
            shortest: 0,
            start: Start::All,
            wide,
        },
        groups: u32::try_from(groups).ok()?,
        depth: 0,
    };
    let mut at = 0;
    let mut info = None;
    if *code.first()? == op::INFO {
        let skip = *code.get(1)? as usize;
        info = Some(code.get(1..1 + skip)?);
        at = 1 + skip;
    }
    let end = b.sequence(at, code.len(), true)?;
    if end != code.len() {
        return None;
    }
    b.choose_ways();
    b.choose_start(info)?;
    Some(b.p)
}

impl Builder<'_> {
    fn word(&self, at: usize) -> Option<u32> {
        self.code.get(at).copied()
    }

    /// Where the skip word at `at` leads.
    fn target(&self, at: usize, limit: usize) -> Option<usize> {
        let to = at.checked_add(self.word(at)? as usize)?;
        (to > at && to <= limit).then_some(to)
    }

    fn pc(&self) -> u32 {
        self.p.ops.len() as u32
    }

    fn emit(&mut self, op: Op) -> usize {
        self.p.ops.push(op);
        self.p.ops.len() - 1
    }

    fn site(&mut self) -> u32 {
        self.p.registers += 3;
        self.p.registers as u32 - 3
    }

    fn literal(&mut self, c: u32) {
        // The bytes of characters in a row are next to each other, unless a jump comes between.
        let at = self.p.literals.len() as u32;
        match self.p.wide {
            true => self.p.literals.extend_from_slice(weft_vm::types::str::encode(c, &mut [0; 4])),
            false => self.p.literals.push(c as u8),
        }
        let len = self.p.literals.len() as u32 - at;
        self.emit(Op::Text { at, len });
    }

    /// Appends to the literal before, if it was emitted at `since` or later.
    fn join_literals(&mut self, since: usize) {
        let n = self.p.ops.len();
        if n >= since + 2
            && let (Op::Text { at, len }, Op::Text { at: next, len: more }) = (self.p.ops[n - 2], self.p.ops[n - 1])
            && at + len == next
        {
            self.p.ops.pop();
            self.p.ops[n - 2] = Op::Text { at, len: len + more }
        }
    }

    fn set(&mut self, words: Words) -> One {
        let mut s = Set { low: [0; 4], locale: matches!(words, Words::In(_, Fold::Locale) | Words::Folded(_, Fold::Locale, _)), words };
        if let Words::In(w, _) = &s.words {
            s.locale |= chars::uses_locale(w)
        }
        if !s.locale {
            let mut low = [0; 4];
            for c in 0..=255u8 {
                if s.look_up(c as u32) {
                    put(&mut low, c)
                }
            }
            s.low = low
        }
        self.p.sets.push(s);
        One::Set(self.p.sets.len() as u32 - 1)
    }

    /// The instruction for one character at `at`, and where it ends.
    fn one(&mut self, at: usize, limit: usize) -> Option<(One, usize)> {
        let arg = self.word(at + 1);
        let possible = |c: u32| if self.p.wide { c < 0x11_0000 } else { c < 256 };
        let folded = |fold, not| Some(Words::Folded(arg?, fold, not));
        let words = match self.word(at)? {
            op::ANY => return Some((One::Any, at + 1)),
            op::ANY_ALL => return Some((One::All, at + 1)),
            op::FAILURE => return Some((One::Never, at + 1)),
            op::LITERAL => {
                let c = arg?;
                return Some((if possible(c) { One::Char(c) } else { One::Never }, at + 2));
            }
            op::NOT_LITERAL => {
                let c = arg?;
                return Some((if possible(c) { One::NotChar(c) } else { One::All }, at + 2));
            }
            op::LITERAL_IGNORE => folded(Fold::Ascii, false)?,
            op::NOT_LITERAL_IGNORE => folded(Fold::Ascii, true)?,
            op::LITERAL_LOC_IGNORE => folded(Fold::Locale, false)?,
            op::NOT_LITERAL_LOC_IGNORE => folded(Fold::Locale, true)?,
            op::LITERAL_UNI_IGNORE => folded(Fold::Unicode, false)?,
            op::NOT_LITERAL_UNI_IGNORE => folded(Fold::Unicode, true)?,
            op::CATEGORY => Words::In(vec![op::CATEGORY, arg?, op::FAILURE], Fold::No),
            o @ (op::IN | op::IN_IGNORE | op::IN_LOC_IGNORE | op::IN_UNI_IGNORE) => {
                let end = self.target(at + 1, limit)?;
                let fold = match o {
                    op::IN => Fold::No,
                    op::IN_IGNORE => Fold::Ascii,
                    op::IN_LOC_IGNORE => Fold::Locale,
                    _ => Fold::Unicode,
                };
                let w = self.code[at + 2..end].to_vec();
                return Some((self.set(Words::In(w, fold)), end));
            }
            _ => return None,
        };
        Some((self.set(words), at + 2))
    }

    /// Translates up to `limit`, or (inside) up to a SUCCESS, which is not translated. Gives where it ended.
    fn sequence(&mut self, mut at: usize, limit: usize, top: bool) -> Option<usize> {
        self.depth += 1;
        if self.depth > 2000 {
            return None;
        }
        let mut since = self.p.ops.len();
        while at < limit {
            let o = self.word(at)?;
            match o {
                op::SUCCESS => {
                    if !top {
                        break;
                    }
                    self.emit(Op::Success);
                    at += 1;
                }
                op::LITERAL => {
                    match self.one(at, limit)?.0 {
                        One::Char(c) => {
                            self.literal(c);
                            self.join_literals(since)
                        }
                        one => drop(self.emit(Op::One(one))),
                    }
                    at += 2;
                    continue;
                }
                op::AT => {
                    let code = self.word(at + 1)?;
                    if code > 11 {
                        return None;
                    }
                    self.emit(Op::At(code));
                    at += 2
                }
                op::MARK => {
                    let n = self.word(at + 1)?;
                    if n >= self.groups * 2 {
                        return None;
                    }
                    self.emit(Op::Mark(n));
                    at += 2
                }
                op::JUMP => {
                    // Of a conditional: its end is made known by the caller.
                    return None;
                }
                op::BRANCH => at = self.branch(at + 1, limit)?,
                op::GROUPREF | op::GROUPREF_IGNORE | op::GROUPREF_LOC_IGNORE | op::GROUPREF_UNI_IGNORE => {
                    let group = self.word(at + 1).filter(|g| *g < self.groups)?;
                    let fold = match o {
                        op::GROUPREF => Fold::No,
                        op::GROUPREF_IGNORE => Fold::Ascii,
                        op::GROUPREF_LOC_IGNORE => Fold::Locale,
                        _ => Fold::Unicode,
                    };
                    self.emit(Op::Ref { group, fold });
                    at += 2
                }
                op::GROUPREF_EXISTS => at = self.conditional(at, limit)?,
                op::REPEAT_ONE | op::MIN_REPEAT_ONE | op::POSSESSIVE_REPEAT_ONE => {
                    let end = self.target(at + 1, limit)?;
                    let (min, max) = (self.word(at + 2)?, self.word(at + 3)?);
                    let (one, stop) = self.one(at + 4, end)?;
                    if stop + 1 != end || self.word(stop)? != op::SUCCESS {
                        return None;
                    }
                    self.emit(match o {
                        op::REPEAT_ONE => Op::Star { one, min, max, tail: NONE, only_end: false },
                        op::MIN_REPEAT_ONE => Op::Lazy { one, min, max, tail: NONE },
                        _ => Op::Greedy { one, min, max },
                    });
                    at = end
                }
                op::REPEAT => at = self.repeat(at, limit)?,
                op::POSSESSIVE_REPEAT => at = self.possessive(at, limit)?,
                op::ASSERT | op::ASSERT_NOT => {
                    let end = self.target(at + 1, limit)?;
                    let back = self.word(at + 2)?;
                    let site = self.site();
                    let not = o == op::ASSERT_NOT;
                    let head = self.emit(Op::Fail);
                    let stop = self.sequence(at + 3, end, false)?;
                    if stop + 1 != end {
                        return None;
                    }
                    self.emit(if not { Op::AssertNotEnd { site } } else { Op::AssertEnd { site } });
                    let next = self.pc();
                    self.p.ops[head] =
                        if not { Op::AssertNot { site, back, next } } else { Op::Assert { site, back, next } };
                    at = end
                }
                op::ATOMIC_GROUP => {
                    let end = self.target(at + 1, limit)?;
                    let site = self.site();
                    self.emit(Op::Atomic { site });
                    let stop = self.sequence(at + 2, end, false)?;
                    if stop + 1 != end {
                        return None;
                    }
                    self.emit(Op::AtomicEnd { site });
                    at = end
                }
                op::FAILURE => {
                    self.emit(Op::Fail);
                    at += 1
                }
                _ => {
                    let (one, end) = self.one(at, limit)?;
                    self.emit(Op::One(one));
                    at = end
                }
            }
            since = self.p.ops.len()
        }
        self.depth -= 1;
        Some(at)
    }

    /// `at`: the first skip word. Each way ends in a jump behind all of them.
    fn branch(&mut self, mut at: usize, limit: usize) -> Option<usize> {
        let (mut jumps, mut out) = (Vec::new(), 0);
        loop {
            if self.word(at)? == 0 {
                break;
            }
            let next = self.target(at, limit)?;
            let last = self.word(next)? == 0;
            let head = if last { None } else { Some(self.emit(Op::Fail)) };
            let jump = next.checked_sub(2).filter(|j| *j > at)?;
            if self.word(jump)? != op::JUMP {
                return None;
            }
            let to = self.target(jump + 1, limit)?;
            if out != 0 && to != out {
                return None;
            }
            out = to;
            if self.sequence(at + 1, jump, false)? != jump {
                return None;
            }
            if !last {
                jumps.push(self.emit(Op::Fail))
            }
            let alt = self.pc();
            if let Some(head) = head {
                self.p.ops[head] = Op::Branch { alt, first: NONE, alt_first: NONE }
            }
            at = next
        }
        if out == 0 {
            self.emit(Op::Fail);
            return Some(at + 1);
        }
        let end = self.pc();
        for j in jumps {
            self.p.ops[j] = Op::Jump(end)
        }
        Some(out)
    }

    fn conditional(&mut self, at: usize, limit: usize) -> Option<usize> {
        let group = self.word(at + 1).filter(|g| *g < self.groups)?;
        let otherwise = (at + 1).checked_add(self.word(at + 2)? as usize).filter(|o| *o <= limit && *o >= at + 3)?;
        let head = self.emit(Op::Fail);
        // With a second way, the first ends in a jump.
        let jump = otherwise.wrapping_sub(2);
        let end = if otherwise >= at + 5 && self.word(jump)? == op::JUMP {
            let end = self.target(jump + 1, limit);
            match (end, self.is_instruction(at + 3, jump)) {
                (Some(end), true) if end >= otherwise => Some(end),
                _ => None,
            }
        } else {
            None
        };
        match end {
            Some(end) => {
                if self.sequence(at + 3, jump, false)? != jump {
                    return None;
                }
                let over = self.emit(Op::Fail);
                self.p.ops[head] = Op::Exists { group, otherwise: self.pc() };
                if self.sequence(otherwise, end, false)? != end {
                    return None;
                }
                self.p.ops[over] = Op::Jump(self.pc());
                Some(end)
            }
            None => {
                if self.sequence(at + 3, otherwise, false)? != otherwise {
                    return None;
                }
                self.p.ops[head] = Op::Exists { group, otherwise: self.pc() };
                Some(otherwise)
            }
        }
    }

    /// Does an instruction start at `to`, read from `at` on? (A word that looks like a jump may be an argument.)
    fn is_instruction(&self, mut at: usize, to: usize) -> bool {
        while at < to {
            let next = match self.word(at) {
                Some(
                    op::LITERAL
                    | op::NOT_LITERAL
                    | op::LITERAL_IGNORE
                    | op::NOT_LITERAL_IGNORE
                    | op::LITERAL_LOC_IGNORE
                    | op::NOT_LITERAL_LOC_IGNORE
                    | op::LITERAL_UNI_IGNORE
                    | op::NOT_LITERAL_UNI_IGNORE
                    | op::AT
                    | op::MARK
                    | op::CATEGORY
                    | op::GROUPREF
                    | op::GROUPREF_IGNORE
                    | op::GROUPREF_LOC_IGNORE
                    | op::GROUPREF_UNI_IGNORE
                    | op::JUMP,
                ) => Some(at + 2),
                Some(op::ANY | op::ANY_ALL | op::FAILURE | op::SUCCESS | op::MAX_UNTIL | op::MIN_UNTIL) => Some(at + 1),
                Some(op::BRANCH) => {
                    let mut skip = at + 1;
                    loop {
                        match self.word(skip) {
                            Some(0) => break Some(skip + 1),
                            Some(n) => skip += n as usize,
                            None => break None,
                        }
                    }
                }
                Some(op::GROUPREF_EXISTS) => Some(at + 3),
                Some(_) => self.word(at + 1).map(|n| at + 1 + n as usize),
                None => None,
            };
            match next {
                Some(n) if n > at => at = n,
                _ => return false,
            }
        }
        at == to
    }

    fn repeat(&mut self, at: usize, limit: usize) -> Option<usize> {
        let until = self.target(at + 1, limit)?;
        let (min, max) = (self.word(at + 2)?, self.word(at + 3)?);
        let site = self.site();
        let head = self.emit(Op::Fail);
        let body = self.pc();
        if self.sequence(at + 4, until, false)? != until {
            return None;
        }
        let limits = self.p.limits.len() as u32;
        let end = self.emit(match self.word(until)? {
            op::MAX_UNTIL => Op::MaxUntil { site, limits },
            op::MIN_UNTIL => Op::MinUntil { site, limits },
            _ => return None,
        });
        self.p.ops[head] = Op::Repeat { site, until: end as u32 };
        self.p.limits.push(Limits { min, max, body, body_first: NONE, tail: end as u32 + 1, tail_first: NONE });
        Some(until + 1)
    }

    fn possessive(&mut self, at: usize, limit: usize) -> Option<usize> {
        let end = self.target(at + 1, limit)?;
        let (min, max) = (self.word(at + 2)?, self.word(at + 3)?);
        let site = self.site();
        self.emit(Op::Possess { site });
        let limits = self.p.limits.len() as u32;
        let next = self.emit(Op::PossessNext { site, limits }) as u32;
        self.p.limits.push(Limits { min, max, body: next + 1, body_first: NONE, tail: 0, tail_first: NONE });
        if self.sequence(at + 4, end, false)? != end || self.word(end)? != op::SUCCESS {
            return None;
        }
        self.emit(Op::PossessEnd { site, next });
        self.p.limits[limits as usize].tail = self.pc();
        Some(end + 1)
    }

    // ---- first bytes

    fn first_of_one(&self, one: One) -> Bytes256 {
        let wide = self.p.wide;
        // A character beyond ASCII begins with a byte from 0xC2 on; which one is not looked at.
        let from_low = |low: &dyn Fn(u8) -> bool| {
            let mut b = [0; 4];
            for c in 0..if wide { 128u32 } else { 256 } {
                if low(c as u8) {
                    put(&mut b, c as u8)
                }
            }
            if wide {
                b[2] = !0;
                b[3] = !0
            }
            b
        };
        match one {
            One::All => from_low(&|_| true),
            One::Any => from_low(&|c| c != b'\n'),
            One::Never => [0; 4],
            One::Char(c) => {
                let mut b = [0; 4];
                let mut buf = [0; 4];
                put(&mut b, if wide { weft_vm::types::str::encode(c, &mut buf)[0] } else { c as u8 });
                b
            }
            One::NotChar(x) => from_low(&|c| c as u32 != x),
            One::Set(n) => {
                let s = &self.p.sets[n as usize];
                from_low(&|c| s.locale || has(&s.low, c))
            }
        }
    }

    /// The bytes that a match from `pc` on begins with; `None`: it may be empty, or it is not known.
    fn first(&self, pc: u32, fuel: &mut u32) -> Option<Bytes256> {
        *fuel = fuel.checked_sub(1)?;
        let union = |a: Bytes256, b: Bytes256| [a[0] | b[0], a[1] | b[1], a[2] | b[2], a[3] | b[3]];
        match *self.p.ops.get(pc as usize)? {
            Op::Fail => Some([0; 4]),
            Op::Text { at, .. } => {
                let mut b = [0; 4];
                put(&mut b, *self.p.literals.get(at as usize)?);
                Some(b)
            }
            Op::One(one) => Some(self.first_of_one(one)),
            Op::At(_) | Op::Mark(_) | Op::Atomic { .. } => self.first(pc + 1, fuel),
            Op::Assert { next, .. } | Op::AssertNot { next, .. } => self.first(next, fuel),
            Op::Jump(to) => self.first(to, fuel),
            Op::Branch { alt, .. } => {
                let a = self.first(pc + 1, fuel)?;
                Some(union(a, self.first(alt, fuel)?))
            }
            Op::Star { one, min, .. } | Op::Lazy { one, min, .. } | Op::Greedy { one, min, .. } => {
                let b = self.first_of_one(one);
                if min > 0 { Some(b) } else { Some(union(b, self.first(pc + 1, fuel)?)) }
            }
            Op::Repeat { until, .. } => {
                let (Op::MaxUntil { limits, .. } | Op::MinUntil { limits, .. }) = *self.p.ops.get(until as usize)? else {
                    return None;
                };
                let l = &self.p.limits[limits as usize];
                let b = self.first(l.body, fuel)?;
                if l.min > 0 { Some(b) } else { Some(union(b, self.first(l.tail, fuel)?)) }
            }
            // The end of an atomic group above all: what it matches does not depend on what follows.
            _ => None,
        }
    }

    fn first_set(&mut self, pc: u32) -> u32 {
        match self.first(pc, &mut 60) {
            Some(set) if set != [!0; 4] => {
                let n: u32 = set.iter().map(|w| w.count_ones()).sum();
                let single = (0..=255).find(|c| n == 1 && has(&set, *c));
                self.p.firsts.push(First { set, single });
                self.p.firsts.len() as u32 - 1
            }
            _ => NONE,
        }
    }

    /// Notes for every choice what its ways begin with.
    fn choose_ways(&mut self) {
        for pc in 0..self.pc() {
            let new = match self.p.ops[pc as usize] {
                Op::Branch { alt, .. } => {
                    Op::Branch { alt, first: self.first_set(pc + 1), alt_first: self.first_set(alt) }
                }
                Op::Star { one, min, max, .. } => {
                    let tail = self.first_set(pc + 1);
                    let mine = self.first_of_one(one);
                    let only_end = tail != NONE && {
                        let t = &self.p.firsts[tail as usize].set;
                        (0..4).all(|i| t[i] & mine[i] == 0)
                    };
                    Op::Star { one, min, max, tail, only_end }
                }
                Op::Lazy { one, min, max, .. } => Op::Lazy { one, min, max, tail: self.first_set(pc + 1) },
                o => o,
            };
            self.p.ops[pc as usize] = new
        }
        for i in 0..self.p.limits.len() {
            let (body, tail) = (self.p.limits[i].body, self.p.limits[i].tail);
            let (body_first, tail_first) = (self.first_set(body), self.first_set(tail));
            self.p.limits[i].body_first = body_first;
            self.p.limits[i].tail_first = tail_first
        }
    }

    fn choose_start(&mut self, info: Option<&[u32]>) -> Option<()> {
        // [skip, flags, min, max, prefix length, prefix skip, prefix …]
        let flags = info.and_then(|i| i.get(1)).copied().unwrap_or(0);
        self.p.shortest = info.and_then(|i| i.get(2)).copied().unwrap_or(0) as usize;
        if let Some(Op::At(0 | 2)) = self.p.ops.first() {
            self.p.start = Start::Anchored;
            return Some(());
        }
        let refers = self.p.ops.iter().any(|o| matches!(o, Op::Ref { .. } | Op::Exists { .. }));
        match (self.p.ops.first(), self.p.ops.get(1)) {
            (Some(Op::Star { one, min: 0, max: MANY, .. } | Op::Lazy { one, min: 0, max: MANY, .. }), _)
            | (Some(Op::Mark(_)), Some(Op::Star { one, min: 0, max: MANY, .. }))
                if matches!(one, One::Any | One::All) && !refers =>
            {
                self.p.start = if *one == One::Any { Start::Line } else { Start::Once };
                return Some(());
            }
            _ => {}
        }
        if flags & 1 != 0 {
            let info = info?;
            let n = *info.get(4)? as usize;
            let mut bytes = Vec::new();
            for c in info.get(6..6 + n)? {
                match (self.p.wide, u8::try_from(*c)) {
                    (true, _) => bytes.extend_from_slice(weft_vm::types::str::encode((*c).min(0x10_ffff), &mut [0; 4])),
                    (false, Ok(c)) => bytes.push(c),
                    (false, Err(_)) => return Some(()),
                }
            }
            let whole = flags & 2 != 0 && matches!(self.p.ops[..], [Op::Text { .. }, Op::Success]);
            self.p.start = match bytes[..] {
                [b] if !whole => Start::Byte(b),
                _ => {
                    let f = Box::new(memchr::memmem::Finder::new(&bytes).into_owned());
                    if whole { Start::Literal(f) } else { Start::Prefix(f) }
                }
            };
            return Some(());
        }
        if let Some(b) = self.first(0, &mut 200) {
            let members: Vec<u8> = (0..=255).filter(|c| has(&b, *c)).take(5).collect();
            self.p.start = match members[..] {
                [x] => Start::Byte(x),
                [x, y] => Start::Bytes2(x, y),
                [x, y, z] => Start::Bytes3(x, y, z),
                _ if b == [!0; 4] => Start::All,
                _ => Start::Set(b),
            }
        }
        Some(())
    }
}
