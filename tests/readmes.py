#!/usr/bin/env python3
"""What the READMEs of the tree and SECURITY.md name in `code` is there (H11): files, functions() and
struct names. A word that is one of these and nowhere else is a sentence that is out of step."""

import os
import re
import sys

FILE = re.compile(r"(?<![\w*}./-])[\w./-]+\.(?:c|h|py|sh|cc|mk|map)\b")
CALL = re.compile(r"\b(\w+)\(\)")
STRUCT = re.compile(r"\bstruct (\w+)")
FROM_ELSEWHERE = {"windows.h"}     # of the Windows SDK
PLACEHOLDER = re.compile(r"[A-Z]{4,}")     # FLOOR/NAME_test.c, and patterns have a *


def sources():
    """Every file of the tree, but what was built."""
    for folder, below, files in os.walk("."):
        below[:] = [each for each in below if not each.startswith((".", "build", "__pycache__"))]
        for each in files:
            yield os.path.normpath(os.path.join(folder, each))


def words(paths):
    found = set()
    for path in paths:
        if re.search(r"\.(c|h|cc|py|sh)$", path):
            with open(path, encoding="utf-8", errors="replace") as file:
                found.update(re.findall(r"\w+", file.read()))
    return found


def absent(readme, files, names, known):
    """(line, word) of what is named and is not there."""
    folder = os.path.dirname(readme)
    with open(readme, encoding="utf-8") as file:
        lines = list(enumerate(file, 1))
    for number, line in lines:
        for code in re.findall(r"`([^`]+)`", line):
            for path in FILE.findall(code):
                near = os.path.normpath(os.path.join(folder, path))
                there = path in names if "/" not in path else \
                    any(each.endswith("/" + path) or each == path or each == near for each in files)
                if not there and path not in FROM_ELSEWHERE and not PLACEHOLDER.search(path):
                    yield number, path
            for word in CALL.findall(code) + STRUCT.findall(code):
                if word not in known and not PLACEHOLDER.search(word):
                    yield number, word


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    files = sorted(sources())
    names, known = {os.path.basename(each) for each in files}, words(files)
    readmes = [each for each in files if os.path.basename(each) in ("README.md", "SECURITY.md")]
    failed = False
    for readme in readmes:
        for number, word in absent(readme, files, names, known):
            print(f"{readme}:{number}: names {word}, which is not in the tree")
            failed = True
    if not failed:
        print(f"readmes: {len(readmes)}, and what they name is there")
    return failed


if __name__ == "__main__":
    sys.exit(main())
