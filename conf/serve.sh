#!/bin/sh
# make run: serves network boot from the tree, in the foreground, until Ctrl-C.
#
#   sudo make run               every interface but loopback
#   sudo make run IFACE=eth1    one interface
#        ...      CONF=DIR      your own wdspxed.conf and providers.d/ instead of those in conf/
#        ...      TFTP=DIR      your own folder instead of iPXE's boot programs, or "none" if a TFTP
#                               server is already running
#
# Nothing is installed: the configuration and the module are copied to a private folder under /run
# that belongs to root, because the daemon trusts no file that others can write. The folder is
# removed at the end.
# usage: conf/serve.sh BUILD, with IFACE, CONF and TFTP in the environment; --asked instead of BUILD
# only checks, before anything is built, that sudo has passed these variables on.
set -eu

build=${1:?usage: conf/serve.sh BUILD | --asked}
here=$(cd "$(dirname "$0")" && pwd)
conf=$(cd "${CONF:-$here}" && pwd)
tftp=${TFTP:-}
PATH=/usr/sbin:/sbin:/usr/bin:/bin

fail() {
    echo "$@" >&2
    exit 1
}

[ "$(id -u)" = 0 ] || fail "Serving DHCP and TFTP needs root: sudo make run"

# ---- variables that sudo did not pass on ----

# sudo empties the environment: "IFACE=eth1 sudo make run" would serve every interface. If sudo is
# among our parents, its own environment still has the variables.
forgotten() { # NAME
    pid=$$
    while [ "${pid:-0}" -gt 1 ]; do
        if [ "$(cat "/proc/$pid/comm")" = sudo ]; then
            tr '\0' '\n' <"/proc/$pid/environ" | sed -n "s/^$1=//p"
            return
        fi
        pid=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status")
    done
}

refuse_forgotten() { # NAME, and its value here
    said=$(forgotten "$1")
    [ -n "$2" ] || [ -z "$said" ] || fail "sudo does not pass $1 on. Use: sudo make run $1=$said"
}
refuse_forgotten IFACE "${IFACE:-}"
refuse_forgotten CONF "${CONF:-}"
refuse_forgotten TFTP "$tftp"
[ "$build" != --asked ] || exit 0

[ -z "${IFACE:-}" ] || [ -e "/sys/class/net/$IFACE" ] ||
    echo "There is no interface $IFACE yet; it will be served as soon as it appears." >&2

# How to stop the programs in lines of ss, where they are services: " (systemctl stop NAME)".
how_to_stop() { # LINES
    units=$(echo "$1" | grep -o 'pid=[0-9]*' | sort -u | while IFS='=' read -r _ pid; do
        sed -n 's,.*/\([^/]*\)\.service$,\1,p' "/proc/$pid/cgroup"
    done | sort -u | tr '\n' ' ')
    [ -z "$units" ] || echo " (systemctl stop ${units% })"
}

if [ "$tftp" != none ]; then
    taken=$(ss -Hulnp 'sport = :69')
    [ -z "$taken" ] || fail "UDP port 69 is in use, so TFTP cannot be served here:
$taken
Stop that program$(how_to_stop "$taken"), or use it as the TFTP server: sudo make run TFTP=none"
fi

umask 022
folder=$(mktemp -d /run/wdspxed-run.XXXXXX)
chmod 755 "$folder"
tftpd='' daemon='' ear='' teller=''
# shellcheck disable=SC2317 # called by clean
end() { # a program that this script started, by its process id
    kill "$1" 2>/dev/null || return 0
    wait "$1" 2>/dev/null || :
}
# shellcheck disable=SC2317 # called by the trap
clean() {
    trap '' INT TERM HUP
    [ -z "$daemon" ] || end "$daemon"
    [ -z "$ear" ] || end "$ear"
    [ -z "$tftpd" ] || end "$tftpd"
    [ -z "$teller" ] || wait "$teller" 2>/dev/null || :
    rm -rf "$folder"
}
trap clean EXIT

# ---- the configuration, with the paths of this folder ----

# Sets a key of the top level, whether the file has it or not.
set_key() { # KEY VALUE
    if grep -q "^[[:space:]]*$1[[:space:]]*[=:]" "$folder/wdspxed.conf"; then
        sed -i "s,^\([[:space:]]*$1[[:space:]]*[=:][[:space:]]*\)\"[^\"]*\",\1\"$2\"," \
            "$folder/wdspxed.conf"
    else
        printf '%s = "%s";\n' "$1" "$2" >>"$folder/wdspxed.conf"
    fi
}

set_interface() {
    sed -i "s/^\([[:space:]]*interfaces[[:space:]]*[=:][[:space:]]*\)\[[^]]*\]/\1[ \"$IFACE\" ]/" \
        "$folder/wdspxed.conf"
    grep -q '^[[:space:]]*listen[[:space:]]*[=:]' "$folder/wdspxed.conf" ||
        printf 'listen: { interfaces = [ "%s" ]; };\n' "$IFACE" >>"$folder/wdspxed.conf"
    grep -q "interfaces[[:space:]]*[=:][[:space:]]*\[ \"$IFACE\" \]" "$folder/wdspxed.conf" ||
        fail "$conf/wdspxed.conf has no line \"interfaces = [];\", so IFACE cannot be set."
}

# Messages about the copies name the files that were copied.
as_copied() {
    sed -u -e "s,$folder/wdspxed\.conf,$conf/wdspxed.conf,g" \
        -e "s,$folder/providers\.d/,$conf/providers.d/,g" \
        -e "s,$folder/providers/,$build/providers/,g"
}

mkdir "$folder/providers" "$folder/providers.d" "$folder/state"
install -m 755 "$build"/providers/*.so "$folder/providers/"
install -m 644 "$conf/wdspxed.conf" "$folder/wdspxed.conf"
set_key providers-dir "$folder/providers.d"
set_key control-socket "$folder/control"
set_key status-socket "$folder/status"
set_key ear-socket "$folder/ear"
set_key state-dir "$folder/state"
[ -z "${IFACE:-}" ] || set_interface
for file in "$conf"/providers.d/*.conf; do
    [ -e "$file" ] || continue
    sed -e "s,\"/usr/lib/[^\"]*/providers/,\"$folder/providers/," "$file" \
        >"$folder/providers.d/$(basename "$file")"
done
said=$("$build/wdspxed" -c "$folder/wdspxed.conf" -t 2>&1) ||
    fail "$(echo "$said" | as_copied)
The configuration in $conf is not valid."

# ---- boot files ----

if [ -z "$tftp" ]; then
    tftp=$folder/tftp
    mkdir "$tftp"
    STATE=$folder/copied HERE=$here sh "$here/bootfiles.sh" install "$tftp" >/dev/null
fi
if [ "$tftp" != none ]; then
    in.tftpd --foreground --user nobody --address :69 --secure "$tftp" &
    tftpd=$!
    sleep 0.2
    kill -0 "$tftpd" 2>/dev/null || { tftpd=''; fail "TFTP could not be started (in.tftpd)."; }
fi

# ---- serve ----

mkfifo "$folder/log"
(trap '' INT TERM HUP; as_copied <"$folder/log" >&2) & # to the last line
teller=$!
"$build/wdspxed" -c "$folder/wdspxed.conf" >"$folder/log" 2>&1 &
daemon=$!
trap 'kill -TERM "$daemon" 2>/dev/null || :' INT TERM HUP

ask() { "$build/wdspxectl" -s "$folder/control" "$@" 2>/dev/null; }

# The interfaces that the daemon says it is serving, with their addresses.
interfaces() {
    ask status --json | sed -n '/"interfaces": \[/,/\]/s/^ *"\([^"]*\)",\{0,1\}$/\1/p' |
        while read -r name; do
            echo "  $name: $(ip -o -br addr show dev "$name" | sed 's/^[^ ]* *[^ ]* *//')"
        done
}

# Nothing is served until the ports, and after them the control socket, are open.
while [ ! -S "$folder/control" ] && kill -0 "$daemon" 2>/dev/null; do
    sleep 0.1
done
if [ -S "$folder/control" ]; then
    # Where packet sockets are not to be had, the daemon does without.
    "$build/wdspxed-ear" -s "$folder/ear" &
    ear=$!
    served=$(interfaces)
    echo "Serving network boot; press Ctrl-C to stop. Interfaces:
${served:-  none yet}
Boot files: $tftp
Boot entries: $conf/providers.d/50-bootfile.conf; after a change, run this again.
Status: $build/wdspxectl -s $folder/control status"
fi

# A signal interrupts `wait`: it is called again until the daemon has gone.
status=0
wait "$daemon" || status=$?
while kill -0 "$daemon" 2>/dev/null; do
    status=0
    wait "$daemon" || status=$?
done
daemon=''
if [ "$status" != 0 ]; then
    taken=$(ss -Hulnp 'sport = :67 or sport = :547 or sport = :4011')
    how=$(how_to_stop "$taken")
    [ -z "$taken" ] || echo "Network boot ports that programs on this host are using:
$taken${how:+
Stop these first$how}" >&2
fi
exit "$status"
