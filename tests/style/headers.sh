#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every public header compiles alone, twice in a row, as C11 and as C++, without a warning.
# usage: headers.sh SOURCE-ROOT C-COMPILER C++-COMPILER
set -u
cd "$1" || exit 2
status=0
for header in $(cd include && find volo -name '*.h' | sort); do
    for language in "$2 -x c -std=c11 -Wstrict-prototypes -Wmissing-prototypes" \
        "$3 -x c++ -std=c++17"; do
        $language -Wall -Wextra -Wpedantic -Wshadow -Werror -fsyntax-only -Iinclude \
            -DVOLO_HEADER="<$header>" tests/style/header_test.c || {
            echo "include/$header:1: does not compile alone with: $language"
            status=1
        }
    done
done
exit $status
