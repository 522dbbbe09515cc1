"""What became of links since an earlier crawl: `scrapy compare`, for what a report has read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from backlinkspider.analysis.compare import ComparisonRequest, compare_feeds
from backlinkspider.core.monitor.changes import WATCHED_COLUMNS
from backlinkspider.core.rows.encode import encode_json
from backlinkspider.feeds.reader import open_format
from backlinkspider.feeds.row_writer import encode_rows
from backlinkspider.items import COVERAGE_COLUMNS, Cell

SIGHTING_COLUMNS = tuple(
    dict.fromkeys(
        (
            *("relation", "url_from", "url_to", "domain_from", "target", "seed", "depth", "fetched_at", "verdict", "quality"),
            *("status", "status_reason"),
            *WATCHED_COLUMNS,
        )
    )
)
"""The columns by which links are recognised and compared."""

_JSON_LINES = ".jsonl"


class Sightings(NamedTuple):
    """The links of a crawl, what was seen of its seeds, and whether its feeds have lines that cannot be read."""

    links: Iterable[Mapping[str, Cell]]
    coverage: Iterable[Mapping[str, Cell]]
    has_unread_lines: bool


def write_changes(now: Sightings, before: Sightings, output: Path) -> None:
    """Write the links that differ, with what became of them, as JSON lines. Raises FeedError, OSError, sqlite3.Error."""
    folder = output.parent
    old, new, coverage = (folder / f"{name}{_JSON_LINES}" for name in ("before", "now", "coverage"))
    _write(old, before.links, SIGHTING_COLUMNS)
    _write(new, now.links, SIGHTING_COLUMNS)
    if now.has_unread_lines:
        with new.open("ab") as file:
            # Links that stood on lines that are torn are not called gone.
            file.write(encode_json("a line that could not be read") + b"\n")
    _write(coverage, now.coverage, COVERAGE_COLUMNS)
    request = ComparisonRequest(
        open_format(str(old), _JSON_LINES),
        open_format(str(new), _JSON_LINES),
        coverage=[str(coverage)] if coverage.stat().st_size else [],
    )
    compare_feeds(request, str(output), lambda *_: None)


def _write(path: Path, rows: Iterable[Mapping[str, Cell]], columns: Sequence[str]) -> None:
    with path.open("wb") as file:
        file.writelines(encode_rows((dict(row) for row in rows), columns, str(path)))
