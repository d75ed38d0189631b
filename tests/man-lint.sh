#!/bin/sh
# mandoc has nothing to say about our pages, and no line of them is wider than a terminal of 80
# columns, except in C sources, which are as wide as ours. mandoc looks for the pages that ours refer to
# among those that are installed: so ours are looked for here instead, in the NAME sections of man/.
set -u
cd "$(dirname "$0")/.."

mandoc -Tlint -W style man/*.[1-9] 2>/dev/null | {
    status=0
    while IFS= read -r line; do
        case $line in
        *"referenced manual not found: Xr "*)
            set -- ${line##*: Xr }
            grep -qE "^\.Nm $1( ,)?$" man/*."$2" && continue
            [ -e "man/$1.$2" ] && continue # a page that goes by a family's name
            [ -n "$(man -w "$2" "$1" 2>/dev/null)" ] && continue
            ;;
        esac
        printf '%s\n' "$line"
        status=1
    done
    exit $status
}
status=$?

# Pages of others that ours refer to come with a package that the check installs, or with what one of
# those depends on, and not by chance (H2).
# shellcheck disable=SC2016 # make's own variable
listed=" $(make -s --no-print-directory --eval='packages: ; @echo $(CHECK_PACKAGES)' packages) "
# shellcheck disable=SC2016,SC2086 # dpkg's own variable; one word for each package
needed=$(dpkg-query -W -f '${Depends}, ${Pre-Depends}, ' $listed 2>/dev/null | tr ',|' '\n\n' | sed 's/^ *//; s/[ :(].*//')
# shellcheck disable=SC2086 # one argument for each name
for reference in $(sed -n 's/^\.Xr \([^ ]*\) \([1-9]\).*/\2:\1/p' man/*.[1-9] | sort -u); do
    page=$(man -w "${reference%%:*}" "${reference#*:}" 2>/dev/null) || continue # ours, or told above
    package=$(dpkg-query -S "$page" 2>/dev/null) || continue
    package=${package%%:*}
    case "$listed" in *" $package "*) continue ;; esac
    printf '%s\n' "$needed" | grep -qxF "$package" && continue
    echo "Makefile: CHECK_PACKAGES lacks $package, which has ${reference#*:}(${reference%%:*}); man/ refers to it"
    status=1
done

for page in man/*.[1-9]; do
    sources=
    case $page in
    *.3 | */wdspxe-provider.7) sources='/^\.Sh EXAMPLES/,/^\.Sh /{ /^\.Bd -literal/,/^\.Ed/d; }' ;;
    esac
    sed "$sources" "$page" | mandoc -Tascii -O width=80 | col -bx |
        awk -v page="$page" 'length > 80 { print page ": more than 80 columns: " $0; wide = 1 } END { exit wide }' ||
        status=1
done
exit $status
