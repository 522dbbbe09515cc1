"""Where the parts of a chart stand. The template draws them as SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

WIDTH = 720
"""Units across; a chart is as wide as its place."""

_STEP_MAXIMUM = 110
"""Units from one pillar to the next."""


class Part(NamedTuple):
    """A part of a bar."""

    name: str
    style: str
    """A class of the style sheet."""
    value: int
    share: float
    x: float
    width: float


class Bar(NamedTuple):
    """A bar of a chart with one bar a line."""

    label: str
    value: int
    text: str
    width: float
    style: str


class Pillar(NamedTuple):
    """A pillar of stacked parts, from the bottom up."""

    label: str
    x: float
    total: int
    parts: Sequence[Block]
    top: float


class Block(NamedTuple):
    """A part of a pillar."""

    name: str
    style: str
    value: int
    y: float
    height: float


class Knot(NamedTuple):
    """A site in a picture of a link farm."""

    label: str
    x: float
    y: float
    text_x: float
    text_y: float
    anchor: str


class Picture(NamedTuple):
    """Sites of a link farm, and the lines between them."""

    knots: Sequence[Knot]
    lines: Sequence[tuple[float, float, float, float]]
    left_out: int
    height: float


def stacked_bar(parts: Sequence[tuple[str, str, int]]) -> list[Part]:
    """Return the parts of one bar, given as name, style and value; those without value are left out.

    >>> [(part.name, part.x, part.width) for part in stacked_bar([("read", "good", 3), ("none", "bad", 0), ("left", "bad", 1)])]
    [('read', 0.0, 540.0), ('left', 540.0, 180.0)]
    """
    told = [(name, style, value) for name, style, value in parts if value > 0]
    total = sum(value for *_, value in told)
    starts = accumulate((value for *_, value in told), initial=0)
    return [
        Part(name, style, value, value / total, start / total * WIDTH, value / total * WIDTH)
        for (name, style, value), start in zip(told, starts, strict=False)
    ]


def bars(values: Sequence[tuple[str, int, str]], width: float) -> list[Bar]:
    """Return bars, given as label, value and the text beside; the longest has the width.

    >>> [bar.width for bar in bars([("oak", 10, "10"), ("pine", 5, "5")], 400)]
    [400.0, 200.0]
    """
    most = max((value for _, value, _ in values), default=0)
    return [Bar(label, value, text, value / most * width if most else 0.0, "bar") for label, value, text in values]


def pillars(labels: Sequence[str], counts: Sequence[Mapping[str, int]], styles: Sequence[str], height: float) -> list[Pillar]:
    """Return pillars side by side, the parts of each in the order of the styles, which are their names too."""
    most = max((sum(count.values()) for count in counts), default=0) or 1
    step = min(WIDTH / max(len(labels), 1), _STEP_MAXIMUM)
    built = []
    for number, (label, count) in enumerate(zip(labels, counts, strict=True)):
        y = height
        parts = []
        for style in styles:
            if value := count.get(style, 0):
                tall = value / most * height
                y -= tall
                parts.append(Block(style, style, value, y, tall))
        built.append(Pillar(label, number * step + step * 0.12, sum(count.values()), parts, y))
    return built


_KNOTS_MAXIMUM = 24
"""Sites that a picture can show legibly."""


def picture(sites: Sequence[str], *, are_all_linked: bool) -> Picture:
    """Return sites on a circle, with lines between all of them where each links to each."""
    shown = sites[:_KNOTS_MAXIMUM]
    center_x, center_y, radius = WIDTH / 2, 150.0, 105.0
    knots = []
    for number, site in enumerate(shown):
        angle = 2 * math.pi * number / len(shown) - math.pi / 2
        x, y = center_x + radius * math.cos(angle), center_y + radius * math.sin(angle)
        anchor = "middle" if abs(math.cos(angle)) < 0.3 else "start" if math.cos(angle) > 0 else "end"
        text_x = x + (14 if anchor == "start" else -14 if anchor == "end" else 0)
        text_y = y + (5 if anchor != "middle" else -14 if math.sin(angle) < 0 else 24)
        knots.append(Knot(site, x, y, text_x, text_y, anchor))
    lines = [
        (one.x, one.y, other.x, other.y) for place, one in enumerate(knots) for other in knots[place + 1 :] if are_all_linked
    ]
    return Picture(knots, lines, len(sites) - len(shown), max((knot.text_y for knot in knots), default=0.0) + 16)
