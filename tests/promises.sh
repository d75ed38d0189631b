#!/bin/sh
# Proves what files promise in their first line, from the symbols that their objects want:
#
#   /* no allocation · no lock · no log */
#
# or some of the three. The packet's path is made of such files (S22): nothing there may wait, and a
# packet of usual size costs no memory.
#
#   tests/promises.sh BUILD
set -eu
cd "$(dirname "$0")/.."
build=$1

# The promises, "FILE: no allocation · no lock", a line each.
promises=$(find daemon -name '*.c' | sort | xargs awk '
    FNR == 1 && /^\/\* no (allocation|lock|log)( · no (allocation|lock|log))* \*\/$/ { print FILENAME ": " $0 }')
[ -n "$promises" ] || { echo "promises: no file promises anything"; exit 1; }
objects=$(echo "$promises" | sed "s,^\(.*\)\.c: .*,$build/obj/\1.o,")
for object in $objects; do
    [ -e "$object" ] || { echo "promises: $object is not there: is $build built?"; exit 1; }
done

{ echo "$promises"; nm -A -u $objects; } | awk -v obj="$build/obj/" '
BEGIN {
    wanted["allocation"] = "(m|c|re|aligned_)alloc|reallocarray|posix_memalign|(v?as|str|strn)(printf|dup)" \
                           "|f(d|mem)?open|open_memstream|mmap(64)?"
    wanted["lock"] = "pthread_(mutex|cond|rwlock|spin|barrier)_.*|sem_((timed|clock)?wait)|call_once|mtx_.*|cnd_.*"
    wanted["log"] = "log_(line|put|provider|client_line|hint|request|dropped)|host_say|teller_say|v?syslog" \
                    "|sd_journal_.*|v?f?printf|puts|putchar"
}
/^daemon/ {
    file = $1
    sub(/:$/, "", file)
    promise[file] = $0
    n++
    next
}
{
    file = $1
    sub(/:$/, "", file); sub(/\.o$/, ".c", file); file = substr(file, length(obj) + 1)
    symbol = $NF
    sub(/@.*/, "", symbol); sub(/^__/, "", symbol); sub(/_chk$/, "", symbol) # a sanitizer'\''s, a fortified one
    read = 1
    for (what in wanted)
        if (index(promise[file], "no " what) && symbol ~ ("^(" wanted[what] ")$")) {
            print file " promises no " what ", and calls " symbol
            failed = 1
        }
}
END {
    if (!read) { print "promises: no object was read"; failed = 1 }
    if (failed) exit 1
    printf "promises: %d files keep them\n", n
}'
