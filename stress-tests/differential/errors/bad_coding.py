# exit: 1
# run: _data/bad_coding.py
# A coding that there is not.
