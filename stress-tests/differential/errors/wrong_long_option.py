# exit: 2
# run: --nope
# A long option that there is not.
