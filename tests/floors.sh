#!/bin/sh
# Proves the floors from the #include lines: an include stays in its folder or goes down. Also
# proves which floors may know which libraries, that a provider and the kit (boot/) see the public API
# only, and that the floors that the loop runs on know no lock that it could wait for (S22).
set -eu
cd "$(dirname "$0")/.."

find daemon providers -name '*.[ch]' -o -name '*.cc' | grep -v '^providers/template' | sort | xargs awk '
BEGIN {
    rank["base"] = 0
    rank["dhcp"] = rank["net"] = rank["registry"] = 1
    rank["request"] = 2
    rank["provider"] = 3
    rank["control"] = rank["libwdspxe"] = 4
    rank["site"] = rank["story"] = 5
    rank["server"] = rank["ctl"] = rank["fake"] = rank["run"] = rank["fetch"] = rank["ear"] = 6
    only["ev.h"] = "server"
    only["libconfig.h"] = "registry site"
    only["libmnl/libmnl.h"] = "net"
    only["curl/curl.h"] = "fetch"
    no_locks = "base net dhcp request provider control site story server"
    beside = "boot windows" # beside the floors: they know installed headers only, and no floor knows them
}
function bad(why) { printf "%s:%d: %s: %s\n", FILENAME, FNR, why, $0; failed = 1 }
function allowed(list, floor) { return index(" " list " ", " " floor " ") > 0 }
/pthread_(mutex|cond|rwlock|spin)_/ {
    split(FILENAME, path, "/")
    if (path[1] == "daemon" && allowed(no_locks, path[2]))
        bad("the loop could wait for it: use a mailbox, a ring, atomics or a semaphore")
}
/^[ \t]*#[ \t]*include/ {
    split(FILENAME, path, "/")
    floor = path[2]
    name = $0
    sub(/^[^<"]*[<"]/, "", name); sub(/[>"].*$/, "", name)
    quoted = ($0 ~ /include[ \t]*"/)
    seen++
    if (path[1] == "providers") {
        if (quoted && name ~ /\//) bad("a provider includes its own folder only")
        if (!quoted && name ~ /^(base|dhcp|net|request|provider|libwdspxe|registry)\// &&
            name != "net/if.h") bad("not public") # that one is the C library
        next
    }
    if (quoted && allowed(beside, floor)) {
        if (name !~ "^" floor "/") bad("beside the floors: its own folder and installed headers only")
    } else if (quoted) {
        n = split(name, part, "/")
        if (n < 2) bad("name the floor: \"floor/file.h\"")
        else if (allowed(beside, part[1])) bad("beside the floors: no floor knows it")
        else if (!(part[1] in rank)) bad("no such floor")
        else if (part[1] != floor && rank[part[1]] >= rank[floor]) bad("goes up, or to a room beside")
    } else if (allowed(beside, floor) && name ~ /^(base|dhcp|net|request|provider|libwdspxe|registry|control|server)\// &&
               name != "net/if.h") bad("not public")
    else if (name in only && !allowed(only[name], floor)) bad("only for " only[name])
    else if (name ~ /^systemd\// && floor != "server") bad("only for server")
}
END {
    if (!seen) { print "no #include line was read"; exit 1 }
    if (failed) exit 1
    printf "floors: %d includes, none goes up\n", seen
}'
