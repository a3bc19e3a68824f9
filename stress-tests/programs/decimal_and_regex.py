"""Decimals, their contexts and flags, and compiled patterns used from all threads."""

import decimal
import re

from _hammer import finish, hammer

D = decimal.Decimal
shared = decimal.Context(prec=30, traps=[decimal.InvalidOperation])
numbers = [D(n).scaleb(-e) for n in (1, 7, 10**20 + 3, 3**200) for e in (0, 5, 40)]
patterns = [re.compile(p) for p in (r"(\w+)\s(\w+)", r"(?:(a)|b)*c", r"(x*?)(?=y)|[^ ]+", r"é|(?i:ÄB)")]
texts = ["hello brave new world", "ababc bac", "xxxy zzz", "äb é ÄB " * 5, "b" * 300]
wanted = [[[m.span() for m in p.finditer(t)] for t in texts] for p in patterns]
scanner = patterns[0].scanner(texts[0])
found = patterns[0].finditer(texts[0] * 50)


def use(random):
    decimal.setcontext(shared)
    a, b = numbers[random(len(numbers))], numbers[random(len(numbers))]
    what = random(8)
    if what == 0:
        shared.prec = 20 + random(30)
        shared.flags[decimal.Inexact] = random(2)
    elif what == 1:
        shared.clear_flags()
        repr(shared), dict(shared.flags)
    elif what == 2:
        assert (a / b) * 0 == 0 and hash(a) == hash(a.copy_abs().copy_sign(a))
    elif what == 3:
        with decimal.localcontext(prec=5) as c:
            assert len((a + b).as_tuple().digits) <= 5 and decimal.getcontext() is c
    elif what == 4:
        assert abs(a.sqrt() ** 2 - a) <= a.scaleb(-15), a
        str(a * b), format(a, ",.3f"), float(b), int(b)
    else:
        i, k = random(len(patterns)), random(len(texts))
        assert [m.span() for m in patterns[i].finditer(texts[k])] == wanted[i][k]
        patterns[i].sub(lambda m: m[0], texts[k])
        try:
            scanner.search()
            m = next(found, None)
            assert m is None or m.group(2)
        except ValueError:
            pass  # Another thread is searching with it.


hammer(use)
finish()
