#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the cases of a folder and compares what people see. A case is NAME.sh, run by sh in a folder of
# its own; NAME.stdout and NAME.stderr hold what it must print (no file: nothing), NAME.exit its exit
# code (no file: 0). In these, * stands for any text; everything else for itself. Output is TAP.
#
# usage: run_cases.sh [--update] PROGRAM-FOLDER CASE-FOLDER [CASE...]
#        --update writes what is printed now into the files that do not match it
#
# Cases see $FIXTURES (made once by fixtures.sh: tiny model, small pictures) and $GOLDENS (tests/golden),
# and find the programs in PATH. Settings of the caller that would change what programs do are taken away.
set -u
update=
[ "$1" = --update ] && update=yes && shift
programs=$(cd "$1" && pwd) || exit 2
folder=$(cd "$2" && pwd) || exit 2
shift 2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset VOLO_MODEL VOLO_GEMM NO_COLOR POSIXLY_CORRECT
PATH=$programs:$PATH
FIXTURES=$work/fixtures
GOLDENS=$(cd "$folder/../../golden" && pwd)
LC_ALL=C.UTF-8 TERM=dumb TMPDIR=$work
export PATH FIXTURES GOLDENS LC_ALL TERM TMPDIR
mkdir "$FIXTURES"
(cd "$FIXTURES" && sh "$folder/../fixtures.sh") || { echo "Bail out! fixtures.sh failed"; exit 1; }

# matches WANTED ACTUAL: the whole of file ACTUAL is what WANTED (a file, or nothing) says.
matches()
{
    pattern=
    [ -f "$1" ] && pattern=$(sed 's/[][\\?!^]/\\&/g' "$1"; echo .)
    text=$(cat "$2"; echo .)
    # shellcheck disable=SC2254 # it is meant as a pattern
    case $text in
    ${pattern:-.}) return 0 ;;
    esac
    return 1
}

# compare KIND: one of the case's outputs; differences follow as comments.
compare()
{
    matches "$folder/$case.$1" "$work/$1" && return 0
    if [ "$update" ]; then
        if [ -s "$work/$1" ]; then cp "$work/$1" "$folder/$case.$1"; else rm -f "$folder/$case.$1"; fi
        echo "# updated $case.$1"
        return 0
    fi
    echo "# $case.$1 (-wanted +got):"
    [ -f "$folder/$case.$1" ] || : >"$work/nothing"
    if [ -f "$folder/$case.$1" ]; then wanted=$folder/$case.$1; else wanted=$work/nothing; fi
    diff -u "$wanted" "$work/$1" | sed '1,2d; s/^/# /'
    return 1
}

run_case()
{
    mkdir "$work/$case"
    (cd "$work/$case" && exec sh "$folder/$case.sh") >"$work/stdout" 2>"$work/stderr" </dev/null
    code=$?
    : >"$work/exit"
    [ "$code" = 0 ] || echo "$code" >"$work/exit"
    failed=
    for kind in stdout stderr exit; do
        compare "$kind" || failed=yes
    done
    chmod -R u+w "$work/$case"
    rm -rf "${work:?}/$case"
    [ ! "$failed" ]
}

[ $# -gt 0 ] || set -- "$folder"/*.sh
echo "1..$#"
number=0
bad=0
for case in "$@"; do
    case=$(basename "$case" .sh)
    number=$((number + 1))
    if run_case; then
        echo "ok $number - $case"
    else
        echo "not ok $number - $case"
        bad=1
    fi
done
exit "$bad"
