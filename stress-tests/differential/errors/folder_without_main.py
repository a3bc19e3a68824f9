# exit: 1
# run: _data/empty_folder
# A folder without __main__.
