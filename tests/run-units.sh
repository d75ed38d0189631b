#!/bin/sh
# Runs libcheck programs one after the other, shows what failed and what was skipped, and ends with one
# count of all. A program that runs no test has failed, unless it says why and exits with 77 (suite.h).
# BUILD is the folder they were built in.
#
# What they make is in a folder that is gone afterwards, however they ended: TMPDIR. Root has it in
# memory, where no test waits for a disk, and in a view of its own. The modules that they load are
# copied there first: the host takes none out of a folder that somebody else owns, as an ordinary
# user's clone is for root (tests/built.h).
set -u
build=${BUILD:-build}

if [ -z "${UNITS_FOLDER-}" ]; then
    UNITS_FOLDER=$(mktemp -d /tmp/wdspxe-units-XXXXXX) || exit 1
    export UNITS_FOLDER
    trap 'rm -rf "$UNITS_FOLDER"' EXIT
    trap 'exit 143' HUP INT TERM
    if unshare --mount mount -t tmpfs -o mode=0755 none "$UNITS_FOLDER" 2>/dev/null; then
        unshare --mount sh -c 'mount -t tmpfs -o mode=0755 none "$UNITS_FOLDER" && exec "$@"' - "$0" "$@"
    else
        chmod 0755 "$UNITS_FOLDER" && "$0" "$@"
    fi
    exit
fi

export TMPDIR="$UNITS_FOLDER" TEST_MODULES="$UNITS_FOLDER/modules"
mkdir -p "$TEST_MODULES/providers" "$TEST_MODULES/tests/providers"
cp "$build"/providers/*.so "$TEST_MODULES/providers"
cp "$build"/tests/providers/*.so "$TEST_MODULES/tests/providers"
cp "$build"/libwdspxe.so.1 "$TEST_MODULES"

# A test that hangs is ended, and failed; some say a time of their own.
export CK_DEFAULT_TIMEOUT=30

# run COMMAND: sets out, status, checks, bad
run() {
    out=$(CK_VERBOSITY=normal timeout 300 "$@" 2>&1) && status=0 || status=$?
    sums=$(printf '%s\n' "$out" | awk '
        match($0, /Checks: [0-9]+, Failures: [0-9]+, Errors: [0-9]+/) {
            split(substr($0, RSTART, RLENGTH), n, /[^0-9]+/)
            checks += n[2]; bad += n[3] + n[4]
        }
        END { print checks + 0, bad + 0 }')
    checks=${sums% *} bad=${sums#* }
    [ "$status" = 0 ] && [ "$checks" -gt 0 ] || [ "$bad" -gt 0 ] || bad=1 # crashed, or ran no test
}

passed=0 failed=0
for program in "$@"; do
    run "$program"
    skipped=$(printf '%s\n' "$out" | grep ': SKIPPED ') && printf '%s\n' "$skipped"
    [ "$status" != 77 ] || [ -z "$skipped" ] || continue
    if [ "$bad" -gt 0 ]; then
        printf '%s (exit %s)\n%s\n' "$program" "$status" "$out"
        case $out in
        *"suite: all tests in one process"*)
            # Once more, for the names of those that fail, and for those that did not run. It has failed
            # all the same.
            run env CK_FORK=yes "$program"
            [ "$bad" -gt 0 ] || bad=1
            printf '%s, each test in a process of its own (exit %s)\n%s\n' "$program" "$status" "$out"
            ;;
        esac
    fi
    [ "$checks" -lt "$bad" ] || passed=$((passed + checks - bad))
    failed=$((failed + bad))
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
