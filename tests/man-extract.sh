#!/bin/sh
# The Nth literal display of a section of a manual page, with mdoc's escapes undone; nothing where there
# is none. The section is EXAMPLES unless named.
#
#   tests/man-extract.sh PAGE N [SECTION]
set -eu
awk -v wanted="$2" -v section="${3-EXAMPLES}" '
    /^\.Sh / { here = ($2 == section) }
    /^\.Bd -literal/ && here { n++; inside = 1; next }
    /^\.Ed/ { inside = 0 }
    inside && n == wanted { gsub(/\\&/, ""); gsub(/\\e/, "\\"); gsub(/\\-/, "-"); gsub(/\\\(aq/, "\x27"); gsub(/\\\(dq/, "\""); print }
' "$1"
