//! `-X contention`: at which Python lines, for what kinds of objects, threads waited.
//!
//! The strategies and the natives that wait say so (`weft_strategy::waits`). Totals are always counted; places
//! are noted only when the option is on. A thread has a table of its own, with a lock that only a report ever
//! contends for: the line is looked up *before* the thread sleeps, the time is added when it wakes.
//!
//! A place is what the running frame says. Lines of the library are not what somebody wants to read, so the
//! innermost frame outside of it is the place, and the library's line stands beside it.

use crate::interp::hooks::{Call, call_at};
use crate::object::shape_of;
use crate::start::flags::flags;
use crate::thread::Thread;
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;
use weft_bytecode::CodeRef;
use weft_strategy::waits::{self, Kind, Total};
use weft_strategy::{Header, registry};

/// What it takes, about, when two cores want to write to the same place: for putting places in order.
const MEETING_NS: u64 = 100;
/// Places a thread's table has room for; further ones are counted as one.
const MOST_PLACES: usize = 10_000;
/// Frames of the library that are looked through for one outside of it.
const MOST_FRAMES: usize = 32;

/// A position in compiled code. Holding the code keeps its address from meaning other code.
#[derive(Clone)]
struct At {
    code: CodeRef,
    instruction: u32,
}

impl At {
    fn of(c: Call) -> At {
        // SAFETY: an active call of the running thread: its code is alive.
        unsafe { At { code: (*c.code).source().clone(), instruction: c.at } }
    }

    fn key(&self) -> (usize, u32) {
        (self.code.address(), self.instruction)
    }

    fn is_library(&self) -> bool {
        let name = &self.code.filename;
        let library = flags().stdlib_dir.as_deref().unwrap_or("<frozen ");
        name.starts_with(library.as_bytes()) || name.starts_with(b"<frozen ")
    }

    fn line(&self) -> Line {
        let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
        Line {
            file: text(&self.code.filename),
            line: weft_bytecode::locations::line_at(&self.code, self.instruction)
                .unwrap_or(self.code.firstlineno),
            function: text(&self.code.qualname),
        }
    }
}

/// What tells places apart: kind, shape of the object, code and instruction outside and inside the library.
type Key = (usize, u32, (usize, u32), (usize, u32));

struct Noted {
    kind: Kind,
    object: String,
    at: Option<At>,
    via: Option<At>,
    total: Total,
}

/// What a thread noted.
#[derive(Default)]
pub struct Places(Mutex<Table>);

#[derive(Default)]
struct Table {
    numbers: HashMap<Key, u32, foldhash::fast::FixedState>,
    list: Vec<Noted>,
}

impl Table {
    fn number(&mut self, t: &Thread, kind: Kind, object: Option<&Header>) -> u32 {
        let (at, via) = match self.list.len() < MOST_PLACES {
            true => place(t),
            false => (None, None),
        };
        let key_of = |a: &Option<At>| a.as_ref().map_or((0, 0), At::key);
        let key = (kind as usize, object.map_or(0, |h| h.shape()), key_of(&at), key_of(&via));
        if let Some(n) = self.numbers.get(&key) {
            return *n;
        }
        let object = object.map_or(String::new(), |h| shape_of(h).ty().name());
        self.list.push(Noted { kind, object, at, via, total: Total::default() });
        // From 1: zero means that nothing is noted.
        let n = self.list.len() as u32;
        self.numbers.insert(key, n);
        n
    }
}

/// Where the running thread is: outside the library, and, if it is in there, where.
fn place(t: &Thread) -> (Option<At>, Option<At>) {
    let Some(inner) = call_at(t, 0).map(At::of) else { return (None, None) };
    if !inner.is_library() {
        return (Some(inner), None);
    }
    let outer = (1..MOST_FRAMES).map_while(|depth| call_at(t, depth)).map(At::of).find(|a| !a.is_library());
    match outer {
        Some(a) => (Some(a), Some(inner)),
        None => (Some(inner), None),
    }
}

fn running() -> Option<&'static Thread> {
    let core = weft_strategy::core::current()?;
    // SAFETY: the running thread's core, which knows its thread as long as that runs.
    let t = unsafe { &*core }.vm.get() as *const Thread;
    // SAFETY: as above.
    if t.is_null() { None } else { Some(unsafe { &*t }) }
}

/// The strategy's hook: a wait begins. Touches no Python object but to read; the thread may be detached.
pub(crate) fn waiting(kind: Kind, object: Option<&Header>) -> u32 {
    running().map_or(0, |t| t.places.0.lock().number(t, kind, object))
}

/// The strategy's hook: waits are over.
pub(crate) fn waited(place: u32, count: u64, ns: u64) {
    if let Some(t) = running()
        && let Some(p) = t.places.0.lock().list.get_mut(place.wrapping_sub(1) as usize)
    {
        p.total.add(Total { count, ns, longest_ns: ns })
    }
}

/// What threads that have ended noted.
static ENDED: Mutex<Sum> = Mutex::new(Sum(BTreeMap::new()));

/// A line of Python.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Line {
    /// `co_filename`
    pub file: String,
    /// From 1.
    pub line: u32,
    /// `co_qualname`
    pub function: String,
}

/// Where threads waited, and for what.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// Why: [`Kind::name`].
    pub kind: &'static str,
    /// The innermost line outside the library; none when no Python code ran.
    pub at: Option<Line>,
    /// The line of the library that waited, if it was not `at`.
    pub via: Option<Line>,
    /// Type of the object; empty if there is none.
    pub object: String,
}

#[derive(Clone)]
struct Sum(BTreeMap<Place, Total>);

impl Sum {
    fn add(&mut self, noted: &Noted) {
        if noted.total.count == 0 {
            return;
        }
        let place = Place {
            kind: noted.kind.name(),
            at: noted.at.as_ref().map(At::line),
            via: noted.via.as_ref().map(At::line),
            object: noted.object.clone(),
        };
        self.0.entry(place).or_default().add(noted.total)
    }
}

/// A thread ends: what it noted stays.
pub(crate) fn thread_ends(t: &Thread) {
    let table = std::mem::take(&mut *t.places.0.lock());
    if !table.list.is_empty() {
        let mut ended = ENDED.lock();
        table.list.iter().for_each(|n| ended.add(n))
    }
}

/// What there is to tell.
#[derive(Clone, Debug)]
pub struct Report {
    /// Were places noted?
    pub places_noted: bool,
    /// With the GIL?
    pub gil: bool,
    /// Sums over all threads, by kind.
    pub totals: Vec<(&'static str, Total)>,
    /// The dearest first: by time, where a meeting that takes no time counts for [`MEETING_NS`].
    pub places: Vec<(Place, Total)>,
}

/// What has happened until now.
pub fn report() -> Report {
    let totals = waits::totals();
    let mut sum = ENDED.lock().clone();
    if waits::places_wanted() {
        registry::for_each(|c| {
            let t = c.vm.get() as *const Thread;
            if !t.is_null() {
                // SAFETY: a thread takes its pointer out of its core before it goes, and leaves the list, whose lock is
                // held, before it is freed; the table has a lock.
                unsafe { &(*t).places }.0.lock().list.iter().for_each(|n| sum.add(n))
            }
        });
    }
    let mut places: Vec<(Place, Total)> = sum.0.into_iter().collect();
    places.sort_by_key(|(_, total)| std::cmp::Reverse(total.ns + total.count * MEETING_NS));
    Report {
        places_noted: waits::places_wanted(),
        gil: weft_strategy::ops().gil,
        totals: Kind::ALL.iter().map(|k| (k.name(), totals[*k as usize])).collect(),
        places,
    }
}

static FINAL: OnceLock<Report> = OnceLock::new();

/// The program has ended: what the interpreter does to end itself is not its contention.
pub(crate) fn program_ended() {
    let _ = FINAL.set(report());
}

/// The report of a program that has ended; of a running one, what has happened until now.
pub fn final_report() -> Report {
    FINAL.get().cloned().unwrap_or_else(report)
}

/// In the child of a fork: it tells of itself.
pub(crate) fn after_fork_in_child(t: &Thread) {
    waits::after_fork_in_child(&t.core);
    // Whoever changes these is attached, and the world stood still.
    ENDED.lock().0.clear();
    *t.places.0.lock() = Table::default()
}
