"""Components of a user's that ask for rows: a pipeline, and an extension that hears of items and of the end of the feeds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Self

from itemadapter import ItemAdapter
from scrapy import signals
from scrapy.crawler import Crawler

from backlinkspider import read_rows, rows_of


class RowsPipeline:
    """Writes the rows of each item, and the item itself."""

    def process_item(self, item: Any) -> Any:
        _append("pipeline.jsonl", rows_of(item))
        _append("items.jsonl", [ItemAdapter(item).asdict()])
        return item


class RowListener:
    """Writes the rows of each item that was scraped, and the rows of the feed when it is closed."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        listener = cls()
        crawler.signals.connect(listener.hear, signals.item_scraped)
        crawler.signals.connect(listener.end, signals.feed_exporter_closed)
        return listener

    def hear(self, item: Any) -> None:
        _append("signal.jsonl", rows_of(item))

    def end(self) -> None:
        _append("end.jsonl", [*read_rows("rows.jsonl")])


def _append(name: str, rows: list[dict[str, Any]]) -> None:
    with Path(name).open("a") as file:
        file.writelines(f"{json.dumps(row)}\n" for row in rows)
