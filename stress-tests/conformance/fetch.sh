#!/bin/sh
# Fetches CPython 3.14's own test files as Debian packages them, into <target>/conformance/lib/test.
#
# The files are CPython's (PSF licence) and are not part of this repository. Needs apt-get and dpkg-deb, but no root:
# apt gets folders of its own. Exit status 0: they are there; 3: they cannot be had here, with the reason on stderr.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${CARGO_TARGET_DIR:-$here/../../target}/conformance
# Debian keeps test/support with the library itself.
packages="libpython3.14-testsuite libpython3.14-stdlib"
[ -e "$target/lib/test/support/__init__.py" ] && exit 0

cannot() {
  echo "fetch.sh: $1" >&2
  exit 3
}
for tool in apt-get dpkg-deb; do
  command -v $tool >/dev/null || cannot "no $tool here: CPython's test files come from a Debian package"
done
mirror=$(grep -rhoE 'https?://[^] ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | head -n1 | tr -d ' ' || true)
[ -n "$mirror" ] || cannot "no Debian mirror in apt's sources"

apt=$target/apt
mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial"
echo "deb $mirror sid main" >"$apt/sources.list"
own_apt() {
  apt-get -qq -o Dir::State="$apt/state" -o Dir::State::status=/dev/null -o Dir::Cache="$apt/cache" \
    -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=- -o APT::Sandbox::User="$(id -un)" \
    -o Acquire::Languages=none -o Acquire::Retries=2 "$@"
}
own_apt update >"$apt/log" 2>&1 || cannot "apt-get update failed: $(tail -n1 "$apt/log")"
(cd "$apt" && own_apt download $packages >>log 2>&1) || cannot "apt-get download failed: $(tail -n1 "$apt/log")"
rm -rf "$target/lib"
mkdir -p "$target/lib"
# Only the tests: no module of Debian's library may stand before the runtime's own.
for deb in "$apt"/*.deb; do
  dpkg-deb -x "$deb" "$apt/unpacked"
done
mv "$apt/unpacked/usr/lib/python3.14/test" "$target/lib/test"
rm -rf "$apt"
[ -e "$target/lib/test/support/__init__.py" ] || cannot "the packages have no test/support"
