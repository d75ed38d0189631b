# fish completion for wdspxed(8)

complete -c wdspxed -f
complete -c wdspxed -s c -r -F -d 'configuration file'
complete -c wdspxed -s t -d 'check the configuration'
complete -c wdspxed -l files -d 'with -t: ask for every boot file'
complete -c wdspxed -l cacert -r -F -d 'with --files: certificates that firmware trusts'
complete -c wdspxed -l json -d 'with -t: as JSON'
complete -c wdspxed -s T -d 'print the configuration in force'
complete -c wdspxed -l answer -d 'answer how clients would be answered'
complete -c wdspxed -s h -l help -d 'show the usage'
complete -c wdspxed -s V -l version -d 'show the version'
