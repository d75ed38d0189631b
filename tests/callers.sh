#!/bin/sh
# H9: finds a function that a header of daemon/ or of a built-in provider declares and that nothing there
# calls or names: code that only tests keep alive is gone, or used.
#
# By .clang-format what is declared or defined begins a line, and what is used is indented or stands
# in a macro. A use in its own body counts, and so does a variable of the same name.
set -eu
cd "$(dirname "$0")/.."

find daemon providers/bootfile providers/inventory -name '*.[ch]' | sort | xargs awk '
FNR == 1 { comment = 0 }
function declared(text) { # the name before the first parenthesis; "": none
    gsub(/__attribute__\(\([^)]*(\([^)]*\))*[^)]*\)\)/, "", text)
    if (!match(text, /[a-z][a-z0-9_]*\(/)) return ""
    return substr(text, RSTART, RLENGTH - 1)
}
{
    line = $0
    gsub(/\\./, "", line); gsub(/"[^"]*"/, "", line)
    if (comment) {
        if (!sub(/^.*\*\//, "", line)) next
        comment = 0
    }
    gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, "", line)
    if (sub(/\/\*.*$/, "", line)) comment = 1
    for (pasted = line; match(pasted, /##_[a-z0-9_]+/); pasted = substr(pasted, RSTART + RLENGTH))
        suffix[substr(pasted, RSTART + 2, RLENGTH - 2)] = 1
    name = ""
    if (line ~ /^[a-zA-Z_]/ && line !~ /=/) {
        name = declared(line)
        if (name != "" && FILENAME ~ /\.h$/ && !(name in where) && line !~ /^typedef/)
            where[name] = FILENAME ":" FNR
    }
    while (match(line, /[A-Za-z_][A-Za-z0-9_]*/)) {
        word = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        if (word == name) name = ""
        else used[word] = 1
    }
}
function is_pasted(name, tail) { # by a macro, of a beginning and that end
    for (tail in suffix)
        if (length(name) > length(tail) && substr(name, length(name) - length(tail) + 1) == tail)
            return 1
    return 0
}
END {
    for (name in where) {
        n++
        if (name in used || is_pasted(name)) continue
        printf "%s: nothing but tests calls %s()\n", where[name], name
        failed = 1
    }
    if (!n) { print "callers: no declaration was read"; exit 1 }
    if (failed) exit 1
    printf "callers: %d functions, each is called\n", n
}'
