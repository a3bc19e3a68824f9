"""Each thread counts the words of its part of a text; the counts are added up at the end."""

from collections import Counter

from _suite import parts, run

LINES = 27_000
WORDS = "the quick brown fox jumps over a lazy dog while seven wizards boxed".split()


def work(numbers):
    count = Counter()
    for n in numbers:
        line = " ".join(WORDS[(n * k + k * k) % len(WORDS)] for k in range(12))
        for word in line.upper().split():
            count[word.lower().strip("x")] += 1
    return count


total = sum(run(work, parts(LINES)), Counter())
print(sum(total.values()), sorted(total.items())[:3])
