#!/bin/sh
# make install, make uninstall: walks INSTALL_LIST, lines of "mode source destination".
#
#   0644, 0755  a file          link  a symbolic link to `source`
#   conf        a configuration: installed where there is none; taken away where nobody changed it
set -eu
action=$1 root=$2

# Removes a folder that has become empty, and those above it that are ours by name.
prune() {
    while case $1 in */wdspxed | */wdspxed/* | */wdspxe | */wdspxe/*) true ;; *) false ;; esac; do
        rmdir "$1" 2>/dev/null || break
        set -- "$(dirname "$1")"
    done
}

install_one() { # mode source destination
    mkdir -p "$(dirname "$3")"
    case $1 in
    link) ln -sfn "$2" "$3" ;;
    conf) [ -e "$3" ] || install -m 0644 "$2" "$3" ;;
    *) install -m "$1" "$2" "$3" ;; # unlinks first: a program that runs is not hurt
    esac
}

uninstall_one() {
    case $1 in
    conf) if cmp -s "$2" "$3"; then rm -f "$3"; elif [ -e "$3" ]; then echo "kept: $3"; fi ;;
    *) rm -f "$3" ;;
    esac
    prune "$(dirname "$3")"
}

printf '%s\n' "$INSTALL_LIST" | while read -r mode source destination; do
    [ -z "$mode" ] || "${action}_one" "$mode" "$source" "$root$destination"
done

if [ "$action" = install ] && [ -z "$root" ]; then
    echo "installed; next: systemd-sysusers && systemctl daemon-reload && systemctl enable --now wdspxed"
fi
