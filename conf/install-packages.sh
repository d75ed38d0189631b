#!/bin/sh
# Installs the named Debian packages that are missing, without starting their services: a DHCP
# server must not start answering on this network because a test needs its program. If none is
# missing, apt is not called.
set -eu

missing=
for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
    echo "These Debian packages are missing:$missing" >&2
    echo "Install them, or run this as root (with sudo)." >&2
    exit 1
fi

# invoke-rc.d asks policy-rc.d; 101 means: do not start. The previous file is restored.
policy=/usr/sbin/policy-rc.d
saved=
restore() {
    if [ -n "$saved" ]; then mv -f "$saved" "$policy"; else rm -f "$policy"; fi
}
if [ -e "$policy" ] || [ -L "$policy" ]; then
    saved=$policy.wdspxed-saved
    mv "$policy" "$saved"
fi
trap restore EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

echo "Installing:$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # a list of names
apt-get install -y -q --no-install-recommends $missing || {
    apt-get update -q
    apt-get install -y -q --no-install-recommends $missing
}

# The services that this script installed must not start at the next boot either.
for package in $missing; do
    case $package in
    tftpd-hpa | isc-dhcp-server | kea-dhcp4-server | udhcpd | radvd | nginx)
        ! command -v systemctl >/dev/null || systemctl --quiet disable "$package" || : ;;
    esac
done
