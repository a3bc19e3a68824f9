//! `pwd` and `grp`: the user and group databases.
//!
//! The C library's functions share static buffers, so they take turns; what they give is copied out at once.

use crate::io::lock::IoLock;
use crate::syscall::{decode_fs, fs_name};
use std::ffi::CStr;
use weft_vm::object::{Args, ModuleSpec};
use weft_vm::types::list::List;
use weft_vm::types::str::text;
use weft_vm::types::structseq::{StructSeq, add_to_module};
use weft_vm::{Raised, Res, Thread, Value, methods};

/// `pwd`
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "pwd",
    doc: "This module provides access to the Unix password database.\nIt is available on all Unix versions.",
    functions: methods! {
        "getpwuid(uidobj, /)" => getpwuid, "Return the password database entry for the given numeric user ID.";
        "getpwnam(name, /)" => getpwnam, "Return the password database entry for the given user name.";
        "getpwall()" => getpwall, "Return a list of all available password database entries, in arbitrary order.";
    },
    init: Some(|t, m| {
        add_to_module(t, m, &PASSWD);
        Ok(())
    }),
};

/// `grp`
pub static GRP: ModuleSpec = ModuleSpec {
    name: "grp",
    doc: "Access to the Unix group database.",
    functions: methods! {
        "getgrgid(id)" => getgrgid, "Return the group database entry for the given numeric group ID.";
        "getgrnam(name)" => getgrnam, "Return the group database entry for the given group name.";
        "getgrall()" => getgrall, "Return a list of all available group entries, in arbitrary order.";
    },
    init: Some(|t, m| {
        add_to_module(t, m, &GROUP);
        Ok(())
    }),
};

static PASSWD: StructSeq = StructSeq::new(
    "pwd.struct_passwd",
    "pwd.struct_passwd: Results from getpw*() routines.",
    &[
        ("pw_name", "user name"),
        ("pw_passwd", "password"),
        ("pw_uid", "user id"),
        ("pw_gid", "group id"),
        ("pw_gecos", "real name"),
        ("pw_dir", "home directory"),
        ("pw_shell", "shell program"),
    ],
    7,
);

static GROUP: StructSeq = StructSeq::new(
    "grp.struct_group",
    "grp.struct_group: Results from getgr*() routines.",
    &[
        ("gr_name", "group name"),
        ("gr_passwd", "password"),
        ("gr_gid", "group id"),
        ("gr_mem", "group members"),
    ],
    4,
);

static TURN: IoLock = IoLock::new();

/// An entry, copied.
struct User {
    texts: [Vec<u8>; 5],
    uid: u32,
    gid: u32,
}

struct Group {
    name: Vec<u8>,
    passwd: Vec<u8>,
    gid: u32,
    members: Vec<Vec<u8>>,
}

/// # Safety
/// Null, or a C string.
unsafe fn copy(p: *const libc::c_char) -> Vec<u8> {
    // SAFETY: as the caller promises.
    if p.is_null() { Vec::new() } else { unsafe { CStr::from_ptr(p) }.to_bytes().to_vec() }
}

/// # Safety
/// Null, or an entry that stays while the turn is held.
unsafe fn user(p: *const libc::passwd) -> Option<User> {
    // SAFETY: as the caller promises.
    unsafe {
        let p = p.as_ref()?;
        Some(User {
            texts: [copy(p.pw_name), copy(p.pw_passwd), copy(p.pw_gecos), copy(p.pw_dir), copy(p.pw_shell)],
            uid: p.pw_uid,
            gid: p.pw_gid,
        })
    }
}

/// # Safety
/// As [`user`].
unsafe fn group(p: *const libc::group) -> Option<Group> {
    // SAFETY: as the caller promises; the members end with null.
    unsafe {
        let p = p.as_ref()?;
        let mut members = Vec::new();
        let mut m = p.gr_mem;
        while !m.is_null() && !(*m).is_null() {
            members.push(copy(*m));
            m = m.add(1)
        }
        Some(Group { name: copy(p.gr_name), passwd: copy(p.gr_passwd), gid: p.gr_gid, members })
    }
}

fn id(t: &Thread, n: u32) -> Value {
    t.int(if n == u32::MAX { -1 } else { n as i64 })
}

fn user_value(t: &Thread, u: &User) -> Value {
    let [name, passwd, gecos, dir, shell] = &u.texts;
    let v = vec![
        decode_fs(t, name),
        decode_fs(t, passwd),
        id(t, u.uid),
        id(t, u.gid),
        decode_fs(t, gecos),
        decode_fs(t, dir),
        decode_fs(t, shell),
    ];
    PASSWD.make(t, v)
}

fn group_value(t: &Thread, g: &Group) -> Value {
    let members = g.members.iter().map(|m| decode_fs(t, m)).collect();
    let v = vec![decode_fs(t, &g.name), decode_fs(t, &g.passwd), id(t, g.gid), List::new(t, members)];
    GROUP.make(t, v)
}

fn missing(t: &mut Thread, text: String) -> Raised {
    let s = t.str(&text);
    t.key_error(s.r())
}

/// Looks up while no other thread does. Lookups may ask the network, so the lock is one that is waited for detached.
fn in_turn<R>(t: &mut Thread, f: impl FnOnce() -> R) -> Res<R> {
    let _turn = TURN.acquire_again(t)?;
    Ok(t.blocking(f))
}

fn getpwuid(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    let Ok(uid) = crate::posix::stat::id_arg(t, v, "uid") else {
        if t.raised_is(&weft_vm::errors::OVERFLOW_ERROR) {
            t.clear_raised();
            let r = t.repr_text(v)?;
            return Err(missing(t, format!("getpwuid(): uid not found: {r}")));
        }
        return Err(Raised);
    };
    // SAFETY: the entry is copied within the turn.
    match in_turn(t, || unsafe { user(libc::getpwuid(uid)) })? {
        Some(u) => Ok(user_value(t, &u)),
        None => Err(missing(t, format!("getpwuid(): uid not found: {uid}"))),
    }
}

fn getpwnam(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(s) = text(a.get(0)) else {
        let n = weft_vm::object::ValueExt::ty(a.get(0)).name();
        return Err(t.type_error(format!("getpwnam() argument must be str, not {n}")));
    };
    let shown = s.to_string();
    let name = fs_name(t, a.get(0))?;
    // SAFETY: the entry is copied within the turn.
    match in_turn(t, || unsafe { user(libc::getpwnam(name.as_ptr())) })? {
        Some(u) => Ok(user_value(t, &u)),
        None => Err(missing(t, format!("getpwnam(): name not found: '{shown}'"))),
    }
}

fn getpwall(t: &mut Thread, _a: Args<'_>) -> Res {
    let all = in_turn(t, || {
        let mut v = Vec::new();
        // SAFETY: the entries are copied within the turn.
        unsafe {
            libc::setpwent();
            while let Some(u) = user(libc::getpwent()) {
                v.push(u)
            }
            libc::endpwent();
        }
        v
    })?;
    Ok(List::new(t, all.iter().map(|u| user_value(t, u)).collect()))
}

fn getgrgid(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    let Ok(gid) = crate::posix::stat::id_arg(t, v, "gid") else {
        if t.raised_is(&weft_vm::errors::OVERFLOW_ERROR) {
            t.clear_raised();
            let r = t.repr_text(v)?;
            return Err(missing(t, format!("getgrgid(): gid not found: {r}")));
        }
        return Err(Raised);
    };
    // SAFETY: the entry is copied within the turn.
    match in_turn(t, || unsafe { group(libc::getgrgid(gid)) })? {
        Some(g) => Ok(group_value(t, &g)),
        None => Err(missing(t, format!("getgrgid(): gid not found: {gid}"))),
    }
}

fn getgrnam(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(s) = text(a.get(0)) else {
        let n = weft_vm::object::ValueExt::ty(a.get(0)).name();
        return Err(t.type_error(format!("getgrnam() argument 'name' must be str, not {n}")));
    };
    let shown = s.to_string();
    let name = fs_name(t, a.get(0))?;
    // SAFETY: the entry is copied within the turn.
    match in_turn(t, || unsafe { group(libc::getgrnam(name.as_ptr())) })? {
        Some(g) => Ok(group_value(t, &g)),
        None => Err(missing(t, format!("getgrnam(): name not found: '{shown}'"))),
    }
}

fn getgrall(t: &mut Thread, _a: Args<'_>) -> Res {
    let all = in_turn(t, || {
        let mut v = Vec::new();
        // SAFETY: the entries are copied within the turn.
        unsafe {
            libc::setgrent();
            while let Some(g) = group(libc::getgrent()) {
                v.push(g)
            }
            libc::endgrent();
        }
        v
    })?;
    Ok(List::new(t, all.iter().map(|g| group_value(t, g)).collect()))
}
