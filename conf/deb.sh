#!/bin/sh
# make deb: builds the Debian packages of the tree as it stands, from a copy, because dpkg-buildpackage
# writes beside what it builds. usage: conf/deb.sh BUILD; the packages are then in BUILD/deb
set -eu

build=${1:?usage: conf/deb.sh BUILD}
tree=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$build/deb"
deb=$(cd "$build/deb" && pwd)
copy=$deb/wdspxed

# What git would have; without git, everything but what was built.
files() {
    git -C "$tree" ls-files -co --exclude-standard 2>/dev/null ||
        (cd "$tree" && find . -path './build*' -prune -o \( -type f -o -type l \) -print)
}

rm -rf "$copy" "$deb"/*.deb "$deb"/*.changes "$deb"/*.buildinfo
mkdir "$copy"
(cd "$tree" && files | while read -r file; do [ ! -e "$file" ] || echo "$file"; done |
    tar -cf - -T -) | tar -C "$copy" -xf -
version=$(cat "$tree/VERSION")
said=$(cd "$copy" && dpkg-parsechangelog -S Version)
[ "$version" = "$said" ] || {
    echo "VERSION says $version, and debian/changelog $said" >&2
    exit 1
}
(cd "$copy" && DEB_BUILD_OPTIONS="nocheck ${DEB_BUILD_OPTIONS:-parallel=$(nproc)}" \
    dpkg-buildpackage -b --no-sign) >"$deb/log" 2>&1 || {
    tail -40 "$deb/log" >&2
    echo "The packages could not be built; all that was said is in $deb/log" >&2
    exit 1
}
rm -rf "$copy"
ls "$deb"/*.deb
