# exit: 1
# run: -
# stdin: print("never")
# stdin: x = (1,
# A syntax error on standard input.
