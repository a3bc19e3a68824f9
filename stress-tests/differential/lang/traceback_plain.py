# exit: 1
# An uncaught exception's traceback on standard error: calls, carets, module and function frames.
class C:
    def method(self, x):
        return self.helper(x, y=x + 1) + 1

    @staticmethod
    def helper(a, *, y):
        return [a / b
                for b in (2, 1, 0)]


def outer(n):
    if n:
        return outer(n - 1)
    return C().method(5)


print('before')
outer(2)
