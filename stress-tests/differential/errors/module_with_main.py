# run: -m _data.with_main
# A package run by -m.
