# fish completion for wdspxectl(8): the program itself says what a word can become

function __wdspxectl_words
    set -l given (commandline -opc)
    set -lx PATH $PATH /usr/sbin # which an ordinary user's may lack
    set -l said ($given[1] --complete $given[2..-1] "$(commandline -ct)" 2>/dev/null)
    if test "$said[1]" = ":file"
        __fish_complete_path (commandline -ct)
    else
        printf '%s\n' $said
    end
end

complete -c wdspxectl -f -a '(__wdspxectl_words)'
