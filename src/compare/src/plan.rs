//! What there is to run: interpreters, thread counts, programs.

use crate::child;
use crate::options::Options;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Names the thread count to the program.
pub const THREADS_VARIABLE: &str = "WEFT_THREADS";
/// Stands for the thread count in the program's arguments.
pub const THREADS_WORD: &str = "{threads}";
/// Longest time an interpreter may take to say what it is.
const PATIENCE: Duration = Duration::from_secs(60);

/// A command that runs Python programs.
#[derive(Clone, Debug)]
pub struct Interpreter {
    /// `GIL`, `free-threaded`, or the command of `--with`.
    pub name: String,
    /// Version and mode of an interpreter given by `--with`.
    pub says: String,
    /// The command's words.
    pub words: Vec<String>,
    /// The mode that it must take; none: whatever it says.
    pub must_have_gil: Option<bool>,
    /// Has it a GIL?
    pub gil: bool,
}

impl Interpreter {
    fn weft(weft: &Path, gil: bool) -> Interpreter {
        let option = if gil { "gil=1" } else { "gil=0" };
        Interpreter {
            name: mode_name(gil).into(),
            says: String::new(),
            words: vec![weft.to_string_lossy().into_owned(), "-X".into(), option.into()],
            must_have_gil: Some(gil),
            gil,
        }
    }

    /// Asks the command what it is.
    fn other(words: &[String]) -> Result<Interpreter, String> {
        const QUESTION: &str = "import sys; print(sys.implementation.name, sys.version.split()[0], \
            getattr(sys, '_is_gil_enabled', lambda: True)())";
        let command =
            Path::new(&words[0]).file_name().map_or(words[0].clone().into(), |f| f.to_string_lossy());
        let name = [&[command.into_owned()], &words[1..]].concat().join(" ");
        let run = child::run(Command::new(&words[0]).args(&words[1..]).args(["-c", QUESTION]), b"", PATIENCE)
            .map_err(|e| format!("--with '{name}': {e}"))?;
        let text = String::from_utf8_lossy(&run.stdout);
        let [implementation, version, gil] = text.split_whitespace().collect::<Vec<_>>()[..] else {
            return Err(format!("--with '{name}': does not run Python programs ({})", run.end));
        };
        let gil = gil == "True";
        let says = format!("{implementation} {version}, {}", mode_name(gil));
        Ok(Interpreter { name, says, words: words.to_vec(), must_have_gil: None, gil })
    }

    /// Is it this weft, in one of its modes?
    pub fn is_weft(&self) -> bool {
        self.must_have_gil.is_some()
    }
}

/// What a mode is called.
pub fn mode_name(gil: bool) -> &'static str {
    if gil { "GIL" } else { "free-threaded" }
}

/// A program to compare.
#[derive(Clone, Debug)]
pub struct Program {
    /// What it is called in reports.
    pub name: String,
    /// A line about it; empty for the user's own.
    pub about: String,
    /// Words after the interpreter's.
    pub words: Vec<String>,
    /// Does it learn how many threads to use?
    pub takes_threads: bool,
}

impl Program {
    /// The user's program: a file, `-c command` or `-m module`, and arguments.
    pub fn of_words(words: Vec<String>, threads_are_meant: bool) -> Program {
        let text = match words.first().map(String::as_str) {
            Some("-c") => words.get(1).cloned().unwrap_or_default(),
            Some(file) => {
                std::fs::read(file).map_or(String::new(), |b| String::from_utf8_lossy(&b).into_owned())
            }
            None => String::new(),
        };
        let takes_threads = threads_are_meant
            || text.contains(THREADS_VARIABLE)
            || words.iter().any(|w| w.contains(THREADS_WORD));
        let name = match words.first().map(String::as_str) {
            Some("-c") => "-c ...".into(),
            Some("-m") => words.get(1).cloned().unwrap_or_default(),
            Some(file) => Path::new(file).file_name().unwrap_or_default().to_string_lossy().into_owned(),
            None => String::new(),
        };
        Program { name, about: String::new(), words, takes_threads }
    }

    /// What the user should know before it runs.
    pub fn note(&self) -> Option<String> {
        (!self.takes_threads).then(|| {
            format!(
                "{}: mentions neither {THREADS_VARIABLE} nor {THREADS_WORD}, so it runs with as many threads as it \
                 likes, once per mode.\nGive --threads if it finds out otherwise.",
                self.name
            )
        })
    }
}

/// One way to run a program.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Configuration {
    /// Index of the interpreter.
    pub interpreter: usize,
    /// Threads; none: as many as the program likes.
    pub threads: Option<usize>,
}

/// Everything but the programs.
#[derive(Clone, Debug)]
pub struct Plan {
    /// weft's modes first.
    pub interpreters: Vec<Interpreter>,
    /// Thread counts, ascending.
    pub threads: Vec<usize>,
    /// Measured runs of each configuration.
    pub runs: usize,
    /// Runs before those.
    pub warmup: usize,
    /// Longest time a run may take.
    pub timeout: Duration,
    /// Lines of output with such a text are not compared.
    pub ignore: Vec<String>,
    /// Cores of this machine.
    pub cores: usize,
}

/// A run without a limit ends within this.
const FOR_EVER: Duration = Duration::from_secs(u32::MAX as u64);
/// The suite does not grow with the machine beyond this.
const SUITE_THREADS: usize = 8;

impl Plan {
    /// What the options ask for.
    pub fn new(o: &Options, weft: &Path, suite: bool) -> Result<Plan, String> {
        if let Some(file) = o.program.as_ref().and_then(|p| p.first())
            && !file.starts_with('-')
            && !Path::new(file).exists()
        {
            return Err(format!("can't open file '{file}'"));
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let mut interpreters: Vec<Interpreter> =
            o.modes.iter().map(|gil| Interpreter::weft(weft, *gil)).collect();
        for words in &o.with {
            interpreters.push(Interpreter::other(words)?)
        }
        let threads = match o.threads.is_empty() {
            false => o.threads.clone(),
            true if suite => vec![1, cores.clamp(2, SUITE_THREADS)],
            true => default_threads(cores),
        };
        Ok(Plan {
            interpreters,
            threads,
            runs: o.runs,
            warmup: o.warmup.unwrap_or(if suite { 0 } else { 1 }),
            timeout: o.timeout.unwrap_or(FOR_EVER),
            ignore: o.ignore.clone(),
            cores,
        })
    }

    /// How often each configuration runs.
    pub fn rounds(&self) -> usize {
        self.warmup + self.runs
    }

    /// The ways to run a program: thread counts within interpreters.
    pub fn configurations(&self, p: &Program) -> Vec<Configuration> {
        let threads: Vec<Option<usize>> =
            if p.takes_threads { self.threads.iter().copied().map(Some).collect() } else { vec![None] };
        (0..self.interpreters.len())
            .flat_map(|interpreter| threads.iter().map(move |t| Configuration { interpreter, threads: *t }))
            .collect()
    }

    /// The command for a configuration.
    pub fn command(&self, p: &Program, c: Configuration) -> Command {
        let words = &self.interpreters[c.interpreter].words;
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]);
        let threads = c.threads.map(|n| n.to_string());
        for word in &p.words {
            match &threads {
                Some(n) => command.arg(word.replace(THREADS_WORD, n)),
                None => command.arg(word),
            };
        }
        match &threads {
            Some(n) => command.env(THREADS_VARIABLE, n),
            None => command.env_remove(THREADS_VARIABLE),
        };
        if std::env::var_os("PYTHONHASHSEED").is_none() {
            command.env("PYTHONHASHSEED", "0");
        }
        // The command line says which mode; a variable must not say otherwise of a --with interpreter.
        command.env_remove("PYTHON_GIL");
        command
    }

    /// What a configuration is called in messages.
    pub fn describe(&self, c: Configuration) -> String {
        let name = &self.interpreters[c.interpreter].name;
        match c.threads {
            Some(1) => format!("{name}, 1 thread"),
            Some(n) => format!("{name}, {n} threads"),
            None => name.clone(),
        }
    }
}

/// 1, 2, 4, ... up to the number of cores, which is among them.
fn default_threads(cores: usize) -> Vec<usize> {
    let cores = cores.max(2);
    std::iter::successors(Some(1), |n| Some(n * 2)).take_while(|n| *n < cores).chain([cores]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thread_counts() {
        assert_eq!(default_threads(1), [1, 2]);
        assert_eq!(default_threads(2), [1, 2]);
        assert_eq!(default_threads(6), [1, 2, 4, 6]);
        assert_eq!(default_threads(8), [1, 2, 4, 8]);
    }

    #[test]
    fn the_thread_count_reaches_the_program() {
        let p = Program::of_words(vec!["-c".into(), "pass".into(), "-j{threads}".into()], false);
        assert!(p.takes_threads && p.note().is_none());
        let o = Options::parse(vec!["--threads".into(), "3".into(), "-c".into(), "pass".into()]).unwrap();
        let plan = Plan::new(&o, Path::new("weft"), false).unwrap();
        let all = plan.configurations(&p);
        assert_eq!(all.len(), 2);
        let command = plan.command(&p, all[1]);
        let words: Vec<_> = command.get_args().map(|a| a.to_string_lossy().into_owned()).collect();
        assert_eq!(words, ["-X", "gil=0", "-c", "pass", "-j3"]);
        assert!(command.get_envs().any(|(k, v)| k == THREADS_VARIABLE && v.is_some_and(|v| v == "3")));
    }

    #[test]
    fn a_program_that_does_not_ask_runs_once_per_mode() {
        let p = Program::of_words(vec!["-c".into(), "pass".into()], false);
        assert!(p.note().is_some());
        let o = Options::parse(vec!["-c".into(), "pass".into()]).unwrap();
        let plan = Plan::new(&o, Path::new("weft"), false).unwrap();
        assert_eq!(plan.configurations(&p).len(), 2);
    }
}
