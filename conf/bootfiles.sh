#!/bin/sh
# wdspxed-bootfiles: copies the boot programs of this host's packages to the folder of its TFTP server,
# under the names that the sample configuration has.
#
#   wdspxed-bootfiles install [DIR]   copies what is missing, and again what a package has changed
#   wdspxed-bootfiles remove [DIR]    takes away the copies
#   wdspxed-bootfiles list            what is copied, from where
#
# DIR: by default the folder of tftpd-hpa, where that is installed, or /srv/tftp. A file that is there
# already, or was changed since, is the administrator's: it is never touched. What was copied stands,
# with its sum, in the file STATE.
set -eu

STATE=${STATE:-/var/lib/wdspxed-bootfiles/copied}
HERE=${HERE:-/usr/share/wdspxed}

# source, name
table() {
    cat <<EOF
/usr/lib/ipxe/undionly.kpxe undionly.kpxe
/usr/lib/ipxe/ipxe.efi ipxe.efi
/usr/lib/ipxe/snponly.efi snponly.efi
/usr/lib/ipxe/ipxe-arm64.efi ipxe-arm64.efi
/usr/lib/shim/shimx64.efi.signed debian/shimx64.efi
/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed debian/grubx64.efi
/usr/lib/shim/shimaa64.efi.signed debian/shimaa64.efi
/usr/lib/grub/arm64-efi-signed/grubnetaa64.efi.signed debian/grubaa64.efi
$HERE/boot.ipxe boot.ipxe
$HERE/grub.cfg grub/grub.cfg
EOF
}

fail() {
    printf '%s\n' "wdspxed-bootfiles: $*" >&2
    exit 1
}

usage() { # WHY
    printf '%s\n' "wdspxed-bootfiles: $*" >&2
    echo "usage: wdspxed-bootfiles install [DIR] | remove [DIR] | list" >&2
    exit 2
}

folder() {
    from=
    if [ -r /etc/default/tftpd-hpa ]; then
        # shellcheck disable=SC1091 # sets TFTP_DIRECTORY
        from=$(. /etc/default/tftpd-hpa && printf '%s' "${TFTP_DIRECTORY:-}")
    fi
    printf '%s\n' "${from:-/srv/tftp}"
}

sum() { sha256sum <"$1" | cut -d' ' -f1; }

# Whether a file is a copy of ours, unchanged.
is_ours() { # FILE
    [ -f "$1" ] && [ ! -L "$1" ] && [ -f "$STATE" ] && grep -qxF "$(sum "$1") $1" "$STATE"
}

forget() { # FILE
    [ -f "$STATE" ] || return 0
    file=$1 awk '{ name = $0; sub(/^[^ ]* /, "", name) } name != ENVIRON["file"]' "$STATE" >"$STATE.new"
    mv "$STATE.new" "$STATE"
}

copy() { # SOURCE FILE
    mkdir -p "$(dirname "$2")"
    install -m 0644 "$1" "$2.wdspxed-new"
    mv -f "$2.wdspxed-new" "$2" # a client that is reading the old one reads it to its end
    forget "$2"
    note "$(sum "$2")" "$2"
    printf '%s\n' "$2"
}

note() { # SUM-OR-WORD FILE
    mkdir -p "$(dirname "$STATE")"
    printf '%s\n' "$1 $2" >>"$STATE"
}

install_all() {
    [ -d "$1" ] || { mkdir -p "$1" && note made "$1"; }
    table | while read -r source name; do
        file=$1/$name
        [ -r "$source" ] || continue
        if [ -e "$file" ] || [ -L "$file" ]; then
            is_ours "$file" || continue
            ! cmp -s "$source" "$file" || continue
        fi
        copy "$source" "$file"
    done
}

remove_all() {
    table | while read -r _ name; do
        file=$1/$name
        ! is_ours "$file" || rm -f "$file"
        forget "$file"
        [ "$(dirname "$file")" = "$1" ] || rmdir "$(dirname "$file")" 2>/dev/null || :
    done
    if [ -f "$STATE" ] && grep -qxF "made $1" "$STATE"; then
        rmdir "$1" 2>/dev/null || : # the administrator's files stay
        forget "$1"
    fi
    [ -s "$STATE" ] || rm -f "$STATE"
    rmdir "$(dirname "$STATE")" 2>/dev/null || :
}

[ $# -gt 0 ] || usage "no command is given"
[ $# -le 2 ] || usage "too many arguments: '$3' is one more than a command and a folder" \
    "(a name with blanks needs quotes)"
case $1 in
install | remove)
    dir=${2:-$(folder)}
    case $dir in /*) ;; *) dir=$PWD/$dir ;; esac
    dir=${dir%/}
    case $dir in *'
'*) fail "the name of the folder has a line break, which the list of what was copied cannot hold;" \
        "name another folder: wdspxed-bootfiles $1 DIR" ;; esac
    "${1}_all" "$dir"
    ;;
list) table | while read -r source name; do [ ! -r "$source" ] || echo "$name  $source"; done ;;
--help | -h) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" ;;
--version) echo "wdspxed-bootfiles @VERSION@" ;;
*) usage "there is no command '$1'" ;;
esac
