#!/bin/sh
# Under sudo, in a tree that belongs to the caller: gives him the files that root made in the folder
# BUILD; otherwise he could no longer build there. usage: conf/give-back.sh BUILD
set -eu

build=${1:?usage: conf/give-back.sh BUILD}
[ "$(id -u)" = 0 ] && [ -e "$build" ] && [ "${SUDO_UID:-0}" != 0 ] || exit 0
[ "$(stat -c %u "$(dirname "$0")")" = "$SUDO_UID" ] || exit 0
chown -Rh --from=0 "$SUDO_UID:$SUDO_GID" "$build"
