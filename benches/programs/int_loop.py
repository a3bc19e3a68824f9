"""Integer arithmetic in a while loop."""


def work(shared, thread):
    i = total = 0
    while i < 300_000:
        total += i & 7
        i += 1
    return total
