# run: -c "import sys; print(sys.version_info[:2], sys.implementation.name in ('cpython', 'weft'))"
# The version that the language has.
