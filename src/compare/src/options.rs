//! The words after `weft compare`.

use std::str::FromStr;
use std::time::Duration;

/// What `--help` prints.
pub const HELP: &str = "\
usage: weft compare [option] ... [file | -c cmd | -m mod] [arg] ...

Runs the program with the GIL and without it, in 1, 2, ... threads, in alternation, each run in a
fresh process; compares outputs; tells times, memory, what threads waited for, and who is faster.
The program learns the number of threads from the environment variable WEFT_THREADS, or from
{threads} in its arguments. Without a program, a suite of a dozen threaded workloads runs (about a
minute).

Options:
--threads 1,2,4  : thread counts (default: powers of two up to the number of cores)
--runs N         : measured runs of each configuration (default 5)
--warmup N       : runs before those that are not measured (default 1; suite: 0)
--with COMMAND   : another interpreter, as in --with \"python3.14 -X gil=0\" (repeatable)
--modes LIST     : which modes of weft: gil,free (default: both)
--json FILE      : everything, for programs
--html FILE      : one self-contained page with plots
--ignore TEXT    : lines of output that contain the text may differ (repeatable)
--timeout S      : end a run after so many seconds (default: none)
--only NAMES     : only these workloads of the suite, as in --only json,queue
-h, --help       : print this help

Outputs are compared byte by byte (standard output and exit status), between all runs. Hashing of
str is made repeatable (PYTHONHASHSEED=0) unless the environment says otherwise. Exit status: 0;
1 when outputs differ, a run failed or a mode did not take; 130 after Ctrl-C, with a report of what was
measured until then.

`compare` as the first word is this command; a file of that name is run by `weft ./compare`.
";

/// The command line, understood.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--threads`; empty: by the number of cores.
    pub threads: Vec<usize>,
    /// Was `--threads` given?
    pub explicit_threads: bool,
    /// `--runs`
    pub runs: usize,
    /// `--warmup`; none: one, or none for the suite.
    pub warmup: Option<usize>,
    /// `--with`, each as words.
    pub with: Vec<Vec<String>>,
    /// `--modes`: with the GIL?
    pub modes: Vec<bool>,
    /// `--json`
    pub json: Option<String>,
    /// `--html`
    pub html: Option<String>,
    /// `--ignore`
    pub ignore: Vec<String>,
    /// `--timeout`
    pub timeout: Option<Duration>,
    /// `--only`
    pub only: Vec<String>,
    /// The program and its arguments; none: the suite.
    pub program: Option<Vec<String>>,
}

/// Why the command ends here.
#[derive(Debug, PartialEq)]
pub enum Stop {
    /// `--help`
    Help,
    /// What is wrong.
    Wrong(String),
}

fn wrong<T>(why: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Wrong(why.into()))
}

fn number<T: FromStr>(option: &str, text: &str) -> Result<T, Stop> {
    text.trim().parse().or_else(|_| wrong(format!("{option}: not a number it can use: '{text}'")))
}

impl Options {
    /// Reads the words.
    pub fn parse(words: Vec<String>) -> Result<Options, Stop> {
        let mut o = Options { runs: 5, modes: vec![true, false], ..Options::default() };
        let mut words = words.into_iter().peekable();
        while let Some(word) = words.next() {
            if !word.starts_with('-') || word == "-" || word == "-c" || word == "-m" {
                o.program = Some(std::iter::once(word).chain(words).collect());
                break;
            }
            if word == "--" {
                o.program = words.peek().is_some().then(|| words.collect());
                break;
            }
            if word == "-h" || word == "--help" {
                return Err(Stop::Help);
            }
            let (name, mut value) = match word.split_once('=') {
                Some((n, v)) => (n.to_string(), Some(v.to_string())),
                None => (word, None),
            };
            let mut argument = || match value.take().or_else(|| words.next()) {
                Some(v) => Ok(v),
                None => wrong(format!("{name} needs an argument")),
            };
            match name.as_str() {
                "--threads" => {
                    o.threads = argument()?.split(',').map(|n| number(&name, n)).collect::<Result<_, _>>()?;
                    o.explicit_threads = true;
                }
                "--runs" => o.runs = number(&name, &argument()?)?,
                "--warmup" => o.warmup = Some(number(&name, &argument()?)?),
                "--with" => o.with.push(argument()?.split_whitespace().map(str::to_string).collect()),
                "--modes" => {
                    o.modes = argument()?
                        .split(',')
                        .map(|m| match m {
                            "gil" => Ok(true),
                            "free" | "free-threaded" | "nogil" => Ok(false),
                            _ => wrong(format!("--modes: no such mode: '{m}' (gil, free)")),
                        })
                        .collect::<Result<_, _>>()?
                }
                "--json" => o.json = Some(argument()?),
                "--html" => o.html = Some(argument()?),
                "--ignore" => o.ignore.push(argument()?),
                "--timeout" => {
                    let s: f64 = number(&name, &argument()?)?;
                    o.timeout = match Duration::try_from_secs_f64(s) {
                        Ok(d) if !d.is_zero() => Some(d),
                        _ => return wrong("--timeout: more than nothing, please"),
                    }
                }
                "--only" => o.only.extend(argument()?.split(',').map(str::to_string)),
                _ => return wrong(format!("unknown option {name}")),
            }
        }
        o.threads.sort();
        o.threads.dedup();
        match () {
            () if o.threads.contains(&0) => wrong("--threads: at least one thread"),
            () if o.runs == 0 => wrong("--runs: at least one run"),
            () if o.with.iter().any(Vec::is_empty) => wrong("--with needs a command"),
            () if o.program.is_some() && !o.only.is_empty() => wrong("--only is for the suite"),
            () => Ok(o),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, Stop> {
        Options::parse(line.split_whitespace().map(str::to_string).collect())
    }

    #[test]
    fn the_program_ends_the_options() {
        let o = parse("--runs 3 --threads=4,1,2,2 p.py --runs 9").unwrap();
        assert_eq!((o.runs, o.threads), (3, vec![1, 2, 4]));
        assert_eq!(o.program.unwrap(), ["p.py", "--runs", "9"]);
        assert_eq!(parse("-m timeit x").unwrap().program.unwrap(), ["-m", "timeit", "x"]);
        assert_eq!(parse("-- -odd.py").unwrap().program.unwrap(), ["-odd.py"]);
        assert_eq!(parse("").unwrap().program, None);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for line in [
            "--threads 0 p",
            "--runs x p",
            "--runs 0 p",
            "--with",
            "--nonsense",
            "--modes fast p",
            "--timeout 0 p",
        ] {
            assert!(matches!(parse(line), Err(Stop::Wrong(_))), "{line}");
        }
        assert_eq!(parse("--help").unwrap_err(), Stop::Help);
    }
}
