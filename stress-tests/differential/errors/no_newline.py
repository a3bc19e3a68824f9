# run: _data/no_newline.py
# The last line has no newline.
