#!/bin/sh
# mandoc has nothing to say about our pages. It looks for pages that are referred to among those that
# are installed: so ours are looked for here instead, in the NAME sections of man/.
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
