# run: -u -B -E -s -S -I -O -W ignore -X utf8 -c "import sys; print(sys.flags.optimize, sys.flags.isolated, sys.flags.dont_write_bytecode, __debug__, sys.flags.utf8_mode)"
# Options are read into sys.flags.
