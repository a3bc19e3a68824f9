# exit: 2
# run: -m
# -m needs an argument.
