#!/usr/bin/env python3
"""Writes wdspxed-diagnoses(7) from the table of findings, daemon/story/finding_*.def.

    man/diagnoses.py [-o FILE]     `make man/wdspxed-diagnoses.7` does it
"""
import re
import sys
from pathlib import Path

STORY = Path(__file__).resolve().parent.parent / "daemon/story"
BLOCKS = (
    ("mistakes", "Mistakes of the configuration", """\
They are told by
.Ql wdspxed -t ,
at the start and at a reload, with file and line.
An error must be corrected first: the daemon does not start, or goes on with
what it had.
A warning or a notice is about something that is taken as it is.
"""),
    ("requests", "Requests of clients", """\
They follow from the requests that reach the daemon, and are about a client's
network rather than about one request.
"""),
    ("heard", "What others answer", """\
They follow from what other servers on the network answer.
"""),
    ("files", "Boot files", """\
They are about the files that entries name.
"""),
    ("probe", "Probes", """\
They are what a made-up client meets.
"""),
)
WORDS = {"who": "CLIENT", "interface": "INTERFACE", "ip": "ADDRESS", "n": "N", "other": "ADDRESS",
         "text": "NAME"}
TEXT = r'((?:"(?:[^"\\]|\\.)*"\s*)+|NULL)'
ROW = re.compile(r'^X\(\w+,\s*' + r',\s*'.join([TEXT, TEXT, r'(\w+)', TEXT, TEXT, TEXT]) + r'\)', re.M)
LEVELS = {"ERR": "error"}


def text(literals):
    """What adjacent C strings say."""
    pieces = re.findall(r'"((?:[^"\\]|\\.)*)"', literals)
    return re.sub(r"\\(.)", r"\1", "".join(pieces))


def words(template):
    return re.sub(r"\{(\w+)\}", lambda match: WORDS.get(match[1], match[0]), template)


def filled(paragraph):
    """Lines of at most 78 columns, each sentence on a new one, as mdoc wants it."""
    for sentence in re.split(r"(?<=[.?!:)]) (?=[A-Z\"])", paragraph):
        line = ""
        for word in sentence.replace("\\", "\\e").split():
            if line and len(line) + 1 + len(word) > 78:
                yield line
                line = ""
            line += (" " if line else "") + word
        yield line


def lines(paragraph):
    return "".join(("\\&" if line[0] in ".'" else "") + line + "\n" for line in filled(paragraph))


def block(name, title, about):
    rows = ROW.findall((STORY / f"finding_{name}.def").read_text())
    if not rows:
        return ""
    out = f".Ss {title}\n{about}.Bl -tag -width Ds\n"
    for identity, short, level, sentence, remedy, page in rows:
        out += f".It Li {text(identity)} , {text(short)} Pq {LEVELS.get(level, level.lower())}\n"
        said = words(text(sentence) + (": " + text(remedy) if remedy != "NULL" else ""))
        out += lines(said if said[-1] in ".?!" else said + ".")
        out += ".Pp\n" + lines(text(page))
    return out + ".El\n"


def main():
    page = (STORY.parent.parent / "man/wdspxed-diagnoses.in").read_text()
    page = page.replace("@BLOCKS@\n", "".join(block(*row) for row in BLOCKS))
    if sys.argv[1:2] == ["-o"]:
        Path(sys.argv[2]).write_text(page)
    else:
        sys.stdout.write(page)


if __name__ == "__main__":
    main()
