//! A child process that ends in time, with what it printed and what it cost.
//!
//! The child leads a process group of its own. When it ends or its time is over, the whole group is killed, so that
//! a forgotten grandchild can neither outlive the test nor hold its pipes open. The leader is reaped last of all:
//! until then its number is not given to another process, hence killing by number is safe.
//!
//! Ctrl-C ends the child as well, once [`catch_interrupts`] was called.
//!
//! This is the only file of the crate with `unsafe`: `std` tells neither a child's processor time nor its memory.

use std::fmt;
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering::SeqCst};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How a child ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Exit(i32),
    Signal(i32),
    /// Killed by us after this time.
    TimedOut(Duration),
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            End::Exit(status) => write!(f, "exit status {status}"),
            End::Signal(libc::SIGSEGV) => f.write_str("crashed: SIGSEGV"),
            End::Signal(libc::SIGABRT) => f.write_str("crashed: SIGABRT"),
            End::Signal(libc::SIGBUS) => f.write_str("crashed: SIGBUS"),
            End::Signal(libc::SIGILL) => f.write_str("crashed: SIGILL"),
            End::Signal(number) => write!(f, "killed by signal {number}"),
            End::TimedOut(limit) => write!(f, "timed out after {} s", limit.as_secs_f32()),
        }
    }
}

impl End {
    /// A signal, or Rust's exit status after a panic in the main thread: never right, whatever the program.
    pub fn is_crash(&self) -> bool {
        matches!(self, End::Signal(_) | End::Exit(101))
    }
}

/// What a child did.
#[derive(Debug)]
pub struct Run {
    pub end: End,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub wall: Duration,
    /// User and system time of the child and the children it waited for.
    pub cpu: Duration,
    /// Largest resident size, in KiB.
    pub peak_kib: u64,
}

/// The process group to end at Ctrl-C; 0: none.
static RUNNING: AtomicI32 = AtomicI32::new(0);
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on SIGINT and SIGTERM end the running child, of which there is one at a time, instead of this process;
/// [`interrupted`] tells.
pub fn catch_interrupts() {
    extern "C" fn stop(_: libc::c_int) {
        INTERRUPTED.store(true, SeqCst);
        let leader = RUNNING.load(SeqCst);
        if leader > 0 {
            kill_group(leader)
        }
    }
    for signal in [libc::SIGINT, libc::SIGTERM] {
        // SAFETY: the handler uses atomics and `kill`, which are async-signal-safe; zeros are a valid sigaction.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = stop as *const () as usize;
            action.sa_flags = libc::SA_RESTART;
            libc::sigaction(signal, &action, std::ptr::null_mut());
        }
    }
}

/// Has somebody pressed Ctrl-C since [`catch_interrupts`]?
pub fn interrupted() -> bool {
    INTERRUPTED.load(SeqCst)
}

/// Runs the command with `stdin` as its input until it ends or `limit` is over.
pub fn run(command: &mut Command, stdin: &[u8], limit: Duration) -> io::Result<Run> {
    let start = Instant::now();
    let mut child = command
        .process_group(0)
        .stdin(if stdin.is_empty() { Stdio::null() } else { Stdio::piped() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let pid = child.id() as libc::pid_t;
    RUNNING.store(pid, SeqCst);
    if interrupted() {
        kill_group(pid)
    }
    if let Some(mut pipe) = child.stdin.take() {
        let input = stdin.to_vec();
        thread::spawn(move || pipe.write_all(&input));
    }
    let stdout = read_all(child.stdout.take());
    let stderr = read_all(child.stderr.take());

    let (ended, end_seen) = mpsc::channel::<()>();
    let watchdog = thread::spawn(move || {
        let late = end_seen.recv_timeout(limit) == Err(RecvTimeoutError::Timeout);
        if late {
            kill_group(pid);
        }
        late
    });
    wait_without_reaping(pid)?;
    let wall = start.elapsed();
    drop(ended);
    let late = watchdog.join().expect("the watchdog does not panic");
    kill_group(pid);
    RUNNING.store(0, SeqCst);
    let (status, cpu, peak_kib) = reap(pid)?;
    let end = if late {
        End::TimedOut(limit)
    } else if libc::WIFEXITED(status) {
        End::Exit(libc::WEXITSTATUS(status))
    } else {
        End::Signal(libc::WTERMSIG(status))
    };
    let collect = |reader: thread::JoinHandle<Vec<u8>>| reader.join().expect("a reader does not panic");
    Ok(Run { end, stdout: collect(stdout), stderr: collect(stderr), wall, cpu, peak_kib })
}

/// Reads a pipe in a thread; what exceeds 16 MiB is read and dropped, so that the child never blocks.
fn read_all(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    const KEEP: u64 = 16 << 20;
    thread::spawn(move || {
        let mut text = Vec::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.by_ref().take(KEEP).read_to_end(&mut text);
            let _ = io::copy(&mut pipe, &mut io::sink());
        }
        text
    })
}

fn kill_group(leader: libc::pid_t) {
    // SAFETY: `kill` touches no memory. The leader is not reaped yet, so the number is still its own.
    unsafe { libc::kill(-leader, libc::SIGKILL) };
}

fn wait_without_reaping(pid: libc::pid_t) -> io::Result<()> {
    retry(|| {
        let mut info = std::mem::MaybeUninit::<libc::siginfo_t>::zeroed();
        // SAFETY: `info` is writable and large enough; nothing reads it.
        unsafe {
            libc::waitid(libc::P_PID, pid as libc::id_t, info.as_mut_ptr(), libc::WEXITED | libc::WNOWAIT)
        }
    })
    .map(drop)
}

fn reap(pid: libc::pid_t) -> io::Result<(libc::c_int, Duration, u64)> {
    let mut status = 0;
    // SAFETY: `rusage` is plain numbers, for which zero is a value.
    let mut usage = unsafe { std::mem::zeroed::<libc::rusage>() };
    // SAFETY: both pointers are to live locals of the types `wait4` writes.
    retry(|| unsafe { libc::wait4(pid, &mut status, 0, &mut usage) })?;
    Ok((status, time_of(usage.ru_utime) + time_of(usage.ru_stime), usage.ru_maxrss as u64))
}

/// Processor time of this process and of the children it has waited for.
pub fn own_cpu() -> Duration {
    let of = |who| {
        // SAFETY: `rusage` is plain numbers, for which zero is a value; the pointer is to a live local.
        let usage = unsafe {
            let mut usage = std::mem::zeroed::<libc::rusage>();
            libc::getrusage(who, &mut usage);
            usage
        };
        time_of(usage.ru_utime) + time_of(usage.ru_stime)
    };
    of(libc::RUSAGE_SELF) + of(libc::RUSAGE_CHILDREN)
}

fn time_of(t: libc::timeval) -> Duration {
    Duration::new(t.tv_sec as u64, t.tv_usec as u32 * 1000)
}

/// Repeats a system call that a signal interrupted.
fn retry(mut call: impl FnMut() -> libc::c_int) -> io::Result<libc::c_int> {
    loop {
        let result = call();
        if result >= 0 {
            return Ok(result);
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str, limit: Duration) -> Run {
        run(Command::new("sh").args(["-c", script]), b"in\n", limit).unwrap()
    }

    #[test]
    fn output_status_and_input() {
        let run = sh("cat; echo err >&2; exit 3", Duration::from_secs(10));
        assert_eq!((run.end, &run.stdout[..], &run.stderr[..]), (End::Exit(3), &b"in\n"[..], &b"err\n"[..]));
        assert!(run.peak_kib > 0);
    }

    #[test]
    fn a_late_child_is_killed_with_its_children() {
        let run = sh("sleep 60 & echo $!; sleep 60", Duration::from_millis(200));
        assert!(matches!(run.end, End::TimedOut(_)));
        assert!(run.wall < Duration::from_secs(10));
    }

    #[test]
    fn a_signal_is_a_crash() {
        let run = sh("kill -SEGV $$", Duration::from_secs(10));
        assert_eq!(run.end, End::Signal(libc::SIGSEGV));
        assert!(run.end.is_crash());
    }
}
