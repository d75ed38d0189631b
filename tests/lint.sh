#!/bin/sh
# clang-tidy (.clang-tidy) and cppcheck over all C sources of the daemon and the providers; any
# finding fails; and no C file is laid out otherwise than `make format` does. `tests/lint.sh FILE...`
# looks at these only, with clang-tidy; `tests/lint.sh --changed` at those that differ from the
# branch main or, on it, from the commit before the last.
#
# Of all sources, clang's analyser follows each function's paths for 30,000 steps, which takes a fifth of
# the time; of chosen ones, and with DEEP=1, as far as it can.
set -u
cd "$(dirname "$0")/.."

if [ "${1-}" = --changed ]; then
    # In a clone that is another user's, git wants to be told that we mean it.
    git="git -c safe.directory=$(pwd)"
    base=$($git merge-base HEAD main 2>/dev/null) || base=HEAD
    [ "$base" != "$($git rev-parse HEAD)" ] || base=HEAD~1
    changed=$($git diff --name-only --diff-filter=d "$base" -- '*.c' '*.h' ':!*/template*/*') || exit 1
    [ -n "$changed" ] || { echo "lint: nothing changed"; exit 0; }
    # shellcheck disable=SC2086 # no name has a blank
    clang-format --dry-run -Werror $changed || exit 1
    # shellcheck disable=SC2046,SC2086
    set -- $(printf '%s\n' $changed | grep -E '^(daemon|providers)/.*\.c$')
    [ $# -gt 0 ] || { echo "lint: no source of the daemon changed"; exit 0; }
fi

defines='-D_GNU_SOURCE -DWDSPXED_VERSION="lint"'
includes='-Idaemon -Iinclude'
found=$(mktemp)
trap 'rm -f "$found"' EXIT
[ $# -gt 0 ] && all='' || {
    all=yes
    # shellcheck disable=SC2046 # no name has a blank
    set -- $(find daemon providers -name '*.c' ! -path '*/template*/*' | sort)
}
[ "$all" ] && [ -z "${DEEP-}" ] && depth='-Xclang -analyzer-config -Xclang max-nodes=30000' || depth=''

# A process for each file: what version 14 knows of one file's va_list goes wrong in the next.
# shellcheck disable=SC2086 # lists of options
failed=0
printf '%s\n' "$@" | xargs -P"$(nproc)" -I{} \
    clang-tidy --quiet {} -- $defines $includes $depth -std=gnu11 >"$found" 2>/dev/null || failed=1
! grep -E '(warning|error): ' "$found" || failed=1
echo "clang-tidy: $# files"

if [ "$all" ]; then
    # Without: the leaks that `cleanup` takes away, what gcc and clang say of unused things, taste.
    # shellcheck disable=SC2086
    cppcheck --quiet --error-exitcode=1 -j"$(nproc)" --std=c11 --inline-suppr --template=gcc \
        --enable=warning,style,performance,portability --library=tests/cppcheck.cfg \
        --suppress=missingIncludeSystem --suppress=memleak --suppress=unreadVariable \
        --suppress=unusedStructMember --suppress=variableScope --suppress=knownConditionTrueFalse \
        --suppress=clarifyCalculation --suppress=constParameter --suppress=invalidPrintfArgType_uint \
        $defines $includes daemon providers/bootfile providers/inventory || failed=1
    echo "cppcheck: done"
    find daemon include providers tests -name '*.[ch]' | xargs clang-format --dry-run -Werror || failed=1
    echo "clang-format: done"
fi
exit $failed
