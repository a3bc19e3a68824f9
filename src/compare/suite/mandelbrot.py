"""Each thread computes lines of a picture, every THREADS-th of them."""

from _suite import THREADS, run

SIZE, STEPS = 400, 60


def lines(first):
    inside = 0
    for row in range(first, SIZE, THREADS):
        y = 2.4 * row / SIZE - 1.2
        for column in range(SIZE):
            x = 3.0 * column / SIZE - 2.2
            a = b = 0.0
            for _ in range(STEPS):
                a, b = a * a - b * b + x, 2.0 * a * b + y
                if a * a + b * b > 4.0:
                    break
            else:
                inside += 1
    return inside


print(sum(run(lines, range(THREADS))))
