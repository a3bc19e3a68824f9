"""Analyses a log of JSON lines: batches are parsed and reduced in parallel.

Usage: json_logs.py [lines] [threads]
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

SERVICES = ("auth", "cart", "catalog", "mail", "search")
BATCH = 1000


def log_lines(count):
    state = 42
    for n in range(count):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        record = {
            "time": 1_700_000_000 + n,
            "service": SERVICES[(state >> 7) % 5],
            "status": (200, 200, 200, 201, 304, 404, 500)[(state >> 11) % 7],
            "ms": round((state >> 9) % 4000 / 16, 2),
            "user": {"id": (state >> 13) % 500, "tags": ["a", "ü"] if state & 1024 else []},
        }
        yield json.dumps(record)


@dataclass
class Summary:
    requests: int = 0
    errors: int = 0
    ms: float = 0.0
    slowest: float = 0.0
    users: set = field(default_factory=set)

    def add(self, record):
        self.requests += 1
        self.errors += record["status"] >= 400
        self.ms += record["ms"]
        self.slowest = max(self.slowest, record["ms"])
        if record["user"]["tags"]:
            self.users.add(record["user"]["id"])

    def merge(self, other):
        self.requests += other.requests
        self.errors += other.errors
        self.ms += other.ms
        self.slowest = max(self.slowest, other.slowest)
        self.users |= other.users


def analyse(lines):
    summaries = {}
    for line in lines:
        record = json.loads(line)
        summaries.setdefault(record["service"], Summary()).add(record)
    return summaries


def main(lines=200_000, threads=4):
    log = list(log_lines(lines))
    batches = [log[start : start + BATCH] for start in range(0, lines, BATCH)]
    totals = {service: Summary() for service in SERVICES}
    with ThreadPoolExecutor(threads) as pool:
        for summaries in pool.map(analyse, batches):
            for service, summary in summaries.items():
                totals[service].merge(summary)
    print("service  requests errors  mean ms  slowest users")
    for service, s in totals.items():
        mean = s.ms / max(s.requests, 1)
        print(f"{service:8} {s.requests:8} {s.errors:6} {mean:8.3f} {s.slowest:8.2f} {len(s.users):5}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
