#!/bin/sh
# Runs a command while the tree looks as in the clone of an ordinary user: every folder of it belongs
# to somebody who is neither root nor the caller. Only the command sees that, and what it writes into
# the tree is gone afterwards. Root only. Status 125: the view could not be made. (H1)
#
#   tests/users-clone.sh COMMAND...
set -eu
cd "$(dirname "$0")/.."
tree=$(pwd)

if [ -z "${USERS_CLONE-}" ]; then
    USERS_CLONE=$(mktemp -d)
    export USERS_CLONE
    unshare --mount "$tree/tests/users-clone.sh" "$@" && status=0 || status=$?
    rmdir "$USERS_CLONE"
    exit $status
fi

view=$USERS_CLONE
unset USERS_CLONE
{
    mount -t tmpfs none "$view"
    mkdir "$view/upper" "$view/work"
    mount -t overlay none -o "lowerdir=$tree,upperdir=$view/upper,workdir=$view/work" "$tree"
    cd "$tree"
    find . -path ./.git -prune -o -type d -exec chown 12345:12345 {} +
} || exit 125
exec "$@"
