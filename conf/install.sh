#!/bin/sh
# make install, make uninstall: walks INSTALL_LIST, lines of "mode source destination".
#
#   0644, 0755  a file          link  a symbolic link to `source`
#   conf        a configuration file: installed if there is none; removed if it was not changed
#   made        a file that our programs make there: removed by uninstall
#   old         a unit that an earlier version installed: removed by both
#
# As root and without DESTDIR, this also sets up the machine: it creates the user and has systemd
# reload its units.
set -eu
action=$1 root=$2
PATH=$PATH:/usr/sbin:/sbin

fail() {
    echo "$@" >&2
    exit 1
}

# Whether this installs to this machine; and whether systemd manages it.
here() { [ -z "$root" ] && [ "$(id -u)" = 0 ]; }
live() { here && [ -d /run/systemd/system ]; }

state() { systemctl show -P ActiveState wdspxed.service; }

# Removes a folder that has become empty, and its parents that are ours by name.
prune() {
    while case $1 in */wdspxed | */wdspxed/* | */wdspxe | */wdspxe/*) true ;; *) false ;; esac; do
        rmdir "$1" 2>/dev/null || break
        set -- "$(dirname "$1")"
    done
}

remove_unit() { # with its links and the sockets that it holds
    [ -e "$1" ] || return 0
    ! live || systemctl --quiet disable --now "$(basename "$1")" || :
    rm -f "$1"
}

install_one() { # mode source destination
    case $1 in
    made) return 0 ;;
    old) remove_unit "$3" && return 0 ;;
    esac
    mkdir -p "$(dirname "$3")"
    case $1 in
    link) ln -sfn "$2" "$3" ;;
    conf) [ -e "$3" ] || install -m 0644 "$2" "$3" ;;
    *) install -m "$1" "$2" "$3" ;; # unlinks first, so a running program is not affected
    esac
}

# A removed package's configuration: dpkg would not bring it again where it is missing.
is_packages() { command -v dpkg-query >/dev/null && dpkg-query -S "$1" >/dev/null 2>&1; }

uninstall_one() {
    case $1 in
    conf) is_packages "$3" || ! cmp -s "$2" "$3" || rm -f "$3" ;;
    old) remove_unit "$3" ;;
    *) rm -f "$3" ;;
    esac
    prune "$(dirname "$3")"
}

walk() {
    printf '%s\n' "$INSTALL_LIST" | while read -r mode source destination; do
        [ -z "$mode" ] || "${action}_one" "$mode" "$source" "$root$destination"
    done
}

# Files in our configuration folders that belong to the administrator.
tell_kept() {
    printf '%s\n' "$INSTALL_LIST" | sed -n 's/^conf [^ ]* \(.*\)\/[^/]*$/\1/p' | sort -u |
        while read -r folder; do
            [ ! -d "$root$folder" ] || find "$root$folder" -maxdepth 1 -type f | sed 's/^/kept: /'
        done
}

# The packages have the same files, the same user and the same configuration: dpkg would not know.
refuse_beside_packages() {
    command -v dpkg-query >/dev/null || return 0
    ours=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 'wdspxed*' 'libwdspxe*' 2>/dev/null |
        sed -n 's/^installed / /p' | tr -d '\n') || :
    [ -z "$ours" ] || fail "Debian packages have these files; first: apt remove$ours"
}

# ---- install ----

tell_machine() {
    if command -v systemd-sysusers >/dev/null; then
        systemd-sysusers wdspxed.conf
    fi
    live || return 0
    # In a container this limit is the host's; the daemon says if it is too low.
    /lib/systemd/systemd-sysctl --prefix=/net/core/rmem_max 2>/dev/null || :
    systemctl daemon-reload
}

tell_next() {
    if live && [ "$(state)" = active ]; then
        echo "Installed. The running daemon is still the previous version. Next:"
        echo "    systemctl restart wdspxed"
        return
    fi
    echo "Installed. Next:"
    echo "    systemctl enable --now wdspxed"
    echo "For boot files and TFTP see wdspxed(8), Boot files."
}

# ---- uninstall ----

refuse_while_it_runs() {
    live || return 0
    case $(state) in
    inactive | failed) ;;
    *) fail "wdspxed is running; first: systemctl disable --now wdspxed" ;;
    esac
    systemctl --quiet disable --now wdspxed-ear.service 2>/dev/null || :
    systemctl --quiet disable wdspxed.service 2>/dev/null || :
    systemctl --quiet reset-failed wdspxed.service wdspxed-ear.service 2>/dev/null || :
}

# The TFTP server, and the boot programs that were copied for it.
remove_boot_files() {
    ! live || systemctl --quiet disable --now wdspxed-tftp.service 2>/dev/null || :
    ! command -v wdspxed-bootfiles >/dev/null || wdspxed-bootfiles remove
}

# Removes what only the service itself made, and then the user, unless files of his are left.
remove_state() {
    ! getent passwd wdspxed-ear >/dev/null || userdel wdspxed-ear
    rm -rf /var/lib/wdspxed/duid /var/lib/wdspxed/modules
    prune /var/lib/wdspxed
    if [ -e /var/lib/wdspxed ]; then
        echo "kept: /var/lib/wdspxed, and its user wdspxe"
    elif getent passwd wdspxe >/dev/null; then
        userdel wdspxe
        ! getent group wdspxe >/dev/null || groupdel wdspxe # an operator was in it
        ! getent group wdspxe-status >/dev/null || groupdel wdspxe-status
    fi
}

case $action in
install)
    if here; then refuse_beside_packages; fi
    walk
    if here; then
        tell_machine
        tell_next
    fi
    ;;
uninstall)
    if here; then refuse_beside_packages; fi
    refuse_while_it_runs
    if here; then remove_boot_files; fi
    walk
    tell_kept
    if here; then remove_state; fi
    ! live || systemctl daemon-reload
    ;;
*) fail "usage: install.sh install|uninstall DESTDIR" ;;
esac
