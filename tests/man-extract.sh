#!/bin/sh
# The Nth example of a manual page, with mdoc's escapes undone; nothing where there is none.
#
#   tests/man-extract.sh PAGE N
set -eu
awk -v wanted="$2" '
    /^\.Sh / { examples = ($2 == "EXAMPLES") }
    /^\.Bd -literal/ && examples { n++; inside = 1; next }
    /^\.Ed/ { inside = 0 }
    inside && n == wanted { gsub(/\\&/, ""); gsub(/\\e/, "\\"); gsub(/\\-/, "-"); gsub(/\\\(aq/, "\x27"); gsub(/\\\(dq/, "\""); print }
' "$1"
