#!/bin/sh
# Builds the release binary with profile-guided optimization, as CPython's own distributions are built: an instrumented
# build runs benchmark programs in both modes, and the final build uses what it counted. The binary comes to
# <target>/pgo/weft. Needs llvm-profdata of the LLVM that rustc uses (rustup component llvm-tools, or Debian's llvm-22).
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
target=${CARGO_TARGET_DIR:-$here/target}
host=$(rustc -vV | sed -n 's/^host: //p')
version=$(rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
tool=
for t in "$(rustc --print sysroot)/lib/rustlib/$host/bin/llvm-profdata" "llvm-profdata-$version" llvm-profdata; do
  command -v "$t" >/dev/null && tool=$t && break
done
[ -n "$tool" ] || { echo "pgo.sh: no llvm-profdata of LLVM $version" >&2; exit 3; }
out=$target/pgo
mkdir -p "$out"
"$here/benches/fetch.sh"
cd "$here"
echo "pgo.sh: instrumented build"
RUSTFLAGS="-Cprofile-generate=$out/raw" cargo build --quiet --release --target "$host" --target-dir "$out/build"
rm -rf "$out/raw"
echo "pgo.sh: training"
export LLVM_PROFILE_FILE="$out/raw/%p-%m.profraw" BENCH_SECONDS=0.2 PYTHONPATH="$here/benches/standin"
for name in richards deltablue nbody fannkuch nqueens spectral_norm hexiom coroutines generators comprehensions deepcopy \
  chaos go raytrace float mdp pprint json_dumps json_loads unpack_sequence logging pathlib; do
  for gil in 0 1; do
    (cd "$target/pyperformance/benchmarks/bm_$name" &&
      timeout 120 "$out/build/$host/release/weft" -X gil=$gil run_benchmark.py >/dev/null 2>&1) ||
      echo "pgo.sh: $name with gil=$gil failed" >&2
  done
done
"$tool" merge -o "$out/weft.profdata" "$out"/raw/*.profraw
echo "pgo.sh: final build"
RUSTFLAGS="-Cprofile-use=$out/weft.profdata" cargo build --quiet --release --target "$host" --target-dir "$out/build"
cp "$out/build/$host/release/weft" "$out/weft"
echo "$out/weft"
