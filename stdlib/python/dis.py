"""Disassembler of weft's bytecode, with the interface of CPython's module.

An instruction is one 64-bit word with three operand fields; its offset counts two, as in `co_positions()` and
`tb_lasti`. `arg` is the first operand field, `argrepr` all of them as text: registers by their variable's name or
`r7` for temporaries, a dagger where the temporary's last use is.
"""

import sys
import types
import collections
import io

from opcode import *
from opcode import __all__ as _opcodes_all
import _opcode

__all__ = ["code_info", "dis", "disassemble", "distb", "disco",
           "findlinestarts", "findlabels", "show_code",
           "get_instructions", "Instruction", "Bytecode"] + _opcodes_all
del _opcodes_all

_have_code = (types.MethodType, types.FunctionType, types.CodeType, classmethod, staticmethod, type)

# Bytes that an instruction counts for.
_UNIT = 2

COMPILER_FLAG_NAMES = {
    1: "OPTIMIZED",
    2: "NEWLOCALS",
    4: "VARARGS",
    8: "VARKEYWORDS",
    16: "NESTED",
    32: "GENERATOR",
    64: "NOFREE",
    128: "COROUTINE",
    256: "ITERABLE_COROUTINE",
    512: "ASYNC_GENERATOR",
    0x4000000: "HAS_DOCSTRING",
    0x8000000: "METHOD",
}


def pretty_flags(flags):
    """Return pretty representation of code flags."""
    names = []
    for i in range(32):
        flag = 1 << i
        if flags & flag:
            names.append(COMPILER_FLAG_NAMES.get(flag, hex(flag)))
            flags ^= flag
            if not flags:
                break
    else:
        names.append(hex(flags))
    return ", ".join(names)


class _Unknown:
    def __repr__(self):
        return "<unknown>"


UNKNOWN = _Unknown()


def _try_compile(source, name):
    try:
        return compile(source, name, "eval")
    except SyntaxError:
        return compile(source, name, "exec")


def _get_code_object(x):
    """Code of functions, methods, generators, frames' owners, source text, or code itself."""
    while hasattr(x, "__func__"):
        x = x.__func__
    for name in ("__code__", "gi_code", "ag_code", "cr_code"):
        if hasattr(x, name):
            x = getattr(x, name)
            break
    if isinstance(x, str):
        x = _try_compile(x, "<disassembly>")
    if hasattr(x, "co_code"):
        return x
    raise TypeError("don't know how to disassemble %s objects" % type(x).__name__)


def code_info(x):
    """Formatted details of methods, functions, or code."""
    return _format_code_info(_get_code_object(x))


def _format_code_info(co):
    lines = []
    lines.append("Name:              %s" % co.co_name)
    lines.append("Filename:          %s" % co.co_filename)
    lines.append("Argument count:    %s" % co.co_argcount)
    lines.append("Positional-only arguments: %s" % co.co_posonlyargcount)
    lines.append("Kw-only arguments: %s" % co.co_kwonlyargcount)
    lines.append("Number of locals:  %s" % co.co_nlocals)
    lines.append("Stack size:        %s" % co.co_stacksize)
    lines.append("Flags:             %s" % pretty_flags(co.co_flags))
    for title, items in (("Constants:", map(repr, co.co_consts)), ("Names:", co.co_names),
                         ("Variable names:", co.co_varnames), ("Free variables:", co.co_freevars),
                         ("Cell variables:", co.co_cellvars)):
        items = list(items)
        if items:
            lines.append(title)
            lines.extend("%4d: %s" % item for item in enumerate(items))
    return "\n".join(lines)


def show_code(co, *, file=None):
    """Print details of methods, functions, or code to *file*."""
    print(code_info(co), file=file)


class Positions(collections.namedtuple(
        "Positions", ["lineno", "end_lineno", "col_offset", "end_col_offset"], defaults=[None] * 4)):
    """Where an instruction comes from in the source."""


_Instruction = collections.namedtuple(
    "_Instruction",
    ["opname", "opcode", "arg", "argval", "argrepr", "offset", "start_offset", "starts_line", "line_number",
     "label", "positions", "cache_info"],
    defaults=[None, None, None])


class Instruction(_Instruction):
    """Details of one instruction."""

    @property
    def oparg(self):
        """Alias for arg."""
        return self.arg

    @property
    def baseopcode(self):
        """Opcode of the operation; code is never specialised."""
        return self.opcode

    @property
    def baseopname(self):
        """Name of the operation."""
        return self.opname

    @property
    def cache_offset(self):
        """Where inline caches would begin."""
        return self.offset + _UNIT

    @property
    def end_offset(self):
        """Where the next instruction begins."""
        return self.offset + _UNIT

    @property
    def jump_target(self):
        """Offset of the jump target, None if it does not jump."""
        return self.argval if self.opcode in hasjump else None

    @property
    def is_jump_target(self):
        """True if other code jumps to here, otherwise False."""
        return self.label is not None

    def __str__(self):
        output = io.StringIO()
        Formatter(file=output).print_instruction(self)
        return output.getvalue().rstrip("\n")


class Formatter:
    """Writes instructions to a file."""

    def __init__(self, file=None, lineno_width=0, offset_width=0, label_width=0, line_offset=0,
                 show_caches=False, *, show_positions=False):
        self.file = file
        self.lineno_width = lineno_width
        self.offset_width = offset_width
        self.label_width = label_width
        self.show_positions = show_positions

    def print_instruction(self, instr, mark_as_current=False):
        new_line = bool(self.lineno_width and instr.starts_line and instr.offset > 0)
        if new_line:
            print(file=self.file)
        fields = []
        if self.lineno_width:
            place = ""
            if self.show_positions and instr.positions is not None:
                p = instr.positions
                place = "%s:%s-%s:%s" % (p.lineno, p.col_offset, p.end_lineno, p.end_col_offset)
            elif instr.starts_line:
                place = "--" if instr.line_number is None else str(instr.line_number)
            fields.append(place.rjust(self.lineno_width))
        if self.label_width:
            fields.append(("L%s:" % instr.label if instr.label is not None else "").rjust(self.label_width))
        fields.append("-->" if mark_as_current else "   ")
        if self.offset_width:
            fields.append(str(instr.offset).rjust(self.offset_width))
        fields.append(instr.opname.ljust(18))
        fields.append(instr.argrepr)
        print(" ".join(fields).rstrip(), file=self.file)

    def print_exception_table(self, entries):
        if not entries:
            return
        print("ExceptionTable:", file=self.file)
        for start, end, target, depth, register in entries:
            print("  %d to %d -> %d [r%d] in r%d"
                  % (start * _UNIT, end * _UNIT, target * _UNIT, depth, register), file=self.file)


def get_instructions(x, *, first_line=None, show_caches=None, adaptive=False):
    """Iterator of the Instructions of methods, functions, source text or code."""
    co = _get_code_object(x)
    return _instructions(co, 0 if first_line is None else first_line - co.co_firstlineno)


def _instructions(co, line_offset=0):
    rows = _opcode._instructions(co)
    targets = {row[7] for row in rows if row[7] is not None}
    targets.update(row[2] for row in _opcode._handlers(co))
    labels = {pc: n for n, pc in enumerate(sorted(targets), 1)}
    positions = co.co_positions()
    last = UNKNOWN
    for pc, (op, name, text, a, b, c, f, target, line) in enumerate(rows):
        place = Positions(*next(positions, ()))
        starts = line != last
        last = line
        if target is not None:
            argval = target * _UNIT
        elif op in hasconst:
            argval = _constant(co, op, a, b, c)
        else:
            argval = a
        shown = None if line is None else line + line_offset
        yield Instruction(name, op, a, argval, text, pc * _UNIT, pc * _UNIT, starts, shown,
                          labels.get(pc), place)


def _constant(co, op, a, b, c):
    index = b | c << 16 if opname[op] == "LOAD_CONST" else c
    try:
        return co.co_consts[index]
    except IndexError:
        return UNKNOWN


def dis(x=None, *, file=None, depth=None, show_caches=False, adaptive=False, show_offsets=False,
        show_positions=False):
    """Disassemble classes, methods, functions, and other compiled objects.

    With no argument, disassemble the last traceback.
    """
    if x is None:
        distb(file=file, show_caches=show_caches, adaptive=adaptive, show_offsets=show_offsets,
              show_positions=show_positions)
        return
    if hasattr(x, "__func__"):
        x = x.__func__
    for name in ("__code__", "gi_code", "ag_code", "cr_code"):
        if hasattr(x, name):
            x = getattr(x, name)
            break
    options = dict(file=file, show_offsets=show_offsets, show_positions=show_positions)
    if hasattr(x, "__dict__") and not hasattr(x, "co_code"):
        for name, item in sorted(x.__dict__.items()):
            if isinstance(item, _have_code):
                print("Disassembly of %s:" % name, file=file)
                try:
                    dis(item, depth=depth, **options)
                except TypeError as msg:
                    print("Sorry:", msg, file=file)
                print(file=file)
    elif hasattr(x, "co_code"):
        _disassemble_recursive(x, depth=depth, **options)
    elif isinstance(x, str):
        _disassemble_recursive(_try_compile(x, "<dis>"), depth=depth, **options)
    elif isinstance(x, (bytes, bytearray)):
        raise TypeError("bare instructions cannot be disassembled: they mean nothing without their code object")
    else:
        raise TypeError("don't know how to disassemble %s objects" % type(x).__name__)


def distb(tb=None, *, file=None, show_caches=False, adaptive=False, show_offsets=False, show_positions=False):
    """Disassemble a traceback (default: last traceback)."""
    if tb is None:
        try:
            tb = sys.last_exc.__traceback__ if hasattr(sys, "last_exc") else sys.last_traceback
        except AttributeError:
            raise RuntimeError("no last traceback to disassemble") from None
        while tb.tb_next:
            tb = tb.tb_next
    disassemble(tb.tb_frame.f_code, tb.tb_lasti, file=file, show_offsets=show_offsets,
                show_positions=show_positions)


def disassemble(co, lasti=-1, *, file=None, show_caches=False, adaptive=False, show_offsets=False,
                show_positions=False):
    """Disassemble a code object."""
    instructions = list(_instructions(co))
    numbers = [i.line_number for i in instructions if i.line_number is not None]
    lineno_width = max(3, len(str(max(numbers)))) if numbers else 0
    if numbers and any(i.line_number is None for i in instructions):
        lineno_width = max(lineno_width, 2)
    if show_positions:
        lineno_width = max((len("%s:%s-%s:%s" % (p.lineno, p.col_offset, p.end_lineno, p.end_col_offset))
                            for p in (i.positions for i in instructions)), default=lineno_width)
    most = max((i.label for i in instructions if i.label is not None), default=0)
    formatter = Formatter(file=file, lineno_width=lineno_width,
                          offset_width=len(str(len(instructions) * _UNIT)) if show_offsets else 0,
                          label_width=4 + len(str(most)), show_positions=show_positions)
    for instr in instructions:
        formatter.print_instruction(instr, instr.offset == lasti)
    formatter.print_exception_table(_opcode._handlers(co))


def _disassemble_recursive(co, *, file=None, depth=None, show_offsets=False, show_positions=False):
    options = dict(file=file, show_offsets=show_offsets, show_positions=show_positions)
    disassemble(co, **options)
    if depth is None or depth > 0:
        if depth is not None:
            depth -= 1
        for x in co.co_consts:
            if hasattr(x, "co_code"):
                print(file=file)
                print("Disassembly of %r:" % (x,), file=file)
                _disassemble_recursive(x, depth=depth, **options)


disco = disassemble


def findlabels(code):
    """Offsets in a code object that are jump targets."""
    found = []
    for row in _opcode._instructions(_get_code_object(code)):
        if row[7] is not None and row[7] * _UNIT not in found:
            found.append(row[7] * _UNIT)
    return found


def findlinestarts(code):
    """Generate pairs (offset, lineno) of the offsets at which source lines start."""
    last = False
    for start, end, line in code.co_lines():
        if line is not last:
            last = line
            yield start, line


def _find_imports(co):
    """Generate (name, level, fromlist) of the import statements in a code object."""
    rows = _opcode._instructions(co)
    consts = {}
    for op, name, text, a, b, c, f, target, line in rows:
        if name == "LOAD_CONST":
            consts[a] = _constant(co, op, a, b, c)
        elif name == "IMPORT_NAME":
            module = text[text.rfind("(") + 1:].rstrip(")")
            yield module, consts.get(b, 0), consts.get(b + 1)


def _find_store_names(co):
    """Generate names that a code object stores to."""
    for row in _opcode._instructions(co):
        if row[1] in ("STORE_NAME", "STORE_GLOBAL"):
            yield row[2][row[2].rfind("(") + 1:].rstrip(")")


class Bytecode:
    """The instructions of a piece of code, as an iterable of Instruction."""

    def __init__(self, x, *, first_line=None, current_offset=None, show_caches=False, adaptive=False,
                 show_offsets=False, show_positions=False):
        self.codeobj = co = _get_code_object(x)
        if first_line is None:
            self.first_line = co.co_firstlineno
            self._line_offset = 0
        else:
            self.first_line = first_line
            self._line_offset = first_line - co.co_firstlineno
        self._original_object = x
        self.current_offset = current_offset
        self.exception_entries = _opcode._handlers(co)
        self.show_offsets = show_offsets
        self.show_positions = show_positions

    def __iter__(self):
        return _instructions(self.codeobj, self._line_offset)

    def __repr__(self):
        return "{}({!r})".format(self.__class__.__name__, self._original_object)

    @classmethod
    def from_traceback(cls, tb, *, show_caches=False, adaptive=False):
        """Construct a Bytecode from the given traceback."""
        while tb.tb_next:
            tb = tb.tb_next
        return cls(tb.tb_frame.f_code, current_offset=tb.tb_lasti)

    def info(self):
        """Return formatted information about the code object."""
        return _format_code_info(self.codeobj)

    def dis(self):
        """Return a formatted view of the bytecode operations."""
        with io.StringIO() as output:
            offset = -1 if self.current_offset is None else self.current_offset
            disassemble(self.codeobj, offset, file=output, show_offsets=self.show_offsets,
                        show_positions=self.show_positions)
            return output.getvalue()


def main(args=None):
    import argparse

    parser = argparse.ArgumentParser(color=True)
    parser.add_argument("-O", "--show-offsets", action="store_true", help="show instruction offsets")
    parser.add_argument("-P", "--show-positions", action="store_true", help="show instruction positions")
    parser.add_argument("infile", nargs="?", default="-")
    args = parser.parse_args(args=args)
    if args.infile == "-":
        name, source = "<stdin>", sys.stdin.buffer.read()
    else:
        name = args.infile
        with open(args.infile, "rb") as infile:
            source = infile.read()
    dis(compile(source, name, "exec"), show_offsets=args.show_offsets, show_positions=args.show_positions)


if __name__ == "__main__":
    main()
