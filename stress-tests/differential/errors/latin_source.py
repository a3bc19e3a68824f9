# run: _data/latin.py
# Source with a coding line.
