//! Registers while code is being lowered.
//!
//! Named registers (parameters, locals, cells) are numbered from 0. How many there will be is not known
//! until the block is lowered (inlined comprehensions bring their own), so temporaries are numbered from
//! [`FIRST_TEMP`] and moved down when instructions are emitted. Temporaries are a stack: whoever takes one
//! gives it back in the opposite order, and code that is running never sees a live one above the top.

/// Number of the first temporary; far above any legal number of variables.
pub const FIRST_TEMP: u32 = 1 << 24;

/// A register of the block being lowered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Reg(pub u32);

impl Reg {
    /// True of a temporary.
    pub fn is_temp(self) -> bool {
        self.0 >= FIRST_TEMP
    }

    /// The register `n` above.
    pub fn up(self, n: u32) -> Reg {
        Reg(self.0 + n)
    }
}

impl From<Reg> for u32 {
    fn from(r: Reg) -> u32 {
        r.0
    }
}

/// Where the value of an expression is found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Operand {
    /// The register.
    pub reg: Reg,
    /// A temporary that its user must give up (kill, consume or overwrite). A variable is not.
    pub owned: bool,
}

impl Operand {
    /// A variable read in place.
    pub fn borrowed(reg: Reg) -> Operand {
        Operand { reg, owned: false }
    }

    /// A temporary.
    pub fn temp(reg: Reg) -> Operand {
        Operand { reg, owned: true }
    }
}

/// The stack of temporaries.
#[derive(Clone, Debug, Default)]
pub struct Temps {
    top: u32,
    most: u32,
}

impl Temps {
    /// The next temporary.
    pub fn take(&mut self) -> Reg {
        self.take_many(1)
    }

    /// `n` temporaries in a row; the first of them.
    pub fn take_many(&mut self, n: u32) -> Reg {
        let r = self.top();
        self.top += n;
        self.most = self.most.max(self.top);
        r
    }

    /// The first free temporary.
    pub fn top(&self) -> Reg {
        Reg(FIRST_TEMP + self.top)
    }

    /// Gives back everything from `r` up (or takes what is missing below `r`).
    pub fn reset(&mut self, r: Reg) {
        self.top = r.0 - FIRST_TEMP;
        self.most = self.most.max(self.top);
    }

    /// How many there ever were at once.
    pub fn most(&self) -> u32 {
        self.most
    }
}
