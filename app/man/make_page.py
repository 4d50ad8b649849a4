#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a man page: make_page.py PAGE.1.in PAGE.1 PROGRAM VERSION.

The prose stands in PAGE.1.in; @OPTIONS@ is what PROGRAM --print-options man prints."""
import subprocess
import sys

source, target, program, version = sys.argv[1:]
options = subprocess.run([program, '--print-options', 'man'], check=True, stdout=subprocess.PIPE,
                         encoding='utf-8').stdout
with open(source, encoding='utf-8') as file:
    page = file.read()
with open(target, 'w', encoding='utf-8') as file:
    file.write(page.replace('@OPTIONS@\n', options).replace('@VERSION@', version))
