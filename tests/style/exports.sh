#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What libvolo.so exports is what the public headers promise with VOLO_API, and all of it starts
# with volo_. usage: exports.sh SOURCE-ROOT LIBVOLO.SO
set -u
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

nm -D --defined-only "$2" | awk '{ print $NF }' | sort -u >"$work/exported" || exit 2
# A declaration ends at ';'; the name is the first volo_ word before '(' (or the last word).
awk -f "$1/tests/style/code.awk" "$1"/include/volo/*.h "$1"/include/volo/impl/*.h |
    sed -E 's/^[^:]*:[0-9]+://; /^ *#/d' | tr '\n' ' ' | tr ';{}' '\n\n\n' |
    grep 'VOLO_API' | sed -E 's/.*[^a-zA-Z0-9_](volo_[a-z0-9_]*) *[[(].*/\1/; s/.*[ *]([a-z0-9_]+) *$/\1/' |
    sort -u >"$work/promised"

{
    grep -v '^volo_' "$work/exported" | sed "s|.*|$2: '&' is exported without the prefix volo_|"
    comm -23 "$work/exported" "$work/promised" | grep '^volo_' |
        sed "s|.*|$2: '&' is exported, but no public header declares it VOLO_API|"
    comm -13 "$work/exported" "$work/promised" |
        sed "s|.*|$1/include/volo: '&' is declared VOLO_API, but not exported|"
    [ -s "$work/promised" ] || echo "$1/include/volo: no VOLO_API declaration was found"
} >"$work/breaches"
cat "$work/breaches"
[ ! -s "$work/breaches" ]
