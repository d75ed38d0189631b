#!/bin/sh
# make run: serves network boot from the tree, in the foreground, until Ctrl-C.
#
#   conf/serve.sh BUILD      IFACE=eth0        the one interface to serve; all unless told
#                            CONF=DIR          instead of conf/: wdspxed.conf and providers.d/
#                            TFTP=DIR          instead of iPXE's boot programs: a folder of yours,
#                                              or "none" where a TFTP server runs already
#
# Nothing is installed: configuration and module are copied to a private folder of root's under
# /run, because the daemon trusts no file that somebody else can write. It goes when this ends.
set -eu

build=${1:?usage: conf/serve.sh BUILD}
here=$(dirname "$0")
conf=${CONF:-$here}
tftp=${TFTP:-}
ipxe=/usr/lib/ipxe
PATH=/usr/sbin:/sbin:/usr/bin:/bin

fail() {
    echo "$@" >&2
    exit 1
}

[ "$(id -u)" = 0 ] || fail "The ports of DHCP and TFTP are root's: sudo make run"
[ -z "${IFACE:-}" ] || [ -e "/sys/class/net/$IFACE" ] ||
    echo "There is no interface $IFACE yet; it is served as soon as it comes." >&2

if [ "$tftp" != none ]; then
    taken=$(ss -Hulnp 'sport = :69')
    [ -z "$taken" ] || fail "UDP port 69 is taken, so TFTP cannot be served here:
$taken
Stop that program (systemctl stop tftpd-hpa), or use it: TFTP=none make run"
fi

umask 022
folder=$(mktemp -d /run/wdspxed-run.XXXXXX)
chmod 755 "$folder"
tftpd='' daemon=''
# shellcheck disable=SC2317 # called by clean
end() { # a program that this script started, by its process id
    kill "$1" 2>/dev/null || return 0
    wait "$1" 2>/dev/null || :
}
# shellcheck disable=SC2317 # called by the trap
clean() {
    trap '' INT TERM HUP
    [ -z "$daemon" ] || end "$daemon"
    [ -z "$tftpd" ] || end "$tftpd"
    rm -rf "$folder"
}
trap clean EXIT

# ---- the configuration, with the paths of this folder ----

mkdir "$folder/providers" "$folder/providers.d" "$folder/state"
install -m 755 "$build"/providers/*.so "$folder/providers/"
interfaces=
[ -z "${IFACE:-}" ] || interfaces="s/^\( *interfaces *= *\)\[[^]]*\];/\1[ \"$IFACE\" ];/"
sed -e "s,\"/etc/wdspxed/providers.d\",\"$folder/providers.d\"," \
    -e "s,\"/run/wdspxed/control\",\"$folder/control\"," \
    -e "s,\"/var/lib/wdspxed\",\"$folder/state\"," \
    -e "$interfaces" "$conf/wdspxed.conf" >"$folder/wdspxed.conf"
for file in "$conf"/providers.d/*.conf; do
    [ -e "$file" ] || continue
    sed -e "s,\"/usr/lib/[^\"]*/providers/,\"$folder/providers/," "$file" \
        >"$folder/providers.d/$(basename "$file")"
done
said=$("$build/wdspxed" -c "$folder/wdspxed.conf" -t 2>&1) ||
    fail "$said
The configuration in $conf is not right."

# ---- boot files ----

if [ -z "$tftp" ]; then
    tftp=$folder/tftp
    mkdir "$tftp"
    install -m 644 "$ipxe/undionly.kpxe" "$ipxe/ipxe.efi" "$ipxe/snponly.efi" "$tftp/"
    install -m 644 "$here/boot.ipxe" "$tftp/boot.ipxe"
fi
if [ "$tftp" != none ]; then
    in.tftpd --foreground --user nobody --address :69 --secure "$tftp" &
    tftpd=$!
    sleep 0.2
    kill -0 "$tftpd" 2>/dev/null || { tftpd=''; fail "TFTP could not be started (in.tftpd)."; }
fi

# ---- serve ----

"$build/wdspxed" -c "$folder/wdspxed.conf" &
daemon=$!
trap 'kill -TERM "$daemon" 2>/dev/null || :' INT TERM HUP
echo "Network boot is served${IFACE:+ on $IFACE}, boot files from $tftp. Ctrl-C ends it.
Ask it: $build/wdspxectl -s $folder/control status"

# A signal interrupts `wait`: it is called again until the daemon has gone.
status=0
wait "$daemon" || status=$?
while kill -0 "$daemon" 2>/dev/null; do
    status=0
    wait "$daemon" || status=$?
done
daemon=''
exit "$status"
