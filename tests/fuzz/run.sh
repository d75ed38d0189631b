#!/bin/sh
# Runs fuzzers one after the other, each for SECONDS; a finding ends the run and is shown.
#
#   tests/fuzz/run.sh BUILD SECONDS NAME...
#
# Each starts from the captures, from tests/fixtures/fuzz/NAME (every crash that was found stays there)
# and from what it found before, in BUILD/fuzz/found.
set -eu
cd "$(dirname "$0")/../.."
fuzz=$1/fuzz seconds=$2
shift 2

# The host takes no module out of a folder that somebody else owns.
FUZZ_MODULES=$(mktemp -d)
trap 'rm -rf "$FUZZ_MODULES"' EXIT
cp "$fuzz"/tree/providers/bootfile.so "$fuzz"/tree/tests/providers/scripted.so "$FUZZ_MODULES"
export FUZZ_MODULES

# Memory that was freed is kept for a while, to find who uses it; not so much that a fuzzer spends its
# time on fresh pages.
export ASAN_OPTIONS="quarantine_size_mb=16${ASAN_OPTIONS:+:$ASAN_OPTIONS}"

mkdir -p "$fuzz/seeds"
"$fuzz/bin/seeds" "$fuzz/seeds" tests/fixtures/captures/*.pcap
for name in "$@"; do
    mkdir -p "$fuzz/found/$name" "$fuzz/seeds/$name"
    past=tests/fixtures/fuzz/$name
    [ -d "$past" ] || past=
    # shellcheck disable=SC2086 # nothing, or one name without blanks
    "$fuzz/bin/$name" -max_total_time="$seconds" -max_len=4096 -timeout=10 -print_final_stats=1 \
        -artifact_prefix="$fuzz/crash-$name-" "$fuzz/found/$name" "$fuzz/seeds/$name" $past \
        >"$fuzz/$name.log" 2>&1 || { tail -60 "$fuzz/$name.log"; exit 1; }
    echo "  fuzz  $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$fuzz/$name.log") inputs"
done
