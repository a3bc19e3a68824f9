#!/bin/sh
# Records src/profile/llvm<version>.profdata, by which release builds are optimized (.cargo/rustc), as CPython's
# distributions are: an instrumented build runs benchmark programs in both modes. Worth doing anew after changes to the
# interpreter or to builtin types, and needed when rust-toolchain.toml moves to another LLVM. Needs llvm-profdata of the
# LLVM that rustc uses (rustup component llvm-tools, or Debian's llvm-22).
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
target=${CARGO_TARGET_DIR:-$here/target}
host=$(rustc -vV | sed -n 's/^host: //p')
version=$(rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
tool=
for t in "$(rustc --print sysroot)/lib/rustlib/$host/bin/llvm-profdata" "llvm-profdata-$version"; do
  command -v "$t" >/dev/null && tool=$t && break
done
[ -n "$tool" ] || { echo "pgo.sh: no llvm-profdata of LLVM $version" >&2; exit 3; }
out=$target/pgo
mkdir -p "$out"
cd "$here"
echo "pgo.sh: instrumented build"
WEFT_PROFILE_TO="$out/raw" cargo build --quiet --release --target-dir "$out"
rm -rf "$out/raw"
echo "pgo.sh: training"
export LLVM_PROFILE_FILE="$out/raw/%2m.profraw" PYTHONDONTWRITEBYTECODE=1
cargo build --quiet --package weft-benches --target-dir "$target"
# The runner knows what each needs, and gives all the same time; those that lack something are left out.
"$target/debug/bench" --set all --rounds 1 --seconds 0.3 --limit 60 \
  --with "$out/release/weft -X gil=1" --with "$out/release/weft -X gil=0" >"$out/training.txt" || true
tail -1 "$out/training.txt"
for file in examples/*.py; do
  timeout 60 "$out/release/weft" "$file" >/dev/null || echo "pgo.sh: $file failed" >&2
done
mkdir -p src/profile
"$tool" merge -o "src/profile/llvm$version.profdata" "$out"/raw/*.profraw
ls -l "src/profile/llvm$version.profdata"
