#compdef wdspxectl
# zsh completion for wdspxectl(8): the program itself says what a word can become

local -a said
# An ordinary user's PATH may lack the folder in which it is, for example behind sudo.
said=("${(@f)$(PATH=$PATH:/usr/sbin $words[1] --complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
if [[ $said[1] == :file ]]; then
    _files
elif [[ -n $said[1] ]]; then
    compadd -a said
fi
