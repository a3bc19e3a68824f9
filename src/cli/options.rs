//! argv and the `PYTHON*` variables, read as CPython reads them.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use weft_vm::start::flags::Flags;

/// What is to run.
#[derive(Clone, Debug, PartialEq)]
pub enum Program {
    /// `-c command`
    Command(String),
    /// `-m module`
    Module(String),
    /// A file, directory or zip archive.
    File(String),
    /// Standard input: `-`, or nothing.
    Stdin,
}

/// The command line, understood.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// What is to run.
    pub program: Program,
    /// Everything `sys` wants to know.
    pub flags: Flags,
    /// Seed of str hashing; none: random.
    pub hash_seed: Option<u32>,
    /// `--dump STAGE`
    pub dump: Option<String>,
}

/// The command ends here: text to print, exit status.
pub struct Stop {
    /// For stdout if the status is 0, else for stderr.
    pub text: String,
    /// Exit status.
    pub status: i32,
}

/// `sys.version`'s first word, and what `-V` prints.
pub const VERSION: &str = "3.14.0";

const USAGE: &str = "usage: {} [option] ... [-c cmd | -m mod | file | -] [arg] ...\n";

const HELP: &str = "\
Options (and corresponding environment variables):
-b     : warn about conversions of bytes/bytearray to str and comparisons of
         bytes/bytearray with str or of bytes with int; -bb: raise them
-B     : don't write .pyc files on import; also PYTHONDONTWRITEBYTECODE=x
-c cmd : program passed in as string (terminates option list)
-E     : ignore PYTHON* environment variables
-h     : print this help message and exit (also -? or --help)
-i     : inspect interactively after running script; also PYTHONINSPECT=x
-I     : isolate from the user's environment (implies -E, -P and -s)
-m mod : run library module as a script (terminates option list)
-O     : remove assert and __debug__-dependent statements; also PYTHONOPTIMIZE=x
-OO    : do -O changes and also discard docstrings
-P     : don't prepend a potentially unsafe path to sys.path; also PYTHONSAFEPATH
-q     : don't print version and copyright messages on interactive startup
-s     : don't add user site directory to sys.path; also PYTHONNOUSERSITE=x
-S     : don't imply 'import site' on initialization
-u     : force the stdout and stderr streams to be unbuffered;
         this option has no effect on stdin; also PYTHONUNBUFFERED=x
-v     : verbose (trace import statements); also PYTHONVERBOSE=x
-V     : print the Python version number and exit (also --version)
-W arg : warning control (arg is action:message:category:module:lineno);
         also PYTHONWARNINGS=arg
-x     : skip first line of source, allowing use of non-Unix forms of #!cmd
-X opt : set implementation-specific option; gil=0 and gil=1 choose how threads
         meet (also PYTHON_GIL=0|1); contention tells at exit at which lines
         threads waited, contention=FILE writes that as JSON
--check-hash-based-pycs always|default|never:
         control how Python invalidates hash-based .pyc files
--dump tokens|ast|symbols|cfg|cfg-dot|bytecode:
         show what the compiler makes of the program, and exit

Arguments:
file   : program read from script file
-      : program read from stdin (default; interactive mode if a tty)
arg ...: arguments passed to program in sys.argv[1:]

weft compare [option] ... [file] [arg] ...
       : run the program with and without the GIL, by number of threads, and tell
         the difference; `weft compare --help' (a file of that name: ./compare)
";

/// Bytes of an argument as text; what is not UTF-8 becomes lone surrogates (PEP 383), which Rust text cannot hold,
/// so those are replaced here and the original bytes kept by `os.fsencode` only for files.
fn text(s: OsString) -> String {
    String::from_utf8(s.into_vec()).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

fn stop<T>(text: String, status: i32) -> Result<T, Stop> {
    Err(Stop { text, status })
}

struct Reader {
    name: String,
    args: Vec<String>,
    at: usize,
}

impl Reader {
    fn usage_error<T>(&self, text: &str) -> Result<T, Stop> {
        let usage = USAGE.replace("{}", &self.name);
        stop(format!("{text}\n{usage}Try `python -h' for more information.\n"), 2)
    }

    /// The argument of an option: the rest of the word, or the next one.
    fn argument(&mut self, option: char, rest: &str) -> Result<String, Stop> {
        if !rest.is_empty() {
            return Ok(rest.to_string());
        }
        self.at += 1;
        match self.args.get(self.at) {
            Some(a) => Ok(a.clone()),
            None => self.usage_error(&format!("Argument expected for the -{option} option")),
        }
    }
}

/// Reads the command line and the environment.
pub fn parse(argv: Vec<OsString>) -> Result<Parsed, Stop> {
    let args: Vec<String> = argv.into_iter().map(text).collect();
    let name = args.first().cloned().unwrap_or_else(|| "weft".into());
    let mut f = Flags::new();
    f.orig_argv = args.clone();
    let mut r = Reader { name, args, at: 1 };
    let mut program = None;
    let mut dump = None;
    let mut xoptions: Vec<String> = Vec::new();
    let mut warnings = Vec::new();
    'words: while let Some(word) = r.args.get(r.at).cloned() {
        if word == "-" {
            program = Some(Program::Stdin);
            break;
        }
        if let Some(long) = word.strip_prefix("--") {
            if long.is_empty() {
                r.at += 1;
                break;
            }
            long_option(&mut r, &mut f, &mut dump, long)?;
            r.at += 1;
            continue;
        }
        let Some(mut letters) = word.strip_prefix('-') else { break };
        while let Some(c) = letters.chars().next() {
            letters = &letters[c.len_utf8()..];
            match c {
                'c' => {
                    let command = r.argument('c', letters)?;
                    program = Some(Program::Command(command));
                    break 'words;
                }
                'm' => {
                    let module = r.argument('m', letters)?;
                    program = Some(Program::Module(module));
                    break 'words;
                }
                'W' => {
                    let a = r.argument('W', letters)?;
                    warnings.push(a);
                    break;
                }
                'X' => {
                    let a = r.argument('X', letters)?;
                    xoptions.push(a);
                    break;
                }
                'b' => f.bytes_warning += 1,
                'B' => f.dont_write_bytecode = true,
                'd' => f.debug += 1,
                'E' => f.ignore_environment = true,
                'h' | '?' => return stop(format!("{}{HELP}", USAGE.replace("{}", &r.name)), 0),
                'i' => f.inspect += 1,
                'I' => {
                    f.isolated = true;
                    f.ignore_environment = true;
                    f.no_user_site = true;
                    f.safe_path = true;
                }
                'O' => f.optimize += 1,
                'P' => f.safe_path = true,
                'q' => f.quiet = true,
                's' => f.no_user_site = true,
                'S' => f.no_site = true,
                't' | 'R' => {}
                'u' => f.unbuffered = true,
                'v' => f.verbose += 1,
                'V' => return stop(format!("Python {VERSION}\n"), 0),
                'x' => f.skip_first_line = true,
                _ => return r.usage_error(&format!("Unknown option: -{c}")),
            }
        }
        r.at += 1;
    }
    let program = program.unwrap_or_else(|| match r.args.get(r.at) {
        Some(file) => Program::File(file.clone()),
        None => Program::Stdin,
    });
    let rest: Vec<String> = r.args.iter().skip(r.at + 1).cloned().collect();
    let first = match &program {
        Program::Command(_) => "-c".to_string(),
        Program::Module(_) => "-m".to_string(),
        Program::File(file) => file.clone(),
        Program::Stdin if r.args.get(r.at).is_some() => "-".to_string(),
        Program::Stdin => String::new(),
    };
    f.argv = std::iter::once(first).chain(rest).collect();
    let mut p = Parsed { program, flags: f, hash_seed: None, dump };
    environment(&mut p, &mut warnings)?;
    apply_xoptions(&mut p, &r, xoptions)?;
    Ok(p)
}

fn long_option(r: &mut Reader, f: &mut Flags, dump: &mut Option<String>, long: &str) -> Result<(), Stop> {
    let (name, value) = match long.split_once('=') {
        Some((n, v)) => (n, Some(v.to_string())),
        None => (long, None),
    };
    let argument = |r: &mut Reader| match value.clone() {
        Some(v) => Ok(v),
        None => {
            r.at += 1;
            match r.args.get(r.at) {
                Some(a) => Ok(a.clone()),
                None => r.usage_error(&format!("Argument expected for the --{name} option")),
            }
        }
    };
    match name {
        "help" | "help-all" | "help-env" | "help-xoptions" => {
            stop(format!("{}{HELP}", USAGE.replace("{}", &r.name)), 0)
        }
        "version" => stop(format!("Python {VERSION}\n"), 0),
        "check-hash-based-pycs" => {
            f.check_hash_pycs = match argument(r)?.as_str() {
                "always" => "always",
                "never" => "never",
                "default" => "default",
                _ => {
                    return r.usage_error(
                        "--check-hash-based-pycs must be one of 'default', 'always', or 'never'",
                    );
                }
            };
            Ok(())
        }
        "dump" => {
            *dump = Some(argument(r)?);
            Ok(())
        }
        _ => r.usage_error(&format!("Unknown option: --{name}")),
    }
}

fn environment(p: &mut Parsed, warnings: &mut Vec<String>) -> Result<(), Stop> {
    let ignore = p.flags.ignore_environment;
    let var = |n: &str| std::env::var_os(n).map(text).filter(|v| !v.is_empty() && !ignore);
    let level = |n: &str| var(n).map_or(0, |v| v.parse::<u8>().unwrap_or(1).max(1));
    let f = &mut p.flags;
    f.optimize = f.optimize.max(level("PYTHONOPTIMIZE"));
    f.verbose = f.verbose.max(level("PYTHONVERBOSE"));
    f.debug = f.debug.max(level("PYTHONDEBUG"));
    f.inspect = f.inspect.max(level("PYTHONINSPECT"));
    f.dont_write_bytecode |= var("PYTHONDONTWRITEBYTECODE").is_some();
    f.no_user_site |= var("PYTHONNOUSERSITE").is_some();
    f.unbuffered |= var("PYTHONUNBUFFERED").is_some();
    f.safe_path |= var("PYTHONSAFEPATH").is_some();
    f.dev_mode |= var("PYTHONDEVMODE").is_some();
    f.utf8_mode |= var("PYTHONUTF8").is_some_and(|v| v == "1");
    f.pycache_prefix = var("PYTHONPYCACHEPREFIX");
    f.home = var("PYTHONHOME");
    if let Some(enc) = var("PYTHONIOENCODING") {
        let (e, h) = enc.split_once(':').unwrap_or((&enc, ""));
        f.io_encoding = Some((e.to_string(), h.to_string()));
    }
    if let Some(n) = var("PYTHONINTMAXSTRDIGITS") {
        match n.parse::<i64>() {
            Ok(n) if n == 0 || n >= 640 => f.int_max_str_digits = n,
            _ => {
                let text = "Fatal Python error: config_init_int_max_str_digits: PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for unlimited.\nPython runtime state: preinitialized\n";
                return stop(text.into(), 1);
            }
        }
    }
    if let Some(w) = var("PYTHONWARNINGS") {
        let env: Vec<String> = w.split(',').map(|s| s.to_string()).collect();
        f.warnoptions.extend(env);
    }
    f.warnoptions.append(warnings);
    if let Some(path) = var("PYTHONPATH") {
        f.path.extend(path.split(':').map(|s| s.to_string()));
    }
    match var("PYTHON_GIL").as_deref() {
        None => {}
        Some("0") => f.gil = false,
        Some("1") => f.gil = true,
        Some(_) => {
            let text = "Fatal Python error: config_read_gil: PYTHON_GIL must be \"0\" or \"1\"\nPython runtime state: preinitialized\n";
            return stop(text.into(), 1);
        }
    }
    match var("PYTHONHASHSEED").as_deref() {
        None | Some("random") => {}
        Some(s) => match s.parse::<u32>() {
            Ok(n) => {
                p.hash_seed = Some(n);
                p.flags.hash_randomization = n != 0;
            }
            Err(_) => {
                let text = "Fatal Python error: config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]\nPython runtime state: preinitialized\n";
                return stop(text.into(), 1);
            }
        },
    }
    Ok(())
}

fn apply_xoptions(p: &mut Parsed, r: &Reader, options: Vec<String>) -> Result<(), Stop> {
    let f = &mut p.flags;
    for o in options {
        let (name, value) = match o.split_once('=') {
            Some((n, v)) => (n.to_string(), Some(v.to_string())),
            None => (o.clone(), None),
        };
        match (name.as_str(), value.as_deref()) {
            ("gil", Some("0")) => f.gil = false,
            ("gil", Some("1")) => f.gil = true,
            ("gil", _) => {
                let text = "Fatal Python error: config_read_gil: PYTHON_GIL / -X gil must be \"0\" or \"1\"\nPython runtime state: preinitialized\n";
                return stop(text.into(), 1);
            }
            ("dev", _) => f.dev_mode = true,
            ("utf8", v) => f.utf8_mode = v != Some("0"),
            ("pycache_prefix", v) => f.pycache_prefix = v.map(|v| v.to_string()),
            ("int_max_str_digits", v) => match v.and_then(|v| v.parse::<i64>().ok()) {
                Some(n) if n == 0 || n >= 640 => f.int_max_str_digits = n,
                _ => {
                    let text = "Fatal Python error: config_init_int_max_str_digits: -X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.\nPython runtime state: preinitialized\n";
                    return stop(text.into(), 1);
                }
            },
            ("frozen_modules", v) => f.frozen_modules = v != Some("off"),
            ("importtime", v) => f.importtime = v.and_then(|v| v.parse().ok()).unwrap_or(1),
            ("faulthandler", _) => f.faulthandler = true,
            ("tracemalloc", v) => f.tracemalloc = v.and_then(|v| v.parse().ok()).unwrap_or(1),
            ("cpu_count", v) => f.cpu_count = v.and_then(|v| v.parse().ok()),
            ("warn_default_encoding", _) => f.warn_default_encoding = true,
            ("thread_inherit_context", v) => f.thread_inherit_context = v == Some("1"),
            ("context_aware_warnings", v) => f.context_aware_warnings = v == Some("1"),
            _ => {}
        }
        f.xoptions.push((name, value));
    }
    let explicit = |n: &str| f.xoptions.iter().any(|(k, _)| k == n);
    if f.gil && !explicit("thread_inherit_context") {
        f.thread_inherit_context = false
    }
    if f.gil && !explicit("context_aware_warnings") {
        f.context_aware_warnings = false
    }
    if f.dev_mode {
        f.warnoptions.insert(0, "default".into());
        f.faulthandler = true;
    }
    match f.bytes_warning {
        0 => {}
        1 => f.warnoptions.push("default::BytesWarning".into()),
        _ => f.warnoptions.push("error::BytesWarning".into()),
    }
    f.optimize = f.optimize.min(2);
    let _ = r;
    Ok(())
}
