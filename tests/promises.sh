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

allocation='(m|c|re|aligned_)alloc|reallocarray|posix_memalign|(v?as|str|strn)(printf|dup)|f(d|mem)?open|open_memstream|mmap(64)?'
lock='pthread_(mutex|cond|rwlock|spin|barrier)_.*|sem_((timed|clock)?wait)|call_once|mtx_.*|cnd_.*'
log='log_(line|put|provider|client_line|hint|request|dropped)|host_say|teller_say|v?syslog|sd_journal_.*|v?f?printf|puts|putchar'
failed=0 n=0

for file in $(grep -rlE --include='*.c' '^/\* no (allocation|lock|log)( · no (allocation|lock|log))* \*/$' daemon); do
    object=$build/obj/${file%.c}.o
    [ -e "$object" ] || { echo "promises: $object is not there: is $build built?"; exit 1; }
    n=$((n + 1))
    for promise in allocation lock log; do
        head -1 "$file" | grep -q "no $promise\b" || continue
        eval "pattern=\$$promise"
        # A sanitizer's and a fortified name are the same function: __strdup, __printf_chk.
        wanted=$(nm -u "$object" | awk '{ print $2 }' | sed 's/^__//; s/_chk$//' | grep -xE "$pattern" || :)
        [ -z "$wanted" ] || {
            echo "$file promises no $promise, and calls" $wanted
            failed=1
        }
    done
done
[ "$n" -gt 0 ] || { echo "promises: no file promises anything"; exit 1; }
[ "$failed" -eq 0 ] || exit 1
echo "promises: $n files keep them"
