# exit: 1
# run: _data/undecodable.py
# Source that is not UTF-8.
