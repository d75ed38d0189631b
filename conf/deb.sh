#!/bin/sh
# make deb: builds the Debian packages of the tree as it stands, from a copy, because dpkg-buildpackage
# writes beside what it builds. usage: conf/deb.sh BUILD
# In BUILD/deb are then the packages of a server; in BUILD/deb/dev, an author's and the debug symbols.
set -eu
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL # what the caller told make is not for this build

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

rm -rf "$copy" "$deb/dev" "$deb"/*.deb "$deb"/*.changes "$deb"/*.buildinfo
mkdir -p "$copy" "$deb/dev"
version=$(cat "$tree/VERSION")
said=$(dpkg-parsechangelog -l "$tree/debian/changelog" -S Version)
[ "$version" = "$said" ] || {
    echo "VERSION says $version, and debian/changelog $said: give the changelog an entry for $version" \
        "(dch -v $version), or VERSION the changelog's" >&2
    exit 1
}
# A file's time is in its package: the changelog's, whenever the tree was fetched.
when=$(dpkg-parsechangelog -l "$tree/debian/changelog" -S Timestamp)
(cd "$tree" && files | while read -r file; do [ ! -e "$file" ] || echo "$file"; done |
    tar --mtime="@$when" -cf - -T -) | tar -C "$copy" -xf -
(cd "$copy" && DEB_BUILD_OPTIONS="nocheck ${DEB_BUILD_OPTIONS:-parallel=$(nproc)}" \
    dpkg-buildpackage -b --no-sign -Pnocheck) >"$deb/log" 2>&1 || {
    tail -40 "$deb/log" >&2
    echo "The packages could not be built; all that was said is in $deb/log" >&2
    exit 1
}
rm -rf "$copy"
mv "$deb"/*-dbgsym_*.deb "$deb"/libwdspxe-dev_*.deb "$deb"/*.buildinfo "$deb/dev"
rm "$deb"/*.changes # a list for an archive, of files that are here no more
ls "$deb"/*.deb "$deb"/dev/*.deb
