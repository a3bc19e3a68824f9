"""Counting in a dict, sorting its items."""


def work(shared, thread):
    counts = {}
    state = 1
    for _ in range(60_000):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        key = state >> 20
        counts[key] = counts.get(key, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[0]
