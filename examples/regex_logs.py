"""Analyses a web server's access log with regular expressions, in parallel.

Usage: regex_logs.py [lines] [threads]

All threads share the compiled patterns.
"""

import re
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

LINE = re.compile(
    r"""(?P<host>\d+(?:\.\d+){3}) \s - \s (?P<user>\S+) \s
        \[ (?P<day>\d\d)/(?P<month>\w{3})/(?P<year>\d{4}) :(?P<hour>\d\d) [^]]* \] \s
        "(?P<method>[A-Z]+) \s (?P<path>[^ ?"]+) (?:\?(?P<query>[^ "]*))? [^"]*" \s
        (?P<status>\d{3}) \s (?P<size>\d+|-)""",
    re.VERBOSE,
)
ATTACK = re.compile(r"(?:\.\./|union\s+select|<script|%00)", re.IGNORECASE)
PARAMETER = re.compile(r"([^&=]+)=([^&]*)")
PATHS = ("/", "/index.html", "/api/items", "/api/items/../../etc/passwd", "/search", "/<SCRIPT>x")
QUERIES = ("", "?q=loom&page=2", "?q=weft", "?id=1%00", "?id=1&sort=up&page=3")


def log_lines(count):
    state = 7
    for n in range(count):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        if n % 1000 == 999:
            yield "-- garbled line --"
            continue
        host = f"10.{state >> 10 & 3}.{state >> 12 & 7}.{state >> 15 & 63}"
        path = PATHS[(state >> 8) % 6] + QUERIES[(state >> 11) % 5]
        status = (200, 200, 301, 404, 403)[(state >> 14) % 5]
        size = "-" if status == 301 else (state >> 9) % 5000
        stamp = f"{n % 28 + 1:02}/Nov/2025:{n % 24:02}:{n % 60:02}:00 +0000"
        yield f'{host} - {"anna" if state & 512 else "-"} [{stamp}] "GET {path} HTTP/1.1" {status} {size}'


def analyse(lines):
    counts = Counter()
    for line in lines:
        match = LINE.match(line)
        if match is None:
            counts["malformed"] += 1
            continue
        counts["bytes"] += 0 if match["size"] == "-" else int(match["size"])
        counts["status " + match["status"]] += 1
        counts["night"] += match["hour"] < "06"
        if ATTACK.search(match["path"]) or ATTACK.search(match["query"] or ""):
            counts["attacks"] += 1
        for name, value in PARAMETER.findall(match["query"] or ""):
            counts[f"{name}={re.sub(r'[0-9]+', 'N', value)}"] += 1
    return counts


def main(lines=250_000, threads=4):
    log = list(log_lines(lines))
    total = Counter()
    with ThreadPoolExecutor(threads) as pool:
        for counts in pool.map(analyse, [log[n::threads] for n in range(threads)]):
            total.update(counts)
    for name, count in sorted(total.items()):
        print(f"{name:12} {count:10}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
