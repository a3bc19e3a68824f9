//! The same program in both modes, and on CPython, must do the same.
//!
//! Every `differential/**/*.py` has its expected standard output beside it in a `.out` file, and, where standard
//! error matters, that in an `.err` file. A program's leading comments may say more:
//!
//! ```text
//! # exit: 1              the expected exit status (0 if not said); -2 is death by signal 2
//! # run: -c "print(1)"   the interpreter's arguments, instead of the program's own file name
//! # stdin: text          one line of input; may be repeated
//! # only: gil=0          do not run the other mode
//! ```
//!
//! Programs run in their own folder and are named without it, so that tracebacks tell no absolute path. `pending.txt`
//! lists the programs known to fail.
//!
//! ```sh
//! cargo test -p weft-stress --test differential -- lang/match      # some of them
//! BLESS=1 cargo test -p weft-stress --test differential            # expectations anew, from CPython
//! PENDING=write cargo test -p weft-stress --test differential      # the pending list anew, from what fails
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use std::{env, fs, io};

use weft_stress::child::{self, End, Run};
use weft_stress::diff::first_difference;
use weft_stress::interpreters::{self, Interpreter};
use weft_stress::report::{self, Trial, Verdict};

const LIMIT: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    match trials() {
        Ok(trials) => report::main(trials),
        Err(why) => {
            eprintln!("differential: {why}");
            ExitCode::from(101)
        }
    }
}

fn trials() -> Result<Vec<Trial>, String> {
    let folder = interpreters::stress_folder().join("differential");
    let programs = Program::all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    if env::var_os("BLESS").is_some() {
        let cpython = interpreters::cpython().ok_or("BLESS needs CPython 3.14: name it in WEFT_PYTHON")?;
        return Ok(programs.into_iter().map(|program| bless(program, cpython.clone())).collect());
    }
    let pending = Pending::read(&folder.join("pending.txt"))?;
    if env::var("PENDING").is_ok_and(|value| value == "write") {
        pending.rewrite(&programs, &interpreters::weft()?)?;
    }
    let pending = Arc::new(Pending::read(&folder.join("pending.txt"))?);
    let mut all = Vec::new();
    let others: Vec<_> = interpreters::weft()?.into_iter().chain(interpreters::cpython()).collect();
    for program in programs.into_iter().map(Arc::new) {
        for other in others.iter().filter(|other| program.runs_in(other)) {
            all.push(compare(program.clone(), other.clone(), pending.clone()));
        }
    }
    Ok(all)
}

fn compare(program: Arc<Program>, interpreter: Interpreter, pending: Arc<Pending>) -> Trial {
    let name = format!("{} [{}]", program.name, interpreter.name);
    let run = move || {
        let failure = program.check(&interpreter).err();
        let reason =
            if interpreter.is_weft() { pending.reason(&program.name, interpreter.name) } else { None };
        match (failure, reason) {
            (None, None) => Verdict::Passed,
            (None, Some(_)) => Verdict::Surprise,
            (Some(_), Some(reason)) => Verdict::Pending(reason.to_string()),
            (Some(failure), None) => Verdict::Failed(failure),
        }
    };
    Trial { name, run: Box::new(run) }
}

fn bless(program: Program, cpython: Interpreter) -> Trial {
    let name = format!("{} [bless]", program.name);
    let run = move || match program.bless(&cpython) {
        Ok(()) => Verdict::Passed,
        Err(why) => Verdict::Failed(why),
    };
    Trial { name, run: Box::new(run) }
}

/// A Python program and what it is expected to do.
struct Program {
    path: PathBuf,
    /// The path below `differential/`, without `.py`.
    name: String,
    arguments: Vec<String>,
    stdin: String,
    exit: i32,
    only: Option<String>,
}

impl Program {
    fn all(folder: &Path) -> io::Result<Vec<Program>> {
        let mut paths = Vec::new();
        collect_programs(folder, &mut paths)?;
        paths.sort();
        paths.into_iter().map(|path| Program::read(folder, path)).collect()
    }

    fn read(folder: &Path, path: PathBuf) -> io::Result<Program> {
        let name =
            path.with_extension("").strip_prefix(folder).expect("found below it").display().to_string();
        let file = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let mut program =
            Program { path, name, arguments: vec![file], stdin: String::new(), exit: 0, only: None };
        let text = fs::read(&program.path)?;
        let text = String::from_utf8_lossy(&text);
        for line in text.lines().map_while(|line| line.strip_prefix("# ")) {
            match line.split_once(": ") {
                Some(("exit", status)) => program.exit = status.trim().parse().map_err(io::Error::other)?,
                Some(("run", arguments)) => program.arguments = words(arguments),
                Some(("stdin", line)) => program.stdin += &format!("{line}\n"),
                Some(("only", mode)) => program.only = Some(mode.trim().to_string()),
                _ => {}
            }
        }
        Ok(program)
    }

    fn end(&self) -> End {
        if self.exit < 0 { End::Signal(-self.exit) } else { End::Exit(self.exit) }
    }

    fn runs_in(&self, interpreter: &Interpreter) -> bool {
        self.only.as_ref().is_none_or(|mode| mode == interpreter.name)
    }

    fn run(&self, interpreter: &Interpreter) -> Result<Run, String> {
        let folder = self.path.parent().expect("a file is in a folder");
        let mut command = interpreter.command();
        command.args(&self.arguments).current_dir(folder);
        let mut run = child::run(&mut command, self.stdin.as_bytes(), LIMIT)
            .map_err(|error| format!("{}: {error}", interpreter.program.display()))?;
        run.stdout = without_folder(&run.stdout, folder).into_bytes();
        run.stderr = without_own_name(&run.stderr, folder, interpreter);
        Ok(run)
    }

    /// Runs the program and says how it differs from what is expected.
    fn check(&self, interpreter: &Interpreter) -> Result<(), String> {
        let run = self.run(interpreter)?;
        let stderr = || format!("standard error:\n{}", tail(&run.stderr, 20));
        if run.end != self.end() {
            return Err(format!("{}, expected {}\n{}", run.end, self.end(), stderr()));
        }
        let Ok(expected) = fs::read(self.path.with_extension("out")) else {
            return Err("no .out file: BLESS=1 makes it".to_string());
        };
        if let Some(difference) = first_difference(&expected, &run.stdout) {
            return Err(format!("standard output {difference}{}", stderr()));
        }
        if let Ok(expected) = fs::read(self.path.with_extension("err"))
            && let Some(difference) = first_difference(&expected, &run.stderr)
        {
            return Err(format!("standard error {difference}"));
        }
        Ok(())
    }

    /// Writes the expectations, if CPython gives the same ones twice.
    fn bless(&self, cpython: &Interpreter) -> Result<(), String> {
        let (run, again) = (self.run(cpython)?, self.run(cpython)?);
        let stderr = || format!("standard error:\n{}", tail(&run.stderr, 20));
        if run.end != self.end() {
            return Err(format!("{}, expected {}\n{}", run.end, self.end(), stderr()));
        }
        if let Some(difference) = first_difference(&run.stdout, &again.stdout) {
            return Err(format!("a second run {difference}"));
        }
        if let Some(difference) = first_difference(&run.stderr, &again.stderr) {
            return Err(format!("a second run's standard error {difference}"));
        }
        let write = |extension: &str, text: &[u8]| {
            fs::write(self.path.with_extension(extension), text).map_err(|error| error.to_string())
        };
        write("out", &run.stdout)?;
        if run.stderr.is_empty() {
            let _ = fs::remove_file(self.path.with_extension("err"));
            return Ok(());
        }
        write("err", &run.stderr)
    }
}

fn collect_programs(folder: &Path, into: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('_'));
        if hidden {
            // Modules and data that programs import or open.
        } else if path.is_dir() {
            collect_programs(&path, into)?;
        } else if path.extension().is_some_and(|extension| extension == "py") {
            into.push(path);
        }
    }
    Ok(())
}

/// Splits like a shell does, with double quotes only; `\n` is a newline.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), None::<String>, false);
    for c in text.trim().replace("\\n", "\n").chars() {
        match c {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// Tracebacks and some messages tell absolute paths: those of the program's folder become `./…`, the library's modules
/// `LIB/…` and their lines `N`, wherever an interpreter keeps them and whatever its release.
fn without_folder(text: &[u8], folder: &Path) -> String {
    let text = String::from_utf8_lossy(text).replace(&format!("{}/", folder.display()), "./");
    let mut parts = text.split("File \"/");
    let mut result = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let (path, rest) = part.split_once('"').unwrap_or((part, ""));
        // The library's lines move with every release.
        let after = rest.strip_prefix(", line ").map(|r| r.trim_start_matches(|c: char| c.is_ascii_digit()));
        let rest = after.map_or(rest.to_string(), |after| format!(", line N{after}"));
        result += &format!("File \"LIB/{}\"{rest}", path.rsplit('/').next().unwrap_or(path));
    }
    result
}

/// An interpreter names itself in some messages; here all are called `python`.
fn without_own_name(stderr: &[u8], folder: &Path, interpreter: &Interpreter) -> Vec<u8> {
    let text = without_folder(stderr, folder);
    let file_name = interpreter.program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut result = String::new();
    for line in text.split_inclusive('\n') {
        let own_name =
            |word: &str| word == "python3.14" || word.ends_with("/python3.14") || word.ends_with(&file_name);
        match line.split_once(": ") {
            Some((word, rest)) if own_name(word) => result += &format!("python: {rest}"),
            _ => result += line,
        }
    }
    without_addresses(
        &result
            .replace("usage: python3.14", "usage: python")
            .replace(&format!("usage: {}", interpreter.program.display()), "usage: python")
            .replace(&format!("usage: {file_name}"), "usage: python"),
    )
    .into_bytes()
}

/// `0x7f…` becomes `0x…`: what the runtime itself writes on standard error may tell addresses.
fn without_addresses(text: &str) -> String {
    let mut parts = text.split(" at 0x");
    let mut result = parts.next().unwrap_or_default().to_string();
    for part in parts {
        result += " at 0x…";
        result += part.trim_start_matches(|c: char| c.is_ascii_hexdigit());
    }
    result
}

fn tail(text: &[u8], lines: usize) -> String {
    let text = String::from_utf8_lossy(text);
    let all: Vec<_> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].iter().map(|line| format!("  | {line}\n")).collect()
}

/// The programs known to fail: a line each, `name [mode] reason` or `name reason`. A name that ends in `/` stands for
/// a whole folder.
struct Pending {
    path: PathBuf,
    entries: Vec<(String, Option<String>, String)>,
}

impl Pending {
    fn read(path: &Path) -> Result<Pending, String> {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let entries = lines.map(|line| {
            let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
            match rest.trim().strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                Some((mode, reason)) => (name.into(), Some(mode.into()), reason.trim().into()),
                None => (name.into(), None, rest.trim().into()),
            }
        });
        Ok(Pending { path: path.to_path_buf(), entries: entries.collect() })
    }

    fn reason(&self, name: &str, mode: &str) -> Option<&str> {
        let fits = |listed: &str| listed == name || (listed.ends_with('/') && name.starts_with(listed));
        let entry = |(listed, only, _): &&(String, Option<String>, String)| {
            fits(listed) && only.as_ref().is_none_or(|only| only == mode)
        };
        self.entries.iter().find(entry).map(|(_, _, reason)| reason.as_str())
    }

    /// Writes the list anew from what fails now. Reasons of programs listed by name are kept.
    fn rewrite(&self, programs: &[Program], modes: &[Interpreter]) -> Result<(), String> {
        let old = fs::read_to_string(&self.path).map_err(|error| error.to_string())?;
        let mut text: String =
            old.lines().filter(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect();
        for program in programs {
            let mut failing = BTreeMap::new();
            for mode in modes.iter().filter(|mode| program.runs_in(mode)) {
                if let Err(why) = program.check(mode) {
                    let known = self.entries.iter().find(|entry| entry.0 == program.name);
                    let reason = known.map(|entry| entry.2.clone()).unwrap_or_else(|| short_reason(&why));
                    failing.insert(mode.name, reason);
                }
            }
            let everywhere = failing.len() == modes.iter().filter(|mode| program.runs_in(mode)).count();
            for (mode, reason) in failing.iter().take(if everywhere { 1 } else { 2 }) {
                let mode = if everywhere { String::new() } else { format!(" [{mode}]") };
                text += &format!("{}{mode} {reason}\n", program.name);
            }
        }
        fs::write(&self.path, text).map_err(|error| error.to_string())
    }
}

/// The last line of the program's standard error if it tells an exception, else the first line of the report.
fn short_reason(why: &str) -> String {
    let exception = why.lines().rev().find(|line| line.starts_with("  | ") && line.contains("Error"));
    exception.or(why.lines().next()).unwrap_or("").trim_start_matches([' ', '|']).chars().take(100).collect()
}
