# exit: 1
# run: -m _data.empty_folder
# A package without __main__.
