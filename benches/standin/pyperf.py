"""Stands in for `pyperf`, as far as pyperformance's programs ask: times a function and prints a line for it.

A function runs once to warm up, then again and again until $BENCH_SECONDS (1 unless told) are over, at least three
times; each line of the output is `{"name": …, "seconds": [per run…]}`.  `time` and builtins are all it needs, so a
young runtime can use it.
"""

import os
import sys
from time import perf_counter

__version__ = "0"
SECONDS = float(os.environ.get("BENCH_SECONDS", "1"))
MOST_RUNS = 1000


def python_implementation():
    return sys.implementation.name


class _Options:
    """What the command line said: the defaults, for no benchmark is given options here."""


class _Parser:
    """The part of argparse.ArgumentParser that adds options; flags and positional arguments can be given."""

    def __init__(self, options):
        self.options = options
        self.arguments = [word for word in sys.argv[1:] if not word.startswith("-")]
        self.flags = [word for word in sys.argv[1:] if word.startswith("-")]

    def add_argument(self, *names, action=None, default=None, dest=None, type=None, nargs=None, choices=None, **other):
        if action == "store_true":
            default = any(name in self.flags for name in names)
        positional = not names[0].startswith("-")
        long = [name for name in names if name.startswith("--")] or list(names)
        if positional and self.arguments:
            default = self.arguments.pop(0)
        if type is not None and isinstance(default, str):
            default = type(default)
        setattr(self.options, dest or long[0].lstrip("-").replace("-", "_"), default)

    def set_defaults(self, **values):
        for name, value in values.items():
            setattr(self.options, name, value)

    def add_argument_group(self, *names, **other):
        return self

    add_mutually_exclusive_group = add_argument_group

    def print_help(self):
        pass

    def error(self, message):
        sys.exit(message)


class Runner:
    def __init__(self, add_cmdline_args=None, **settings):
        self.metadata = {}
        self.args = _Options()
        self.argparser = _Parser(self.args)

    def parse_args(self, args=None):
        return self.args

    def bench_func(self, name, function, *args, inner_loops=1, **other):
        def timed(loops):
            start = perf_counter()
            for _ in range(loops):
                function(*args)
            return perf_counter() - start

        self._measure(name, timed, inner_loops)

    def bench_time_func(self, name, function, *args, inner_loops=1, **other):
        self._measure(name, lambda loops: function(loops, *args), inner_loops)

    def bench_async_func(self, name, function, *args, inner_loops=1, loop_factory=None, **other):
        import asyncio

        async def timed(loops):
            start = perf_counter()
            for _ in range(loops):
                await function(*args)
            return perf_counter() - start

        def run(loops):
            with asyncio.Runner(loop_factory=loop_factory) as runner:
                return runner.run(timed(loops))

        self._measure(name, run, inner_loops)

    def _measure(self, name, timed, inner_loops):
        loops = 1
        first = timed(1)
        while first < 0.01 and loops < 1 << 20:
            # Too short to be timed singly.
            loops *= 2
            first = timed(loops)
        times = []
        end = perf_counter() + SECONDS
        while len(times) < 3 or perf_counter() < end and len(times) < MOST_RUNS:
            times.append(timed(loops) / loops / (inner_loops or 1))
        listed = ", ".join([repr(seconds) for seconds in times])
        print('{"name": "' + name + '", "seconds": [' + listed + "]}", flush=True)
