#!/bin/bash
# make bench: what one request costs: a bare echo, dnsmasq as a ProxyDHCP server, and wdspxed, side
# by side in one run, on a cable between two private networks. See README.md.
#
#   run.sh BUILD     COUNT (requests a round, 30000), ROUNDS (5), BURSTS ("64 1") and GSO ("on", or
#                    "off") by environment
set -euo pipefail
build=$(realpath "${1:?usage: run.sh BUILD}")

if [ -z "${BENCH_INSIDE-}" ]; then
    [ "$(id -u)" = 0 ] || { echo "bench: needs root, for private networks"; exit 1; }
    # All of it lives in namespaces that end with it: processes, networks, mounts.
    BENCH_INSIDE=1 exec unshare --net --mount --pid --fork --kill-child --mount-proc bash ${BENCH_TRACE:+-x} "$0" "$build"
fi

trap 'exit 130' INT TERM # as process 1 it has no default
count=${COUNT:-30000} rounds=${ROUNDS:-5} bursts=${BURSTS:-64 1} gso=${GSO:-on}
mount -t tmpfs -o mode=755 tmpfs /run
dir=/run/bench
mkdir -m 755 $dir $dir/providers.d
first=1 # every request is a client of its own
server_cpu=0 load_cpu=$(($(nproc) > 1 ? 1 : 0))

network_make() {
    ip link set lo up
    ip netns add far
    ip link add srv type veth peer name cli netns far
    ip addr add 10.44.0.1/24 dev srv
    ip link set srv up
    ip -n far link set lo up
    ip -n far link set cli up # without an address: a client sends from 0.0.0.0
}

load() { # burst-size count [echo]: prints load's line
    ip netns exec far taskset -c $load_cpu "$build/bench/load" cli "$2" "$1" $first ${3-}
}

# ---- the servers: server_start NAME sets $pid and $answers --------------------------------------

wdspxed_configure() {
    cat > $dir/wdspxed.conf <<-END
	listen: { interfaces = [ "srv" ]; };
	providers-dir = "$dir/providers.d";
	control-socket = "$dir/control";
	status-socket = "$dir/status";
	ear-socket = "$dir/ear";
	state-dir = "$dir/state";
	gso = "$gso";
	limits: { per-destination = 0; };
	END
    cat > $dir/providers.d/50-bootfile.conf <<-END
	name = "bootfile";
	module = "$build/providers/bootfile.so";
	critical = true;
	settings: {
	    server = "auto";
	    boot = (
	        { mac = "00:11:22:*"; action = "ignore"; },
	        { user-class = "iPXE"; file = "boot.ipxe"; },
	        { arch = "x86-bios"; file = "undionly.kpxe"; },
	        { arch = [ "x64-uefi", "ebc" ]; file = "ipxe.efi"; }
	    );
	};
	END
    mkdir -p $dir/state
}

server_start() {
    answers=
    case $1 in
    echo)
        answers=echo
        taskset -c $server_cpu "$build/bench/echo" srv > $dir/$1.log 2>&1 & ;;
    dnsmasq)
        taskset -c $server_cpu dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= \
            --user=root --port=0 --interface=srv --quiet-dhcp --log-facility=$dir/$1.log \
            --dhcp-leasefile=$dir/leases --dhcp-range=10.44.0.0,proxy \
            '--pxe-service=x86PC,boot,undionly' > /dev/null 2>&1 & ;;
    wdspxed)
        wdspxed_configure
        taskset -c $server_cpu "$build/wdspxed" -c $dir/wdspxed.conf > $dir/$1.log 2>&1 & ;;
    esac
    pid=$!
    for _ in $(seq 100); do # until its socket is there
        if ss -Hulnp 'sport = :67' | grep -q "pid=$pid,"; then return 0; fi
        kill -0 $pid 2> /dev/null || break
        sleep 0.05
    done
    echo "bench: $1 does not serve:" >&2
    cat $dir/$1.log >&2
    return 1
}

server_stop() {
    kill $pid 2> /dev/null || true # it may have died with a tracer
    wait $pid 2> /dev/null || true
}

# ---- measuring ----------------------------------------------------------------------------------

cpu_ns() { # processor time of all threads
    awk '{ sum += $1 } END { printf "%.0f\n", sum }' /proc/$pid/task/*/schedstat
}

cpu_split() { # user and system ticks
    awk '{ sub(/.*\) /, ""); print $12, $13 }' /proc/$pid/stat
}

median() {
    sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

fresh() { # new clients for the next $1 requests
    first=$((first + $1))
}

# One round: nanoseconds a request into FILE.cpu, load's time and losses into FILE.load.
round() { # name burst
    local n=$count before after user0 sys0 user1 sys1
    [ "$2" -gt 1 ] || n=$((count / 4)) # one at a time takes longer
    load "$2" 200 $answers > /dev/null || true # warm
    fresh 200
    before=$(cpu_ns) && read -r user0 sys0 < <(cpu_split)
    load "$2" $n $answers >> $dir/$1.$2.load || true
    after=$(cpu_ns) && read -r user1 sys1 < <(cpu_split)
    fresh $n
    echo $(((after - before) / n)) >> $dir/$1.$2.cpu
    echo $((user1 - user0)) $((sys1 - sys0)) >> $dir/$1.$2.ticks
}

perf_works() {
    perf stat -x, -e instructions:u true 2>&1 | grep -q '^[0-9]'
}

# User instructions a request: counted by the processor where it can, else step by step.
instructions() { # burst
    local n=6400 out
    if perf_works; then
        out=$(perf stat -x, -e instructions:u -p $pid -- \
            ip netns exec far "$build/bench/load" cli $n "$1" $first $answers 2>&1 > /dev/null |
            awk -F, '/instructions/ { print $1 }')
    else
        n=64 # the tracer and what it traces on one processor: stepping is slow enough
        out=$(LOAD_PATIENCE_MS=20000 timeout 40 taskset -c $server_cpu "$build/bench/steps" $pid \
            ip netns exec far taskset -c $load_cpu \
            "$build/bench/load" cli $n "$1" $first $answers | tail -n 1) || out=
    fi
    fresh $n
    [ -n "$out" ] && echo $((out / n)) || echo - # lost requests: the count would be too low
}

syscalls() { # burst: system calls a request, all threads
    local n=6400 tracer
    strace -f -c -p $pid -o $dir/strace 2> $dir/strace.log &
    tracer=$!
    for _ in $(seq 100); do
        grep -q attached $dir/strace.log && break
        sleep 0.02
    done
    load "$1" $n $answers > /dev/null || true
    kill -INT $tracer
    wait $tracer || true
    fresh $n
    awk -v n=$n '$NF == "total" { printf "%.2f\n", $4 / n }' $dir/strace
}

# ---- the run ------------------------------------------------------------------------------------

network_make
servers="echo dnsmasq wdspxed"
[ -x "$build/wdspxed" ] || { servers="echo dnsmasq"; echo "bench: $build/wdspxed is not built" >&2; }
for burst in $bursts; do
    for _ in $(seq "$rounds"); do # in turns, so that what disturbs one disturbs all
        for name in $servers; do
            server_start $name
            round $name $burst
            server_stop
        done
    done
    for name in $servers; do
        server_start $name
        instructions $burst > $dir/$name.$burst.instructions
        server_stop
        server_start $name
        syscalls $burst > $dir/$name.$burst.syscalls
        server_stop
    done
done

perf_works && how="counted by the processor" || how="main thread, counted step by step"
echo
echo "What a request costs the server: $rounds rounds in turns, median; user instructions $how;"
echo "$(uname -sr), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) processors;"
dnsmasq --version | sed -n 's/^Dnsmasq version \([^ ]*\).*/dnsmasq \1 --quiet-dhcp/p'
failed=0
for burst in $bursts; do
    base=$(median < $dir/echo.$burst.cpu)
    printf '\nbursts of %d\n%-10s %9s %7s %7s %12s %9s %10s %8s %8s\n' "$burst" "" "CPU us" "ratio" \
        "user" "instructions" "syscalls" "answered/s" "p99 us" "lost"
    for name in $servers; do
        cpu=$(median < $dir/$name.$burst.cpu)
        lost=$(awk '{ sum += $3 } END { print sum }' $dir/$name.$burst.load)
        [ "$lost" = 0 ] || failed=1
        printf '%-10s %9.2f %7.2f %6.0f%% %12s %9s %10.0f %8.0f %8d\n' $name \
            "$(awk -v v="$cpu" 'BEGIN { print v / 1000 }')" \
            "$(awk -v a="$cpu" -v b="$base" 'BEGIN { print a / b }')" \
            "$(awk '{ u += $1; s += $2 } END { print u + s ? 100 * u / (u + s) : 0 }' $dir/$name.$burst.ticks)" \
            "$(cat $dir/$name.$burst.instructions)" "$(cat $dir/$name.$burst.syscalls)" \
            "$(awk '{ print $2 / $4 }' $dir/$name.$burst.load | median)" \
            "$(awk '{ print $6 }' $dir/$name.$burst.load | median)" "$lost"
    done
done
[ $failed = 0 ] || { echo "bench: requests were lost" >&2; exit 1; }
