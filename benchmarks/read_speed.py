"""Milliseconds per megabyte that reading a page and describing all its links takes: flat when reading is linear.

    python benchmarks/read_speed.py

The kinds are an ordinary page, links side by side, and markup that costs an HTML parser the square of its size, or memory
many times its size, where nobody bounds it. A second table has pages of 10 to 100,000 links of about 100 bytes each.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

from backlinkspider.core.html.parser import read_page
from backlinkspider.core.steps.describe import describe_links

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
ROUNDS = 3
LARGE = 1_000_000
KINDS: dict[str, Callable[[int], str]] = {
    "ordinary page": lambda number: f"<div class=text><p>Some text and <a href=/page{number}>a link</a>, more text.</p></div>\n",
    "links side by side": lambda number: f"<a href={number}>x</a>",
    "paragraphs of a link": lambda number: f"<p><a href={number}>x</a></p>",
    "nested blocks": lambda _: "<div>",
    "nested lists": lambda number: f"<ul><li><a href={number}>x</a>",
    "nested formatting": lambda number: f"<font size={number}><p><a href=x>",
    "links in links": lambda _: "<a href=x><object>text ",
    "links in a drawing": lambda number: "<a href=x>" if number else "<svg>",
    "one long style": lambda number: "/*0" if number else "<a href=x style='opacity:",
    "one long refresh": lambda number: "1." if number else "<meta http-equiv=refresh content='0",
    "attributes of one tag": lambda number: f"a{number}=1 " if number else "<a href=x ",
}


NUMBERS_OF_LINKS = (10, 100, 1_000, 10_000, 100_000)
NESTED: dict[str, Callable[[int], str]] = {
    "links on a flat page": lambda number: f"<p>{'Some words. ' * 4}<a href=/page/{number:06}>the link {number:06}</a></p>",
    "links, each deeper": lambda number: f"<div>{'Some words. ' * 4}<a href=/page/{number:06}>the link {number:06}</a>",
}


def main() -> None:
    """Prints a line a kind: milliseconds per megabyte for each size, and what the largest costs beside the second."""
    print(f"{'ms per MB':<24}" + "".join(f"{size // 1000:>10,} KB" for size in SIZES) + "   largest / 100 KB")
    for name, piece in KINDS.items():
        print_line(name, [make_page(piece, size) for size in SIZES])
    print(f"{'ms per MB':<24}" + "".join(f"{number:>7,} links" for number in NUMBERS_OF_LINKS) + "   most / 100 links")
    for name, piece in NESTED.items():
        print_line(name, ["".join(map(piece, range(number))).encode() for number in NUMBERS_OF_LINKS])
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MB")


def print_line(name: str, bodies: list[bytes]) -> None:
    """Prints what pages of one kind cost, the smallest first."""
    costs = [milliseconds_per_megabyte(body) for body in bodies]
    print(f"{name:<24}" + "".join(f"{cost:13.1f}" for cost in costs) + f"{costs[-1] / costs[1]:19.2f}")


def make_page(piece: Callable[[int], str], size: int) -> bytes:
    """A page of about `size` bytes."""
    parts: list[str] = []
    length = 0
    while length < size:
        parts.append(piece(len(parts)))
        length += len(parts[-1])
    return "".join(parts).encode()


def milliseconds_per_megabyte(body: bytes) -> float:
    """The best of some rounds: what disturbs a round only makes it longer."""
    best = float("inf")
    for _ in range(ROUNDS if len(body) < LARGE else 1):
        begin = time.perf_counter()
        page = read_page("https://example.com/", body)
        describe_links(page)
        best = min(best, time.perf_counter() - begin)
    return best * 1_000 / (len(body) / 1_000_000)


if __name__ == "__main__":
    main()
