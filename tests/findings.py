#!/usr/bin/env python3
"""Proves that the table of findings and the sources agree (daemon/story/findings.def).

A mistake of the configuration ends its sentence in its id, wherever it is found: each of these ids
is in the table, and no line of the table has lost its sentence. Every other row is used by its
symbol, FINDING_NAME, or by its id. wdspxed-diagnoses(7) was made from the table. Each row is named by a test too, by either: `-v` lists those that
are not.
"""
import re
import subprocess
import sys
from pathlib import Path

ROW = re.compile(r'^X\((\w+), "(W\d{4})", "([a-z0-9-]+)"', re.M)
ID = re.compile(r'(?:\[|")(W\d{4})(?:\]|")')
SYMBOL = re.compile(r"\bFINDING_([A-Z0-9_]+)")


def sources(*folders):
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.suffix in (".c", ".h", ".py") and "__pycache__" not in path.parts:
                yield path


def found(pattern, *folders):
    """Where each is, first."""
    where = {}
    for path in sources(*folders):
        for match in pattern.finditer(path.read_text()):
            where.setdefault(match[1], path)
    return where


def main():
    rows = {}
    for path in sorted(Path("daemon/story").glob("finding_*.def")):
        for symbol, identity, name in ROW.findall(path.read_text()):
            rows[identity] = (symbol, name, path)
    ids = found(ID, "daemon", "providers/bootfile", "providers/inventory")
    symbols = found(SYMBOL, "daemon")
    wrong = [f"{path}: {identity} is not in the table" for identity, path in ids.items() if identity not in rows]
    wrong += [f"{path}: nothing reports {identity} ({name})" for identity, (symbol, name, path) in rows.items()
              if identity not in ids and symbol not in symbols]
    tested = found(ID, "tests").keys() | found(re.compile(r"\b(W\d{4})\b"), "tests").keys()
    tested_symbols = found(SYMBOL, "tests")
    untested = [identity for identity, (symbol, _, _) in rows.items()
                if identity not in tested and symbol not in tested_symbols]
    made = subprocess.run(["man/diagnoses.py"], capture_output=True, text=True, check=True).stdout
    if made != Path("man/wdspxed-diagnoses.7").read_text():
        wrong.append("man/wdspxed-diagnoses.7 is older than the table: make man/wdspxed-diagnoses.7")
    wrong += [f"{rows[identity][2]}: no test names {identity} ({rows[identity][1]})" for identity in untested]
    print("\n".join(wrong) or f"findings: {len(rows)} rows, each is reported, and named by a test")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
