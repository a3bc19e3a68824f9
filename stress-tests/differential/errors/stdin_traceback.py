# exit: 1
# run: -
# stdin: def f():
# stdin:     raise ValueError("in stdin")
# stdin: f()
# A traceback of a program from standard input.
