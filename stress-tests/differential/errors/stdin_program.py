# run: - x y
# stdin: import sys
# stdin: print("from stdin", sys.argv, __name__)
# A program from standard input.
