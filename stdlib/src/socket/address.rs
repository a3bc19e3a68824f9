//! Addresses of sockets, from Python and to it, and the resolver.

use crate::syscall::{self, decode_fs, encode_fs};
use std::ffi::{CStr, CString};
use std::net::{Ipv4Addr, Ipv6Addr};
use weft_vm::dict::Dict;
use weft_vm::errors::{OS_ERROR, OVERFLOW_ERROR};
use weft_vm::object::{Args, ValueExt};
use weft_vm::start::modules::{registry_get, registry_set};
use weft_vm::types::bytes::Bytes;
use weft_vm::types::int;
use weft_vm::types::list::List;
use weft_vm::types::str::text;
use weft_vm::types::tuple::{Tuple, tuple};
use weft_vm::{Raised, Res, Thread, VRef, Value};

/// An address for the system.
#[derive(Clone, Copy)]
pub struct Address {
    /// Any family's.
    pub storage: libc::sockaddr_storage,
    /// Bytes in use.
    pub len: libc::socklen_t,
}

impl Address {
    /// Room for any address.
    pub fn empty() -> Address {
        Address {
            // SAFETY: plain data.
            storage: unsafe { std::mem::zeroed() },
            len: size_of::<libc::sockaddr_storage>() as libc::socklen_t,
        }
    }

    /// For the system.
    pub fn ptr(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }

    fn of<T: Copy>(a: T, len: usize) -> Address {
        let mut s = Address::empty();
        // SAFETY: every address type fits the storage.
        unsafe { (&raw mut s.storage).cast::<T>().write(a) };
        s.len = len as libc::socklen_t;
        s
    }

    fn v4(ip: Ipv4Addr, port: u16) -> Address {
        // SAFETY: plain data.
        let mut a: libc::sockaddr_in = unsafe { std::mem::zeroed() };
        a.sin_family = libc::AF_INET as libc::sa_family_t;
        a.sin_port = port.to_be();
        a.sin_addr.s_addr = u32::from(ip).to_be();
        Address::of(a, size_of::<libc::sockaddr_in>())
    }

    fn v6(ip: Ipv6Addr, port: u16, flow: u32, scope: u32) -> Address {
        // SAFETY: plain data.
        let mut a: libc::sockaddr_in6 = unsafe { std::mem::zeroed() };
        a.sin6_family = libc::AF_INET6 as libc::sa_family_t;
        a.sin6_port = port.to_be();
        a.sin6_addr.s6_addr = ip.octets();
        a.sin6_flowinfo = flow.to_be();
        a.sin6_scope_id = scope;
        Address::of(a, size_of::<libc::sockaddr_in6>())
    }

    /// As Python shows it.
    pub fn value(&self, t: &Thread) -> Value {
        if self.len == 0 {
            return Value::NONE;
        }
        match self.storage.ss_family as i32 {
            libc::AF_INET => {
                // SAFETY: the family says so.
                let a = unsafe { *(&raw const self.storage).cast::<libc::sockaddr_in>() };
                let ip = Ipv4Addr::from(u32::from_be(a.sin_addr.s_addr));
                let port = u16::from_be(a.sin_port) as i64;
                Tuple::new(t, vec![t.str(&ip.to_string()), t.int(port)])
            }
            libc::AF_INET6 => {
                // SAFETY: the family says so.
                let a = unsafe { *(&raw const self.storage).cast::<libc::sockaddr_in6>() };
                let ip = Ipv6Addr::from(a.sin6_addr.s6_addr);
                let v = vec![
                    t.str(&ip.to_string()),
                    t.int(u16::from_be(a.sin6_port) as i64),
                    t.int(u32::from_be(a.sin6_flowinfo) as i64),
                    t.int(a.sin6_scope_id as i64),
                ];
                Tuple::new(t, v)
            }
            libc::AF_UNIX => {
                let offset = std::mem::offset_of!(libc::sockaddr_un, sun_path);
                let n = (self.len as usize).saturating_sub(offset).min(108);
                // SAFETY: within the storage.
                let b = unsafe {
                    std::slice::from_raw_parts((&raw const self.storage).cast::<u8>().add(offset), n)
                };
                match b.first() {
                    None => t.str(""),
                    // A name in the abstract namespace.
                    Some(0) => t.bytes(b),
                    _ => decode_fs(t, &b[..b.iter().position(|c| *c == 0).unwrap_or(n)]),
                }
            }
            family => {
                let n = (self.len as usize).saturating_sub(2).min(126);
                // SAFETY: within the storage.
                let b =
                    unsafe { std::slice::from_raw_parts((&raw const self.storage).cast::<u8>().add(2), n) };
                Tuple::new(t, vec![t.int(family as i64), t.bytes(b)])
            }
        }
    }
}

// ---- errors

/// Makes `socket.gaierror` or `socket.herror`.
pub fn error_class(t: &mut Thread, name: &str) -> Res {
    let key = format!("socket.{name}");
    if let Some(c) = registry_get(t, &key) {
        return Ok(c);
    }
    let meta = weft_vm::types::heaptype::TYPE.get(t).to_value();
    let bases = Tuple::new(t, vec![OS_ERROR.get(t).to_value()]);
    let ns = Dict::new(t);
    if let Some(d) = ns.cast::<Dict>() {
        let m = t.str("socket");
        t.dict_set(d, "__module__", m)
    }
    let n = t.str(name);
    let c = t.call(meta.r(), &[n.r(), bases.r(), ns.r()])?;
    registry_set(t, &key, c.clone());
    Ok(c)
}

/// socket.gaierror
pub fn gai_error(t: &mut Thread, code: i32, errno: i32) -> Raised {
    if code == libc::EAI_SYSTEM {
        return t.os_error(errno, None);
    }
    // SAFETY: gives a constant string.
    let s = unsafe { CStr::from_ptr(libc::gai_strerror(code)) }.to_string_lossy().into_owned();
    named_error(t, "gaierror", code, &s)
}

/// An error of the module with a number and a text.
pub fn named_error(t: &mut Thread, class: &str, code: i32, s: &str) -> Raised {
    let c = match error_class(t, class) {
        Ok(c) => c,
        Err(e) => return e,
    };
    let (n, s) = (t.int(code as i64), t.str(s));
    match t.call(c.r(), &[n.r(), s.r()]) {
        Ok(e) => t.raise(e),
        Err(e) => e,
    }
}

// ---- names

/// A host as bytes: str is IDNA if it is not ASCII.
fn host_bytes(t: &mut Thread, v: VRef<'_>) -> Res<CString> {
    let b = if let Some(s) = text(v) {
        if s.is_ascii() {
            s.bytes().to_vec()
        } else {
            let name = t.str("idna");
            let r = t.call_method(v, "encode", &[name.r()])?;
            syscall::bytes_arg(t, r.r())?
        }
    } else if v.cast::<Bytes>().is_some() || v.ty().slots().buffer.is_some() {
        syscall::bytes_arg(t, v)?
    } else {
        let n = v.ty().name();
        return Err(t.type_error(format!("str, bytes or bytearray expected, not {n}")));
    };
    CString::new(b).map_err(|_| t.type_error("host name must not contain null character"))
}

/// Asks the resolver.
fn resolve(
    t: &mut Thread,
    host: Option<&CStr>,
    port: Option<&CStr>,
    hints: libc::addrinfo,
) -> Res<Vec<(i32, i32, i32, Option<Vec<u8>>, Address)>> {
    let (h, p) = (host.map_or(0, |h| h.as_ptr() as usize), port.map_or(0, |p| p.as_ptr() as usize));
    let (family, kind, proto, flags) =
        (hints.ai_family, hints.ai_socktype, hints.ai_protocol, hints.ai_flags);
    let r = t.blocking(|| {
        let mut out = Vec::new();
        // SAFETY: names live until the call returns; the list is copied, then freed.
        unsafe {
            let mut hints: libc::addrinfo = std::mem::zeroed();
            (hints.ai_family, hints.ai_socktype, hints.ai_protocol, hints.ai_flags) =
                (family, kind, proto, flags);
            let mut list: *mut libc::addrinfo = std::ptr::null_mut();
            let e = libc::getaddrinfo(h as *const libc::c_char, p as *const libc::c_char, &hints, &mut list);
            if e != 0 {
                return Err((e, syscall::errno()));
            }
            let mut at = list;
            while let Some(i) = at.as_ref() {
                let mut a = Address::empty();
                let n = (i.ai_addrlen as usize).min(size_of::<libc::sockaddr_storage>());
                std::ptr::copy_nonoverlapping(i.ai_addr.cast::<u8>(), (&raw mut a.storage).cast(), n);
                a.len = n as libc::socklen_t;
                let name = if i.ai_canonname.is_null() {
                    None
                } else {
                    Some(CStr::from_ptr(i.ai_canonname).to_bytes().to_vec())
                };
                out.push((i.ai_family, i.ai_socktype, i.ai_protocol, name, a));
                at = i.ai_next
            }
            if !list.is_null() {
                libc::freeaddrinfo(list)
            }
        }
        Ok(out)
    });
    r.map_err(|(e, errno)| gai_error(t, e, errno))
}

fn hints(family: i32, kind: i32) -> libc::addrinfo {
    // SAFETY: plain data.
    let mut h: libc::addrinfo = unsafe { std::mem::zeroed() };
    h.ai_family = family;
    h.ai_socktype = kind;
    h
}

/// The address of a host, port 0.
pub fn host_address(t: &mut Thread, v: VRef<'_>, family: i32) -> Res<Address> {
    let name = host_bytes(t, v)?;
    match name.to_bytes() {
        b"" if family == libc::AF_INET6 => return Ok(Address::v6(Ipv6Addr::UNSPECIFIED, 0, 0, 0)),
        b"" => return Ok(Address::v4(Ipv4Addr::UNSPECIFIED, 0)),
        b"<broadcast>" | b"255.255.255.255" if family != libc::AF_INET6 => {
            return Ok(Address::v4(Ipv4Addr::BROADCAST, 0));
        }
        _ => {}
    }
    if family == libc::AF_INET
        && let Some(ip) = name.to_str().ok().and_then(|s| s.parse::<Ipv4Addr>().ok())
    {
        return Ok(Address::v4(ip, 0));
    }
    let found = resolve(t, Some(&name), None, hints(family, libc::SOCK_STREAM))?;
    match found.first() {
        Some(f) => Ok(f.4),
        None => Err(gai_error(t, libc::EAI_NONAME, 0)),
    }
}

fn port_arg(t: &mut Thread, v: VRef<'_>, f: &str) -> Res<u16> {
    if v.ty().slots().index.is_none() {
        let n = v.ty().name();
        return Err(t.type_error(format!("'{n}' object cannot be interpreted as an integer")));
    }
    let n = t.index_clamped(v)?;
    u16::try_from(n).map_err(|_| t.overflow_error(format!("{f}(): port must be 0-65535.")))
}

/// An address argument for a socket of a family.
pub fn address_arg(t: &mut Thread, family: i32, v: VRef<'_>, f: &str) -> Res<Address> {
    match family {
        libc::AF_UNIX => {
            let b = if text(v).is_some() { encode_fs(t, v)? } else { syscall::bytes_arg(t, v)? };
            // SAFETY: plain data.
            let mut a: libc::sockaddr_un = unsafe { std::mem::zeroed() };
            a.sun_family = libc::AF_UNIX as libc::sa_family_t;
            let is_abstract = b.first() == Some(&0);
            let max = a.sun_path.len() - if is_abstract { 0 } else { 1 };
            if b.len() > max {
                return Err(t.raise_text(&OS_ERROR, "AF_UNIX path too long"));
            }
            for (to, from) in a.sun_path.iter_mut().zip(&b) {
                *to = *from as libc::c_char
            }
            let offset = std::mem::offset_of!(libc::sockaddr_un, sun_path);
            let end = if is_abstract || b.is_empty() { 0 } else { 1 };
            Ok(Address::of(a, offset + b.len() + end))
        }
        libc::AF_INET => {
            let Some(x) = tuple(v) else {
                let n = v.ty().name();
                return Err(t.type_error(format!("{f}(): AF_INET address must be tuple, not {n}")));
            };
            if x.len() != 2 {
                return Err(t.type_error("AF_INET address must be a pair (host, port)"));
            }
            let mut a = host_address(t, x.get(0), family)?;
            let port = port_arg(t, x.get(1), f)?;
            // SAFETY: an IPv4 address.
            unsafe { (*(&raw mut a.storage).cast::<libc::sockaddr_in>()).sin_port = port.to_be() };
            Ok(a)
        }
        libc::AF_INET6 => {
            let Some(x) = tuple(v) else {
                let n = v.ty().name();
                return Err(t.type_error(format!("{f}(): AF_INET6 address must be tuple, not {n}")));
            };
            if !(2..=4).contains(&x.len()) {
                return Err(
                    t.type_error("AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])")
                );
            }
            let a = host_address(t, x.get(0), family)?;
            let port = port_arg(t, x.get(1), f)?;
            let flow = if x.len() > 2 { t.arg_i64(x.get(2))? } else { 0 };
            let scope = if x.len() > 3 { t.arg_i64(x.get(3))? as u32 } else { 0 };
            if !(0..=0xfffff).contains(&flow) {
                return Err(t.overflow_error(format!("{f}(): flowinfo must be 0-1048575.")));
            }
            // SAFETY: an IPv6 address.
            let old = unsafe { *(&raw const a.storage).cast::<libc::sockaddr_in6>() };
            let scope = if scope != 0 { scope } else { old.sin6_scope_id };
            Ok(Address::v6(Ipv6Addr::from(old.sin6_addr.s6_addr), port, flow as u32, scope))
        }
        _ => Err(t.raise_text(&OS_ERROR, format!("{f}(): bad family"))),
    }
}

// ---- functions of the module

/// `getaddrinfo(host, port, family=0, type=0, proto=0, flags=0)`
pub fn getaddrinfo(t: &mut Thread, a: Args<'_>) -> Res {
    let host = match a.get(0) {
        h if h.is_none() => None,
        h => Some(host_bytes(t, h)?),
    };
    let port = match a.get(1) {
        p if p.is_none() => None,
        p if int::is_int(p) => {
            let n = t.index_i64(p, &OVERFLOW_ERROR)?;
            Some(CString::new(n.to_string()).unwrap_or_default())
        }
        p if text(p).is_some() || p.cast::<Bytes>().is_some() => Some(host_bytes(t, p)?),
        _ => return Err(t.raise_text(&OS_ERROR, "Int or String expected")),
    };
    let mut n = [0i32; 4];
    for (i, x) in n.iter_mut().enumerate() {
        if let Some(v) = a.opt(i + 2) {
            *x = t.arg_i32(v)?
        }
    }
    syscall::audit(t, "socket.getaddrinfo", &[a.get(0), a.get(1)])?;
    let mut h = hints(n[0], n[1]);
    (h.ai_protocol, h.ai_flags) = (n[2], n[3]);
    let found = resolve(t, host.as_deref(), port.as_deref(), h)?;
    let list = found
        .iter()
        .map(|(family, kind, proto, name, address)| {
            let v = vec![
                t.int(*family as i64),
                t.int(*kind as i64),
                t.int(*proto as i64),
                name.as_ref().map_or(t.str(""), |n| decode_fs(t, n)),
                address.value(t),
            ];
            Tuple::new(t, v)
        })
        .collect();
    Ok(List::new(t, list))
}

/// `getnameinfo(sockaddr, flags)`
pub fn getnameinfo(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(x) = tuple(a.get(0)) else {
        return Err(t.type_error("getnameinfo() argument 1 must be a tuple"));
    };
    if x.len() < 2 {
        return Err(t.type_error("getnameinfo(): illegal sockaddr argument"));
    }
    let flags = t.arg_i32(a.get(1))?;
    let host = host_bytes(t, x.get(0))?;
    let port = port_arg(t, x.get(1), "getnameinfo")?;
    let mut h = hints(libc::AF_UNSPEC, libc::SOCK_DGRAM);
    h.ai_flags = libc::AI_NUMERICHOST;
    let p = CString::new(port.to_string()).unwrap_or_default();
    let found = resolve(t, Some(&host), Some(&p), h)?;
    let Some(address) = found.first().map(|f| f.4) else {
        return Err(gai_error(t, libc::EAI_NONAME, 0));
    };
    let r = t.blocking(|| {
        let (mut host, mut service) = (vec![0u8; 1025], vec![0u8; 32]);
        // SAFETY: buffers of ours.
        let e = unsafe {
            libc::getnameinfo(
                address.ptr(),
                address.len,
                host.as_mut_ptr().cast(),
                host.len() as libc::socklen_t,
                service.as_mut_ptr().cast(),
                service.len() as libc::socklen_t,
                flags,
            )
        };
        if e != 0 { Err((e, syscall::errno())) } else { Ok((host, service)) }
    });
    match r {
        Ok((h, s)) => {
            let cut = |b: &[u8]| b[..b.iter().position(|c| *c == 0).unwrap_or(b.len())].to_vec();
            Ok(Tuple::new(t, vec![decode_fs(t, &cut(&h)), decode_fs(t, &cut(&s))]))
        }
        Err((e, errno)) => Err(gai_error(t, e, errno)),
    }
}

/// `gethostbyname(host)`
pub fn gethostbyname(t: &mut Thread, a: Args<'_>) -> Res {
    let address = host_address(t, a.get(0), libc::AF_INET)?;
    let v = address.value(t);
    match tuple(v.r()) {
        Some(x) => Ok(x.get(0).to_value()),
        None => Ok(v),
    }
}

/// `gethostbyname_ex(host)`: name, aliases, addresses.
pub fn gethostbyname_ex(t: &mut Thread, a: Args<'_>) -> Res {
    let name = host_bytes(t, a.get(0))?;
    let mut h = hints(libc::AF_INET, libc::SOCK_STREAM);
    h.ai_flags = libc::AI_CANONNAME;
    let found = resolve(t, Some(&name), None, h)?;
    let canonical = found.iter().find_map(|f| f.3.clone()).unwrap_or(name.to_bytes().to_vec());
    let mut ips = Vec::new();
    for f in &found {
        let v = f.4.value(t);
        if let Some(x) = tuple(v.r()) {
            ips.push(x.get(0).to_value())
        }
    }
    Ok(Tuple::new(t, vec![decode_fs(t, &canonical), List::new(t, Vec::new()), List::new(t, ips)]))
}

/// `gethostbyaddr(ip)`: name, aliases, addresses.
pub fn gethostbyaddr(t: &mut Thread, a: Args<'_>) -> Res {
    let host = host_bytes(t, a.get(0))?;
    let found = resolve(t, Some(&host), None, hints(libc::AF_UNSPEC, libc::SOCK_STREAM))?;
    let Some(address) = found.first().map(|f| f.4) else {
        return Err(named_error(t, "herror", 1, "Unknown host"));
    };
    let r = t.blocking(|| {
        let mut b = vec![0u8; 1025];
        // SAFETY: a buffer of ours.
        let e = unsafe {
            libc::getnameinfo(
                address.ptr(),
                address.len,
                b.as_mut_ptr().cast(),
                b.len() as libc::socklen_t,
                std::ptr::null_mut(),
                0,
                libc::NI_NAMEREQD,
            )
        };
        if e != 0 { Err(e) } else { Ok(b) }
    });
    let Ok(b) = r else { return Err(named_error(t, "herror", 1, "Unknown host")) };
    let name = decode_fs(t, &b[..b.iter().position(|c| *c == 0).unwrap_or(0)]);
    let v = address.value(t);
    let ip = tuple(v.r()).map_or(Value::NONE, |x| x.get(0).to_value());
    Ok(Tuple::new(t, vec![name, List::new(t, Vec::new()), List::new(t, vec![ip])]))
}

/// `inet_pton(family, ip)`
pub fn inet_pton(t: &mut Thread, a: Args<'_>) -> Res {
    let family = t.arg_i32(a.get(0))?;
    let s = t.arg_str(a.get(1))?.to_string();
    let b = match family {
        libc::AF_INET => s.parse::<Ipv4Addr>().ok().map(|i| i.octets().to_vec()),
        libc::AF_INET6 => s.parse::<Ipv6Addr>().ok().map(|i| i.octets().to_vec()),
        _ => return Err(t.os_error(libc::EAFNOSUPPORT, None)),
    };
    match b {
        Some(b) => Ok(t.bytes(&b)),
        None => Err(t.raise_text(&OS_ERROR, "illegal IP address string passed to inet_pton")),
    }
}

/// `inet_ntop(family, packed)`
pub fn inet_ntop(t: &mut Thread, a: Args<'_>) -> Res {
    let family = t.arg_i32(a.get(0))?;
    let b = syscall::bytes_arg(t, a.get(1))?;
    let s = match family {
        libc::AF_INET => <[u8; 4]>::try_from(&b[..]).ok().map(|b| Ipv4Addr::from(b).to_string()),
        libc::AF_INET6 => <[u8; 16]>::try_from(&b[..]).ok().map(|b| Ipv6Addr::from(b).to_string()),
        _ => return Err(t.value_error(format!("unknown address family {family}"))),
    };
    match s {
        Some(s) => Ok(t.str(&s)),
        None => Err(t.value_error("invalid length of packed IP address string")),
    }
}

/// `inet_aton(ip)`: shorter forms, too.
pub fn inet_aton(t: &mut Thread, a: Args<'_>) -> Res {
    let s = t.arg_str(a.get(0))?.to_string();
    let c = CString::new(s).unwrap_or_default();
    unsafe extern "C" {
        fn inet_aton(s: *const libc::c_char, a: *mut libc::in_addr) -> libc::c_int;
    }
    let mut ip = libc::in_addr { s_addr: 0 };
    // SAFETY: both ours.
    if c.is_empty() || unsafe { inet_aton(c.as_ptr(), &mut ip) } == 0 {
        return Err(t.raise_text(&OS_ERROR, "illegal IP address string passed to inet_aton"));
    }
    Ok(t.bytes(&ip.s_addr.to_ne_bytes()))
}

/// `inet_ntoa(packed)`
pub fn inet_ntoa(t: &mut Thread, a: Args<'_>) -> Res {
    let b = syscall::bytes_arg(t, a.get(0))?;
    match <[u8; 4]>::try_from(&b[..]) {
        Ok(b) => Ok(t.str(&Ipv4Addr::from(b).to_string())),
        Err(_) => Err(t.raise_text(&OS_ERROR, "packed IP wrong length for inet_ntoa")),
    }
}
