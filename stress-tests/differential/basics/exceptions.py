# try, except, else, finally, raise.
def f(x):
    try:
        if x == 1:
            raise ValueError('one')
        if x == 2:
            return 'returned'
        if x == 3:
            [][0]
        return 10 / x
    except ValueError as e:
        return f'caught {e}'
    except (IndexError, KeyError):
        return 'index'
    finally:
        print('finally', x)


print(f(1), f(2), f(3), f(5))
try:
    f(0)
except ZeroDivisionError as e:
    print(type(e).__name__, e)
try:
    {}['k']
except KeyError as e:
    print(repr(e))
try:
    undefined
except NameError as e:
    print(e)
try:
    1 + 'a'
except TypeError as e:
    print(e)
try:
    None.x
except AttributeError as e:
    print(e)


class Own(Exception):
    pass


try:
    raise Own('mine', 2)
except Exception as e:
    print(repr(e), e.args)
