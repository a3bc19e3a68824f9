"""Numbers of weft's opcodes, from the opcode table itself."""

import _opcode

opmap = {name: number for number, name in enumerate(_opcode._names())}

# Code is never rewritten: what CPython specialises, weft keeps in caches beside the code.
_specializations = {}
_specialized_opmap = {}

# Every instruction has operand fields; the first opcode is the one without any use of them.
HAVE_ARGUMENT = 0
MIN_INSTRUMENTED_OPCODE = 256
