#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each test that docs/formats.md names for a strange file is there, in a file it names, and each defect
# that other readers had (M1..M16) has tests that bear its name. usage: named_tests.sh SOURCE-ROOT
set -u
cd "$1/tests/unit" || exit 2
missing=$(
    sed -n '/^### Strange files/,/^## /s/^|.*| \([a-z_, ]*\) | \(`.*`\) |$/\1|\2/p' ../../docs/formats.md |
        tr -d '`,' | while IFS='|' read -r places names; do
            for name in $names; do
                found=
                for place in $places; do
                    grep -q "cmocka_unit_test($name)" "test_$place.c" && found=yes
                done
                [ "$found" ] || echo "docs/formats.md: no test $name in: $places"
            done
        done
    for number in $(seq 16); do
        grep -qE "cmocka_unit_test[a-z_]*\(m${number}_" test_*.c || echo "no test m${number}_..."
    done
)
count=$(sed -n '/^### Strange files/,/^## /p' ../../docs/formats.md | grep -c '^|.*`.*|$')
echo "$count rows of docs/formats.md name tests"
[ "$count" -ge 20 ] && [ ! "$missing" ] && exit
echo "$missing"
exit 1
