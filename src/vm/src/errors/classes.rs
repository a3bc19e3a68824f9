//! The exception hierarchy as one table.

use super::Exc;
use crate::object::{NativeType, TypeSpec, type_flag};

/// Numbers of [`Exc::fields`].
#[allow(missing_docs)]
pub mod field {
    /// StopIteration.value, SystemExit.code
    pub const VALUE: usize = 0;
    pub const CODE: usize = 0;
    /// NameError, AttributeError, ImportError
    pub const NAME: usize = 0;
    pub const OBJ: usize = 1;
    pub const PATH: usize = 1;
    pub const MSG: usize = 2;
    pub const NAME_FROM: usize = 3;
    /// OSError
    pub const ERRNO: usize = 0;
    pub const STRERROR: usize = 1;
    pub const FILENAME: usize = 2;
    pub const FILENAME2: usize = 3;
    pub const WRITTEN: usize = 4;
    /// UnicodeError
    pub const ENCODING: usize = 0;
    pub const OBJECT: usize = 1;
    pub const START: usize = 2;
    pub const END: usize = 3;
    pub const REASON: usize = 4;
    /// SyntaxError
    pub const SYNTAX_MSG: usize = 0;
    pub const SYNTAX_FILENAME: usize = 1;
    pub const LINENO: usize = 2;
    pub const OFFSET: usize = 3;
    pub const TEXT: usize = 4;
    pub const END_LINENO: usize = 5;
    pub const END_OFFSET: usize = 6;
    pub const PRINT_FILE: usize = 7;
    pub const METADATA: usize = 8;
    /// BaseExceptionGroup
    pub const GROUP_MESSAGE: usize = 0;
    pub const EXCEPTIONS: usize = 1;
}

macro_rules! exceptions {
    ($($static:ident $spec:ident $name:literal : $base:ident $(with $extra:ident)?, $doc:literal;)*) => {
        $(
            #[doc = concat!("`", $name, "`: ", $doc)]
            pub static $static: NativeType = NativeType::new(&$spec);
            static $spec: TypeSpec = TypeSpec {
                name: $name,
                doc: $doc,
                base: Some(&$base),
                flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::HAS_DICT | type_flag::WEAKREFS,
                $(slots: super::exc_methods::$extra::SLOTS,
                methods: super::exc_methods::$extra::METHODS,
                getset: super::exc_methods::$extra::GETSET,)?
                ..TypeSpec::new::<Exc>()
            };
        )*
        /// All exception classes, bases first, with their names in `builtins`.
        pub static ALL: &[(&str, &NativeType)] = &[("BaseException", &BASE_EXCEPTION), $(($name, &$static),)*];
    };
}

/// `BaseException`
pub static BASE_EXCEPTION: NativeType = NativeType::new(&BASE_SPEC);
static BASE_SPEC: TypeSpec = TypeSpec {
    name: "BaseException",
    doc: "Common base class for all exceptions.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::HAS_DICT | type_flag::WEAKREFS,
    slots: super::exc_methods::base::SLOTS,
    methods: super::exc_methods::base::METHODS,
    getset: super::exc_methods::base::GETSET,
    ..TypeSpec::new::<Exc>()
};

exceptions! {
    BASE_EXCEPTION_GROUP S0 "BaseExceptionGroup": BASE_EXCEPTION with group, "A combination of multiple unrelated exceptions.";
    GENERATOR_EXIT S1 "GeneratorExit": BASE_EXCEPTION, "Request that a generator exit.";
    KEYBOARD_INTERRUPT S2 "KeyboardInterrupt": BASE_EXCEPTION, "Program interrupted by user.";
    SYSTEM_EXIT S3 "SystemExit": BASE_EXCEPTION with system_exit, "Request to exit from the interpreter.";
    EXCEPTION S4 "Exception": BASE_EXCEPTION, "Common base class for all non-exit exceptions.";
    STOP_ITERATION S6 "StopIteration": EXCEPTION with stop_iteration, "Signal the end from iterator.__next__().";
    STOP_ASYNC_ITERATION S7 "StopAsyncIteration": EXCEPTION, "Signal the end from iterator.__anext__().";
    ARITHMETIC_ERROR S8 "ArithmeticError": EXCEPTION, "Base class for arithmetic errors.";
    FLOATING_POINT_ERROR S9 "FloatingPointError": ARITHMETIC_ERROR, "Floating-point operation failed.";
    OVERFLOW_ERROR S10 "OverflowError": ARITHMETIC_ERROR, "Result too large to be represented.";
    ZERO_DIVISION_ERROR S11 "ZeroDivisionError": ARITHMETIC_ERROR, "Second argument to a division or modulo operation was zero.";
    ASSERTION_ERROR S12 "AssertionError": EXCEPTION, "Assertion failed.";
    ATTRIBUTE_ERROR S13 "AttributeError": EXCEPTION with attribute, "Attribute not found.";
    BUFFER_ERROR S14 "BufferError": EXCEPTION, "Buffer error.";
    EOF_ERROR S15 "EOFError": EXCEPTION, "Read beyond end of file.";
    IMPORT_ERROR S16 "ImportError": EXCEPTION with import, "Import can't find module, or can't find name in module.";
    MODULE_NOT_FOUND_ERROR S17 "ModuleNotFoundError": IMPORT_ERROR, "Module not found.";
    LOOKUP_ERROR S18 "LookupError": EXCEPTION, "Base class for lookup errors.";
    INDEX_ERROR S19 "IndexError": LOOKUP_ERROR, "Sequence index out of range.";
    KEY_ERROR S20 "KeyError": LOOKUP_ERROR with key, "Mapping key not found.";
    MEMORY_ERROR S21 "MemoryError": EXCEPTION, "Out of memory.";
    NAME_ERROR S22 "NameError": EXCEPTION with name, "Name not found globally.";
    UNBOUND_LOCAL_ERROR S23 "UnboundLocalError": NAME_ERROR, "Local name referenced but not bound to a value.";
    OS_ERROR S24 "OSError": EXCEPTION with os, "Base class for I/O related errors.";
    BLOCKING_IO_ERROR S25 "BlockingIOError": OS_ERROR, "I/O operation would block.";
    CHILD_PROCESS_ERROR S26 "ChildProcessError": OS_ERROR, "Child process error.";
    CONNECTION_ERROR S27 "ConnectionError": OS_ERROR, "Connection error.";
    BROKEN_PIPE_ERROR S28 "BrokenPipeError": CONNECTION_ERROR, "Broken pipe.";
    CONNECTION_ABORTED_ERROR S29 "ConnectionAbortedError": CONNECTION_ERROR, "Connection aborted.";
    CONNECTION_REFUSED_ERROR S30 "ConnectionRefusedError": CONNECTION_ERROR, "Connection refused.";
    CONNECTION_RESET_ERROR S31 "ConnectionResetError": CONNECTION_ERROR, "Connection reset.";
    FILE_EXISTS_ERROR S32 "FileExistsError": OS_ERROR, "File already exists.";
    FILE_NOT_FOUND_ERROR S33 "FileNotFoundError": OS_ERROR, "File not found.";
    INTERRUPTED_ERROR S34 "InterruptedError": OS_ERROR, "Interrupted by signal.";
    IS_A_DIRECTORY_ERROR S35 "IsADirectoryError": OS_ERROR, "Operation doesn't work on directories.";
    NOT_A_DIRECTORY_ERROR S36 "NotADirectoryError": OS_ERROR, "Operation only works on directories.";
    PERMISSION_ERROR S37 "PermissionError": OS_ERROR, "Not enough permissions.";
    PROCESS_LOOKUP_ERROR S38 "ProcessLookupError": OS_ERROR, "Process not found.";
    TIMEOUT_ERROR S39 "TimeoutError": OS_ERROR, "Timeout expired.";
    REFERENCE_ERROR S40 "ReferenceError": EXCEPTION, "Weak ref proxy used after referent went away.";
    RUNTIME_ERROR S41 "RuntimeError": EXCEPTION, "Unspecified run-time error.";
    NOT_IMPLEMENTED_ERROR S42 "NotImplementedError": RUNTIME_ERROR, "Method or function hasn't been implemented yet.";
    RECURSION_ERROR S43 "RecursionError": RUNTIME_ERROR, "Recursion limit exceeded.";
    PYTHON_FINALIZATION_ERROR S44 "PythonFinalizationError": RUNTIME_ERROR, "Operation blocked during Python finalization.";
    SYNTAX_ERROR S45 "SyntaxError": EXCEPTION with syntax, "Invalid syntax.";
    INCOMPLETE_INPUT_ERROR S46 "_IncompleteInputError": SYNTAX_ERROR, "incomplete input.";
    INDENTATION_ERROR S47 "IndentationError": SYNTAX_ERROR, "Improper indentation.";
    TAB_ERROR S48 "TabError": INDENTATION_ERROR, "Improper mixture of spaces and tabs.";
    SYSTEM_ERROR S49 "SystemError": EXCEPTION, "Internal error in the Python interpreter.";
    TYPE_ERROR S50 "TypeError": EXCEPTION, "Inappropriate argument type.";
    VALUE_ERROR S51 "ValueError": EXCEPTION, "Inappropriate argument value (of correct type).";
    UNICODE_ERROR S52 "UnicodeError": VALUE_ERROR, "Unicode related error.";
    UNICODE_DECODE_ERROR S53 "UnicodeDecodeError": UNICODE_ERROR with unicode_decode, "Unicode decoding error.";
    UNICODE_ENCODE_ERROR S54 "UnicodeEncodeError": UNICODE_ERROR with unicode_encode, "Unicode encoding error.";
    UNICODE_TRANSLATE_ERROR S55 "UnicodeTranslateError": UNICODE_ERROR with unicode_translate, "Unicode translation error.";
    WARNING S56 "Warning": EXCEPTION, "Base class for warning categories.";
    BYTES_WARNING S57 "BytesWarning": WARNING, "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str.";
    DEPRECATION_WARNING S58 "DeprecationWarning": WARNING, "Base class for warnings about deprecated features.";
    ENCODING_WARNING S59 "EncodingWarning": WARNING, "Base class for warnings about encodings.";
    FUTURE_WARNING S60 "FutureWarning": WARNING, "Base class for warnings about constructs that will change semantically\nin the future.";
    IMPORT_WARNING S61 "ImportWarning": WARNING, "Base class for warnings about probable mistakes in module imports";
    PENDING_DEPRECATION_WARNING S62 "PendingDeprecationWarning": WARNING, "Base class for warnings about features which will be deprecated\nin the future.";
    RESOURCE_WARNING S63 "ResourceWarning": WARNING, "Base class for warnings about resource usage.";
    RUNTIME_WARNING S64 "RuntimeWarning": WARNING, "Base class for warnings about dubious runtime behavior.";
    SYNTAX_WARNING S65 "SyntaxWarning": WARNING, "Base class for warnings about dubious syntax.";
    UNICODE_WARNING S66 "UnicodeWarning": WARNING, "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems.";
    USER_WARNING S67 "UserWarning": WARNING, "Base class for warnings generated by user code.";
}
