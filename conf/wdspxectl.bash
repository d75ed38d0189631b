# bash completion for wdspxectl(8)

_wdspxectl_providers() {
    wdspxectl list --json 2>/dev/null | sed -n 's/^ *"name": "\(.*\)",\{0,1\}$/\1/p'
}

_wdspxectl() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command='' word i
    local commands='list register unregister reload status control metrics decode'

    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        [[ ${COMP_WORDS[i - 1]} == -s ]] && continue
        [[ " $commands " == *" $word "* ]] && command=$word && break
    done
    case $prev in
    -s)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
        ;;
    --index) return ;;
    esac
    case $command:$cur in
    :-*) mapfile -t COMPREPLY < <(compgen -W '-s --json --help --version' -- "$cur") ;;
    :*) mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$cur") ;;
    register:-*) mapfile -t COMPREPLY < <(compgen -W '--index --critical --json' -- "$cur") ;;
    register:*) mapfile -t COMPREPLY < <(compgen -f -X '!*.so' -- "$cur") ;;
    decode:[!-]* | decode:) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    *:-*) mapfile -t COMPREPLY < <(compgen -W '--json' -- "$cur") ;;
    unregister:* | control:*)
        if [[ $command == control && $prev != control ]]; then
            mapfile -t COMPREPLY < <(compgen -W 'pause continue interrogate' -- "$cur")
        else
            mapfile -t COMPREPLY < <(compgen -W "$(_wdspxectl_providers)" -- "$cur")
        fi
        ;;
    esac
}

complete -F _wdspxectl wdspxectl
