#compdef wdspxed
# zsh completion for wdspxed(8)

_arguments '-c[configuration file]:file:_files' '-t[check the configuration]' \
    '--files[with -t: ask for every boot file]' '--cacert[with --files\: certificates that firmware trusts]:file:_files' \
    '--json[with -t: as JSON]' \
    '--answer[answer how clients would be answered]' \
    '-T[print the configuration in force]' \
    '(- *)'{-h,--help}'[show the usage]' '(- *)'{-V,--version}'[show the version]'
