"""All threads read one dict, one list and one set, which nobody writes."""

from _suite import parts, run

N = 2_500_000
PRICES = {f"item{i}": i * 3 for i in range(200)}
NAMES = list(PRICES)
RARE = {"item3", "item77", "item150"}


def work(numbers):
    total = 0
    for n in numbers:
        name = NAMES[n % 200]
        total += PRICES[name]
        if name in RARE:
            total += 1
    return total


print(sum(run(work, parts(N))))
