"""Draw docs/demo.svg: some rows and columns of the table that `scrapy demo` writes.

python docs/picture.py
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
COLUMNS = {"url_from": 300, "anchor": 175, "dofollow": 75, "position": 80, "verdict": 70, "quality": 70, "reasons": 320}
"""Columns of the picture, and how wide they are."""
COLOURS = {"good": "#1a7f37", "review": "#9a6700", "bad": "#cf222e"}
ROW_HEIGHT = 26
CHARACTERS_PER_PIXEL = 1 / 7.2


def demo_rows() -> list[dict[str, str]]:
    """Run the demo, and return its backlinks, best first."""
    variables = {**os.environ, "SCRAPY_SETTINGS_MODULE": "backlinkspider.settings", "PYTHONPATH": str(PROJECT)}
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "scrapy", "demo"], cwd=folder, env=variables, check=True, stdout=subprocess.DEVNULL)
        return read_rows(Path(folder))


def read_rows(folder: Path) -> list[dict[str, str]]:
    """The backlinks of a demo that was run in a folder, best first."""
    with (folder / "demo.csv").open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    return sorted(rows, key=lambda row: (-int(row["quality"] or 0), row["url_from"], row["url_to"]))


def chosen(rows: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    """The best and the worst of each verdict, from different sites and with a text to read."""
    sites: set[str] = set()
    for verdict in ("good", "neutral", "review", "bad"):
        readable = [row for row in rows if row["verdict"] == verdict and row["anchor"]]
        for ordered in (readable, readable[::-1]):
            row = next((row for row in ordered if row["domain_from"] not in sites), None)
            if row is not None:
                sites.add(row["domain_from"])
                yield row


def svg(rows: list[dict[str, str]]) -> str:
    """The rows as a drawing of a table."""
    width, height = sum(COLUMNS.values()) + 20, ROW_HEIGHT * (len(rows) + 1) + 12
    header = _line({name: name for name in COLUMNS}, 24, ' font-weight="bold"')
    lines = [_line(row, 24 + ROW_HEIGHT * number, "") for number, row in enumerate(rows, 1)]
    rules = [f'<path d="M8 {32 + ROW_HEIGHT * number}H{width - 8}" stroke="#d1d9e0"/>' for number in range(len(rows))]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="monospace" font-size="12">',
            f'<rect width="{width}" height="{height}" rx="6" fill="#fff" stroke="#d1d9e0"/>',
            header,
            *rules,
            *lines,
            "</svg>\n",
        ]
    )


def _line(row: Mapping[str, str], y: int, style: str) -> str:
    cells, x = [], 12
    for name, width in COLUMNS.items():
        colour = COLOURS.get(row[name], "#1f2328")
        shown = row[name].removeprefix("https://")
        room = int(width * CHARACTERS_PER_PIXEL) - 1
        text = shown if len(shown) <= room else f"{shown[: room - 1]}…"
        cells.append(f'<text x="{x}" y="{y}" fill="{colour}"{style}>{escape(text)}</text>')
        x += width
    return "".join(cells)


if __name__ == "__main__":
    (PROJECT / "docs" / "demo.svg").write_text(svg(list(chosen(demo_rows()))), encoding="utf-8")
