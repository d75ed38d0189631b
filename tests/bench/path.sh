#!/bin/bash
# make bench-path: user instructions of one request on the fast path, counted by callgrind: the
# host's and the provider's, without sockets. See README.md.
#
#   path.sh BUILD     COUNT (requests a kind, 2000) by environment
set -euo pipefail
build=$(realpath "${1:?usage: path.sh BUILD}")
count=${COUNT:-2000}

counted() { # kind count: instructions inside feed()
    local out
    out=$(timeout -s KILL 300 valgrind --tool=callgrind --toggle-collect=feed \
        --callgrind-out-file=/dev/null "$build/bench/path" "$build/providers/bootfile.so" "$1" "$2" 2>&1) ||
        { echo "$out" >&2; return 1; }
    sed -n 's/.*Collected : *//p' <<< "$out" | tail -n 1
}

printf '%-16s %s\n' "" "instructions a request, $count requests"
for kind in direct redirect ack; do
    few=$(counted $kind 64) # the first ones prepare what the others copy
    all=$(counted $kind $((64 + count)))
    case $kind in ack) name="ACK on 4011" ;; *) name="OFFER $kind" ;; esac
    printf '%-16s %d\n' "$name" $(((all - few) / count))
done
