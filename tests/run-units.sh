#!/bin/sh
# Runs libcheck programs one after the other, shows what failed, and ends with one count of all.
# BUILD is the folder they were built in. The modules that they load are copied first: the host takes
# none out of a folder that somebody else owns, as an ordinary user's clone is for root (tests/built.h).
set -u
build=${BUILD:-build}
TEST_MODULES=$(mktemp -d)
trap 'rm -rf "$TEST_MODULES"' EXIT
export TEST_MODULES
mkdir -p "$TEST_MODULES/providers" "$TEST_MODULES/tests/providers"
cp "$build"/providers/*.so "$TEST_MODULES/providers"
cp "$build"/tests/providers/*.so "$TEST_MODULES/tests/providers"
cp "$build"/libwdspxe.so.1 "$TEST_MODULES"

passed=0 failed=0
for program in "$@"; do
    out=$(CK_VERBOSITY=normal timeout 300 "$program" 2>&1) && status=0 || status=$?
    sums=$(printf '%s\n' "$out" | awk '
        match($0, /Checks: [0-9]+, Failures: [0-9]+, Errors: [0-9]+/) {
            split(substr($0, RSTART, RLENGTH), n, /[^0-9]+/)
            checks += n[2]; bad += n[3] + n[4]
        }
        END { print checks + 0, bad + 0 }')
    checks=${sums% *} bad=${sums#* }
    [ "$status" = 0 ] && [ "$checks" -gt 0 ] || [ "$bad" -gt 0 ] || bad=1 # crashed, or ran no test
    [ "$bad" = 0 ] || printf '%s (exit %s)\n%s\n' "$program" "$status" "$out"
    [ "$checks" -lt "$bad" ] || passed=$((passed + checks - bad))
    failed=$((failed + bad))
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
