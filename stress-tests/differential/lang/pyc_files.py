"""Compiled modules: when `.pyc` files are written, read, believed and refused."""

import os
import pathlib
import subprocess
import sys
import tempfile

TAG = sys.implementation.cache_tag
folder = pathlib.Path(os.path.realpath(tempfile.mkdtemp()))
cache = folder / "__pycache__"
compiled = cache / f"m.{TAG}.pyc"


def shown(text):
    return text.replace(str(folder), "FOLDER").replace(TAG, "TAG")


def run(*args, where=folder, **env):
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    r = subprocess.run([sys.executable, "-S", *args], cwd=where, env=inherited | env, capture_output=True, text=True)
    for line in (r.stdout + r.stderr).splitlines():
        if not line.startswith(("Traceback", " ")):
            print("   ", shown(line))
    return r.returncode


def tree():
    all = (shown(str(p.relative_to(folder))) for p in folder.rglob("*.pyc"))
    print("    files:", *sorted(p for p in all if not p.startswith("prefix")))


def source(text, age):
    (folder / "m.py").write_text(text)
    os.utime(folder / "m.py", (1_600_000_000 + age, 1_600_000_000 + age))


source("print('m', __file__, __cached__)", 0)
(folder / "main.py").write_text("import m")

print("written and read")
run("main.py"), run("main.py"), tree()

print("not written")
compiled.unlink()
run("-B", "main.py"), run("main.py", PYTHONDONTWRITEBYTECODE="1"), tree()

print("somewhere else")
run("-X", f"pycache_prefix={folder}/prefix", "main.py")
print("    exists:", (folder / "prefix" / str(folder)[1:] / f"m.{TAG}.pyc").exists(), compiled.exists())

print("by optimization")
run("-O", "main.py"), run("-OO", "main.py"), run("main.py")
print("    files:", *sorted(shown(p.name) for p in cache.iterdir()))

print("stale by time, by size")
source("print('other')", 1), run("main.py")
source("print('longer text')", 1), run("main.py")

good = compiled.read_bytes()
print("damaged files are written anew")
for name, bad in [("magic", b"XXXX" + good[4:]), ("header", good[:8]), ("empty", b"")]:
    compiled.write_bytes(bad)
    print("   ", name, run("main.py"), compiled.read_bytes() == good)
print("damaged behind a good header they are refused")
for name, bad in [("short", good[:20]), ("end", good[:-3])]:
    compiled.write_bytes(bad)
    print("   ", name, run("main.py") != 0)
compiled.write_bytes(good[:4] + b"\xff" + good[5:])
print("    flags", run("main.py"), compiled.read_bytes() == good)

print("given as the program")
program = folder / "d.pyc"
for bad in [good, b"XXXX" + good[4:], good[:8], good[:18], b""]:
    program.write_bytes(bad)
    print("   ", run("d.pyc"))
(folder / "d.bin").write_bytes(good)
print("   ", run("d.bin"))

print("without source")
alone = folder / "alone"
alone.mkdir()
show = "import q; print(q.__file__, type(q.__spec__.loader).__name__, q.__cached__)"
for bad in [good, b"XXXX" + good[4:], good[:10]]:
    (alone / "q.pyc").write_bytes(bad)
    print("   ", run("-c", show, where=alone))

print("modules for compiling")
compiled.unlink()
run("-c", "import py_compile; print(py_compile.compile('m.py'))")
run("-m", "compileall", "-q", "m.py"), run("-m", "compileall", "-q", "-b", "main.py"), tree()
run("-c", "import py_compile as p; p.compile('m.py', invalidation_mode=p.PycInvalidationMode.UNCHECKED_HASH)")
source("print('newest')", 2)
run("main.py"), run("--check-hash-based-pycs", "always", "main.py")

print("folders that cannot be written")
for p in cache.iterdir():
    p.unlink()
cache.rmdir()
cache.write_text("a file")
run("main.py")
cache.unlink()

print("many at once")
all = [subprocess.Popen([sys.executable, "-S", "main.py"], cwd=folder, stdout=subprocess.PIPE, env={}) for _ in range(8)]
print("   ", {p.communicate()[0] for p in all}, {p.returncode for p in all})
tree()
print("    left over:", [p.name for p in cache.iterdir() if p.suffix != ".pyc"])

for p in sorted(folder.rglob("*"), reverse=True):
    p.rmdir() if p.is_dir() else p.unlink()
folder.rmdir()
