# exit: 1
# run: -m no_such_module
# A module that is not there.
