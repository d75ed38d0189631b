# bash completion for wdspxectl(8): the program itself says what a word can become

_wdspxectl() {
    local cur=${COMP_WORDS[COMP_CWORD]}

    # An ordinary user's PATH may lack the folder in which it is, for example behind sudo.
    mapfile -t COMPREPLY < <(PATH=$PATH:/usr/sbin "${COMP_WORDS[0]}" --complete \
        "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    [[ ${COMPREPLY[0]} != :file ]] || mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}

complete -F _wdspxectl wdspxectl
