"""Each thread writes records as JSON, reads them back and looks through them: library code, nothing shared."""

import json
import re

from _suite import parts, run

RECORDS = 6_000
PATTERN = re.compile(r"(\w+)@(\w+)\.example")


def work(numbers):
    total = 0
    for n in numbers:
        record = {"id": n, "mail": f"user{n}@host{n % 7}.example", "tags": ["a", "b", str(n)], "x": {"y": n / 4}}
        back = json.loads(json.dumps(record))
        match = PATTERN.search(back["mail"])
        total += back["id"] + len(match[1]) + int(back["x"]["y"]) + len(back["tags"][2])
    return total


print(sum(run(work, parts(RECORDS))))
