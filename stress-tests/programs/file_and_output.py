"""One file object and one StringIO written, sought and closed by all threads."""

import io
import os
import shutil
import tempfile

from _hammer import finish, hammer

folder = tempfile.mkdtemp()
path = os.path.join(folder, "shared.txt")
files = [open(path, "w+")]
memory = [io.StringIO(), io.BytesIO()]


def write(random):
    files[0].write("line\n" * random(5))
    memory[0].write("x")
    memory[1].write(b"y")
    if random(10) == 0:
        files[0].flush()


def read(random):
    files[0].seek(0)
    files[0].read(random(100))
    memory[0].seek(random(10)), memory[0].getvalue(), memory[1].getvalue(), memory[1].read(3)
    if random(10) == 0:
        memory[random(2)].truncate(0)


def close(random):
    files[0].close()
    files[0] = open(path, "w+")


hammer(write, read, close, expected=(ValueError, OSError, io.UnsupportedOperation, UnicodeDecodeError, AttributeError))
files[0].close()
shutil.rmtree(folder)

finish()
