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
