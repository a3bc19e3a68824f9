# exit: 2
# run: -c
# -c needs an argument.
