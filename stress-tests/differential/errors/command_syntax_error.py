# exit: 1
# run: -c "x = = 1"
# A syntax error in -c.
