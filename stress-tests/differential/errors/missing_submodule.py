# exit: 1
# run: -m json.no_such
# A submodule that is not there.
