#compdef wdspxed
# zsh completion for wdspxed(8)

_arguments '-c[configuration file]:file:_files' '-t[check the configuration]' \
    '(- *)'{-h,--help}'[show the usage]' '(- *)'{-V,--version}'[show the version]'
