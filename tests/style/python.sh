#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every Python file is Python; nothing is imported or run. usage: python.sh SOURCE-ROOT
set -u
cd "$1" || exit 2
find . -path './build*' -prune -o -name '*.py' -print | sort | python3 -c '
import sys

broken = 0
for path in sys.stdin.read().split("\n")[:-1]:
    try:
        with open(path, encoding="utf-8") as file:
            compile(file.read(), path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        print(f"{path}: {error}")
        broken += 1
sys.exit(broken > 0)
'
