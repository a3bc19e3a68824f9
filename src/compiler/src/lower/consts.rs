//! The constants of a code object, each once.
//!
//! Equal means: same type and same bits, all the way down (`1`, `True` and `1.0` differ, and so do the
//! zeros). Code objects are never merged.

use std::collections::HashMap;
use weft_bytecode::Const;

/// The pool.
#[derive(Default)]
pub struct Consts {
    items: Vec<Const>,
    index: HashMap<Vec<u8>, u32>,
}

impl Consts {
    /// The index of `c`, new or old.
    pub fn add(&mut self, c: Const) -> u32 {
        let next = self.items.len() as u32;
        if !matches!(c, Const::Code(_)) {
            let mut key = Vec::new();
            write_key(&c, &mut key);
            if let Some(&i) = self.index.get(&key) {
                return i;
            }
            self.index.insert(key, next);
        }
        self.items.push(c);
        next
    }

    /// Makes `c` the first constant (a docstring).
    pub fn set_first(&mut self, c: Const) {
        debug_assert!(self.items.is_empty());
        self.add(c);
    }

    pub fn into_items(self) -> Vec<Const> {
        self.items
    }
}

fn write_key(c: &Const, out: &mut Vec<u8>) {
    let mut blob = |tag: u8, bytes: &[u8]| {
        out.push(tag);
        out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        out.extend_from_slice(bytes);
    };
    match c {
        Const::None => blob(0, &[]),
        Const::Bool(b) => blob(1, &[u8::from(*b)]),
        Const::Ellipsis => blob(2, &[]),
        Const::Int(n) => blob(3, &n.to_le_bytes()),
        Const::BigInt(sign, bytes) => blob(4 + u8::from(*sign), bytes),
        Const::Float(bits) => blob(6, &bits.to_le_bytes()),
        Const::Complex(re, im) => blob(7, &[re.to_le_bytes(), im.to_le_bytes()].concat()),
        Const::Str(s) => blob(8, s),
        Const::Bytes(b) => blob(9, b),
        Const::Tuple(items) | Const::FrozenSet(items) => {
            blob(10 + u8::from(matches!(c, Const::FrozenSet(_))), &(items.len() as u64).to_le_bytes());
            items.iter().for_each(|i| write_key(i, out));
        }
        Const::Slice(parts) => {
            blob(12, &[]);
            parts.iter().for_each(|i| write_key(i, out));
        }
        Const::Code(code) => blob(13, &code.address().to_le_bytes()),
    }
}
