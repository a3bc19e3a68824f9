# exit: 2
# run: no_such_file.py
# A file that is not there.
