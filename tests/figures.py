#!/usr/bin/env python3
"""Says how long functions and files are, and fails where they have grown: half of all functions have at
most 12 lines, nine of ten at most 25, and no file has more than 500.

A function's lines are those between its braces, blank ones not counted; by .clang-format both braces
stand at the beginning of a line.
"""
import os
import sys
from pathlib import Path

MEDIAN, NINE_OF_TEN, FILE = 12, 25, 500


def functions(path, lines):
    begin = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            begin = number
        elif line == "}" and begin:
            yield sum(bool(text.strip()) for text in lines[begin:number - 1]), f"{path}:{begin}"
            begin = None


def main():
    lengths, files = [], []
    for path in sorted([*Path("daemon").glob("*/*.[ch]"), *Path("providers").glob("*/*.[ch]")]):
        lines = path.read_text().splitlines()
        files.append((len(lines), str(path)))
        lengths += functions(path, lines)
    lengths.sort()
    median, ninth = lengths[len(lengths) // 2][0], lengths[len(lengths) * 9 // 10][0]
    print(f"figures: {len(lengths)} functions, half of at most {median} lines, nine of ten of at most {ninth}, "
          f"the longest {lengths[-1][0]} ({lengths[-1][1]}); the longest file {max(files)[0]} ({max(files)[1]})")
    failed = median > MEDIAN or ninth > NINE_OF_TEN
    for size, path in files:
        if size > FILE:
            print(f"{path}: {size} lines: a file has one idea, and at most {FILE}")
            failed = True
    sys.exit(failed)


if __name__ == "__main__":
    os.chdir(Path(__file__).parent.parent)
    main()
