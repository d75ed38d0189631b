# bash completion for wdspxed(8)

_wdspxed() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}

    case $prev:$cur in
    -c:* | --cacert:*) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    *:-*) mapfile -t COMPREPLY < <(compgen -W '-c -t -T --files --cacert --json --answer --help --version' -- "$cur") ;;
    esac
}

complete -F _wdspxed wdspxed
