# exit: 3
def f():
    try:
        raise SystemExit(3)
    finally:
        print("finally")


f()
