# exit: 11
class A:
    def __getattr__(self, name):
        return getattr(self, name + "x")


try:
    A().a
except RecursionError as e:
    print("RecursionError")
raise SystemExit(11)
