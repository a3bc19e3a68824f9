"""`test.support.warnings_helper`, light."""

import contextlib
import warnings


@contextlib.contextmanager
def check_warnings(*filters, **options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield caught


def ignore_warnings(*, category, message="", module=""):
    def decorate(function):
        def with_filter(*args, **kw):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", category=category)
                return function(*args, **kw)

        return with_filter

    return decorate


def check_syntax_warning(case, statement, errtext="", *, lineno=1, offset=None):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", SyntaxWarning)
        compile(statement, "<testcase>", "exec")
    case.assertEqual(len(caught), 1, caught)
    case.assertRegex(str(caught[0].message), errtext)
    if lineno is not None:
        case.assertEqual(caught[0].lineno, lineno)


@contextlib.contextmanager
def check_no_resource_warning(case, **options):
    yield


check_no_warnings = check_no_resource_warning
