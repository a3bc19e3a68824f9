//! Constants and struct sequences: versions, numbers, flags.

use weft_vm::start::flags::{self, flags};
use weft_vm::types::structseq::StructSeq;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Thread, VRef, Value};

/// `sys.version_info`: the version of Python that this is.
const VERSION: (u8, u8, u8) = (3, 14, 0);
/// `0x030e00f0`: a final release.
const HEXVERSION: i64 = (VERSION.0 as i64) << 24 | (VERSION.1 as i64) << 16 | (VERSION.2 as i64) << 8 | 0xF0;

static VERSION_INFO: StructSeq = StructSeq::new(
    "sys.version_info",
    "sys.version_info\n\nVersion information as a named tuple.",
    &[
        ("major", "Major release number"),
        ("minor", "Minor release number"),
        ("micro", "Patch release number"),
        ("releaselevel", "'alpha', 'beta', 'candidate', or 'final'"),
        ("serial", "Serial release number"),
    ],
    5,
)
.hidden();

static FLOAT_INFO: StructSeq = StructSeq::new(
    "sys.float_info",
    "Precision and range of floating-point numbers.",
    &[
        ("max", "largest finite float"),
        ("max_exp", "largest int e such that radix**(e-1) is representable"),
        ("max_10_exp", "largest int e such that 10**e is representable"),
        ("min", "smallest normalized float above zero"),
        ("min_exp", "smallest int e such that radix**(e-1) is a normalized float"),
        ("min_10_exp", "smallest int e such that 10**e is a normalized float"),
        ("dig", "decimal digits that survive a round trip"),
        ("mant_dig", "digits of the mantissa"),
        ("epsilon", "difference between 1 and the next float"),
        ("radix", "base of the exponent"),
        ("rounds", "rounding mode of arithmetic"),
    ],
    11,
)
.hidden();

static INT_INFO: StructSeq = StructSeq::new(
    "sys.int_info",
    "How integers are represented, and limits of their conversion.",
    &[
        ("bits_per_digit", "size of a digit in bits"),
        ("sizeof_digit", "size in bytes of the C type that holds a digit"),
        ("default_max_str_digits", "maximum string conversion digits limitation"),
        ("str_digits_check_threshold", "minimum positive value for int_max_str_digits"),
    ],
    4,
)
.hidden();

static HASH_INFO: StructSeq = StructSeq::new(
    "sys.hash_info",
    "Parameters of the hash functions.",
    &[
        ("width", "width of the type used for hashing, in bits"),
        ("modulus", "prime number giving the modulus on which the hash function of numbers is based"),
        ("inf", "value to be used for hash of a positive infinity"),
        ("nan", "value to be used for hash of a nan"),
        ("imag", "multiplier used for the imaginary part of a complex number"),
        ("algorithm", "name of the algorithm for hashing of str, bytes and memoryviews"),
        ("hash_bits", "internal output size of hash algorithm"),
        ("seed_bits", "seed size of hash algorithm"),
        ("cutoff", "small string optimization cutoff"),
    ],
    9,
)
.hidden();

static THREAD_INFO: StructSeq = StructSeq::new(
    "sys.thread_info",
    "Information about the thread implementation.",
    &[
        ("name", "name of the thread implementation"),
        ("lock", "name of the lock implementation"),
        ("version", "name and version of the thread library"),
    ],
    3,
)
.hidden();

static FLAGS: StructSeq = StructSeq::new(
    "sys.flags",
    "Flags provided through command line arguments or environment vars.",
    &[
        ("debug", "-d"),
        ("inspect", "-i"),
        ("interactive", "-i"),
        ("optimize", "-O or -OO"),
        ("dont_write_bytecode", "-B"),
        ("no_user_site", "-s"),
        ("no_site", "-S"),
        ("ignore_environment", "-E"),
        ("verbose", "-v"),
        ("bytes_warning", "-b"),
        ("quiet", "-q"),
        ("hash_randomization", "-R"),
        ("isolated", "-I"),
        ("dev_mode", "-X dev"),
        ("utf8_mode", "-X utf8"),
        ("warn_default_encoding", "-X warn_default_encoding"),
        ("safe_path", "-P"),
        ("int_max_str_digits", "-X int_max_str_digits"),
        ("gil", "-X gil"),
        ("thread_inherit_context", "-X thread_inherit_context"),
        ("context_aware_warnings", "-X context_aware_warnings"),
    ],
    18,
)
.hidden();

/// Adds them to the module.
pub fn add(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    let version_info = version_info(t);
    t.module_set(m, "version_info", version_info.clone());
    t.module_set(m, "hexversion", t.int(HEXVERSION));
    t.module_set(m, "api_version", t.int(1013));
    let number = format!("{}.{}.{}", VERSION.0, VERSION.1, VERSION.2);
    let gil = if flags().gil { "" } else { "free-threading build " };
    let version = format!("{number} {gil}(weft {}, {BUILT}) [Rust]", env!("CARGO_PKG_VERSION"));
    for (name, text) in [
        ("version", version.as_str()),
        ("copyright", "Copyright (c) the weft developers.\nAll Rights Reserved."),
        ("platform", std::env::consts::OS.replace("macos", "darwin").as_str()),
        ("byteorder", if cfg!(target_endian = "big") { "big" } else { "little" }),
        ("float_repr_style", "short"),
        ("platlibdir", "lib"),
        ("abiflags", ""),
        ("_framework", ""),
    ] {
        t.module_set(m, name, t.str(text))
    }
    let empty = t.str("");
    t.module_set(m, "_git", Tuple::new(t, vec![t.str("weft"), empty.clone(), empty]));
    t.module_set(m, "maxsize", t.int(i64::MAX));
    t.module_set(m, "maxunicode", t.int(0x10FFFF));
    t.module_set(m, "implementation", implementation(t, version_info));
    t.module_set(m, "flags", flag_values(t));
    t.module_set(m, "float_info", float_info(t));
    let numbers = [30, 4, flags::DEFAULT_MAX_STR_DIGITS, flags::MAX_STR_DIGITS_THRESHOLD];
    t.module_set(m, "int_info", INT_INFO.make(t, numbers.iter().map(|n| t.int(*n)).collect()));
    t.module_set(m, "hash_info", hash_info(t));
    let thread = vec![t.str("pthread"), t.str("semaphore"), thread_library(t)];
    t.module_set(m, "thread_info", THREAD_INFO.make(t, thread));
    t.module_set(m, "UnraisableHookArgs", weft_vm::start::unraisable::HOOK_ARGS.get(t).to_value());
    Ok(())
}

/// Date and time in `sys.version`: constant, so that builds are reproducible.
const BUILT: &str = "Jan 01 2026, 00:00:00";

fn version_info(t: &Thread) -> Value {
    let n = |n: u8| t.int(n.into());
    VERSION_INFO.make(t, vec![n(VERSION.0), n(VERSION.1), n(VERSION.2), t.str("final"), n(0)])
}

fn implementation(t: &Thread, version: Value) -> Value {
    let arch = std::env::consts::ARCH;
    let multiarch = format!("{arch}-linux-gnu");
    let cache_tag = format!("weft-{}{}", VERSION.0, VERSION.1);
    let fields = [
        ("name", t.str("weft")),
        ("cache_tag", t.str(&cache_tag)),
        ("version", version),
        ("hexversion", t.int(HEXVERSION)),
        ("_multiarch", t.str(&multiarch)),
        ("supports_isolated_interpreters", Value::FALSE),
    ];
    weft_vm::types::namespace::new(t, &fields)
}

fn flag_values(t: &Thread) -> Value {
    let f = flags();
    let n = |n: u8| t.int(n.into());
    let b = |b: bool| t.int(b.into());
    FLAGS.make(
        t,
        vec![
            n(f.debug),
            n(f.inspect),
            n(f.interactive),
            n(f.optimize),
            b(f.dont_write_bytecode),
            b(f.no_user_site),
            b(f.no_site),
            b(f.ignore_environment),
            n(f.verbose),
            n(f.bytes_warning),
            b(f.quiet),
            b(f.hash_randomization),
            b(f.isolated),
            Value::bool(f.dev_mode),
            b(f.utf8_mode),
            b(f.warn_default_encoding),
            Value::bool(f.safe_path),
            t.int(f.int_max_str_digits),
            b(f.gil),
            b(f.thread_inherit_context),
            b(f.context_aware_warnings),
        ],
    )
}

fn float_info(t: &Thread) -> Value {
    let i = |n: i32| t.int(n.into());
    FLOAT_INFO.make(
        t,
        vec![
            t.float(f64::MAX),
            i(f64::MAX_EXP),
            i(f64::MAX_10_EXP),
            t.float(f64::MIN_POSITIVE),
            i(f64::MIN_EXP),
            i(f64::MIN_10_EXP),
            i(f64::DIGITS as i32),
            i(f64::MANTISSA_DIGITS as i32),
            t.float(f64::EPSILON),
            i(f64::RADIX as i32),
            i(1),
        ],
    )
}

fn hash_info(t: &Thread) -> Value {
    let i = |n: i64| t.int(n);
    let fields = vec![
        i(64),
        i((1 << 61) - 1),
        i(314_159),
        i(0),
        i(1_000_003),
        t.str("siphash13"),
        i(64),
        i(128),
        i(0),
    ];
    HASH_INFO.make(t, fields)
}

/// What the C library says of its threads.
fn thread_library(t: &Thread) -> Value {
    let mut buf = [0u8; 64];
    // SAFETY: writes at most the buffer's length.
    let n = unsafe { libc::confstr(libc::_CS_GNU_LIBPTHREAD_VERSION, buf.as_mut_ptr().cast(), buf.len()) };
    match buf.get(..n.saturating_sub(1)).and_then(|b| std::str::from_utf8(b).ok()) {
        Some(s) if n > 1 => t.str(s),
        _ => Value::NONE,
    }
}
