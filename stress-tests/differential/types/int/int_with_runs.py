"""Products and quotients of big numbers with long runs of zero and one bits."""

import random

numbers = random.Random(7)
PRIME = (1 << 61) - 1


def made_of_runs(words):
    value = 0
    while words > 0:
        n = min(words, numbers.choice([1, 10, 500, 2000, 8000]))
        kind = numbers.randrange(4)
        run = 0 if kind < 2 else (1 << 64 * n) - 1 if kind == 2 else numbers.getrandbits(64 * n)
        value = value << 64 * n | run
        words -= n
    return value or 1


for _ in range(6):
    a = made_of_runs(numbers.choice([100, 3000, 9000, 20000]))
    b = made_of_runs(numbers.choice([50, 2000, 5000, 12000]))
    product = a * b
    assert product % PRIME == (a % PRIME) * (b % PRIME) % PRIME
    assert divmod(product, b) == (a, 0)
    assert divmod(product - 1, b) == (a - 1, b - 1)
    q, r = divmod(a, b)
    assert 0 <= r < b and q * b + r == a
    print(product.bit_length(), q.bit_length(), a * a % PRIME == pow(a, 2, PRIME))
print(((1 << 64 * 60000) + 5) // ((1 << 64 * 30000) + 1) % PRIME)
