"""What the manual and the READMEs print for a reader to type or to copy: each literal block, as it
is read, with the place where it stands.
"""

import glob
import os
import re
import textwrap

from .daemon import TREE

READMES = ("README.md", "providers/template/README.md", *sorted(
    os.path.relpath(path, TREE) for path in glob.glob(os.path.join(TREE, "conf/examples/*/README.md"))))
ESCAPES = ((r"\&", ""), (r"\(dq", '"'), (r"\(aq", "'"), (r"\-", "-"), (r"\e", "\\"))


class Block:
    """One block: `source` is a README or PAGE.N, `section` the heading above it."""

    def __init__(self, source, line, section, text):
        self.source, self.line, self.section, self.text = source, line, section, text

    def __str__(self):
        return f"{self.source}:{self.line} ({self.section}):\n{self.text}"

    def commands(self):
        """Its command lines, without prompts, comments and sudo."""
        joined = self.text.replace("\\\n", " ").splitlines()
        lines = [re.sub(r"^[#$] | {2,}#.*$", "", line) for line in joined if line.strip()]
        return [re.sub(r"(^|&& )sudo ", r"\1", line) for line in lines]


def _unescaped(text):
    for written, read in ESCAPES:
        text = text.replace(written, read)
    return text


def page(path):
    """The literal displays of a manual page."""
    name, section, inside = os.path.basename(path), "", None
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.startswith(".Sh "):
                section = line[4:].strip()
            elif line.startswith(".Dl "):
                text = line[4:].replace('\\&"', '"') if '\\&"' in line else line[4:]
                yield Block(name, number, section, _unescaped(text))
            elif line.startswith(".Bd -literal"):
                inside = (number, [])
            elif line.startswith(".Ed") and inside:
                yield Block(name, inside[0], section, _unescaped("".join(inside[1])))
                inside = None
            elif inside:
                inside[1].append(line)


def readme(name):
    """The indented blocks of a README."""
    with open(os.path.join(TREE, name), encoding="utf-8") as file:
        text = file.read()
    for found in re.finditer(r"(?<=\n\n)(?: {4}.*\n|\n(?= {4}))+", text):
        before = text[:found.start()]
        headings = re.findall(r"^#+ (.*)$", before, re.M)
        yield Block(name, before.count("\n") + 1, headings[-1], textwrap.dedent(found[0]))


def blocks():
    for path in sorted(glob.glob(os.path.join(TREE, "man", "*.[1-8]"))):
        yield from page(path)
    for name in READMES:
        yield from readme(name)


def block(source, beginning):
    """The one block of a source with a line that begins so."""
    found = [each for each in blocks() if each.source == source and
             any(line.startswith(beginning) for line in each.text.splitlines())]
    assert len(found) == 1, f"{source} has {len(found)} blocks with '{beginning}'"
    return found[0]


def for_server(name, holding):
    """The lines that wdspxed-bootfile(5) gives for a DHCP server, of the block in which `holding`
    occurs."""
    text = next(each.text for each in blocks() if each.source == "wdspxed-bootfile.5" and
                each.text.startswith("# ISC dhcpd\n") and holding in each.text)
    parts = re.split(r"^# (.*)\n", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))[name]
