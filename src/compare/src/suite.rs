//! The suite that runs when no program is named: threaded workloads of a fixed amount of work each, divided over the
//! threads, with a result that is printed and so compared.

use crate::plan::Program;
use std::path::PathBuf;
use std::{fs, io};

struct Workload {
    name: &'static str,
    about: &'static str,
    text: &'static str,
}

macro_rules! workloads {
    ($($name:ident: $about:literal;)*) => {
        &[$(Workload {
            name: stringify!($name),
            about: $about,
            text: include_str!(concat!("../suite/", stringify!($name), ".py")),
        }),*]
    };
}

/// With what the threads share, which grows from nothing to everything; then those that wait.
const WORKLOADS: &[Workload] = workloads! {
    primes: "nothing (ints in loops)";
    mandelbrot: "nothing (floats in loops)";
    trees: "nothing (small objects)";
    words: "nothing (text)";
    json: "nothing (json and re)";
    lookups: "a dict and a list, read";
    attributes: "an object, read";
    inventory: "two dicts, written";
    counter: "one lock, all the time";
    pipeline: "a queue.Queue";
    pool: "an executor's tasks";
    waits: "nothing (wait for sockets)";
    mixed: "a lock (wait, compute)";
};

/// What the workloads import.
const HELPER: &str = include_str!("../suite/_suite.py");

/// The workloads as files, while it lives.
pub struct Folder {
    path: PathBuf,
    /// What can be run.
    pub programs: Vec<Program>,
}

impl Folder {
    /// Writes those workloads whose names are in `only`; all of them if it is empty.
    pub fn new(only: &[String]) -> Result<Folder, String> {
        if let Some(unknown) = only.iter().find(|n| !WORKLOADS.iter().any(|w| w.name == **n)) {
            let names: Vec<_> = WORKLOADS.iter().map(|w| w.name).collect();
            return Err(format!("--only: no such workload: '{unknown}' ({})", names.join(", ")));
        }
        let path = std::env::temp_dir().join(format!("weft-compare-{}", std::process::id()));
        let mut folder = Folder { path, programs: Vec::new() };
        folder.write(only).map_err(|e| format!("{}: {e}", folder.path.display()))?;
        Ok(folder)
    }

    fn write(&mut self, only: &[String]) -> io::Result<()> {
        fs::create_dir_all(&self.path)?;
        fs::write(self.path.join("_suite.py"), HELPER)?;
        for w in WORKLOADS.iter().filter(|w| only.is_empty() || only.iter().any(|n| n == w.name)) {
            // Not the bare name: it would hide the library's module of that name.
            let file = self.path.join(format!("run_{}.py", w.name));
            fs::write(&file, w.text)?;
            self.programs.push(Program {
                name: w.name.into(),
                about: w.about.into(),
                words: vec![file.to_string_lossy().into_owned()],
                takes_threads: true,
            })
        }
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Left-overs in the folder for temporary files do no harm.
        let _ = fs::remove_dir_all(&self.path);
    }
}
