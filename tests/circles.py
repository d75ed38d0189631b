#!/usr/bin/env python3
"""Proves that no folder of daemon/ has a circle of more than two files.

A file is NAME.c with its NAME.h. It uses another one of its folder by an #include or by a call: an
undefined symbol of its object that the other's defines. Where each uses the next, and the last the
first, none can be read, tested or replaced without all others.

    tests/circles.py BUILD
"""
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

LARGEST = 2


def includes(folder):
    for path in sorted([*folder.glob("*.c"), *folder.glob("*.h")]):
        for other in re.findall(r'^\s*#\s*include\s+"%s/(\w+)\.h"' % folder.name, path.read_text(), re.M):
            yield path.stem, other, f"#include in {path.name}"


def read_symbols(folders, build):
    """By folder: (file, kind, symbol)."""
    objects = [str(o) for folder in folders for o in sorted((build / "obj" / folder).glob("*.o"))
               if (folder / f"{o.stem}.c").exists()]
    text = subprocess.run(["nm", "-A", *objects], capture_output=True, text=True, check=True).stdout if objects else ""
    symbols = defaultdict(list)
    for line in text.splitlines():
        where, *_, kind, symbol = line.replace(":", " ", 1).split()
        symbols[Path(where).parent.name].append((Path(where).stem, kind, symbol))
    return symbols


def calls(symbols):
    defined, wanted = {}, []
    for stem, kind, symbol in symbols:
        if kind in "TDBRVW":
            defined[symbol] = stem
        elif kind == "U":
            wanted.append((stem, symbol))
    for stem, symbol in wanted:
        if symbol in defined:
            yield stem, defined[symbol], symbol


def circle(uses, group):
    """A shortest way from one file of the group back to it."""
    start = min(group)
    ways = [[start]]
    seen = set()
    while ways:
        way = ways.pop(0)
        for other in sorted(uses[way[-1]]):
            if other == start:
                return way + [start]
            if other in group and other not in seen:
                seen.add(other)
                ways.append(way + [other])


def groups(uses):
    """Files of which each reaches each other: Tarjan's strongly connected components."""
    index, low, stack, out = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in uses[node]:
            if other not in index:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == index[node]:
            group = set()
            while node not in group:
                group.add(stack.pop())
            out.append(group)

    for node in sorted(uses):
        if node not in index:
            visit(node)
    return out


def main():
    build, bad, files = Path(sys.argv[1]), False, 0
    folders = sorted(p for p in Path("daemon").iterdir() if p.is_dir())
    symbols = read_symbols(folders, build)
    for folder in folders:
        uses = defaultdict(lambda: defaultdict(set))
        for a, b, why in [*includes(folder), *calls(symbols[folder.name])]:
            if a != b:
                uses[a][b].add(why)
                uses[b]
        files += len(uses)
        for group in groups(uses):
            if len(group) <= LARGEST:
                continue
            bad = True
            print(f"{folder}: {len(group)} files use each other in a circle: {', '.join(sorted(group))}")
            way = circle(uses, group)
            for a, b in zip(way, way[1:]):
                print(f"    {a} uses {b}: {', '.join(sorted(uses[a][b]))}")
    if not files:
        sys.exit(f"circles: nothing was read: is {build} built?")
    if bad:
        sys.exit(1)
    print(f"circles: {files} files, none of more than {LARGEST} in a circle")


if __name__ == "__main__":
    os.chdir(Path(__file__).parent.parent)
    main()
