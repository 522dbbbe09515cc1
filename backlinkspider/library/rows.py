"""The rows of what a crawl finds, for pipelines, signal handlers and scripts of the user's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from backlinkspider.core.rows.page_rows import rows_of_page
from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.feeds.reader import open_feed
from backlinkspider.items import Coverage, MonitoredLink, Page
from backlinkspider.library.values import plain_row


def rows_of(item: object) -> list[dict[str, Any]]:
    """Return the rows that come of an item of a crawl: those of a page's links, of a seed's coverage, of a known link.

    The columns that only the end of a crawl fills, such as `verdict`, are None. An item of somebody else's has no rows.
    """
    if isinstance(item, Page):
        return [plain_row(row) for row in rows_of_page(item)]
    if isinstance(item, Coverage):
        return [plain_row(asdict(item))]
    return [plain_row(item.cells)] if isinstance(item, MonitoredLink) else []


def read_rows(path: str | Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a feed (.csv or .jsonl) with their types: all columns, as far as they are known.

    Lines that are no rows are passed over, such as one that is still being written. Raises FeedError, which is a ValueError.
    """
    for row in open_feed(str(path)).rows():
        if not isinstance(row, BadLine):
            yield plain_row(row)
