"""Text and bytearrays built, joined and formatted by all threads from shared parts."""

import sys

from _hammer import finish, hammer

parts = ["warp", "weft", "ünïcode", "日本", "😀"]
buffer = bytearray(b"shared")


def build(random):
    text = ""
    for _ in range(50):
        text += parts[random(len(parts))]
    assert len(text.encode().decode()) == len(text)
    text.split("w"), text.replace("warp", "x"), f"{text!r:>100}", text[random(50) : random(100)], hash(text)
    parts[random(5)] = "".join(sorted(text))[:8] or "x"


def change(random):
    action = random(6)
    if action == 0:
        buffer.extend(b"abc")
    elif action == 1:
        del buffer[: random(10)]
    elif action == 2:
        buffer[random(5) : random(9)] = b"xyz" * random(4)
    elif action == 3:
        with memoryview(buffer) as view:
            bytes(view[:5]), len(view)
    elif action == 4:
        buffer.find(b"x"), bytes(buffer), buffer.count(b"a"), buffer.upper(), buffer.split(b"b")
    else:
        buffer.pop()
    if len(buffer) > 5000:
        buffer.clear()


def intern(random):
    name = sys.intern(f"name{random(500)}")
    assert sys.intern(name[:]) is name


hammer(build, change, intern, change, expected=(BufferError, IndexError, ValueError))

finish()
