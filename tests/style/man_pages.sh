#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every program has a manual page with the sections that people look for, and groff has nothing to
# say about it. (That pages, help and completions agree is a test in tests/cli.)
# usage: man_pages.sh SOURCE-ROOT FOLDER-OF-BUILT-PAGES
set -u
export LC_ALL=C.UTF-8
complaints=$(mktemp)
trap 'rm -f "$complaints"' EXIT

command -v groff >/dev/null || echo 'groff is missing: apt-get install groff-base' >>"$complaints"
programs=$(cd "$1/app" && find . -name 'volo_*.c' | sed 's|.*/||; s|\.c$||; s|_|-|g' | sort)
[ -n "$programs" ] || echo "$1/app:1: no program was found" >>"$complaints"
for program in $programs; do
    page=$2/$program.1
    [ -f "$page" ] || {
        echo "$1/app/man/$program.1.in:1: '$program' has no manual page" >>"$complaints"
        continue
    }
    for section in NAME SYNOPSIS DESCRIPTION '(OPTIONS|COMMANDS)' 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
        grep -qE "^\.SH \"?$section\"?\$" "$page" || echo "$page:1: no section $section"
    done >>"$complaints"
    grep -nE '@[A-Z_]+@' "$page" | sed "s|^|$page:|; s|\$|    <- not filled in|" >>"$complaints"
    groff -man -t -ww -z -Tutf8 -Kutf8 "$page" >>"$complaints" 2>&1
done
cat "$complaints"
[ ! -s "$complaints" ]
