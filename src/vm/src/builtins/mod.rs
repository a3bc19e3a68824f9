//! The `builtins` module: its functions by family, and the registration of all types and exceptions.

mod code;
pub mod compile;
pub mod importing;
mod iterate;
mod numbers;
mod objects;
mod output;

use crate::dict::Dict;
use crate::errors;
use crate::object::{MethodDef, ModuleSpec, NativeType, ValueExt};
use crate::thread::Thread;
use crate::types::module::Module;
use crate::types::*;
use crate::{Res, names};
use weft_strategy::{VRef, Value};

pub(crate) use objects::{id, isinstance, issubclass, len};

/// The module.
pub static SPEC: ModuleSpec = ModuleSpec {
    name: "builtins",
    doc: "Built-in functions, types, exceptions, and other objects.\n\nThis module provides direct access to all 'built-in'\nidentifiers of Python; for example, builtins.len is\nthe full name for the built-in function len().\n\nThis module is not normally accessed explicitly by most\napplications, but can be useful in modules that provide\nobjects with the same name as a builtin and need it too.",
    functions: FUNCTIONS,
    init: Some(init),
};

static FUNCTIONS: &[MethodDef] = crate::methods! {
    "__build_class__(*args, **kwds)" => code::build_class,
        "__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\nInternal helper function used by the class statement.";
    "__import__(name, globals=None, locals=None, fromlist=(), level=0)" => code::import,
        "Import a module.\n\nProgrammatic imports are better written importlib.import_module(). With an\nempty fromlist the top-level package is returned, else the module itself;\nlevel says how many packages up a relative import starts.";
    "abs(x, /)" => numbers::abs, "Return the absolute value of the argument.";
    "aiter(async_iterable, /)" => iterate::aiter, "Return an AsyncIterator for an AsyncIterable object.";
    "all(iterable, /)" => iterate::all, "Return True if bool(x) is True for all values x in the iterable.\n\nIf the iterable is empty, return True.";
    "anext(aiterator, default=<unrepresentable>, /)" => iterate::anext, "Return the next item from the async iterator.\n\nIf default is given and the async iterator is exhausted,\nit is returned instead of raising StopAsyncIteration.";
    "any(iterable, /)" => iterate::any, "Return True if bool(x) is True for any x in the iterable.\n\nIf the iterable is empty, return False.";
    "ascii(obj, /)" => objects::ascii, "Return an ASCII-only representation of an object.\n\nAs repr(), with non-ASCII characters escaped.";
    "bin(number, /)" => numbers::bin, "Return the binary representation of an integer.\n\n   >>> bin(2796202)\n   '0b1010101010101010101010'";
    "breakpoint(*args, **kws)" => objects::breakpoint, "Call sys.breakpointhook(*args, **kws).\n\nBy default, this drops you into the pdb debugger.";
    "callable(obj, /)" => objects::callable, "Return whether the object is callable (i.e., some kind of function).\n\nClasses are callable, and so are instances of classes with a\n__call__() method.";
    "chr(i, /)" => objects::chr, "Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.";
    "compile(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)" => code::compile,
        "Compile source into a code object that can be executed by exec() or eval().\n\nThe mode is 'exec' for a module, 'single' for one interactive statement\nand 'eval' for an expression.";
    "delattr(obj, name, /)" => objects::delattr, "Deletes the named attribute from the given object.\n\ndelattr(x, 'y') is equivalent to ``del x.y``";
    "dir(object=<unrepresentable>, /)" => objects::dir, "dir([object]) -> list of strings\n\nWithout an argument, the names in the current scope; else the names of\nthe object's attributes.";
    "divmod(x, y, /)" => numbers::divmod, "Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.";
    "eval(source, /, globals=None, locals=None)" => code::eval, "Evaluate the given source in the context of globals and locals.";
    "exec(source, /, globals=None, locals=None, *, closure=None)" => code::exec, "Execute the given source in the context of globals and locals.";
    "format(value, format_spec='', /)" => objects::format, "Return type(value).__format__(value, format_spec)";
    "getattr(object, name, default=<unrepresentable>, /)" => objects::getattr, "getattr(object, name[, default]) -> value\n\nGet a named attribute from an object; getattr(x, 'y') is equivalent to x.y.\nWhen a default argument is given, it is returned when the attribute doesn't\nexist; without it, an exception is raised in that case.";
    "globals()" => code::globals, "Return the dictionary containing the current scope's global variables.";
    "hasattr(obj, name, /)" => objects::hasattr, "Return whether the object has an attribute with the given name.";
    "hash(obj, /)" => objects::hash, "Return the integer hash value for the given object.\n\nObjects that compare equal have the same hash value; the reverse need not\nbe true.";
    "hex(number, /)" => numbers::hex, "Return the hexadecimal representation of an integer.\n\n   >>> hex(12648430)\n   '0xc0ffee'";
    "id(obj, /)" => objects::id, "Return the identity of an object.\n\nUnique among objects that exist at the same time.";
    "input(prompt='', /)" => output::input, "Read a string from standard input.  The trailing newline is stripped.";
    "isinstance(obj, class_or_tuple, /)" => objects::isinstance, "Return whether an object is an instance of a class or of a subclass thereof.";
    "issubclass(cls, class_or_tuple, /)" => objects::issubclass, "Return whether 'cls' is derived from another class or is the same class.";
    "iter(object, sentinel=<unrepresentable>, /)" => iterate::iter, "iter(iterable) -> iterator\niter(callable, sentinel) -> iterator\n\nIn the second form, the callable is called until it returns the sentinel.";
    "len(obj, /)" => objects::len, "Return the number of items in a container.";
    "locals()" => code::locals, "Return a dictionary containing the current scope's local variables.";
    "max(*args, default=<unrepresentable>, key=None)" => iterate::max, "max(iterable, *[, default=obj, key=func]) -> value\nmax(arg1, arg2, *args, *[, key=func]) -> value";
    "min(*args, default=<unrepresentable>, key=None)" => iterate::min, "min(iterable, *[, default=obj, key=func]) -> value\nmin(arg1, arg2, *args, *[, key=func]) -> value";
    "next(iterator, default=<unrepresentable>, /)" => iterate::next, "next(iterator[, default])\n\nReturn the next item from the iterator. If default is given and the iterator\nis exhausted, it is returned instead of raising StopIteration.";
    "oct(number, /)" => numbers::oct, "Return the octal representation of an integer.\n\n   >>> oct(342391)\n   '0o1234567'";
    "open(*args, **kwargs)" => output::open, "Open file and return a stream.  Raise OSError upon failure.";
    "ord(character, /)" => objects::ord, "Return the ordinal value of a character.";
    "pow(base, exp, mod=None)" => numbers::pow, "Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.";
    "print(*args, sep=' ', end='\\n', file=None, flush=False)" => output::print, "Prints the values to a stream, or to sys.stdout by default.\n\n  sep\n    string inserted between values, default a space.\n  end\n    string appended after the last value, default a newline.\n  file\n    a file-like object (stream); defaults to the current sys.stdout.\n  flush\n    whether to forcibly flush the stream.";
    "repr(obj, /)" => objects::repr, "Return the canonical string representation of the object.";
    "round(number, ndigits=None)" => numbers::round, "Round a number to a given precision in decimal digits.\n\nThe return value is an integer if ndigits is omitted or None.";
    "setattr(obj, name, value, /)" => objects::setattr, "Sets the named attribute on the given object to the specified value.\n\nsetattr(x, 'y', v) is equivalent to ``x.y = v``";
    "sorted(iterable, /, *, key=None, reverse=False)" => iterate::sorted, "Return a new list containing all items from the iterable in ascending order.\n\nA custom key function can be supplied to customize the sort order, and the\nreverse flag can be set to request the result in descending order.";
    "sum(iterable, /, start=0)" => numbers::sum, "Return the sum of a 'start' value (default: 0) plus an iterable of numbers\n\nWhen the iterable is empty, return the start value.";
    "vars(object=<unrepresentable>, /)" => objects::vars, "vars([object]) -> dictionary\n\nWithout arguments, equivalent to locals().\nWith an argument, equivalent to object.__dict__.";
};

/// The types, under their own names.
static TYPES: &[&NativeType] = &[
    &bool::TYPE,
    &bytearray::TYPE,
    &bytes::TYPE,
    &classmethod::CLASSMETHOD,
    &classmethod::STATICMETHOD,
    &complex::TYPE,
    &dict_type::TYPE,
    &enumerate::TYPE,
    &float::TYPE,
    &heaptype::TYPE,
    &int::TYPE,
    &list_type::TYPE,
    &map_filter::FILTER,
    &map_filter::MAP,
    &object::TYPE,
    &memoryview::TYPE,
    &property::TYPE,
    &range::TYPE,
    &reversed::TYPE,
    &set::FROZENSET,
    &set::SET,
    &slice::TYPE,
    &str_type::TYPE,
    &super_::TYPE,
    &tuple_type::TYPE,
    &zip::TYPE,
];

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    for ty in TYPES {
        t.module_add_type(m, ty)
    }
    for (name, ty) in errors::ALL {
        t.module_set(m, name, ty.get(t).to_value())
    }
    let group = errors::exc_methods::group::make_exception_group(t)?;
    t.module_set(m, "ExceptionGroup", group);
    for alias in ["EnvironmentError", "IOError"] {
        t.module_set(m, alias, errors::OS_ERROR.get(t).to_value())
    }
    for (name, v) in [
        ("None", Value::NONE),
        ("True", Value::TRUE),
        ("False", Value::FALSE),
        ("Ellipsis", Value::ELLIPSIS),
        ("NotImplemented", Value::NOT_IMPLEMENTED),
        ("__debug__", Value::TRUE),
    ] {
        t.module_set(m, name, v)
    }
    Ok(())
}

/// `builtins.name`; `None` if somebody deleted it.
pub fn named(t: &Thread, name: &str) -> Value {
    let d = crate::start::builtins_dict(t);
    d.cast::<Dict>().and_then(|d| t.dict_get(d, name)).unwrap_or(Value::NONE)
}

/// The builtins dict of code with these globals.
pub fn of_globals(t: &mut Thread, globals: VRef<'_>) -> Res {
    crate::interp::hooks::builtins_of(t, globals)
}

/// `sys.modules[name]`, if it is a module.
pub fn loaded_module(t: &Thread, name: &str) -> Option<Value> {
    let modules = crate::start::modules(t)?;
    t.dict_get(modules.cast::<Dict>()?, name).filter(|m| m.cast::<Module>().is_some())
}

/// `sys.name`
pub(crate) fn sys(t: &Thread, name: &str) -> Option<Value> {
    crate::start::sys_attr(t, crate::intern::intern(t, name))
}

/// Puts `__builtins__` into a namespace that has none, as exec and eval do.
pub(crate) fn ensure_builtins(t: &Thread, globals: &Dict) {
    if globals.get_str(t, names::__builtins__()).is_none() {
        let d = match crate::interp::hooks::current_builtins(t) {
            Some(b) => b.to_value(),
            None => crate::start::builtins_dict(t),
        };
        globals.set_str(t, names::__builtins__(), d)
    }
}
