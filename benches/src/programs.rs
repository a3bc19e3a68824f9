//! The benchmark programs: ours, and pyperformance's pure-Python ones. Both print a line for each benchmark they hold:
//! `{"name": …, "seconds": [per run…]}` (see `standin/`).

use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;
use std::time::Duration;
use std::{env, fs};

use weft_stress::child::{self, End};

/// Which programs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Set {
    Ours,
    Pyperformance,
    All,
}

impl FromStr for Set {
    type Err = String;

    fn from_str(text: &str) -> Result<Set, String> {
        match text {
            "ours" => Ok(Set::Ours),
            "pyperformance" => Ok(Set::Pyperformance),
            "all" => Ok(Set::All),
            _ => Err(format!("--set is ours, pyperformance or all, not {text}")),
        }
    }
}

/// Those of pyperformance that need nothing but the language and its library, in order of what they ask of it; some
/// with the arguments that say which of their benchmarks.
const PURE: &[&str] = &[
    "richards",
    "deltablue",
    "nbody",
    "fannkuch",
    "nqueens",
    "spectral_norm",
    "hexiom",
    "coroutines",
    "unpack_sequence",
    "float",
    "barnes_hut",
    "raytrace",
    "chaos",
    "go",
    "scimark",
    "generators",
    "comprehensions",
    "richards_super",
    "meteor_contest",
    "pyflate",
    "async_generators",
    "deepcopy",
    "pickle --pure-python pickle",
    "pickle --pure-python unpickle",
    "json_dumps",
    "json_loads",
    "regex_compile",
    "regex_dna",
    "regex_effbot",
    "regex_v8",
    "pprint",
    "logging",
    "pathlib",
    "async_tree none",
    "async_tree cpu_io_mixed",
    "pidigits",
    "telco",
    "mdp",
    "gc_traversal",
    "gc_collect",
    "typing_runtime_protocols",
    "argparse many_optionals",
    "bpe_tokeniser",
    "decimal_factorial",
    "decimal_pi",
    "xml_etree",
    "sqlite_synth",
];

pub struct Program {
    pub name: String,
    path: PathBuf,
    arguments: Vec<String>,
    ours: bool,
}

pub struct Output {
    pub times: Vec<(String, Vec<f64>)>,
    pub peak_kib: u64,
}

/// The programs of a set whose names contain one of the words, if there are words.
pub fn find(set: Set, words: &[String]) -> Result<Vec<Program>, String> {
    let mut programs = Vec::new();
    if set != Set::Pyperformance {
        programs.extend(ours()?);
    }
    if set != Set::Ours {
        programs.extend(pyperformance()?);
    }
    programs
        .retain(|program| words.is_empty() || words.iter().any(|word| program.name.contains(word.as_str())));
    Ok(programs)
}

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn ours() -> Result<Vec<Program>, String> {
    let entries = fs::read_dir(folder().join("programs")).map_err(|error| error.to_string())?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    paths.sort();
    let mut programs = Vec::new();
    for path in paths {
        let file = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let source = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        for case in source.lines().filter_map(case_of) {
            let name = if case.is_empty() { file.clone() } else { format!("{file}.{case}") };
            let path =
                if case.is_empty() { path.clone() } else { format!("{}:{case}", path.display()).into() };
            programs.push(Program { name, path, arguments: vec![], ours: true })
        }
    }
    Ok(programs)
}

/// The case that a line of a program begins: `def work_CASE(`, or `def work(` of a program with one.
fn case_of(line: &str) -> Option<&str> {
    let (case, _) = line.strip_prefix("def work")?.split_once('(')?;
    if case.is_empty() { Some("") } else { case.strip_prefix('_') }
}

/// Fetched by `fetch.sh` the first time.
fn pyperformance() -> Result<Vec<Program>, String> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| folder().join("../target"), PathBuf::from);
    fs::create_dir_all(&target).map_err(|error| error.to_string())?;
    let target = target.canonicalize().map_err(|error| error.to_string())?;
    let mut script = Command::new(folder().join("fetch.sh"));
    let run = child::run(script.env("CARGO_TARGET_DIR", &target), b"", Duration::from_secs(300))
        .map_err(|error| format!("fetch.sh: {error}"))?;
    if run.end != End::Exit(0) {
        return Err(String::from_utf8_lossy(&run.stderr).trim().to_string());
    }
    let benchmarks = target.join("pyperformance/benchmarks");
    let program = |line: &&str| {
        let mut words = line.split(' ').map(str::to_string);
        let name = words.next()?;
        let path = benchmarks.join(format!("bm_{name}/run_benchmark.py"));
        path.is_file().then(|| Program {
            name: line.to_string(),
            path,
            arguments: words.collect(),
            ours: false,
        })
    };
    Ok(PURE.iter().filter_map(program).collect())
}

impl Program {
    /// Runs the program once, in its own process; `command` is the interpreter.
    pub fn run(
        &self,
        mut command: Command,
        threads: usize,
        seconds: f64,
        limit: Duration,
    ) -> Result<Output, String> {
        let standin = folder().join("standin");
        if self.ours {
            command.arg(standin.join("run.py")).arg(&self.path).arg(threads.to_string());
        } else {
            command.arg(&self.path).args(&self.arguments).env("PYTHONPATH", &standin);
        }
        command.env("BENCH_SECONDS", seconds.to_string());
        let run = child::run(&mut command, b"", limit).map_err(|error| error.to_string())?;
        if run.end != End::Exit(0) {
            let stderr = String::from_utf8_lossy(&run.stderr);
            return Err(format!("{}: {}", run.end, stderr.lines().last().unwrap_or("")));
        }
        let stdout = String::from_utf8_lossy(&run.stdout);
        let times: Vec<_> = stdout.lines().filter_map(parse).collect();
        if times.is_empty() {
            return Err("printed no result".to_string());
        }
        Ok(Output { times, peak_kib: run.peak_kib })
    }
}

/// Reads `{"name": "x", "seconds": [1.0, 2e-3]}`, perhaps with `"threads": 2` between; `None` of any other line.
fn parse(line: &str) -> Option<(String, Vec<f64>)> {
    let rest = line.trim().strip_prefix("{\"name\": \"")?;
    let (name, rest) = rest.split_once('"')?;
    let (_, rest) = rest.split_once(", \"seconds\": [")?;
    let numbers = rest.strip_suffix("]}")?;
    let times: Option<Vec<f64>> = numbers.split(',').map(|number| number.trim().parse().ok()).collect();
    Some((name.to_string(), times?))
}

#[cfg(test)]
mod tests {
    use super::{case_of, parse};

    #[test]
    fn cases_are_told_by_their_functions() {
        assert_eq!(case_of("def work(shared, thread):"), Some(""));
        assert_eq!(case_of("def work_a_b(shared, thread):"), Some("a_b"));
        assert_eq!(case_of("def workers(n):"), None);
        assert_eq!(case_of("def prepare_a():"), None);
    }

    #[test]
    fn a_result_line_is_read_and_others_are_not() {
        assert_eq!(
            parse("{\"name\": \"x\", \"seconds\": [0.5, 1e-3]}"),
            Some(("x".into(), vec![0.5, 0.001]))
        );
        assert_eq!(
            parse("{\"name\": \"x.y\", \"threads\": 2, \"seconds\": [0.5]}"),
            Some(("x.y".into(), vec![0.5]))
        );
        assert_eq!(parse("hello"), None);
        assert_eq!(parse("{\"name\": \"x\", \"seconds\": [a]}"), None);
    }
}
