"""Two curves over the load, as SVG: what a request costs, and how long it takes.

    plot.write(path, title, panels)     panels: [(heading, {name: [(requests in flight, value), ...]}), ...]
"""

import math
from xml.sax.saxutils import escape

COLOURS = {"echo": "#777777", "dnsmasq": "#c65d00", "wdspxed": "#0058a8"}
WIDTH, HEIGHT, LEFT, TOP, GAP = 360, 240, 60, 60, 70


def steps(low, high):
    """The lines of a logarithmic axis: 1, 2 and 5 of each power of ten between them, and around."""
    every = [digit * 10.0 ** power for power in range(-3, 9) for digit in (1, 2, 5)]
    below = max(value for value in every if value <= low)
    above = min(value for value in every if value >= high)
    return [value for value in every if below <= value <= above]


class Panel:
    def __init__(self, left, heading, curves):
        self.left, self.heading, self.curves = left, heading, curves
        self.loads = sorted({x for curve in curves.values() for x, _ in curve})
        values = [y for curve in curves.values() for _, y in curve]
        self.lines = steps(min(values), max(values))

    def x(self, load):
        low, high = math.log(self.loads[0]), math.log(self.loads[-1])
        return self.left + WIDTH * (math.log(load) - low) / ((high - low) or 1)

    def y(self, value):
        low, high = math.log(self.lines[0]), math.log(self.lines[-1])
        return TOP + HEIGHT * (1 - (math.log(value) - low) / ((high - low) or 1))

    def frame(self):
        yield f'<text x="{self.left}" y="{TOP - 12}" font-weight="bold">{escape(self.heading)}</text>'
        for value in self.lines:
            y = self.y(value)
            yield f'<path d="M{self.left} {y:.1f}h{WIDTH}" stroke="#dddddd"/>'
            yield f'<text x="{self.left - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>'
        for load in self.loads:
            yield f'<text x="{self.x(load):.1f}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{load}</text>'
        yield (f'<text x="{self.left + WIDTH / 2}" y="{TOP + HEIGHT + 36}" '
               'text-anchor="middle">requests in flight</text>')

    def draw(self):
        yield from self.frame()
        for name, curve in self.curves.items():
            points = [(self.x(load), self.y(value)) for load, value in curve]
            colour, line = COLOURS[name], " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'
            for x, y in points:
                yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
        yield from self.names()

    def names(self):
        """Each behind the end of its curve, or as near to it as the others let it."""
        below = float("inf")
        ends = sorted(((self.y(curve[-1][1]), name) for name, curve in self.curves.items()), reverse=True)
        for y, name in ends:
            below = min(y + 4, below - 14)
            yield f'<text x="{self.left + WIDTH + 6}" y="{below:.1f}" fill="{COLOURS[name]}">{escape(name)}</text>'


def write(path, title, panels):
    drawn = [Panel(LEFT + n * (WIDTH + GAP + LEFT), *panel) for n, panel in enumerate(panels)]
    width = drawn[-1].left + WIDTH + GAP
    height = TOP + HEIGHT + 50
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
                   f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">\n'
                   '<rect width="100%" height="100%" fill="white"/>\n'
                   f'<text x="{LEFT}" y="24" font-size="14">{escape(title)}</text>\n')
        file.writelines(line + "\n" for panel in drawn for line in panel.draw())
        file.write("</svg>\n")
