//! `posix`: the operating system, as `os.py` and its users ask for it.

pub mod dirs;
pub mod files;
pub mod names;
pub mod process;
pub mod stat;
pub mod system;

use weft_vm::dict::Dict;
use weft_vm::object::{ModuleSpec, ValueExt};
use weft_vm::types::list::List;
use weft_vm::types::structseq::add_to_module;
use weft_vm::{Res, Thread, VRef, methods};

/// `posix`
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "posix",
    doc: "This module provides access to operating system functionality that is\nstandardized by the C Standard and the POSIX standard (a thinly\ndisguised Unix interface).  Refer to the library manual and\ncorresponding Unix manual entries for more information on calls.",
    functions: methods! {
        "abort()" => process::abort;
        "access(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)" => stat::access;
        "chdir(path)" => dirs::chdir;
        "chmod(path, mode, *, dir_fd=None, follow_symlinks=(os.name != 'nt'))" => stat::chmod;
        "chown(path, uid, gid, *, dir_fd=None, follow_symlinks=True)" => stat::chown;
        "chroot(path)" => dirs::chroot;
        "close(fd)" => files::close;
        "closerange(fd_low, fd_high, /)" => files::closerange;
        "confstr(name, /)" => system::confstr;
        "copy_file_range(src, dst, count, offset_src=None, offset_dst=None)" => files::copy_file_range;
        "cpu_count()" => system::cpu_count;
        "_create_environ()" => system::create_environ;
        "ctermid()" => system::ctermid;
        "device_encoding(fd)" => files::device_encoding;
        "dup(fd, /)" => files::dup;
        "dup2(fd, fd2, inheritable=True)" => files::dup2;
        "eventfd(initval, flags=EFD_CLOEXEC)" => files::eventfd;
        "eventfd_read(fd)" => files::eventfd_read;
        "eventfd_write(fd, value)" => files::eventfd_write;
        "execv(path, argv, /)" => process::execv;
        "execve(path, argv, env)" => process::execve;
        "_exit(status)" => process::exit;
        "fchdir(fd)" => files::fchdir;
        "fchmod(fd, mode)" => stat::fchmod;
        "fchown(fd, uid, gid)" => stat::fchown;
        "fdatasync(fd)" => files::fdatasync;
        "fork()" => process::fork;
        "forkpty()" => process::forkpty;
        "fpathconf(fd, name, /)" => system::fpathconf;
        "fspath(path)" => system::fspath;
        "fstat(fd)" => stat::fstat;
        "fstatvfs(fd, /)" => stat::fstatvfs;
        "fsync(fd)" => files::fsync;
        "ftruncate(fd, length, /)" => files::ftruncate;
        "get_blocking(fd, /)" => files::get_blocking;
        "get_inheritable(fd, /)" => files::get_inheritable;
        "get_terminal_size(fd=NULL, /)" => files::get_terminal_size;
        "getcwd()" => dirs::getcwd;
        "getcwdb()" => dirs::getcwdb;
        "getegid()" => process::getegid;
        "geteuid()" => process::geteuid;
        "getgid()" => process::getgid;
        "getgrouplist(user, group, /)" => process::getgrouplist;
        "getgroups()" => process::getgroups;
        "getloadavg()" => system::getloadavg;
        "getlogin()" => process::getlogin;
        "getpgid(pid)" => process::getpgid;
        "getpgrp()" => process::getpgrp;
        "getpid()" => process::getpid;
        "getppid()" => process::getppid;
        "getpriority(which, who)" => process::getpriority;
        "getrandom(size, flags=0)" => system::getrandom;
        "getresgid()" => process::getresgid;
        "getresuid()" => process::getresuid;
        "getsid(pid, /)" => process::getsid;
        "getuid()" => process::getuid;
        "getxattr(path, attribute, *, follow_symlinks=True)" => stat::getxattr;
        "grantpt(fd, /)" => system::grantpt;
        "initgroups(username, gid, /)" => process::initgroups;
        "_inputhook()" => system::no_inputhook;
        "_is_inputhook_installed()" => system::no_inputhook;
        "isatty(fd, /)" => files::isatty;
        "kill(pid, signal, /)" => process::kill;
        "killpg(pgid, signal, /)" => process::killpg;
        "lchown(path, uid, gid)" => stat::lchown;
        "link(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=(os.name != 'nt'))" => dirs::link;
        "listdir(path=None)" => dirs::listdir;
        "listxattr(path=None, *, follow_symlinks=True)" => stat::listxattr;
        "lockf(fd, command, length, /)" => files::lockf;
        "login_tty(fd, /)" => files::login_tty;
        "lseek(fd, position, whence, /)" => files::lseek;
        "lstat(path, *, dir_fd=None)" => stat::lstat;
        "major(device, /)" => system::major;
        "makedev(major, minor, /)" => system::makedev;
        "memfd_create(name, flags=MFD_CLOEXEC)" => files::memfd_create;
        "minor(device, /)" => system::minor;
        "mkdir(path, mode=511, *, dir_fd=None)" => dirs::mkdir;
        "mkfifo(path, mode=438, *, dir_fd=None)" => dirs::mkfifo;
        "mknod(path, mode=384, device=0, *, dir_fd=None)" => dirs::mknod;
        "nice(increment, /)" => process::nice;
        "open(path, flags, mode=511, *, dir_fd=None)" => files::open;
        "openpty()" => files::openpty;
        "_path_normpath(path)" => system::path_normpath;
        "_path_splitroot_ex(p)" => system::path_splitroot_ex;
        "pathconf(path, name)" => system::pathconf;
        "pidfd_open(pid, flags=0)" => process::pidfd_open;
        "pipe()" => files::pipe;
        "pipe2(flags, /)" => files::pipe2;
        "posix_fadvise(fd, offset, length, advice, /)" => files::posix_fadvise;
        "posix_fallocate(fd, offset, length, /)" => files::posix_fallocate;
        "posix_openpt(oflag, /)" => system::posix_openpt;
        "posix_spawn(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)" => process::posix_spawn;
        "posix_spawnp(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)" => process::posix_spawnp;
        "pread(fd, length, offset, /)" => files::pread;
        "preadv(fd, buffers, offset, flags=0, /)" => files::preadv;
        "ptsname(fd, /)" => system::ptsname;
        "putenv(name, value, /)" => system::putenv;
        "pwrite(fd, buffer, offset, /)" => files::pwrite;
        "pwritev(fd, buffers, offset, flags=0, /)" => files::pwritev;
        "read(fd, length, /)" => files::read;
        "readinto(fd, buffer, /)" => files::readinto;
        "readlink(path, *, dir_fd=None)" => dirs::readlink;
        "readv(fd, buffers, /)" => files::readv;
        "register_at_fork(*, before=NULL, after_in_child=NULL, after_in_parent=NULL)" => process::register_at_fork;
        "remove(path, *, dir_fd=None)" => dirs::remove;
        "removexattr(path, attribute, *, follow_symlinks=True)" => stat::removexattr;
        "rename(src, dst, *, src_dir_fd=None, dst_dir_fd=None)" => dirs::rename;
        "replace(src, dst, *, src_dir_fd=None, dst_dir_fd=None)" => dirs::replace;
        "rmdir(path, *, dir_fd=None)" => dirs::rmdir;
        "scandir(path=None)" => dirs::scandir;
        "sched_get_priority_max(policy)" => system::sched_get_priority_max;
        "sched_get_priority_min(policy)" => system::sched_get_priority_min;
        "sched_getaffinity(pid, /)" => system::sched_getaffinity;
        "sched_getparam(pid, /)" => system::sched_getparam;
        "sched_getscheduler(pid, /)" => system::sched_getscheduler;
        "sched_rr_get_interval(pid, /)" => system::sched_rr_get_interval;
        "sched_setaffinity(pid, mask, /)" => system::sched_setaffinity;
        "sched_setparam(pid, param, /)" => system::sched_setparam;
        "sched_setscheduler(pid, policy, param, /)" => system::sched_setscheduler;
        "sched_yield()" => system::sched_yield;
        "sendfile(out_fd, in_fd, offset, count)" => files::sendfile;
        "set_blocking(fd, blocking, /)" => files::set_blocking;
        "set_inheritable(fd, inheritable, /)" => files::set_inheritable;
        "setegid(egid, /)" => process::setegid;
        "seteuid(euid, /)" => process::seteuid;
        "setgid(gid, /)" => process::setgid;
        "setgroups(groups, /)" => process::setgroups;
        "setns(fd, nstype=0)" => process::setns;
        "setpgid(pid, pgrp, /)" => process::setpgid;
        "setpgrp()" => process::setpgrp;
        "setpriority(which, who, priority)" => process::setpriority;
        "setregid(rgid, egid, /)" => process::setregid;
        "setresgid(rgid, egid, sgid, /)" => process::setresgid;
        "setresuid(ruid, euid, suid, /)" => process::setresuid;
        "setreuid(ruid, euid, /)" => process::setreuid;
        "setsid()" => process::setsid;
        "setuid(uid, /)" => process::setuid;
        "setxattr(path, attribute, value, flags=0, *, follow_symlinks=True)" => stat::setxattr;
        "splice(src, dst, count, offset_src=None, offset_dst=None, flags=0)" => files::splice;
        "stat(path, *, dir_fd=None, follow_symlinks=True)" => stat::stat;
        "statvfs(path)" => stat::statvfs;
        "strerror(code, /)" => system::strerror;
        "symlink(src, dst, target_is_directory=False, *, dir_fd=None)" => dirs::symlink;
        "sync()" => system::sync;
        "sysconf(name, /)" => system::sysconf;
        "system(command)" => process::system;
        "tcgetpgrp(fd, /)" => files::tcgetpgrp;
        "tcsetpgrp(fd, pgid, /)" => files::tcsetpgrp;
        "timerfd_create(clockid, /, *, flags=0)" => system::timerfd_create;
        "timerfd_gettime(fd, /)" => system::timerfd_gettime;
        "timerfd_gettime_ns(fd, /)" => system::timerfd_gettime_ns;
        "timerfd_settime(fd, /, *, flags=0, initial=0.0, interval=0.0)" => system::timerfd_settime;
        "timerfd_settime_ns(fd, /, *, flags=0, initial=0, interval=0)" => system::timerfd_settime_ns;
        "times()" => system::times;
        "truncate(path, length)" => stat::truncate;
        "ttyname(fd, /)" => files::ttyname;
        "umask(mask, /)" => system::umask;
        "uname()" => system::uname;
        "unlink(path, *, dir_fd=None)" => dirs::unlink;
        "unlockpt(fd, /)" => system::unlockpt;
        "unsetenv(name, /)" => system::unsetenv;
        "unshare(flags)" => process::unshare;
        "urandom(size, /)" => system::urandom;
        "utime(path, times=None, *, ns=NULL, dir_fd=None, follow_symlinks=True)" => stat::utime;
        "wait()" => process::wait;
        "wait3(options)" => process::wait3;
        "wait4(pid, options)" => process::wait4;
        "waitid(idtype, id, options, /)" => process::waitid;
        "waitpid(pid, options, /)" => process::waitpid;
        "waitstatus_to_exitcode(status)" => process::waitstatus_to_exitcode;
        "WCOREDUMP(status, /)" => process::wcoredump;
        "WEXITSTATUS(status)" => process::wexitstatus;
        "WIFCONTINUED(status)" => process::wifcontinued;
        "WIFEXITED(status)" => process::wifexited;
        "WIFSIGNALED(status)" => process::wifsignaled;
        "WIFSTOPPED(status)" => process::wifstopped;
        "write(fd, data, /)" => files::write;
        "writev(fd, buffers, /)" => files::writev;
        "WSTOPSIG(status)" => process::wstopsig;
        "WTERMSIG(status)" => process::wtermsig;
    },
    init: Some(init),
};

/// What `os.supports_*` is made from: the calls that take descriptors and flags here.
static HAVE: &[&str] = &[
    "HAVE_EVENTFD",
    "HAVE_TIMERFD_CREATE",
    "HAVE_FACCESSAT",
    "HAVE_FCHDIR",
    "HAVE_FCHMOD",
    "HAVE_FCHMODAT",
    "HAVE_FCHOWN",
    "HAVE_FCHOWNAT",
    "HAVE_FEXECVE",
    "HAVE_FDOPENDIR",
    "HAVE_FPATHCONF",
    "HAVE_FSTATAT",
    "HAVE_FSTATVFS",
    "HAVE_FTRUNCATE",
    "HAVE_FUTIMENS",
    "HAVE_FUTIMES",
    "HAVE_FUTIMESAT",
    "HAVE_LINKAT",
    "HAVE_LCHOWN",
    "HAVE_LSTAT",
    "HAVE_LUTIMES",
    "HAVE_MEMFD_CREATE",
    "HAVE_MKDIRAT",
    "HAVE_MKFIFOAT",
    "HAVE_MKNODAT",
    "HAVE_OPENAT",
    "HAVE_READLINKAT",
    "HAVE_RENAMEAT",
    "HAVE_SYMLINKAT",
    "HAVE_UNLINKAT",
    "HAVE_UTIMENSAT",
    "HAVE_PTSNAME_R",
];

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    for (name, n) in names::CONSTANTS {
        t.module_set(m, name, t.int(*n))
    }
    for (name, table) in [
        ("sysconf_names", names::SYSCONF),
        ("pathconf_names", names::PATHCONF),
        ("confstr_names", names::CONFSTR),
    ] {
        let d = Dict::new(t);
        if let Some(d) = d.cast::<Dict>() {
            for (k, v) in table {
                t.dict_set(d, k, t.int(*v as i64))
            }
        }
        t.module_set(m, name, d)
    }
    let have = HAVE.iter().map(|h| t.str(h)).collect();
    t.module_set(m, "_have_functions", List::new(t, have));
    let environ = system::environ(t)?;
    t.module_set(m, "environ", environ);
    t.module_set(m, "error", weft_vm::errors::OS_ERROR.get(t).to_value());
    for s in [
        &stat::STAT_RESULT,
        &stat::STATVFS_RESULT,
        &files::TERMINAL_SIZE,
        &system::TIMES_RESULT,
        &system::UNAME_RESULT,
        &system::SCHED_PARAM,
        &process::WAITID_RESULT,
    ] {
        add_to_module(t, m, s)
    }
    t.module_add_type(m, &dirs::DIR_ENTRY);
    Ok(())
}
