#!/bin/bash
# make bench-path: user instructions of one request on the fast path, counted by callgrind: the
# host's and the provider's, without sockets. See README.md.
#
#   path.sh BUILD     COUNT (requests a kind, 2000) by environment
set -euo pipefail
build=$(realpath "${1:?usage: path.sh BUILD}")
count=${COUNT:-2000}

counted() { # kind count [file]: instructions inside feed()
    local out
    out=$(timeout -s KILL 300 valgrind --tool=callgrind --toggle-collect=feed \
        --callgrind-out-file=/dev/null "$build/bench/path" "$build/providers/bootfile.so" "$@" 2>&1) ||
        { echo "$out" >&2; return 1; }
    sed -n 's/.*Collected : *//p' <<< "$out" | tail -n 1
}

built() { # with what: "gcc 12, -O2, LTO"
    local words
    read -ra words < "$build/flags"
    echo "$(basename "${words[0]}") $("${words[0]}" -dumpversion)$(printf '%s\n' "${words[@]}" |
        sed -n 's/^-O./, &/p; s/^-flto.*/, LTO/p' | sort -ru | tr -d '\n')"
}

printf '%-16s %12s\n' kind instructions
row() { # name kind [file]
    local name=$1 kind=$2 few all
    shift 2
    few=$(counted "$kind" 64 "$@") # the first ones prepare what the others copy
    all=$(counted "$kind" $((64 + count)) "$@")
    printf '%-16s %12d\n' "$name" $(((all - few) / count))
}

row "OFFER direct" direct
row "OFFER redirect" redirect
row "ACK on 4011" ack
# shellcheck disable=SC2016 # the provider's variable
row 'OFFER, ${mac}' direct 'boot/${mac-bare}.0'
echo "(user mode, a request, of $count; $(built))"
