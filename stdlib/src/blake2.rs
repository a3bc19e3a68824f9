//! `_blake2`: BLAKE2b and BLAKE2s (RFC 7693) with all parameters, tree hashing included, which the usual crates leave out.

use crate::hashes::{data, first_data, hex, take};
use crate::support::{Guarded, bytes, native};
use weft_strategy::Header;
use weft_vm::object::{
    Args, GetSet, MethodDef, ModuleSpec, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, type_flag,
};
use weft_vm::{Raised, Res, Thread, VRef, Value, methods};

/// The order of message words by round.
const SIGMA: [[usize; 16]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

/// A hash whose words are of one size: the two functions differ in nothing else.
macro_rules! blake2 {
    ($name:ident, $word:ty, $rounds:literal, $r:expr, $iv:expr) => {
        #[derive(Clone)]
        struct $name {
            h: [$word; 8],
            /// Bytes compressed so far.
            count: u128,
            buffer: Vec<u8>,
            last_node: bool,
            size: usize,
        }

        impl $name {
            const BLOCK: usize = 16 * size_of::<$word>();
            const IV: [$word; 8] = $iv;

            /// Starts from a parameter block of eight words.
            fn new(params: &[u8], size: usize, last_node: bool) -> $name {
                let mut h = Self::IV;
                for (x, p) in h.iter_mut().zip(params.chunks_exact(size_of::<$word>())) {
                    let mut word = [0; size_of::<$word>()];
                    word.copy_from_slice(p);
                    *x ^= <$word>::from_le_bytes(word)
                }
                $name { h, count: 0, buffer: Vec::with_capacity(Self::BLOCK), last_node, size }
            }

            fn compress(&mut self, block: &[u8], last: bool) {
                let mut m = [0 as $word; 16];
                for (x, b) in m.iter_mut().zip(block.chunks_exact(size_of::<$word>())) {
                    let mut word = [0; size_of::<$word>()];
                    word.copy_from_slice(b);
                    *x = <$word>::from_le_bytes(word)
                }
                let mut v = [0 as $word; 16];
                v[..8].copy_from_slice(&self.h);
                v[8..].copy_from_slice(&Self::IV);
                v[12] ^= self.count as $word;
                v[13] ^= (self.count >> <$word>::BITS) as $word;
                if last {
                    v[14] = !v[14];
                    if self.last_node {
                        v[15] = !v[15]
                    }
                }
                let rotate: [u32; 4] = $r;
                let mut mix = |a: usize, b: usize, c: usize, d: usize, x: $word, y: $word| {
                    v[a] = v[a].wrapping_add(v[b]).wrapping_add(x);
                    v[d] = (v[d] ^ v[a]).rotate_right(rotate[0]);
                    v[c] = v[c].wrapping_add(v[d]);
                    v[b] = (v[b] ^ v[c]).rotate_right(rotate[1]);
                    v[a] = v[a].wrapping_add(v[b]).wrapping_add(y);
                    v[d] = (v[d] ^ v[a]).rotate_right(rotate[2]);
                    v[c] = v[c].wrapping_add(v[d]);
                    v[b] = (v[b] ^ v[c]).rotate_right(rotate[3])
                };
                for round in 0..$rounds {
                    let s = &SIGMA[round % 10];
                    mix(0, 4, 8, 12, m[s[0]], m[s[1]]);
                    mix(1, 5, 9, 13, m[s[2]], m[s[3]]);
                    mix(2, 6, 10, 14, m[s[4]], m[s[5]]);
                    mix(3, 7, 11, 15, m[s[6]], m[s[7]]);
                    mix(0, 5, 10, 15, m[s[8]], m[s[9]]);
                    mix(1, 6, 11, 12, m[s[10]], m[s[11]]);
                    mix(2, 7, 8, 13, m[s[12]], m[s[13]]);
                    mix(3, 4, 9, 14, m[s[14]], m[s[15]])
                }
                for i in 0..8 {
                    self.h[i] ^= v[i] ^ v[i + 8]
                }
            }
        }

        impl Blake for $name {
            fn update(&mut self, mut b: &[u8]) {
                // The last block waits for the end: it is compressed with a flag.
                while self.buffer.len() + b.len() > Self::BLOCK {
                    let n = Self::BLOCK - self.buffer.len();
                    self.buffer.extend_from_slice(&b[..n]);
                    b = &b[n..];
                    self.count += Self::BLOCK as u128;
                    let block = std::mem::take(&mut self.buffer);
                    self.compress(&block, false);
                    self.buffer = block;
                    self.buffer.clear()
                }
                self.buffer.extend_from_slice(b)
            }

            fn digest(&self) -> Vec<u8> {
                let mut end = self.clone();
                end.count += end.buffer.len() as u128;
                let mut block = std::mem::take(&mut end.buffer);
                block.resize(Self::BLOCK, 0);
                end.compress(&block, true);
                let mut out: Vec<u8> = end.h.iter().flat_map(|w| w.to_le_bytes()).collect();
                out.truncate(self.size);
                out
            }

            fn copy(&self) -> Box<dyn Blake> {
                Box::new(self.clone())
            }

            fn size(&self) -> usize {
                self.size
            }
        }
    };
}

trait Blake: Send + Sync {
    fn update(&mut self, b: &[u8]);
    fn digest(&self) -> Vec<u8>;
    fn copy(&self) -> Box<dyn Blake>;
    fn size(&self) -> usize;
}

blake2!(Blake2b, u64, 12, [32, 24, 16, 63], [
    0x6a09e667f3bcc908,
    0xbb67ae8584caa73b,
    0x3c6ef372fe94f82b,
    0xa54ff53a5f1d36f1,
    0x510e527fade682d1,
    0x9b05688c2b3e6c1f,
    0x1f83d9abfb41bd6b,
    0x5be0cd19137e2179,
]);
blake2!(Blake2s, u32, 10, [16, 12, 8, 7], [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

/// The module.
pub static MODULE: ModuleSpec =
    ModuleSpec { name: "_blake2", doc: "_blake2 provides BLAKE2b and BLAKE2s for hashlib", functions: &[], init: Some(init) };

/// Sizes of the two functions, for the module and the types.
const SIZES: [(&str, i64, i64); 4] =
    [("SALT_SIZE", 16, 8), ("PERSON_SIZE", 16, 8), ("MAX_KEY_SIZE", 64, 32), ("MAX_DIGEST_SIZE", 64, 32)];

fn init(t: &mut Thread, m: VRef<'_>) -> Result<(), Raised> {
    t.module_set(m, "_GIL_MINSIZE", t.int(2048));
    t.module_add_type(m, &BLAKE2B);
    t.module_add_type(m, &BLAKE2S);
    for (name, b, s) in SIZES {
        t.module_set(m, &format!("BLAKE2B_{name}"), t.int(b));
        t.module_set(m, &format!("BLAKE2S_{name}"), t.int(s))
    }
    Ok(())
}

#[repr(C)]
struct Hasher {
    h: Header,
    /// Empty while a thread works on it.
    state: Guarded<Option<Box<dyn Blake>>>,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for Hasher {
    weft_vm::layout!(Hasher, "_blake2.blake2b", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {
        self.state.clear_dead()
    }
}

macro_rules! blake2_type {
    ($static:ident $spec:ident $name:literal $short:literal $large:literal $column:tt $signature:literal) => {
        static $static: NativeType = NativeType::new(&$spec);
        static $spec: TypeSpec = TypeSpec {
            name: $name,
            doc: "Return a new BLAKE2 hash object.",
            flags: type_flag::BASETYPE | type_flag::IMMUTABLE,
            slots: Slots { new: constructor!($signature => |t, a| new(t, a, $large)), ..Slots::EMPTY },
            methods: METHODS,
            getset: &[
                GetSet { name: "name", get: |t, _| Ok(t.str($short)), set: None, doc: "" },
                GetSet { name: "block_size", get: |t, _| Ok(t.int(if $large { 128 } else { 64 })), set: None, doc: "" },
                GetSet { name: "digest_size", get: |t, v| {
                    let n = with(t, v, |s| s.size());
                    Ok(t.int_usize(n))
                }, set: None, doc: "" },
            ],
            setup: Some(|t, _, d| {
                for size in SIZES {
                    d.set_str(t, weft_vm::intern::intern(t, size.0), t.int(size.$column))
                }
            }),
            ..TypeSpec::new::<Hasher>()
        };
    };
}

blake2_type!(BLAKE2B BLAKE2B_SPEC "_blake2.blake2b" "blake2b" true 1
    "blake2b(cls, data=b'', *, digest_size=64, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)");
blake2_type!(BLAKE2S BLAKE2S_SPEC "_blake2.blake2s" "blake2s" false 2
    "blake2s(cls, data=b'', *, digest_size=32, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)");

static METHODS: &[MethodDef] = methods! {
    "copy(self, /)" => |t, a| {
        let s = with(t, a.get(0), |s| s.copy());
        Ok(t.make(a.get(0).ty().shape(), Hasher { h: Header::new(0, 0), state: Guarded::new(Some(s)) }))
    }, "Return a copy of the hash object.";
    "digest(self, /)" => |t, a| {
        let d = with(t, a.get(0), |s| s.digest());
        Ok(t.bytes(&d))
    }, "Return the digest value as a bytes object.";
    "hexdigest(self, /)" => |t, a| {
        let d = with(t, a.get(0), |s| s.digest());
        Ok(hex(t, &d))
    }, "Return the digest value as a string of hexadecimal digits.";
    "update(self, data, /)" => |t, a| {
        let b = data(t, a.get(1))?;
        with(t, a.get(0), |s| s.update(&b));
        Ok(Value::NONE)
    }, "Update this hash object's state with the provided bytes-like object.";
};

/// Runs `f` on the state, alone, while other threads run.
fn with<R>(t: &mut Thread, v: VRef<'_>, f: impl FnOnce(&mut dyn Blake) -> R) -> R {
    let h: &Hasher = native(v);
    let mut s = take(t, &h.h, &h.state);
    let r = t.blocking(|| f(&mut *s));
    h.state.with(t, &h.h, |slot| *slot = Some(s));
    r
}

/// A number argument within bounds.
fn number(t: &mut Thread, v: Option<VRef<'_>>, default: u64, max: u64, wrong: &str) -> Res<u64> {
    let Some(v) = v else { return Ok(default) };
    let i = t.index(v)?;
    if weft_vm::types::int::is_negative(i.r()) {
        return Err(t.value_error("Cannot convert negative int"));
    }
    let n = weft_vm::types::int::to_big(i.r()).and_then(|b| u64::try_from(&b).ok());
    match n {
        Some(n) if n <= max => Ok(n),
        _ if wrong.ends_with("is too large") => Err(t.overflow_error(wrong)),
        _ => Err(t.value_error(wrong)),
    }
}

/// A bytes argument of limited length.
fn limited(t: &mut Thread, v: Option<VRef<'_>>, max: usize, what: &str) -> Res<Vec<u8>> {
    let Some(v) = v else { return Ok(Vec::new()) };
    let b = bytes(t, v)?.into_owned();
    if b.len() > max {
        return Err(t.value_error(format!("maximum {what} length is {max} bytes")));
    }
    Ok(b)
}

fn new(t: &mut Thread, a: Args<'_>, large: bool) -> Res {
    let (max, salt_max, name) = if large { (64, 16, "Blake2b") } else { (32, 8, "Blake2s") };
    let size = match a.opt(2) {
        Some(n) => t.arg_i32(n)?,
        None => max,
    };
    if size < 1 || size > max {
        return Err(t.value_error(format!(
            "digest_size for {name} must be between 1 and {max} bytes, here it is {size}"
        )));
    }
    let salt = limited(t, a.opt(4), salt_max, "salt")?;
    let person = limited(t, a.opt(5), salt_max, "person")?;
    let mut small = |i: usize, default: i32, low: i32, high: i32, text: String| -> Res<u8> {
        let n = match a.opt(i) {
            Some(v) => t.arg_i32(v)?,
            None => default,
        };
        if n < low || n > high { Err(t.value_error(text)) } else { Ok(n as u8) }
    };
    let fanout = small(6, 1, 0, 255, "fanout must be between 0 and 255".into())?;
    let depth = small(7, 1, 1, 255, "depth must be between 1 and 255".into())?;
    let leaf_size = number(t, a.opt(8), 0, u32::MAX as u64, "leaf_size is too large")?;
    let offset_max = if large { u64::MAX } else { (1 << 48) - 1 };
    let node_offset = number(t, a.opt(9), 0, offset_max, "node_offset is too large")?;
    let mut small = |i: usize, default: i32, low: i32, high: i32, text: String| -> Res<u8> {
        let n = match a.opt(i) {
            Some(v) => t.arg_i32(v)?,
            None => default,
        };
        if n < low || n > high { Err(t.value_error(text)) } else { Ok(n as u8) }
    };
    let node_depth = small(10, 0, 0, 255, "node_depth must be between 0 and 255".into())?;
    let inner = small(11, 0, 0, max, format!("inner_size must be between 0 and is {max}"))?;
    let key = limited(t, a.opt(3), max as usize, "key")?;
    let last_node = crate::support::flag(t, a.opt(12), false)?;
    let first = first_data(t, a.opt(1), a.opt_none(14))?;

    // The parameter block (RFC 7693, 2.8; the tree parameters from the BLAKE2 paper, 2.10).
    let mut p = vec![size as u8, key.len() as u8, fanout, depth];
    p.extend_from_slice(&(leaf_size as u32).to_le_bytes());
    if large {
        p.extend_from_slice(&node_offset.to_le_bytes());
        p.extend_from_slice(&[node_depth, inner]);
        p.resize(32, 0)
    } else {
        p.extend_from_slice(&node_offset.to_le_bytes()[..6]);
        p.extend_from_slice(&[node_depth, inner])
    }
    for part in [salt, person] {
        p.extend_from_slice(&part);
        p.resize(p.len() + salt_max - part.len(), 0)
    }
    let mut state: Box<dyn Blake> = if large {
        Box::new(Blake2b::new(&p, size as usize, last_node))
    } else {
        Box::new(Blake2s::new(&p, size as usize, last_node))
    };
    if !key.is_empty() {
        let mut block = key;
        block.resize(if large { 128 } else { 64 }, 0);
        state.update(&block)
    }
    if let Some(v) = first {
        let b = data(t, v)?;
        t.blocking(|| state.update(&b))
    }
    let shape = crate::support::class(a).shape();
    Ok(t.make(shape, Hasher { h: Header::new(0, 0), state: Guarded::new(Some(state)) }))
}
