//! What the command line and the environment said: plain data, filled by the CLI before [`super::init`],
//! read by `sys` and by whoever asks how this process was started.
//!
//! `sys.flags` is made from it once; what Python code may change afterwards (`sys.dont_write_bytecode`, the
//! limit of int digits) lives with whoever uses it.

use std::sync::OnceLock;

/// How the process was started.
#[derive(Clone, Debug)]
pub struct Flags {
    /// `-d`
    pub debug: u8,
    /// `-i`: go on interactively after the script.
    pub inspect: u8,
    /// Standard input is a terminal and nothing else is to run.
    pub interactive: u8,
    /// `-O`, `-OO`
    pub optimize: u8,
    /// `-B`
    pub dont_write_bytecode: bool,
    /// `-s`
    pub no_user_site: bool,
    /// `-S`
    pub no_site: bool,
    /// `-E`
    pub ignore_environment: bool,
    /// `-v`
    pub verbose: u8,
    /// `-b`, `-bb`
    pub bytes_warning: u8,
    /// `-q`
    pub quiet: bool,
    /// str hashing is seeded (`PYTHONHASHSEED` is not 0).
    pub hash_randomization: bool,
    /// `-I`
    pub isolated: bool,
    /// `-X dev`
    pub dev_mode: bool,
    /// `-X utf8`
    pub utf8_mode: bool,
    /// `-X warn_default_encoding`
    pub warn_default_encoding: bool,
    /// `-P`
    pub safe_path: bool,
    /// `-X int_max_str_digits`; 0 is no limit.
    pub int_max_str_digits: i64,
    /// Is there a GIL?
    pub gil: bool,
    /// `-X thread_inherit_context`; by default as free-threaded CPython: on without a GIL.
    pub thread_inherit_context: bool,
    /// `-X context_aware_warnings`; the same default.
    pub context_aware_warnings: bool,
    /// `-u`
    pub unbuffered: bool,
    /// `-x`: skip the first line of the script.
    pub skip_first_line: bool,
    /// `sys.argv`
    pub argv: Vec<String>,
    /// `sys.orig_argv`
    pub orig_argv: Vec<String>,
    /// `-W` options and `PYTHONWARNINGS`, in order (`sys.warnoptions`).
    pub warnoptions: Vec<String>,
    /// `-X` options: name, value (`sys._xoptions`).
    pub xoptions: Vec<(String, Option<String>)>,
    /// `sys.executable`; empty if unknown.
    pub executable: String,
    /// `sys.prefix`
    pub prefix: String,
    /// `sys.exec_prefix`
    pub exec_prefix: String,
    /// `sys.base_prefix`: that of the installation behind a virtual environment.
    pub base_prefix: String,
    /// `sys.base_exec_prefix`
    pub base_exec_prefix: String,
    /// `sys._base_executable`
    pub base_executable: String,
    /// Directory of the library's sources, if they lie on disk (`sys._stdlib_dir`).
    pub stdlib_dir: Option<String>,
    /// `PYTHONHOME`
    pub home: Option<String>,
    /// Initial `sys.path`.
    pub path: Vec<String>,
    /// `-X pycache_prefix`, `PYTHONPYCACHEPREFIX`
    pub pycache_prefix: Option<String>,
    /// `--check-hash-based-pycs`: `default`, `always` or `never`.
    pub check_hash_pycs: &'static str,
    /// `-X frozen_modules`; on by default.
    pub frozen_modules: bool,
    /// `PYTHON_CPU_COUNT`, `-X cpu_count`
    pub cpu_count: Option<u32>,
    /// `-X tracemalloc`: frames to keep, 0 for off.
    pub tracemalloc: u32,
    /// `-X faulthandler`
    pub faulthandler: bool,
    /// `-X importtime`: 0, 1 or 2.
    pub importtime: u8,
    /// Encoding of the standard streams (`PYTHONIOENCODING`), and its error handler.
    pub io_encoding: Option<(String, String)>,
    /// `-X disable_remote_debug` or `PYTHON_DISABLE_REMOTE_DEBUG`
    pub disable_remote_debug: bool,
}

impl Flags {
    /// What holds when nothing is said.
    pub fn new() -> Flags {
        Flags {
            debug: 0,
            inspect: 0,
            interactive: 0,
            optimize: 0,
            dont_write_bytecode: false,
            no_user_site: false,
            no_site: false,
            ignore_environment: false,
            verbose: 0,
            bytes_warning: 0,
            quiet: false,
            hash_randomization: true,
            isolated: false,
            dev_mode: false,
            utf8_mode: false,
            warn_default_encoding: false,
            safe_path: false,
            int_max_str_digits: DEFAULT_MAX_STR_DIGITS,
            gil: false,
            thread_inherit_context: true,
            context_aware_warnings: true,
            unbuffered: false,
            skip_first_line: false,
            argv: vec![String::new()],
            orig_argv: Vec::new(),
            warnoptions: Vec::new(),
            xoptions: Vec::new(),
            executable: String::new(),
            prefix: String::new(),
            exec_prefix: String::new(),
            base_prefix: String::new(),
            base_exec_prefix: String::new(),
            base_executable: String::new(),
            stdlib_dir: None,
            home: None,
            path: Vec::new(),
            pycache_prefix: None,
            check_hash_pycs: "default",
            frozen_modules: true,
            cpu_count: None,
            tracemalloc: 0,
            faulthandler: false,
            importtime: 0,
            io_encoding: None,
            disable_remote_debug: false,
        }
    }
}

impl Default for Flags {
    fn default() -> Flags {
        Flags::new()
    }
}

/// Digits beyond which int and str do not convert (`sys.set_int_max_str_digits`).
pub const DEFAULT_MAX_STR_DIGITS: i64 = 4300;
/// Limits below this are refused.
pub const MAX_STR_DIGITS_THRESHOLD: i64 = 640;

static FLAGS: OnceLock<Flags> = OnceLock::new();

/// Says how the process was started. Once, before `init`.
pub fn set(f: Flags) {
    crate::types::int::set_max_str_digits(f.int_max_str_digits.max(0) as usize);
    let _ = FLAGS.set(f);
}

/// How the process was started.
pub fn flags() -> &'static Flags {
    FLAGS.get_or_init(Flags::new)
}
