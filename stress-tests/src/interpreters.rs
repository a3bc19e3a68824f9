//! The interpreters a program is run with: weft in its two modes, and CPython 3.14 if there is one.
//!
//! weft is `$WEFT_BIN`, else the `weft` that cargo built beside the running test or tool (`target/<profile>/weft`).
//! CPython is `$WEFT_PYTHON`, else the `python3.14` on the path; it must say "Python 3.14".

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};
use std::{env, fs};

use crate::child;

/// A command that takes a Python program.
#[derive(Clone, Debug)]
pub struct Interpreter {
    /// Its name in reports: `gil=0`, `gil=1` or `cpython`.
    pub name: &'static str,
    pub program: PathBuf,
    options: &'static [&'static str],
}

impl Interpreter {
    /// A command with a clean Python environment: no user settings, UTF-8, no colours, no `.pyc` files left about.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("PYTHON") {
                command.env_remove(name);
            }
        }
        command
            .args(self.options)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHON_COLORS", "0")
            .env("LC_ALL", "C.UTF-8")
            .env("COLUMNS", "80")
            .env_remove("RUST_BACKTRACE");
        command
    }

    /// How to call it in a shell.
    pub fn shown(&self) -> String {
        [&self.program.display().to_string()[..]]
            .iter()
            .chain(self.options)
            .copied()
            .collect::<Vec<_>>()
            .join(" ")
    }

    pub fn is_weft(&self) -> bool {
        !self.options.is_empty()
    }
}

/// weft with the GIL and without, or why it cannot be run.
pub fn weft() -> Result<[Interpreter; 2], String> {
    let program = weft_program()?;
    Ok([
        Interpreter { name: "gil=1", program: program.clone(), options: &["-X", "gil=1"] },
        Interpreter { name: "gil=0", program, options: &["-X", "gil=0"] },
    ])
}

fn weft_program() -> Result<PathBuf, String> {
    if let Some(path) = env::var_os("WEFT_BIN") {
        // Programs are run from other folders, so a relative path is made absolute now.
        return std::path::absolute(path).map_err(|error| format!("WEFT_BIN: {error}"));
    }
    let program = built_weft()?;
    if let Some(source) = newer_source(&program) {
        eprintln!("note: weft is older than {}: `cargo build` makes it anew", source.display());
    }
    Ok(program)
}

fn built_weft() -> Result<PathBuf, String> {
    let this = env::current_exe().map_err(|error| error.to_string())?;
    // target/<profile>/deps/<test> or target/<profile>/<tool>
    this.ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join("weft"))
        .find(|path| path.is_file())
        .ok_or_else(|| "weft is not built: `cargo build` first, or name one in WEFT_BIN".to_string())
}

/// A Rust source of the runtime that changed after the binary was built, if there is one.
fn newer_source(program: &Path) -> Option<PathBuf> {
    fn newer(folder: &Path, than: SystemTime) -> Option<PathBuf> {
        let mut entries = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
        entries.find_map(|path| {
            if path.is_dir() {
                return newer(&path, than);
            }
            let is_source = path.extension().is_some_and(|extension| extension == "rs");
            (is_source && path.metadata().ok()?.modified().ok()? > than).then_some(path)
        })
    }
    let built = program.metadata().ok()?.modified().ok()?;
    let root = stress_folder().parent()?;
    ["src", "gil", "nogil", "stdlib"].iter().find_map(|folder| newer(&root.join(folder), built))
}

/// CPython 3.14, if it can be found.
pub fn cpython() -> Option<Interpreter> {
    let program = match env::var_os("WEFT_PYTHON") {
        Some(path) if path.is_empty() => return None,
        Some(path) => PathBuf::from(path),
        None => on_path("python3.14")?,
    };
    let interpreter = Interpreter { name: "cpython", program, options: &[] };
    let version = child::run(interpreter.command().arg("-V"), b"", Duration::from_secs(60)).ok()?;
    version.stdout.starts_with(b"Python 3.14").then_some(interpreter)
}

fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// The repository's folder `stress-tests`, as it was when this was compiled.
pub fn stress_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
