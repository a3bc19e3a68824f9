# run: _data/bom.py
# Source that begins with a byte order mark.
