"""The library: json, there and back."""

import json


def prepare():
    return [{"id": n, "name": f"item {n}", "tags": ["a", "b"], "price": n / 8, "none": None} for n in range(300)]


def work(shared, thread):
    total = 0
    for _ in range(5):
        total += len(json.loads(json.dumps(shared)))
    return total
