"""Random patterns on random text: where they match, what the groups are, what split, sub and findall make of it."""

import re
import warnings
import zlib

warnings.simplefilter("ignore")
state = 20


def below(n):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
    return (state >> 33) % n


def choice(items):
    return items[below(len(items))]


def atom(depth, groups):
    k = below(100)
    if k < 35:
        return re.escape(choice("ab\nAB c1_é")) if below(10) else choice("ßİſK𝒳Σ")
    if k < 45:
        return "."
    if k < 60:
        parts = ["a", "b", "A", "a-c", r"\d", r"\w", r"\s", "1", "é", r"\W", r"\S", "A-Z", "_", "à-ö", r"\n", "𝒳"]
        return "[" + choice(["", "", "^"]) + "".join(choice(parts) for _ in range(1 + below(3))) + "]"
    if k < 68:
        return choice([r"\d", r"\w", r"\s", r"\D", r"\W", r"\S"])
    if k < 78 or depth <= 0:
        return choice(["^", "$", r"\b", r"\B", r"\A", r"\Z"])
    k = below(100)
    if k < 40:
        groups.append(len(groups) + 1)
        me = len(groups)
        body = alternatives(depth - 1, groups)
        closed.add(me)
        return "(" + body + ")"
    inside = {55: "(?:%s)", 62: "(?=%s)", 68: "(?!%s)", 75: "(?>%s)", 80: "(?i:%s)"}
    for limit, form in inside.items():
        if k < limit:
            return form % alternatives(depth - 1, groups)
    if k < 90:
        return choice(["(?<=%s)", "(?<!%s)"]) % choice(["a", "ab", "[a-b]", "é", r"\w", "a|b"])
    if closed:
        n = choice(sorted(closed))
        return choice([r"\%d" % n, "(?(%d)a|b)" % n, "(?(%d)a)" % n])
    return "b"


def repeated(depth, groups):
    a = atom(depth, groups)
    if a in ("^", "$", r"\b", r"\B", r"\A", r"\Z") or below(100) < 45:
        return a
    return a + choice(["*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}"]) + choice(["", "", "", "?", "+"])


def alternatives(depth, groups):
    ways = choice([1, 1, 1, 2, 3])
    return "|".join("".join(repeated(depth, groups) for _ in range(1 + below(3))) for _ in range(ways))


def text():
    letters = choice(["aaabbAB \nc1_", "aabbAé \nñ1_𝒳ßſKİ"])
    return "".join(choice(letters) for _ in range(below(14)))


def shown(m):
    return m and (m.regs, m.groups(), m.lastindex, m.pos, m.endpos)


for number in range(600):
    closed = set()
    pattern = alternatives(below(4), [])
    flags = choice([0, 0, 0, re.I, re.M, re.S, re.A, re.I | re.A, re.I | re.M | re.S])
    try:
        p = re.compile(pattern, flags)
    except (re.error, ValueError) as e:
        print(number, ascii(pattern), e)
        continue
    results = []
    for t in [text(), text(), text()]:
        start = below(4)
        end = start + below(9)
        start = min(start, len(t))
        for how in (p.match, p.search, p.fullmatch):
            results.append((shown(how(t)), shown(how(t, start, end))))
        results.append((p.findall(t), p.split(t), p.sub("<>", t), [shown(m) for m in p.finditer(t, start)]))
    print(number, ascii(pattern), zlib.crc32(ascii(results).encode()))
