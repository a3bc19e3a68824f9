"""`test.support.script_helper`, light: no second interpreter is started."""

import unittest


def assert_python_ok(*args, **env):
    raise unittest.SkipTest("needs a subprocess")


assert_python_failure = run_python_until_end = spawn_python = kill_python = make_script = assert_python_ok


def interpreter_requires_environment():
    return False
