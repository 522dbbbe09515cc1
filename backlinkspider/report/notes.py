"""What a reader has to know about the feeds before the figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from backlinkspider.core.progress.wordings import count
from backlinkspider.report.tables import FeedFacts


def notes_on(feeds: Sequence[FeedFacts]) -> Iterator[str]:
    """Yield a sentence for each thing that a feed lacks, and for what was not given at all."""
    for feed in feeds:
        name = PurePath(feed.path).name
        if feed.skipped:
            yield f"{name}: {count(feed.skipped, 'line')} could not be read as a row."
        if feed.is_monitored and not feed.has_verdicts:
            yield f"{name} says what became of known links, without verdicts: only a crawl for backlinks judges links."
        elif feed.rows and not feed.is_coverage and not feed.has_verdicts:
            yield (
                f"{name} has no verdicts: it is from before there were any, or its crawl was ended before it gave them. "
                "The command `rescore` adds them."
            )
        if feed.missing:
            yield f"{name} lacks the columns {', '.join(feed.missing)}: what rests on them is left out."
    if not any(feed.is_coverage for feed in feeds):
        yield (
            "No coverage file was given, so what was not read is not known. Crawl with `-a coverage=coverage.csv` and name that "
            "file too."
        )
