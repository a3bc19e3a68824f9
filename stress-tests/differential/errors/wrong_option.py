# exit: 2
# run: -Y
# An option that there is not.
