//! `_md5`, `_sha1`, `_sha2`, `_sha3`: hash objects on the RustCrypto crates. BLAKE2 with its parameters is in `blake2.rs`.
//!
//! A thread that hashes takes the state out of the object, so that long inputs are hashed while other threads run; another
//! thread that wants the same object waits for it.

use crate::support::{Guarded, bytes_opt, native};
use sha3::digest::{ExtendableOutput, Update, XofReader};
use weft_strategy::Header;
use weft_vm::object::{
    Args, GetSet, MethodDef, ModuleSpec, NativeType, Object, Slots, TypeSpec, Visitor, type_flag,
};
use weft_vm::types::str::text;
use weft_vm::{Raised, Res, Thread, VRef, Value, methods};

/// From this length on other threads may run meanwhile.
const LONG: usize = 2048;

/// The state of a hash.
pub trait Hash: Send + Sync {
    /// Adds data.
    fn update(&mut self, b: &[u8]);
    /// The digest so far; `n` bytes for functions of any length.
    fn digest(&self, n: usize) -> Vec<u8>;
    /// A copy.
    fn copy(&self) -> Box<dyn Hash>;
}

/// A digest of fixed length.
struct Of<D>(D);

impl<D: sha3::digest::Digest + Clone + Send + Sync + 'static> Hash for Of<D> {
    fn update(&mut self, b: &[u8]) {
        sha3::digest::Digest::update(&mut self.0, b)
    }
    fn digest(&self, _n: usize) -> Vec<u8> {
        self.0.clone().finalize().to_vec()
    }
    fn copy(&self) -> Box<dyn Hash> {
        Box::new(Of(self.0.clone()))
    }
}

/// A function of any output length.
struct Xof<D>(D);

impl<D: ExtendableOutput + Update + Clone + Send + Sync + 'static> Hash for Xof<D> {
    fn update(&mut self, b: &[u8]) {
        Update::update(&mut self.0, b)
    }
    fn digest(&self, n: usize) -> Vec<u8> {
        let mut out = vec![0; n];
        self.0.clone().finalize_xof().read(&mut out);
        out
    }
    fn copy(&self) -> Box<dyn Hash> {
        Box::new(Xof(self.0.clone()))
    }
}

/// What distinguishes one hash function.
pub struct Algorithm {
    /// `name`
    pub name: &'static str,
    /// Bytes of a digest; 0: any.
    pub digest_size: usize,
    /// Bytes of a block.
    pub block_size: usize,
    new: fn() -> Box<dyn Hash>,
    ty: &'static NativeType,
}

/// A hash object.
#[repr(C)]
pub struct Hasher {
    h: Header,
    algorithm: &'static Algorithm,
    /// Empty while a thread works on it.
    state: Guarded<Option<Box<dyn Hash>>>,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for Hasher {
    weft_vm::layout!(Hasher, "_hashlib.HASH", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {
        self.state.clear_dead()
    }
}

/// Takes a state that another thread may be working on.
pub fn take<T>(t: &mut Thread, h: &Header, state: &Guarded<Option<T>>) -> T {
    loop {
        if let Some(s) = state.with(t, h, |s| s.take()) {
            return s;
        }
        t.blocking(std::thread::yield_now)
    }
}

impl Hasher {
    /// Runs `f` on the state, alone.
    fn with<R>(&self, t: &mut Thread, f: impl FnOnce(&mut Thread, &mut dyn Hash) -> R) -> R {
        let mut s = take(t, &self.h, &self.state);
        let r = f(t, &mut *s);
        self.state.with(t, &self.h, |slot| *slot = Some(s));
        r
    }
}

/// The data to hash.
pub fn data<'f>(t: &mut Thread, v: VRef<'f>) -> Result<std::borrow::Cow<'f, [u8]>, Raised> {
    if text(v).is_some() {
        return Err(t.type_error("Strings must be encoded before hashing"));
    }
    match bytes_opt(t, v)? {
        Some(b) => Ok(b),
        None => Err(t.type_error("object supporting the buffer API required")),
    }
}

/// The `data` and `string` arguments of constructors.
pub fn first_data<'f>(
    t: &mut Thread,
    data: Option<VRef<'f>>,
    string: Option<VRef<'f>>,
) -> Result<Option<VRef<'f>>, Raised> {
    if data.is_some() && string.is_some() {
        return Err(t.type_error(
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a future version.",
        ));
    }
    Ok(data.or(string))
}

fn new(t: &mut Thread, a: Args<'_>, algorithm: &'static Algorithm) -> Res {
    let mut state = (algorithm.new)();
    if let Some(v) = first_data(t, a.opt(0), a.opt_none(2))? {
        let b = data(t, v)?;
        if b.len() >= LONG { t.blocking(|| state.update(&b)) } else { state.update(&b) }
    }
    Ok(make(t, algorithm, state))
}

fn make(t: &Thread, algorithm: &'static Algorithm, state: Box<dyn Hash>) -> Value {
    t.make(
        algorithm.ty.shape(t),
        Hasher { h: Header::new(0, 0), algorithm, state: Guarded::new(Some(state)) },
    )
}

static METHODS: &[MethodDef] = methods! {
    "copy(self, /)" => |t, a| {
        let h: &Hasher = a.this();
        let state = h.with(t, |_, s| s.copy());
        Ok(make(t, h.algorithm, state))
    }, "Return a copy of the hash object.";
    "digest(self, /)" => |t, a| {
        let d = a.this::<Hasher>().with(t, |_, s| s.digest(0));
        Ok(t.bytes(&d))
    }, "Return the digest value as a bytes object.";
    "hexdigest(self, /)" => |t, a| {
        let d = a.this::<Hasher>().with(t, |_, s| s.digest(0));
        Ok(hex(t, &d))
    }, "Return the digest value as a string of hexadecimal digits.";
    "update(self, obj, /)" => update, "Update this hash object's state with the provided string.";
};

static XOF_METHODS: &[MethodDef] = methods! {
    "copy(self, /)" => |t, a| {
        let h: &Hasher = a.this();
        let state = h.with(t, |_, s| s.copy());
        Ok(make(t, h.algorithm, state))
    }, "Return a copy of the hash object.";
    "digest(self, length)" => |t, a| {
        let n = length(t, a.get(1))?;
        let d = a.this::<Hasher>().with(t, |_, s| s.digest(n));
        Ok(t.bytes(&d))
    }, "Return the digest value as a bytes object.";
    "hexdigest(self, length)" => |t, a| {
        let n = length(t, a.get(1))?;
        let d = a.this::<Hasher>().with(t, |_, s| s.digest(n));
        Ok(hex(t, &d))
    }, "Return the digest value as a string of hexadecimal digits.";
    "update(self, obj, /)" => update, "Update this hash object's state with the provided bytes-like object.";
};

/// Bytes as hexadecimal digits.
pub fn hex(t: &Thread, b: &[u8]) -> Value {
    t.str_ascii(&weft_text::bytes::hex(b, None, 0))
}

fn length(t: &mut Thread, v: VRef<'_>) -> Res<usize> {
    let n = t.index(v)?;
    if weft_vm::types::int::is_negative(n.r()) {
        return Err(t.value_error("Cannot convert negative int"));
    }
    match weft_vm::types::int::to_i64(n.r()).filter(|n| *n < 1 << 29) {
        Some(n) => Ok(n as usize),
        None => Err(t.value_error("length is too large")),
    }
}

fn update(t: &mut Thread, a: Args<'_>) -> Res {
    let h: &Hasher = a.this();
    let b = data(t, a.get(1))?;
    h.with(t, |t, s| if b.len() >= LONG { t.blocking(|| s.update(&b)) } else { s.update(&b) });
    Ok(Value::NONE)
}

fn algorithm(v: VRef<'_>) -> &'static Algorithm {
    native::<Hasher>(v).algorithm
}

static GETSET: &[GetSet] = &[
    GetSet { name: "block_size", get: |t, v| Ok(t.int_usize(algorithm(v).block_size)), set: None, doc: "" },
    GetSet { name: "digest_size", get: |t, v| Ok(t.int_usize(algorithm(v).digest_size)), set: None, doc: "" },
    GetSet { name: "name", get: |t, v| Ok(t.str(algorithm(v).name)), set: None, doc: "" },
];

static SHA3_GETSET: &[GetSet] = &[
    GetSet { name: "block_size", get: |t, v| Ok(t.int_usize(algorithm(v).block_size)), set: None, doc: "" },
    GetSet { name: "digest_size", get: |t, v| Ok(t.int_usize(algorithm(v).digest_size)), set: None, doc: "" },
    GetSet { name: "name", get: |t, v| Ok(t.str(algorithm(v).name)), set: None, doc: "" },
    GetSet {
        name: "_capacity_bits",
        get: |t, v| Ok(t.int_usize(1600 - 8 * algorithm(v).block_size)),
        set: None,
        doc: "",
    },
    GetSet {
        name: "_rate_bits",
        get: |t, v| Ok(t.int_usize(8 * algorithm(v).block_size)),
        set: None,
        doc: "",
    },
    GetSet {
        name: "_suffix",
        get: |t, v| Ok(t.bytes(if algorithm(v).digest_size == 0 { b"\x1f" } else { b"\x06" })),
        set: None,
        doc: "",
    },
];

const FLAGS: u32 = type_flag::IMMUTABLE | type_flag::NO_NEW;

macro_rules! algorithms {
    ($($id:ident $name:literal $ty:literal $digest:literal $block:literal $new:expr, $methods:ident $getset:ident;)*) => {
        $(
            #[allow(non_snake_case)]
            mod $id {
                use super::*;
                pub static TYPE: NativeType = NativeType::new(&SPEC);
                static SPEC: TypeSpec = TypeSpec {
                    name: $ty,
                    flags: FLAGS,
                    slots: Slots::EMPTY,
                    methods: $methods,
                    getset: $getset,
                    ..TypeSpec::new::<Hasher>()
                };
                pub static ALGORITHM: Algorithm =
                    Algorithm { name: $name, digest_size: $digest, block_size: $block, new: || Box::new($new), ty: &TYPE };
            }
        )*
    };
}

algorithms! {
    MD5_ "md5" "_md5.md5" 16 64 Of(md5::Md5::default()), METHODS GETSET;
    SHA1_ "sha1" "_sha1.sha1" 20 64 Of(sha1::Sha1::default()), METHODS GETSET;
    SHA224 "sha224" "_sha2.SHA224Type" 28 64 Of(sha2::Sha224::default()), METHODS GETSET;
    SHA256 "sha256" "_sha2.SHA256Type" 32 64 Of(sha2::Sha256::default()), METHODS GETSET;
    SHA384 "sha384" "_sha2.SHA384Type" 48 128 Of(sha2::Sha384::default()), METHODS GETSET;
    SHA512 "sha512" "_sha2.SHA512Type" 64 128 Of(sha2::Sha512::default()), METHODS GETSET;
    SHA3_224 "sha3_224" "_sha3.sha3_224" 28 144 Of(sha3::Sha3_224::default()), METHODS SHA3_GETSET;
    SHA3_256 "sha3_256" "_sha3.sha3_256" 32 136 Of(sha3::Sha3_256::default()), METHODS SHA3_GETSET;
    SHA3_384 "sha3_384" "_sha3.sha3_384" 48 104 Of(sha3::Sha3_384::default()), METHODS SHA3_GETSET;
    SHA3_512 "sha3_512" "_sha3.sha3_512" 64 72 Of(sha3::Sha3_512::default()), METHODS SHA3_GETSET;
    SHAKE_128 "shake_128" "_sha3.shake_128" 0 168 Xof(sha3::Shake128::default()), XOF_METHODS SHA3_GETSET;
    SHAKE_256 "shake_256" "_sha3.shake_256" 0 136 Xof(sha3::Shake256::default()), XOF_METHODS SHA3_GETSET;
}

fn minimum(t: &Thread, m: VRef<'_>) {
    t.module_set(m, "_GIL_MINSIZE", t.int(LONG as i64))
}

/// `_md5`
pub static MD5: ModuleSpec = ModuleSpec {
    name: "_md5",
    doc: "",
    functions: methods! {
        "md5(data=b'', *, usedforsecurity=True, string=None)" => |t, a| new(t, a, &MD5_::ALGORITHM), "Return a new MD5 hash object; optionally initialized with a string.";
    },
    init: Some(|t, m| {
        minimum(t, m);
        let ty = MD5_::TYPE.get(t).to_value();
        t.module_set(m, "MD5Type", ty);
        Ok(())
    }),
};

/// `_sha1`
pub static SHA1: ModuleSpec = ModuleSpec {
    name: "_sha1",
    doc: "",
    functions: methods! {
        "sha1(data=b'', *, usedforsecurity=True, string=None)" => |t, a| new(t, a, &SHA1_::ALGORITHM), "Return a new SHA1 hash object; optionally initialized with a string.";
    },
    init: Some(|t, m| {
        minimum(t, m);
        let ty = SHA1_::TYPE.get(t).to_value();
        t.module_set(m, "SHA1Type", ty);
        Ok(())
    }),
};

/// `_sha2`
pub static SHA2: ModuleSpec = ModuleSpec {
    name: "_sha2",
    doc: "",
    functions: methods! {
        "sha224(data=b'', *, usedforsecurity=True, string=None)" => |t, a| new(t, a, &SHA224::ALGORITHM), "Return a new SHA-224 hash object; optionally initialized with a string.";
        "sha256(data=b'', *, usedforsecurity=True, string=None)" => |t, a| new(t, a, &SHA256::ALGORITHM), "Return a new SHA-256 hash object; optionally initialized with a string.";
        "sha384(data=b'', *, usedforsecurity=True, string=None)" => |t, a| new(t, a, &SHA384::ALGORITHM), "Return a new SHA-384 hash object; optionally initialized with a string.";
        "sha512(data=b'', *, usedforsecurity=True, string=None)" => |t, a| new(t, a, &SHA512::ALGORITHM), "Return a new SHA-512 hash object; optionally initialized with a string.";
    },
    init: Some(|t, m| {
        minimum(t, m);
        for ty in [&SHA224::TYPE, &SHA256::TYPE, &SHA384::TYPE, &SHA512::TYPE] {
            t.module_add_type(m, ty)
        }
        Ok(())
    }),
};

/// `_sha3`
pub static SHA3: ModuleSpec = ModuleSpec {
    name: "_sha3",
    doc: "",
    functions: methods! {
        "sha3_224(data=b'', *, usedforsecurity=True, string=None)" => |t, a| new(t, a, &SHA3_224::ALGORITHM), "Return a new SHA3-224 hash object.";
        "sha3_256(data=b'', *, usedforsecurity=True, string=None)" => |t, a| new(t, a, &SHA3_256::ALGORITHM), "Return a new SHA3-256 hash object.";
        "sha3_384(data=b'', *, usedforsecurity=True, string=None)" => |t, a| new(t, a, &SHA3_384::ALGORITHM), "Return a new SHA3-384 hash object.";
        "sha3_512(data=b'', *, usedforsecurity=True, string=None)" => |t, a| new(t, a, &SHA3_512::ALGORITHM), "Return a new SHA3-512 hash object.";
        "shake_128(data=b'', *, usedforsecurity=True, string=None)" => |t, a| new(t, a, &SHAKE_128::ALGORITHM), "Return a new SHAKE-128 hash object.";
        "shake_256(data=b'', *, usedforsecurity=True, string=None)" => |t, a| new(t, a, &SHAKE_256::ALGORITHM), "Return a new SHAKE-256 hash object.";
    },
    init: Some(|t, m| {
        minimum(t, m);
        t.module_set(m, "implementation", t.str("RustCrypto"));
        Ok(())
    }),
};
