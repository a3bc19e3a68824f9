import warnings
warnings.warn("a user warning")


def f():
    warnings.warn("deprecated thing", DeprecationWarning, stacklevel=2)


f()
print("done")
