#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts what meson's testlog.json (one JSON object a line) says: a TAP program's points one by one,
any other test as one. Prints NAME<tab>PASSED<tab>FAILED<tab>SKIPPED; exits 1 when any failed or
when there is nothing to count.

usage: count_results.py NAME TESTLOG.JSON"""
import json
import re
import sys

POINT = re.compile(r"^(not )?ok\b[^#\n]*(# *(?:skip|todo))?", re.IGNORECASE | re.MULTILINE)
GOOD = {"OK", "EXPECTEDFAIL"}


def count(test):
    """(passed, failed, skipped) of one test; a test that failed as a whole never counts none."""
    if test["result"] == "SKIP":
        return 0, 0, 1
    good = test["result"] in GOOD
    points = []
    if re.search(r"^1\.\.\d+", test.get("stdout") or "", re.MULTILINE):
        points = POINT.findall(test["stdout"])
    if not points:
        return int(good), int(not good), 0
    skipped = sum(1 for _, directive in points if directive)
    failed = sum(1 for bad, directive in points if bad and not directive)
    if not good:
        failed = max(failed, 1)
    return sum(1 for bad, directive in points if not bad and not directive), failed, skipped


def main(name, path):
    try:
        with open(path, encoding="utf-8") as log:
            counts = [count(json.loads(line)) for line in log]
    except OSError:
        counts = []
    total = [sum(column) for column in zip(*counts)] or [0, 1, 0]
    print(name, *total, sep="\t")
    return int(total[1] > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
