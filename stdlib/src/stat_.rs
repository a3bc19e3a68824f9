//! `_stat`: file modes.

use weft_vm::object::{Args, ModuleSpec};
use weft_vm::{Res, Thread, VRef, Value, methods};

/// `_stat`
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_stat",
    doc: "S_IFMT_: file type bits\nS_IF...: constants for the file types, S_IS...(mode): questions about them.",
    functions: methods! {
        "S_IMODE(mode, /)" => |t, a| { let m = mode(t, a)?; Ok(t.int((m & 0o7777) as i64)) }, "Return the portion of the file's mode that can be set by os.chmod().";
        "S_IFMT(mode, /)" => |t, a| { let m = mode(t, a)?; Ok(t.int((m & 0o170000) as i64)) }, "Return the portion of the file's mode that describes the file type.";
        "S_ISDIR(mode, /)" => |t, a| is(t, a, 0o040000), "Return True if mode is from a directory.";
        "S_ISCHR(mode, /)" => |t, a| is(t, a, 0o020000), "Return True if mode is from a character special device file.";
        "S_ISBLK(mode, /)" => |t, a| is(t, a, 0o060000), "Return True if mode is from a block special device file.";
        "S_ISREG(mode, /)" => |t, a| is(t, a, 0o100000), "Return True if mode is from a regular file.";
        "S_ISFIFO(mode, /)" => |t, a| is(t, a, 0o010000), "Return True if mode is from a FIFO (named pipe).";
        "S_ISLNK(mode, /)" => |t, a| is(t, a, 0o120000), "Return True if mode is from a symbolic link.";
        "S_ISSOCK(mode, /)" => |t, a| is(t, a, 0o140000), "Return True if mode is from a socket.";
        "S_ISDOOR(mode, /)" => |t, a| { mode(t, a)?; Ok(Value::FALSE) }, "Return True if mode is from a door.";
        "S_ISPORT(mode, /)" => |t, a| { mode(t, a)?; Ok(Value::FALSE) }, "Return True if mode is from an event port.";
        "S_ISWHT(mode, /)" => |t, a| { mode(t, a)?; Ok(Value::FALSE) }, "Return True if mode is from a whiteout.";
        "filemode(mode, /)" => filemode, "Convert a file's mode to a string of the form '-rwxrwxrwx'.";
    },
    init: Some(init),
};

fn mode(t: &mut Thread, a: Args<'_>) -> Res<u32> {
    let n = t.index(a.get(0))?;
    match weft_vm::types::int::to_i64(n.r()) {
        Some(n) if n < 0 => Err(t.overflow_error("can't convert negative value to unsigned int")),
        Some(n) if n <= u32::MAX as i64 => Ok(n as u32),
        _ => Err(t.overflow_error("mode out of range")),
    }
}

fn is(t: &mut Thread, a: Args<'_>, kind: u32) -> Res {
    Ok(Value::bool(mode(t, a)? & 0o170000 == kind))
}

fn filemode(t: &mut Thread, a: Args<'_>) -> Res {
    let m = mode(t, a)?;
    let kind = match m & 0o170000 {
        0o100000 => '-',
        0o040000 => 'd',
        0o120000 => 'l',
        0o060000 => 'b',
        0o020000 => 'c',
        0o010000 => 'p',
        0o140000 => 's',
        _ => '?',
    };
    let mut s = String::from(kind);
    for (shift, special, set, unset) in [(6, 0o4000, 's', 'S'), (3, 0o2000, 's', 'S'), (0, 0o1000, 't', 'T')]
    {
        let b = m >> shift;
        s.push(if b & 4 != 0 { 'r' } else { '-' });
        s.push(if b & 2 != 0 { 'w' } else { '-' });
        s.push(match (b & 1 != 0, m & special != 0) {
            (true, true) => set,
            (false, true) => unset,
            (true, false) => 'x',
            (false, false) => '-',
        });
    }
    Ok(t.str(&s))
}

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    for (name, n) in CONSTANTS {
        t.module_set(m, name, t.int(*n))
    }
    Ok(())
}

static CONSTANTS: &[(&str, i64)] = &[
    ("SF_APPEND", 262144),
    ("SF_ARCHIVED", 65536),
    ("SF_DATALESS", 1073741824),
    ("SF_FIRMLINK", 8388608),
    ("SF_IMMUTABLE", 131072),
    ("SF_NOUNLINK", 1048576),
    ("SF_SETTABLE", 4294901760),
    ("SF_SNAPSHOT", 2097152),
    ("ST_ATIME", 7),
    ("ST_CTIME", 9),
    ("ST_DEV", 2),
    ("ST_GID", 5),
    ("ST_INO", 1),
    ("ST_MODE", 0),
    ("ST_MTIME", 8),
    ("ST_NLINK", 3),
    ("ST_SIZE", 6),
    ("ST_UID", 4),
    ("S_ENFMT", 1024),
    ("S_IEXEC", 64),
    ("S_IFBLK", 24576),
    ("S_IFCHR", 8192),
    ("S_IFDIR", 16384),
    ("S_IFDOOR", 0),
    ("S_IFIFO", 4096),
    ("S_IFLNK", 40960),
    ("S_IFPORT", 0),
    ("S_IFREG", 32768),
    ("S_IFSOCK", 49152),
    ("S_IFWHT", 0),
    ("S_IREAD", 256),
    ("S_IRGRP", 32),
    ("S_IROTH", 4),
    ("S_IRUSR", 256),
    ("S_IRWXG", 56),
    ("S_IRWXO", 7),
    ("S_IRWXU", 448),
    ("S_ISGID", 1024),
    ("S_ISUID", 2048),
    ("S_ISVTX", 512),
    ("S_IWGRP", 16),
    ("S_IWOTH", 2),
    ("S_IWRITE", 128),
    ("S_IWUSR", 128),
    ("S_IXGRP", 8),
    ("S_IXOTH", 1),
    ("S_IXUSR", 64),
    ("UF_APPEND", 4),
    ("UF_COMPRESSED", 32),
    ("UF_DATAVAULT", 128),
    ("UF_HIDDEN", 32768),
    ("UF_IMMUTABLE", 2),
    ("UF_NODUMP", 1),
    ("UF_NOUNLINK", 16),
    ("UF_OPAQUE", 8),
    ("UF_SETTABLE", 65535),
    ("UF_TRACKED", 64),
];
