//! `list`, `dict`, `set`, `int` and `str` against models of a few lines.
//!
//! proptest makes up a sequence of operations; a model in Rust (a vector, a vector of pairs, a vector of characters)
//! says what each of them prints; one Python program does them all, and its lines are compared with those. A failing
//! sequence is shrunk to a short one. Each program runs with the GIL, without it, and without it on objects that
//! another thread made: shared ones, for which other paths are taken.
//!
//! `PROPTEST_CASES` tells how many sequences are tried, a type each.

mod dict;
mod int;
mod list;
mod set;
mod text;
mod value;

use std::sync::OnceLock;
use std::time::Duration;

use proptest::test_runner::{Config, TestCaseError, TestCaseResult};
use weft_stress::child::{self, End};
use weft_stress::interpreters::{self, Interpreter};

const LIMIT: Duration = Duration::from_secs(60);

/// What an operation prints, or the type of its exception.
type Outcome = Result<String, &'static str>;

/// Sequences tried, and no file for those that fail: a lasting one becomes a test by hand.
fn config() -> Config {
    let chosen = Config::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { chosen.cases } else { 24 };
    Config { cases, failure_persistence: None, max_shrink_iters: 300, ..chosen }
}

fn weft() -> &'static [Interpreter; 2] {
    static WEFT: OnceLock<[Interpreter; 2]> = OnceLock::new();
    WEFT.get_or_init(|| interpreters::weft().unwrap_or_else(|why| panic!("{why}")))
}

/// A Python program of which each step prints a line.
struct Script {
    /// Statements that make the global objects.
    setup: String,
    steps: Vec<(String, String)>,
}

impl Script {
    fn new(setup: impl Into<String>) -> Self {
        Script { setup: setup.into(), steps: Vec::new() }
    }

    /// Simple statements that print one line, or raise.
    fn step(&mut self, statements: impl Into<String>, expected: Outcome) {
        let line = expected.unwrap_or_else(|exception| format!("!{exception}"));
        self.steps.push((statements.into(), line))
    }

    /// An expression whose value is printed in ASCII.
    fn show(&mut self, expression: impl AsRef<str>, expected: Outcome) {
        self.step(format!("print(ascii({}))", expression.as_ref()), expected)
    }

    fn program(&self, names: &str, in_thread: bool) -> String {
        let mut program = format!("{}\ndef main():\n  global {names}\n", self.setup);
        for (statements, _) in &self.steps {
            program += &format!(
                "  try: {statements}\n  except Exception as error: print('!' + type(error).__name__)\n"
            )
        }
        program += if in_thread {
            "import _thread\n\
             done = _thread.allocate_lock()\n\
             done.acquire()\n\
             def run():\n  try: main()\n  finally: done.release()\n\
             _thread.start_new_thread(run, ())\n\
             done.acquire()\n"
        } else {
            "main()\n"
        };
        program
    }

    /// Runs it in all ways; `names` are the globals that steps assign to.
    fn check(&self, names: &str) -> TestCaseResult {
        let [gil, nogil] = weft();
        self.run(gil, names, false)?;
        self.run(nogil, names, false)?;
        self.run(nogil, names, true)
    }

    fn run(&self, weft: &Interpreter, names: &str, in_thread: bool) -> TestCaseResult {
        let program = self.program(names, in_thread);
        let run = child::run(weft.command().arg("-"), program.as_bytes(), LIMIT)
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        let what = format!("{}{}", weft.name, if in_thread { ", in a thread" } else { "" });
        let printed = String::from_utf8_lossy(&run.stdout);
        let mut lines = printed.lines();
        for (number, (statements, expected)) in self.steps.iter().enumerate() {
            let line = lines.next().unwrap_or("(no more output)");
            if line != expected {
                let before = number.checked_sub(1).map_or("", |n| &self.steps[n].1);
                return Err(TestCaseError::fail(format!(
                    "[{what}] step {number}: {statements}\n    before: {before}\n  expected: {expected}\n   printed: \
                     {line}\n{}",
                    String::from_utf8_lossy(&run.stderr)
                )));
            }
        }
        if run.end != End::Exit(0) || lines.next().is_some() || !run.stderr.is_empty() {
            return Err(TestCaseError::fail(format!(
                "[{what}] {}\n{}",
                run.end,
                String::from_utf8_lossy(&run.stderr)
            )));
        }
        Ok(())
    }
}
