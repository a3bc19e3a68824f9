# exit: 1
# Chained exceptions, notes, `from`, a custom exception with a long message, in the printed traceback.
class Custom(Exception):
    def __str__(self):
        return 'line one\nline two'


def first():
    {}['missing']


def second():
    try:
        first()
    except KeyError as e:
        e.add_note('a note')
        raise ValueError('second') from e


try:
    second()
except ValueError as e:
    e.add_note('one\ntwo')
    try:
        undefined_name
    except NameError:
        raise Custom
