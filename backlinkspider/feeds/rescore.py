"""Scores the backlinks of a feed again, from the evidence in its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.quality.judge import SCORE_COLUMNS, score_cells
from backlinkspider.core.quality.weights import Weights
from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.feeds.line_reader import LineFilter
from backlinkspider.feeds.reader import FeedFile, FeedReading, OnBadLine, open_feed
from backlinkspider.feeds.rewriter import RewriteCounts, rewrite_feed
from backlinkspider.items import Cell

_MAY_BE_BACKLINKS = FeedReading(LineFilter(rb"[^\n]*backlink"))


@dataclass
class Rescored:
    """The counts of a rescored feed."""

    lines: RewriteCounts
    verdicts: Counter[str]
    """Backlinks by verdict."""


def open_for_rescore(path: str, output: str) -> FeedFile:
    """Open the feed to rescore. Raises ArgumentError for an output in another format, FeedError for an unfit feed."""
    feed = open_feed(path)
    ending = Path(path).suffix
    if not output.endswith(ending):
        raise ArgumentError(
            f"the output '{output}' must be named {ending}, as the feed is; `scrapy merge` writes the other format"
        )
    return feed


def rescore_feed(feed: FeedFile, output: str, weights: Weights, on_bad_line: OnBadLine) -> Rescored:
    """Write the feed with the quality and verdict of its backlinks by these weights. Raises FeedError, OSError."""
    verdicts: Counter[str] = Counter()

    def score(row: FeedRow) -> Mapping[str, Cell]:
        if row.get("relation") != Relation.BACKLINK.value:
            return row
        cells = score_cells(row, weights)
        verdicts[str(cells["verdict"])] += 1
        return cells

    lines = rewrite_feed(feed, Path(output), score, reading=_MAY_BE_BACKLINKS, adds=SCORE_COLUMNS, on_bad_line=on_bad_line)
    return Rescored(lines, verdicts)
