# exit: 1
# run: _data/bom_conflict.py
# A byte order mark and another coding.
