"""Counts the words of many files with a thread pool and merges the counts.

Usage: word_count.py [files] [words per file] [threads]

The files are made first, in a temporary folder, from a fixed recipe.
"""

import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SYLLABLES = "ba be bi bo da de di do ka ke ki ko la le li lo ma me mi mo na ne ni no".split()


def text(seed, words):
    """Pseudo-words in lines of ten; short ones are the more frequent."""
    state = seed * 7919 + 17
    line = []
    for _ in range(words):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        rank = (state >> 8) % 97 * ((state >> 16) % 89) % 701
        word = SYLLABLES[rank % 24] + (SYLLABLES[rank // 24 % 24] if rank > 60 else "")
        line.append(word.capitalize() if len(line) == 0 else word)
        if len(line) == 10:
            yield " ".join(line) + ".\n"
            line = []


def count_words(path):
    counts = Counter()
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            counts.update(word.strip(".,").lower() for word in line.split())
    return counts


def main(files=24, words=80_000, threads=4):
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{n:03}.txt") for n in range(files)]
        with ThreadPoolExecutor(threads) as pool:
            for path, lines in zip(paths, [text(n, words) for n in range(files)]):
                pool.submit(lambda p=path, l=lines: p.write_text("".join(l), encoding="utf-8"))
        total = Counter()
        with ThreadPoolExecutor(threads) as pool:
            for counts in pool.map(count_words, paths):
                total += counts
    print(f"{files} files, {total.total()} words, {len(total)} different")
    for word, count in sorted(total.items(), key=lambda item: (-item[1], item[0]))[:8]:
        print(f"{count:7} {word}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
