#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every source is as clang-format 14 would write it. usage: format.sh SOURCE-ROOT
set -u
cd "$1" || exit 2
formatter=$(command -v clang-format-14 || command -v clang-format) || {
    echo 'clang-format is missing: apt-get install clang-format'
    exit 1
}
complaints=$(mktemp)
trap 'rm -f "$complaints"' EXIT
find engine heads app include tests -name '*.[ch]' -exec "$formatter" --dry-run -Werror {} + \
    2>"$complaints"
status=$?
# A line for each wrong file, with its first wrong place.
sed -nE 's/^([^:]+:[0-9]+):[0-9]+: error:.*/\1: not as clang-format writes it/p' "$complaints" |
    awk -F: '!seen[$1]++'
exit $status
