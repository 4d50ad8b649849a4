# SPDX-License-Identifier: Apache-2.0
"""embed_text.py SYMBOL INPUT OUTPUT: a text file as a C header with one NUL-terminated array.

Numbers rather than a string literal, whose length C11 guarantees only up to 4095 characters.
"""
import os
import sys


def main():
    symbol, source, output = sys.argv[1:]
    with open(source, "rb") as file:
        data = file.read() + b"\0"
    numbers = [str(byte if byte < 128 else byte - 256) for byte in data]
    rows = [", ".join(numbers[i:i + 20]) for i in range(0, len(numbers), 20)]
    with open(output, "w", encoding="ascii") as file:
        file.write("/* SPDX-License-Identifier: Apache-2.0 */\n")
        file.write(f"/* Generated from {os.path.basename(source)}. */\n")
        file.write(f"static const char {symbol}[] = {{\n    " + ",\n    ".join(rows) + "\n};\n")


main()
