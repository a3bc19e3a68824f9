//! `_socket`: sockets and the resolver. The object is in `object.rs`, addresses in `address.rs`.

pub mod address;
pub mod object;

use crate::io::lock::IoLock;
use crate::syscall::{self, fs_name};
use std::ffi::CStr;
use std::sync::atomic::Ordering::Relaxed;
use weft_vm::errors::{OS_ERROR, TIMEOUT_ERROR};
use weft_vm::object::{Args, ModuleSpec};
use weft_vm::types::list::List;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Thread, VRef, Value, methods};

/// `_socket`
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_socket",
    doc: "Implementation module for socket operations.\n\nSee the socket module for documentation.",
    functions: methods! {
        "close(fd, /)" => close, "Close an integer socket file descriptor.";
        "dup(fd, /)" => crate::posix::files::dup, "Duplicate an integer socket file descriptor.";
        "socketpair(family=AF_UNIX, type=SOCK_STREAM, proto=0, /)" => socketpair, "Create a pair of socket objects from the sockets returned by the platform\nsocketpair() function.";
        "getaddrinfo(host, port, family=0, type=0, proto=0, flags=0)" => address::getaddrinfo, "Resolve host and port into addrinfo struct.";
        "getnameinfo(sockaddr, flags, /)" => address::getnameinfo, "Get host and port for a sockaddr.";
        "gethostbyname(host, /)" => address::gethostbyname, "Return the IP address (a string of the form '255.255.255.255') for a host.";
        "gethostbyname_ex(host, /)" => address::gethostbyname_ex, "Return the true host name, a list of aliases, and a list of IP addresses,\nfor a host.";
        "gethostbyaddr(ip, /)" => address::gethostbyaddr, "Return the true host name, a list of aliases, and a list of IP addresses,\nfor a host.";
        "gethostname()" => gethostname, "Return the current host name.";
        "sethostname(name, /)" => sethostname, "Sets the hostname to name.";
        "getservbyname(servicename, protocolname=None, /)" => getservbyname, "Return a port number from a service name and protocol name.";
        "getservbyport(port, protocolname=None, /)" => getservbyport, "Return the service name from a port number and protocol name.";
        "getprotobyname(name, /)" => getprotobyname, "Return the protocol number for the named protocol.";
        "inet_aton(ip_addr, /)" => address::inet_aton, "Convert an IP address in string format to the 32-bit packed binary format.";
        "inet_ntoa(packed_ip, /)" => address::inet_ntoa, "Convert an IP address from 32-bit packed binary format to string format.";
        "inet_pton(af, ip, /)" => address::inet_pton, "Convert an IP address from string format to a packed string.";
        "inet_ntop(af, packed_ip, /)" => address::inet_ntop, "Convert a packed IP address of the given family to string format.";
        "htons(x, /)" => swap16, "Convert a 16-bit unsigned integer from host to network byte order.";
        "ntohs(x, /)" => swap16, "Convert a 16-bit unsigned integer from network to host byte order.";
        "htonl(x, /)" => swap32, "Convert a 32-bit integer from host to network byte order.";
        "ntohl(x, /)" => swap32, "Convert a 32-bit integer from network to host byte order.";
        "getdefaulttimeout()" => |t, _| Ok(object::timeout_value(t, f64::from_bits(object::DEFAULT_TIMEOUT.load(Relaxed)))), "Returns the default timeout in seconds (float) for new socket objects.";
        "setdefaulttimeout(timeout, /)" => setdefaulttimeout, "Set the default timeout in seconds (float) for new socket objects.";
        "if_nameindex()" => if_nameindex, "Returns a list of network interface information (index, name) tuples.";
        "if_nametoindex(oname, /)" => if_nametoindex, "Returns the interface index corresponding to the interface name if_name.";
        "if_indextoname(index, /)" => if_indextoname, "Returns the interface name corresponding to the interface index if_index.";
        // SAFETY: arithmetic on lengths.
        "CMSG_LEN(length, /)" => |t, a| control_size(t, a, |n| unsafe { libc::CMSG_LEN(n) }, "CMSG_LEN"), "Return the total length, without trailing padding, of an ancillary data item.";
        // SAFETY: arithmetic on lengths.
        "CMSG_SPACE(length, /)" => |t, a| control_size(t, a, |n| unsafe { libc::CMSG_SPACE(n) }, "CMSG_SPACE"), "Return the buffer size needed for recvmsg() to receive an ancillary data item.";
    },
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    for (name, n) in CONSTANTS {
        t.module_set(m, name, t.int(*n))
    }
    t.module_set(m, "has_ipv6", Value::TRUE);
    t.module_set(m, "error", OS_ERROR.get(t).to_value());
    t.module_set(m, "timeout", TIMEOUT_ERROR.get(t).to_value());
    for name in ["gaierror", "herror"] {
        let c = address::error_class(t, name)?;
        t.module_set(m, name, c)
    }
    t.module_set(m, "SocketType", object::TYPE.get(t).to_value());
    t.module_add_type(m, &object::TYPE);
    Ok(())
}

fn close(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = t.arg_i32(a.get(0))?;
    // SAFETY: a descriptor the caller gives up.
    let r = t.blocking(|| if unsafe { libc::close(fd) } < 0 { syscall::errno() } else { 0 });
    if r != 0 && r != libc::ECONNRESET {
        return Err(t.os_error(r, None));
    }
    Ok(Value::NONE)
}

fn socketpair(t: &mut Thread, a: Args<'_>) -> Res {
    let mut n = [libc::AF_UNIX, libc::SOCK_STREAM, 0];
    for (i, x) in n.iter_mut().enumerate() {
        if let Some(v) = a.opt(i) {
            *x = t.arg_i32(v)?
        }
    }
    let mut fds = [0; 2];
    // SAFETY: room for two descriptors.
    let r = unsafe { libc::socketpair(n[0], n[1] | libc::SOCK_CLOEXEC, n[2], fds.as_mut_ptr()) };
    syscall::check(t, r as i64)?;
    let class = object::TYPE.get(t).to_value();
    let mut out = Vec::new();
    for fd in fds {
        let v: Vec<Value> = n.iter().chain([&fd]).map(|n| t.int(*n as i64)).collect();
        out.push(t.call(class.r(), &[v[0].r(), v[1].r(), v[2].r(), v[3].r()])?)
    }
    Ok(Tuple::new(t, out))
}

fn gethostname(t: &mut Thread, _a: Args<'_>) -> Res {
    let mut b = vec![0u8; 1025];
    // SAFETY: a buffer of ours, one byte longer than told.
    let r = unsafe { libc::gethostname(b.as_mut_ptr().cast(), 1024) };
    syscall::check(t, r as i64)?;
    let n = b.iter().position(|c| *c == 0).unwrap_or(0);
    Ok(syscall::decode_fs(t, &b[..n]))
}

fn sethostname(t: &mut Thread, a: Args<'_>) -> Res {
    let name = fs_name(t, a.get(0))?;
    // SAFETY: ours.
    let r = unsafe { libc::sethostname(name.as_ptr(), name.as_bytes().len()) };
    syscall::check(t, r as i64)?;
    Ok(Value::NONE)
}

/// The C library's databases answer from static buffers.
static TURN: IoLock = IoLock::new();

fn getservbyname(t: &mut Thread, a: Args<'_>) -> Res {
    let name = fs_name(t, a.get(0))?;
    let proto = match a.opt_none(1) {
        Some(p) => Some(fs_name(t, p)?),
        None => None,
    };
    let _turn = TURN.acquire_again(t)?;
    let r = t.blocking(|| {
        // SAFETY: names of ours; the answer is read in the turn.
        unsafe {
            let s =
                libc::getservbyname(name.as_ptr(), proto.as_ref().map_or(std::ptr::null(), |p| p.as_ptr()));
            s.as_ref().map(|s| u16::from_be(s.s_port as u16))
        }
    });
    match r {
        Some(p) => Ok(t.int(p as i64)),
        None => Err(t.raise_text(&OS_ERROR, "service/proto not found")),
    }
}

fn getservbyport(t: &mut Thread, a: Args<'_>) -> Res {
    let port = t.arg_i32(a.get(0))?;
    let Ok(port) = u16::try_from(port) else {
        return Err(t.overflow_error("getservbyport: port must be 0-65535."));
    };
    let proto = match a.opt_none(1) {
        Some(p) => Some(fs_name(t, p)?),
        None => None,
    };
    let _turn = TURN.acquire_again(t)?;
    let r = t.blocking(|| {
        // SAFETY: as above.
        unsafe {
            let s = libc::getservbyport(
                port.to_be() as i32,
                proto.as_ref().map_or(std::ptr::null(), |p| p.as_ptr()),
            );
            s.as_ref().map(|s| CStr::from_ptr(s.s_name).to_bytes().to_vec())
        }
    });
    match r {
        Some(n) => Ok(syscall::decode_fs(t, &n)),
        None => Err(t.raise_text(&OS_ERROR, "port/proto not found")),
    }
}

fn getprotobyname(t: &mut Thread, a: Args<'_>) -> Res {
    let name = fs_name(t, a.get(0))?;
    let _turn = TURN.acquire_again(t)?;
    let r = t.blocking(|| {
        // SAFETY: as above.
        unsafe { libc::getprotobyname(name.as_ptr()).as_ref().map(|p| p.p_proto) }
    });
    match r {
        Some(p) => Ok(t.int(p as i64)),
        None => Err(t.raise_text(&OS_ERROR, "protocol not found")),
    }
}

/// The number, if it is not negative and fits.
fn unsigned(t: &mut Thread, v: VRef<'_>, max: i64, what: &str) -> Res<i64> {
    let i = t.index(v)?;
    match weft_vm::types::int::to_i64(i.r()) {
        _ if weft_vm::types::int::is_negative(i.r()) => Err(t.value_error("Cannot convert negative int")),
        Some(n) if n <= max => Ok(n),
        _ => Err(t.overflow_error(format!("Python int too large for C {what}"))),
    }
}

fn swap16(t: &mut Thread, a: Args<'_>) -> Res {
    let n = unsigned(t, a.get(0), u16::MAX as i64, "uint16_t")?;
    Ok(t.int((n as u16).to_be() as i64))
}

fn swap32(t: &mut Thread, a: Args<'_>) -> Res {
    let n = unsigned(t, a.get(0), u32::MAX as i64, "uint32_t")?;
    Ok(t.int((n as u32).to_be() as i64))
}

fn setdefaulttimeout(t: &mut Thread, a: Args<'_>) -> Res {
    let s = object::timeout_arg(t, a.get(0))?;
    object::DEFAULT_TIMEOUT.store(s.to_bits(), Relaxed);
    Ok(Value::NONE)
}

fn if_nameindex(t: &mut Thread, _a: Args<'_>) -> Res {
    let found = t.blocking(|| {
        let mut v = Vec::new();
        // SAFETY: the list ends with index 0 and is freed after copying.
        unsafe {
            let list = libc::if_nameindex();
            let mut at = list;
            while !at.is_null() && (*at).if_index != 0 {
                v.push(((*at).if_index, CStr::from_ptr((*at).if_name).to_bytes().to_vec()));
                at = at.add(1)
            }
            if !list.is_null() {
                libc::if_freenameindex(list)
            }
        }
        v
    });
    let v =
        found.iter().map(|(i, n)| Tuple::new(t, vec![t.int(*i as i64), syscall::decode_fs(t, n)])).collect();
    Ok(List::new(t, v))
}

fn if_nametoindex(t: &mut Thread, a: Args<'_>) -> Res {
    let name = fs_name(t, a.get(0))?;
    // SAFETY: ours.
    match unsafe { libc::if_nametoindex(name.as_ptr()) } {
        0 => Err(t.raise_text(&OS_ERROR, "no interface with this name")),
        n => Ok(t.int(n as i64)),
    }
}

fn if_indextoname(t: &mut Thread, a: Args<'_>) -> Res {
    let n = t.arg_i64(a.get(0))?;
    let mut b = vec![0u8; libc::IF_NAMESIZE + 1];
    // SAFETY: a buffer of ours.
    if unsafe { libc::if_indextoname(n as u32, b.as_mut_ptr().cast()) }.is_null() {
        return Err(t.last_os_error(None));
    }
    let n = b.iter().position(|c| *c == 0).unwrap_or(0);
    Ok(syscall::decode_fs(t, &b[..n]))
}

fn control_size(t: &mut Thread, a: Args<'_>, f: impl Fn(u32) -> u32, name: &str) -> Res {
    let n = t.arg_i64(a.get(0))?;
    if !(0..=0x7fff_ff00).contains(&n) {
        return Err(t.overflow_error(format!("{name}() argument out of range")));
    }
    Ok(t.int(f(n as u32) as i64))
}

static CONSTANTS: &[(&str, i64)] = &[
    ("AF_ALG", 38),
    ("AF_APPLETALK", 5),
    ("AF_ASH", 18),
    ("AF_ATMPVC", 8),
    ("AF_ATMSVC", 20),
    ("AF_AX25", 3),
    ("AF_BLUETOOTH", 31),
    ("AF_BRIDGE", 7),
    ("AF_CAN", 29),
    ("AF_DECnet", 12),
    ("AF_ECONET", 19),
    ("AF_INET", 2),
    ("AF_INET6", 10),
    ("AF_IPX", 4),
    ("AF_IRDA", 23),
    ("AF_KEY", 15),
    ("AF_LLC", 26),
    ("AF_NETBEUI", 13),
    ("AF_NETLINK", 16),
    ("AF_NETROM", 6),
    ("AF_PACKET", 17),
    ("AF_PPPOX", 24),
    ("AF_QIPCRTR", 42),
    ("AF_RDS", 21),
    ("AF_ROSE", 11),
    ("AF_ROUTE", 16),
    ("AF_SECURITY", 14),
    ("AF_SNA", 22),
    ("AF_TIPC", 30),
    ("AF_UNIX", 1),
    ("AF_UNSPEC", 0),
    ("AF_VSOCK", 40),
    ("AF_WANPIPE", 25),
    ("AF_X25", 9),
    ("AI_ADDRCONFIG", 32),
    ("AI_ALL", 16),
    ("AI_CANONNAME", 2),
    ("AI_NUMERICHOST", 4),
    ("AI_NUMERICSERV", 1024),
    ("AI_PASSIVE", 1),
    ("AI_V4MAPPED", 8),
    ("ALG_OP_DECRYPT", 0),
    ("ALG_OP_ENCRYPT", 1),
    ("ALG_OP_SIGN", 2),
    ("ALG_OP_VERIFY", 3),
    ("ALG_SET_AEAD_ASSOCLEN", 4),
    ("ALG_SET_AEAD_AUTHSIZE", 5),
    ("ALG_SET_IV", 2),
    ("ALG_SET_KEY", 1),
    ("ALG_SET_OP", 3),
    ("ALG_SET_PUBKEY", 6),
    ("BDADDR_BREDR", 0),
    ("BDADDR_LE_PUBLIC", 1),
    ("BDADDR_LE_RANDOM", 2),
    ("BTPROTO_HCI", 1),
    ("BTPROTO_L2CAP", 0),
    ("BTPROTO_RFCOMM", 3),
    ("BTPROTO_SCO", 2),
    ("BT_CHANNEL_POLICY", 10),
    ("BT_CHANNEL_POLICY_BREDR_ONLY", 0),
    ("BT_CHANNEL_POLICY_BREDR_PREFERRED", 1),
    ("BT_CODEC", 19),
    ("BT_DEFER_SETUP", 7),
    ("BT_FLUSHABLE", 8),
    ("BT_FLUSHABLE_OFF", 0),
    ("BT_FLUSHABLE_ON", 1),
    ("BT_ISO_QOS", 17),
    ("BT_MODE", 15),
    ("BT_MODE_BASIC", 0),
    ("BT_MODE_ERTM", 1),
    ("BT_MODE_EXT_FLOWCTL", 4),
    ("BT_MODE_LE_FLOWCTL", 3),
    ("BT_MODE_STREAMING", 2),
    ("BT_PHY", 14),
    ("BT_PHY_BR_1M_1SLOT", 1),
    ("BT_PHY_BR_1M_3SLOT", 2),
    ("BT_PHY_BR_1M_5SLOT", 4),
    ("BT_PHY_EDR_2M_1SLOT", 8),
    ("BT_PHY_EDR_2M_3SLOT", 16),
    ("BT_PHY_EDR_2M_5SLOT", 32),
    ("BT_PHY_EDR_3M_1SLOT", 64),
    ("BT_PHY_EDR_3M_3SLOT", 128),
    ("BT_PHY_EDR_3M_5SLOT", 256),
    ("BT_PHY_LE_1M_RX", 1024),
    ("BT_PHY_LE_1M_TX", 512),
    ("BT_PHY_LE_2M_RX", 4096),
    ("BT_PHY_LE_2M_TX", 2048),
    ("BT_PHY_LE_CODED_RX", 16384),
    ("BT_PHY_LE_CODED_TX", 8192),
    ("BT_PKT_STATUS", 16),
    ("BT_POWER", 9),
    ("BT_POWER_FORCE_ACTIVE_OFF", 0),
    ("BT_POWER_FORCE_ACTIVE_ON", 1),
    ("BT_RCVMTU", 13),
    ("BT_SECURITY", 4),
    ("BT_SECURITY_FIPS", 4),
    ("BT_SECURITY_HIGH", 3),
    ("BT_SECURITY_LOW", 1),
    ("BT_SECURITY_MEDIUM", 2),
    ("BT_SECURITY_SDP", 0),
    ("BT_SNDMTU", 12),
    ("BT_VOICE", 11),
    ("BT_VOICE_CVSD_16BIT", 96),
    ("BT_VOICE_TRANSPARENT", 3),
    ("BT_VOICE_TRANSPARENT_16BIT", 99),
    ("CAN_BCM", 2),
    ("CAN_BCM_CAN_FD_FRAME", 2048),
    ("CAN_BCM_RX_ANNOUNCE_RESUME", 256),
    ("CAN_BCM_RX_CHANGED", 12),
    ("CAN_BCM_RX_CHECK_DLC", 64),
    ("CAN_BCM_RX_DELETE", 6),
    ("CAN_BCM_RX_FILTER_ID", 32),
    ("CAN_BCM_RX_NO_AUTOTIMER", 128),
    ("CAN_BCM_RX_READ", 7),
    ("CAN_BCM_RX_RTR_FRAME", 1024),
    ("CAN_BCM_RX_SETUP", 5),
    ("CAN_BCM_RX_STATUS", 10),
    ("CAN_BCM_RX_TIMEOUT", 11),
    ("CAN_BCM_SETTIMER", 1),
    ("CAN_BCM_STARTTIMER", 2),
    ("CAN_BCM_TX_ANNOUNCE", 8),
    ("CAN_BCM_TX_COUNTEVT", 4),
    ("CAN_BCM_TX_CP_CAN_ID", 16),
    ("CAN_BCM_TX_DELETE", 2),
    ("CAN_BCM_TX_EXPIRED", 9),
    ("CAN_BCM_TX_READ", 3),
    ("CAN_BCM_TX_RESET_MULTI_IDX", 512),
    ("CAN_BCM_TX_SEND", 4),
    ("CAN_BCM_TX_SETUP", 1),
    ("CAN_BCM_TX_STATUS", 8),
    ("CAN_EFF_FLAG", 2147483648),
    ("CAN_EFF_MASK", 536870911),
    ("CAN_ERR_FLAG", 536870912),
    ("CAN_ERR_MASK", 536870911),
    ("CAN_ISOTP", 6),
    ("CAN_J1939", 7),
    ("CAN_RAW", 1),
    ("CAN_RAW_ERR_FILTER", 2),
    ("CAN_RAW_FD_FRAMES", 5),
    ("CAN_RAW_FILTER", 1),
    ("CAN_RAW_JOIN_FILTERS", 6),
    ("CAN_RAW_LOOPBACK", 3),
    ("CAN_RAW_RECV_OWN_MSGS", 4),
    ("CAN_RTR_FLAG", 1073741824),
    ("CAN_SFF_MASK", 2047),
    ("EAI_ADDRFAMILY", -9),
    ("EAI_AGAIN", -3),
    ("EAI_BADFLAGS", -1),
    ("EAI_FAIL", -4),
    ("EAI_FAMILY", -6),
    ("EAI_MEMORY", -10),
    ("EAI_NODATA", -5),
    ("EAI_NONAME", -2),
    ("EAI_OVERFLOW", -12),
    ("EAI_SERVICE", -8),
    ("EAI_SOCKTYPE", -7),
    ("EAI_SYSTEM", -11),
    ("ETHERTYPE_ARP", 2054),
    ("ETHERTYPE_IP", 2048),
    ("ETHERTYPE_IPV6", 34525),
    ("ETHERTYPE_VLAN", 33024),
    ("ETH_P_ALL", 3),
    ("HCI_CHANNEL_CONTROL", 3),
    ("HCI_CHANNEL_LOGGING", 4),
    ("HCI_CHANNEL_MONITOR", 2),
    ("HCI_CHANNEL_RAW", 0),
    ("HCI_CHANNEL_USER", 1),
    ("HCI_DATA_DIR", 1),
    ("HCI_DEV_NONE", 65535),
    ("HCI_FILTER", 2),
    ("HCI_TIME_STAMP", 3),
    ("INADDR_ALLHOSTS_GROUP", 3758096385),
    ("INADDR_ANY", 0),
    ("INADDR_BROADCAST", 4294967295),
    ("INADDR_LOOPBACK", 2130706433),
    ("INADDR_MAX_LOCAL_GROUP", 3758096639),
    ("INADDR_NONE", 4294967295),
    ("INADDR_UNSPEC_GROUP", 3758096384),
    ("IOCTL_VM_SOCKETS_GET_LOCAL_CID", 1977),
    ("IPPORT_RESERVED", 1024),
    ("IPPORT_USERRESERVED", 5000),
    ("IPPROTO_AH", 51),
    ("IPPROTO_DSTOPTS", 60),
    ("IPPROTO_EGP", 8),
    ("IPPROTO_ESP", 50),
    ("IPPROTO_FRAGMENT", 44),
    ("IPPROTO_GRE", 47),
    ("IPPROTO_HOPOPTS", 0),
    ("IPPROTO_ICMP", 1),
    ("IPPROTO_ICMPV6", 58),
    ("IPPROTO_IDP", 22),
    ("IPPROTO_IGMP", 2),
    ("IPPROTO_IP", 0),
    ("IPPROTO_IPIP", 4),
    ("IPPROTO_IPV6", 41),
    ("IPPROTO_MPTCP", 262),
    ("IPPROTO_NONE", 59),
    ("IPPROTO_PIM", 103),
    ("IPPROTO_PUP", 12),
    ("IPPROTO_RAW", 255),
    ("IPPROTO_ROUTING", 43),
    ("IPPROTO_RSVP", 46),
    ("IPPROTO_SCTP", 132),
    ("IPPROTO_TCP", 6),
    ("IPPROTO_TP", 29),
    ("IPPROTO_UDP", 17),
    ("IPPROTO_UDPLITE", 136),
    ("IPV6_CHECKSUM", 7),
    ("IPV6_DONTFRAG", 62),
    ("IPV6_DSTOPTS", 59),
    ("IPV6_HOPLIMIT", 52),
    ("IPV6_HOPOPTS", 54),
    ("IPV6_JOIN_GROUP", 20),
    ("IPV6_LEAVE_GROUP", 21),
    ("IPV6_MULTICAST_HOPS", 18),
    ("IPV6_MULTICAST_IF", 17),
    ("IPV6_MULTICAST_LOOP", 19),
    ("IPV6_NEXTHOP", 9),
    ("IPV6_PATHMTU", 61),
    ("IPV6_PKTINFO", 50),
    ("IPV6_RECVDSTOPTS", 58),
    ("IPV6_RECVERR", 25),
    ("IPV6_RECVHOPLIMIT", 51),
    ("IPV6_RECVHOPOPTS", 53),
    ("IPV6_RECVPATHMTU", 60),
    ("IPV6_RECVPKTINFO", 49),
    ("IPV6_RECVRTHDR", 56),
    ("IPV6_RECVTCLASS", 66),
    ("IPV6_RTHDR", 57),
    ("IPV6_RTHDRDSTOPTS", 55),
    ("IPV6_RTHDR_TYPE_0", 0),
    ("IPV6_TCLASS", 67),
    ("IPV6_UNICAST_HOPS", 16),
    ("IPV6_V6ONLY", 26),
    ("IP_ADD_MEMBERSHIP", 35),
    ("IP_ADD_SOURCE_MEMBERSHIP", 39),
    ("IP_BIND_ADDRESS_NO_PORT", 24),
    ("IP_BLOCK_SOURCE", 38),
    ("IP_DEFAULT_MULTICAST_LOOP", 1),
    ("IP_DEFAULT_MULTICAST_TTL", 1),
    ("IP_DROP_MEMBERSHIP", 36),
    ("IP_DROP_SOURCE_MEMBERSHIP", 40),
    ("IP_FREEBIND", 15),
    ("IP_HDRINCL", 3),
    ("IP_MAX_MEMBERSHIPS", 20),
    ("IP_MULTICAST_IF", 32),
    ("IP_MULTICAST_LOOP", 34),
    ("IP_MULTICAST_TTL", 33),
    ("IP_OPTIONS", 4),
    ("IP_PKTINFO", 8),
    ("IP_RECVERR", 11),
    ("IP_RECVOPTS", 6),
    ("IP_RECVORIGDSTADDR", 20),
    ("IP_RECVRETOPTS", 7),
    ("IP_RECVTOS", 13),
    ("IP_RECVTTL", 12),
    ("IP_RETOPTS", 7),
    ("IP_TOS", 1),
    ("IP_TRANSPARENT", 19),
    ("IP_TTL", 2),
    ("IP_UNBLOCK_SOURCE", 37),
    ("J1939_EE_INFO_NONE", 0),
    ("J1939_EE_INFO_TX_ABORT", 1),
    ("J1939_FILTER_MAX", 512),
    ("J1939_IDLE_ADDR", 254),
    ("J1939_MAX_UNICAST_ADDR", 253),
    ("J1939_NLA_BYTES_ACKED", 1),
    ("J1939_NLA_PAD", 0),
    ("J1939_NO_ADDR", 255),
    ("J1939_NO_NAME", 0),
    ("J1939_NO_PGN", 262144),
    ("J1939_PGN_ADDRESS_CLAIMED", 60928),
    ("J1939_PGN_ADDRESS_COMMANDED", 65240),
    ("J1939_PGN_MAX", 262143),
    ("J1939_PGN_PDU1_MAX", 261888),
    ("J1939_PGN_REQUEST", 59904),
    ("L2CAP_LM", 3),
    ("L2CAP_LM_AUTH", 2),
    ("L2CAP_LM_ENCRYPT", 4),
    ("L2CAP_LM_MASTER", 1),
    ("L2CAP_LM_RELIABLE", 16),
    ("L2CAP_LM_SECURE", 32),
    ("L2CAP_LM_TRUSTED", 8),
    ("MSG_CMSG_CLOEXEC", 1073741824),
    ("MSG_CONFIRM", 2048),
    ("MSG_CTRUNC", 8),
    ("MSG_DONTROUTE", 4),
    ("MSG_DONTWAIT", 64),
    ("MSG_EOR", 128),
    ("MSG_ERRQUEUE", 8192),
    ("MSG_FASTOPEN", 536870912),
    ("MSG_MORE", 32768),
    ("MSG_NOSIGNAL", 16384),
    ("MSG_OOB", 1),
    ("MSG_PEEK", 2),
    ("MSG_TRUNC", 32),
    ("MSG_WAITALL", 256),
    ("NETLINK_CRYPTO", 21),
    ("NETLINK_DNRTMSG", 14),
    ("NETLINK_FIREWALL", 3),
    ("NETLINK_IP6_FW", 13),
    ("NETLINK_NFLOG", 5),
    ("NETLINK_ROUTE", 0),
    ("NETLINK_USERSOCK", 2),
    ("NETLINK_XFRM", 6),
    ("NI_DGRAM", 16),
    ("NI_IDN", 32),
    ("NI_MAXHOST", 1025),
    ("NI_MAXSERV", 32),
    ("NI_NAMEREQD", 8),
    ("NI_NOFQDN", 4),
    ("NI_NUMERICHOST", 1),
    ("NI_NUMERICSERV", 2),
    ("PACKET_BROADCAST", 1),
    ("PACKET_FASTROUTE", 6),
    ("PACKET_HOST", 0),
    ("PACKET_LOOPBACK", 5),
    ("PACKET_MULTICAST", 2),
    ("PACKET_OTHERHOST", 3),
    ("PACKET_OUTGOING", 4),
    ("PF_CAN", 29),
    ("PF_PACKET", 17),
    ("PF_RDS", 21),
    ("SCM_CREDENTIALS", 2),
    ("SCM_J1939_DEST_ADDR", 1),
    ("SCM_J1939_DEST_NAME", 2),
    ("SCM_J1939_ERRQUEUE", 4),
    ("SCM_J1939_PRIO", 3),
    ("SCM_RIGHTS", 1),
    ("SHUT_RD", 0),
    ("SHUT_RDWR", 2),
    ("SHUT_WR", 1),
    ("SOCK_CLOEXEC", 524288),
    ("SOCK_DGRAM", 2),
    ("SOCK_NONBLOCK", 2048),
    ("SOCK_RAW", 3),
    ("SOCK_RDM", 4),
    ("SOCK_SEQPACKET", 5),
    ("SOCK_STREAM", 1),
    ("SOL_ALG", 279),
    ("SOL_BLUETOOTH", 274),
    ("SOL_CAN_BASE", 100),
    ("SOL_CAN_RAW", 101),
    ("SOL_HCI", 0),
    ("SOL_IP", 0),
    ("SOL_L2CAP", 6),
    ("SOL_RDS", 276),
    ("SOL_RFCOMM", 18),
    ("SOL_SCO", 17),
    ("SOL_SOCKET", 1),
    ("SOL_TCP", 6),
    ("SOL_TIPC", 271),
    ("SOL_UDP", 17),
    ("SOMAXCONN", 4096),
    ("SO_ACCEPTCONN", 30),
    ("SO_BINDTODEVICE", 25),
    ("SO_BINDTOIFINDEX", 62),
    ("SO_BROADCAST", 6),
    ("SO_DEBUG", 1),
    ("SO_DOMAIN", 39),
    ("SO_DONTROUTE", 5),
    ("SO_ERROR", 4),
    ("SO_INCOMING_CPU", 49),
    ("SO_J1939_ERRQUEUE", 4),
    ("SO_J1939_FILTER", 1),
    ("SO_J1939_PROMISC", 2),
    ("SO_J1939_SEND_PRIO", 3),
    ("SO_KEEPALIVE", 9),
    ("SO_LINGER", 13),
    ("SO_MARK", 36),
    ("SO_OOBINLINE", 10),
    ("SO_ORIGINAL_DST", 80),
    ("SO_PASSCRED", 16),
    ("SO_PASSSEC", 34),
    ("SO_PEERCRED", 17),
    ("SO_PEERSEC", 31),
    ("SO_PRIORITY", 12),
    ("SO_PROTOCOL", 38),
    ("SO_RCVBUF", 8),
    ("SO_RCVLOWAT", 18),
    ("SO_RCVTIMEO", 20),
    ("SO_REUSEADDR", 2),
    ("SO_REUSEPORT", 15),
    ("SO_SNDBUF", 7),
    ("SO_SNDLOWAT", 19),
    ("SO_SNDTIMEO", 21),
    ("SO_TYPE", 3),
    ("SO_VM_SOCKETS_BUFFER_MAX_SIZE", 2),
    ("SO_VM_SOCKETS_BUFFER_MIN_SIZE", 1),
    ("SO_VM_SOCKETS_BUFFER_SIZE", 0),
    ("TCP_CC_INFO", 26),
    ("TCP_CONGESTION", 13),
    ("TCP_CORK", 3),
    ("TCP_DEFER_ACCEPT", 9),
    ("TCP_FASTOPEN", 23),
    ("TCP_FASTOPEN_CONNECT", 30),
    ("TCP_FASTOPEN_KEY", 33),
    ("TCP_FASTOPEN_NO_COOKIE", 34),
    ("TCP_INFO", 11),
    ("TCP_INQ", 36),
    ("TCP_KEEPCNT", 6),
    ("TCP_KEEPIDLE", 4),
    ("TCP_KEEPINTVL", 5),
    ("TCP_LINGER2", 8),
    ("TCP_MAXSEG", 2),
    ("TCP_MD5SIG", 14),
    ("TCP_MD5SIG_EXT", 32),
    ("TCP_NODELAY", 1),
    ("TCP_NOTSENT_LOWAT", 25),
    ("TCP_QUEUE_SEQ", 21),
    ("TCP_QUICKACK", 12),
    ("TCP_REPAIR", 19),
    ("TCP_REPAIR_OPTIONS", 22),
    ("TCP_REPAIR_QUEUE", 20),
    ("TCP_REPAIR_WINDOW", 29),
    ("TCP_SAVED_SYN", 28),
    ("TCP_SAVE_SYN", 27),
    ("TCP_SYNCNT", 7),
    ("TCP_THIN_DUPACK", 17),
    ("TCP_THIN_LINEAR_TIMEOUTS", 16),
    ("TCP_TIMESTAMP", 24),
    ("TCP_TX_DELAY", 37),
    ("TCP_ULP", 31),
    ("TCP_USER_TIMEOUT", 18),
    ("TCP_WINDOW_CLAMP", 10),
    ("TCP_ZEROCOPY_RECEIVE", 35),
    ("TIPC_ADDR_ID", 3),
    ("TIPC_ADDR_NAME", 2),
    ("TIPC_ADDR_NAMESEQ", 1),
    ("TIPC_CFG_SRV", 0),
    ("TIPC_CLUSTER_SCOPE", 2),
    ("TIPC_CONN_TIMEOUT", 130),
    ("TIPC_CRITICAL_IMPORTANCE", 3),
    ("TIPC_DEST_DROPPABLE", 129),
    ("TIPC_HIGH_IMPORTANCE", 2),
    ("TIPC_IMPORTANCE", 127),
    ("TIPC_LOW_IMPORTANCE", 0),
    ("TIPC_MEDIUM_IMPORTANCE", 1),
    ("TIPC_NODE_SCOPE", 3),
    ("TIPC_PUBLISHED", 1),
    ("TIPC_SRC_DROPPABLE", 128),
    ("TIPC_SUBSCR_TIMEOUT", 3),
    ("TIPC_SUB_CANCEL", 4),
    ("TIPC_SUB_PORTS", 1),
    ("TIPC_SUB_SERVICE", 2),
    ("TIPC_TOP_SRV", 1),
    ("TIPC_WAIT_FOREVER", -1),
    ("TIPC_WITHDRAWN", 2),
    ("TIPC_ZONE_SCOPE", 1),
    ("UDPLITE_RECV_CSCOV", 11),
    ("UDPLITE_SEND_CSCOV", 10),
    ("VMADDR_CID_ANY", 4294967295),
    ("VMADDR_CID_HOST", 2),
    ("VMADDR_CID_LOCAL", 1),
    ("VMADDR_PORT_ANY", 4294967295),
    ("VM_SOCKETS_INVALID_VERSION", 4294967295),
];
