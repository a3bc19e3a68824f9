import sys; print("main of a folder", __name__, __file__.rsplit("/", 2)[1:], sys.path[0].endswith("with_main"))
