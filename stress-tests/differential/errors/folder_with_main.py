# run: _data/with_main
# A folder with __main__.
