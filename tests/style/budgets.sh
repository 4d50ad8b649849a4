#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How long functions and files may be: no function over 100 lines or 20 branches, half of them up to
# 20 lines, nine in ten up to 50; no source over 700 lines, no folder's meson.build over 39.
# usage: budgets.sh SOURCE-ROOT
set -u
export LC_ALL=C
cd "$1" || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sources=$(find engine heads app include tests -name '*.[ch]' | sort)
# A line a function: branches, branches with each case, statements, line, lines, FILE(LINE): NAME.
pmccabe $(echo "$sources" | grep '\.c$') >"$work/functions" || exit 2
[ -s "$work/functions" ] || exit 2

# share PERCENT: the length that so many of the functions do not exceed.
share()
{
    cut -f 5 "$work/functions" | sort -n |
        awk -v percent="$1" '{ n[NR] = $1 } END { print n[int((NR * percent + 99) / 100)] }'
}

{
    awk -F '\t' '{ where = $6; sub(/\(.*/, "", where); name = $6; sub(/.*: /, "", name); where = where ":" $4 }
        $5 > 100 { print where ": " name " has " $5 " lines, at most 100" }
        $1 > 20 { print where ": " name " has " $1 " branches, at most 20" }' "$work/functions"
    [ "$(share 50)" -le 20 ] || echo "tree:1: half of the functions exceed $(share 50) lines, at most 20"
    [ "$(share 90)" -le 50 ] || echo "tree:1: one function in ten exceeds $(share 90) lines, at most 50"
    wc -l $sources | awk '$2 != "total" && $1 > 700 { print $2 ":1: " $1 " lines, at most 700" }'
    wc -l $(find assets engine heads include app tests -name meson.build) |
        awk '$2 != "total" && $1 >= 40 { print $2 ":1: " $1 " lines, at most 39" }'
} >"$work/breaches"
echo "$(wc -l <"$work/functions") functions: half up to $(share 50) lines, nine in ten up to $(share 90)"
cat "$work/breaches"
[ ! -s "$work/breaches" ]
