# exit: 1
# run: _data/null_byte.py
# A null byte in the source.
