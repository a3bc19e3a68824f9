# exit: 1
# run: -c "def f():\n  return 1 / 0\nf()"
# A traceback of -c has its source lines.
