//! `_random`: the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998), bit for bit CPython's.

use crate::support::{Guarded, native};
use weft_strategy::Header;
use weft_vm::object::{Args, ModuleSpec, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, type_flag};
use weft_vm::types::int::{is_int, to_big, to_i64};
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Thread, VRef, Value, methods};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_random",
    doc: "Module implements the Mersenne Twister random number generator.",
    functions: &[],
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Result<(), Raised> {
    t.module_add_type(m, &TYPE);
    Ok(())
}

const N: usize = 624;
const M: usize = 397;

/// The generator: 624 words and the place in them.
struct Twister {
    state: [u32; N],
    index: usize,
}

impl Default for Twister {
    fn default() -> Twister {
        Twister { state: [0; N], index: N }
    }
}

impl Twister {
    fn init(&mut self, seed: u32) {
        self.state[0] = seed;
        for i in 1..N {
            let last = self.state[i - 1];
            self.state[i] = (last ^ last >> 30).wrapping_mul(1812433253).wrapping_add(i as u32)
        }
        self.index = N
    }

    fn init_by_array(&mut self, key: &[u32]) {
        self.init(19650218);
        let s = &mut self.state;
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            s[i] = (s[i] ^ (s[i - 1] ^ s[i - 1] >> 30).wrapping_mul(1664525))
                .wrapping_add(key[j])
                .wrapping_add(j as u32);
            i += 1;
            j += 1;
            if i >= N {
                s[0] = s[N - 1];
                i = 1
            }
            if j >= key.len() {
                j = 0
            }
        }
        for _ in 0..N - 1 {
            s[i] = (s[i] ^ (s[i - 1] ^ s[i - 1] >> 30).wrapping_mul(1566083941)).wrapping_sub(i as u32);
            i += 1;
            if i >= N {
                s[0] = s[N - 1];
                i = 1
            }
        }
        s[0] = 0x8000_0000
    }

    fn next(&mut self) -> u32 {
        if self.index >= N {
            for k in 0..N {
                let y = self.state[k] & 0x8000_0000 | self.state[(k + 1) % N] & 0x7FFF_FFFF;
                let odd = if y & 1 != 0 { 0x9908_B0DF } else { 0 };
                self.state[k] = self.state[(k + M) % N] ^ y >> 1 ^ odd
            }
            self.index = 0
        }
        let mut y = self.state[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= y << 7 & 0x9D2C_5680;
        y ^= y << 15 & 0xEFC6_0000;
        y ^ y >> 18
    }

    /// 53 random bits as a number below 1.
    fn random(&mut self) -> f64 {
        let (a, b) = (self.next() >> 5, self.next() >> 6);
        (a as f64 * 67108864.0 + b as f64) * (1.0 / 9007199254740992.0)
    }
}

#[repr(C)]
struct Random {
    h: Header,
    twister: Guarded<Twister>,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for Random {
    weft_vm::layout!(Random, "_random.Random", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {}
}

static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_random.Random",
    doc: "Random() -> create a random number generator with its own internal state.",
    flags: type_flag::BASETYPE,
    slots: Slots {
        new: Some(|t, cls, _| {
            Ok(t.make(cls.shape(), Random { h: Header::new(0, 0), twister: Guarded::new(Twister::default()) }))
        }),
        init: Some(|t, v, a| {
            crate::support::no_keywords(t, "Random", a)?;
            crate::support::arity(t, "Random", a.positional_len(), 0, 1)?;
            let seed = a.positional().first().copied();
            seed_with(t, native(v), seed)
        }),
        ..Slots::EMPTY
    },
    methods: methods! {
        "random(self, /)" => |t, a| {
            let r: &Random = a.this();
            let x = r.twister.with(t, &r.h, Twister::random);
            Ok(t.float(x))
        }, "random() -> x in the interval [0, 1).";
        "seed(self, n=None, /)" => |t, a| {
            seed_with(t, a.this(), a.opt(1))?;
            Ok(Value::NONE)
        }, "seed([n]) -> None.\n\nDefaults to use urandom and falls back to a combination\nof the current time and the process identifier.";
        "getstate(self, /)" => getstate, "getstate() -> tuple containing the current state.";
        "setstate(self, state, /)" => setstate, "setstate(state) -> None.  Restores generator state.";
        "getrandbits(self, k, /)" => getrandbits, "getrandbits(k) -> x.  Generates an int with k random bits.";
    },
    ..TypeSpec::new::<Random>()
};

fn seed_with(t: &mut Thread, r: &Random, seed: Option<VRef<'_>>) -> Res<()> {
    let key = match seed.filter(|s| !s.is_none()) {
        None => {
            let mut bytes = [0u8; N * 4];
            // SAFETY: a buffer of our own of that length.
            let n = unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), bytes.len(), libc::GRND_NONBLOCK) };
            if n != bytes.len() as isize {
                let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
                let now = now.map_or(0, |d| d.as_nanos() as u64);
                bytes[..8].copy_from_slice(&now.to_le_bytes());
                bytes[8..12].copy_from_slice(&std::process::id().to_le_bytes())
            }
            bytes.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect()
        }
        Some(v) if is_int(v) => match to_i64(v) {
            Some(n) => words(n.unsigned_abs()),
            None => {
                let big = to_big(v).unwrap_or(dashu_int::IBig::ZERO);
                let (_, magnitude) = big.into_parts();
                let bytes = magnitude.to_le_bytes();
                bytes
                    .chunks(4)
                    .map(|c| c.iter().rev().fold(0u32, |w, b| w << 8 | *b as u32))
                    .collect()
            }
        },
        Some(v) => {
            let h = t.hash(v)?;
            words(h as u64)
        }
    };
    r.twister.with(t, &r.h, |m| m.init_by_array(&key));
    Ok(())
}

/// 32-bit digits, the least first; one at least.
fn words(n: u64) -> Vec<u32> {
    if n >> 32 == 0 { vec![n as u32] } else { vec![n as u32, (n >> 32) as u32] }
}

fn getstate(t: &mut Thread, a: Args<'_>) -> Res {
    let r: &Random = a.this();
    let (state, index) = r.twister.with(t, &r.h, |m| (m.state, m.index));
    let mut all: Vec<Value> = state.iter().map(|w| t.int(*w as i64)).collect();
    all.push(t.int_usize(index));
    Ok(Tuple::new(t, all))
}

fn setstate(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(state) = a.get(1).cast::<Tuple>() else {
        return Err(t.type_error("state vector must be a tuple"));
    };
    if state.len() != N + 1 {
        return Err(t.value_error("state vector is the wrong size"));
    }
    let mut new = [0; N];
    for (to, v) in new.iter_mut().zip(state.iter()) {
        if !is_int(v) {
            let n = v.ty().name();
            return Err(t.type_error(format!("'{n}' object cannot be interpreted as an integer")));
        }
        let Some(n) = to_i64(v) else {
            return Err(t.overflow_error("Python int too large to convert to C unsigned long"));
        };
        if n < 0 {
            return Err(t.overflow_error("can't convert negative value to unsigned int"));
        }
        *to = n as u32
    }
    let index = t.arg_i64(state.get(N))?;
    let Some(index) = usize::try_from(index).ok().filter(|i| *i <= N) else {
        return Err(t.value_error("invalid state"));
    };
    let r: &Random = a.this();
    r.twister.with(t, &r.h, |m| *m = Twister { state: new, index });
    Ok(Value::NONE)
}

fn getrandbits(t: &mut Thread, a: Args<'_>) -> Res {
    let k = t.index(a.get(1))?;
    if weft_vm::types::int::is_negative(k.r()) {
        return Err(t.value_error("Cannot convert negative int"));
    }
    let Some(k) = to_i64(k.r()) else {
        return Err(t.overflow_error("Python int too large to convert to C unsigned long"));
    };
    let r: &Random = a.this();
    if k == 0 {
        return Ok(t.int(0));
    }
    if k <= 32 {
        let w = r.twister.with(t, &r.h, Twister::next);
        return Ok(t.int((w >> (32 - k)) as i64));
    }
    let words = (k as usize).div_ceil(32);
    let mut bytes: Vec<u8> = crate::support::room(t, words * 4)?;
    r.twister.with(t, &r.h, |m| {
        let mut left = k;
        for _ in 0..words {
            let mut w = m.next();
            if left < 32 {
                w >>= 32 - left
            }
            bytes.extend_from_slice(&w.to_le_bytes());
            left -= 32
        }
    });
    let n = weft_text::int::bytes::from_bytes(&bytes, weft_text::codecs::Endian::Little, false);
    Ok(t.big_int(n.into_big()))
}
