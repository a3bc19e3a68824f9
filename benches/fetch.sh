#!/bin/sh
# Fetches pyperformance's benchmark programs from PyPI into <target>/pyperformance. They are MIT-licensed, by the
# Python performance project, and not part of this repository. The wheel is only unpacked, nothing is built or installed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${CARGO_TARGET_DIR:-$here/../target}/pyperformance
version=1.13.0
[ -e "$target/.version-$version" ] && exit 0
cannot() {
  echo "fetch.sh: $1" >&2
  exit 3
}
python=$(command -v python3 || true)
[ -n "$python" ] && "$python" -m pip --version >/dev/null 2>&1 || cannot "no python3 with pip here"
rm -rf "$target"
mkdir -p "$target/wheel"
"$python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
  --dest "$target/wheel" "pyperformance==$version" >"$target/log" 2>&1 || cannot "pip download failed: $(tail -n1 "$target/log")"
"$python" -m zipfile -e "$target"/wheel/*.whl "$target/unpacked"
mv "$target/unpacked/pyperformance/data-files/benchmarks" "$target/benchmarks"
rm -rf "$target/unpacked" "$target/wheel"
touch "$target/.version-$version"
