"""Runs the cases of one of CPython's test modules, a line for each, and nothing else.

Usage: driver.py LIB MODULE [--light] <cases to leave out, one a line

LIB holds CPython's `test` package.  A line says what begins or how it ended:

    start CASE
    ok CASE | skip CASE reason | fail CASE error
    import error          the module cannot be imported
    done                  the last line

Lines go straight to the standard output of the start; what the tests print goes to standard error. So a crash is
always the fault of the case that began last.  `--light` puts stand-ins for `test.support` in place, for a runtime that
cannot import all that the real one needs.
"""

import os
import sys

REPORT = os.dup(1)
OWNER = os.getpid()


def report(*words):
    if os.getpid() != OWNER:
        return  # a child that a test forked
    line = " ".join(words).replace("\n", " ").replace("\r", " ")
    os.write(REPORT, line.encode("utf-8", "backslashreplace") + b"\n")


def summary(error):
    """The type and the first line of an exception, short."""
    try:
        text = str(error).strip().split("\n")[0]
    except Exception:
        text = "?"
    return f"{type(error).__name__}: {text}"[:160]


def main(lib, name, *options):
    os.dup2(2, 1)
    left_out = {line.strip() for line in sys.stdin}
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[0] = lib
    if "--light" in options:
        sys.path.insert(0, os.path.join(here, "standin"))
    # Programs that tests start find the `test` package, too: not installed, it needs the environment.
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [lib, os.environ.get("PYTHONPATH")]))
    try:
        import unittest

        try:
            from test.support import script_helper

            script_helper.__dict__["__cached_interp_requires_environment"] = True
        except ImportError:
            pass  # the stand-in has none
        module = __import__("test." + name, fromlist=["*"])
        suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    except BaseException as error:
        report("import", summary(error))
        report("done")
        return

    class Report(unittest.TestResult):
        """Tells each case's end once, the worst of what its subtests and clean-ups came to."""

        def startTest(self, case):
            super().startTest(case)
            self.verdict = ("ok",)
            report("start", label(case))

        def stopTest(self, case):
            super().stopTest(case)
            report(self.verdict[0], label(case), *self.verdict[1:])

        def addError(self, case, error):
            self.failed(case, error[1])

        addFailure = addError

        def addSubTest(self, case, subtest, error):
            if error is not None:
                self.failed(case, error[1])

        def addSkip(self, case, reason):
            self.verdict = ("skip", str(reason)[:100])

        def addUnexpectedSuccess(self, case):
            self.verdict = ("fail", "unexpected success")

        def failed(self, case, error):
            if isinstance(case, unittest.TestCase):
                self.verdict = ("fail", summary(error))
            else:
                # setUpClass or setUpModule
                report("fail", label(case), summary(error))

    def label(case):
        case = getattr(case, "test_case", case)
        return case.id().removeprefix("test." + name + ".").replace(" ", "_")

    def wanted(suite):
        """The suite without what is left out; the order of the suite, classes kept together."""
        kept = suite.__class__()
        for item in suite:
            if isinstance(item, unittest.TestSuite):
                kept.addTest(wanted(item))
            elif label(item) not in left_out:
                kept.addTest(item)
        return kept

    wanted(suite).run(Report())
    report("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
    # Threads that a test left behind must not keep the process.
    os._exit(0)
