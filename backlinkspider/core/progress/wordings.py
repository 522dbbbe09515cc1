"""What a crawl says about how far it is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from backlinkspider.core.text import truncate_for_message


class Activity(Enum):
    """What a crawl is doing now."""

    READING_TARGET = auto()
    """Reads the target's own pages, and no others now."""
    READING_PAGES = auto()
    WAITING_FOR_SEEDS = auto()
    """Waits for a queue of seeds."""
    CHECKING_LINKS = auto()
    """Has read all pages, and asks where links lead."""
    ENDING = auto()
    """Reads the pages in progress to the end, because somebody asked it to stop."""
    JUDGING = auto()
    """Judges the links and stores the feeds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a crawl is at one moment. Counts of a resumed job include what earlier processes did."""

    activity: Activity
    seconds: float
    """Since this process began."""
    seeds_done: int
    seeds: int | None
    """All seeds; None while that is unknown."""
    pages: int
    """Pages read."""
    pages_a_second: float | None
    waiting: int
    """URLs in the queue."""
    sites: int
    """Sites with URLs in the queue or in progress."""
    only_site: str | None
    """Its name when there is one."""
    rows: int
    """Rows written."""
    backlinks: int | None
    """Backlinks found; None when they were not asked for."""
    referring_domains: int
    reads_target: bool
    """Whether the target's own pages are read now."""
    links_to_check: int
    """URLs of which it is not yet known where they lead."""
    check_seconds: float | None
    """How long that takes."""
    longest_seconds: float | None
    """How long the crawl may take at most; None while that is unknown."""


def progress_rows(progress: Progress) -> Iterator[tuple[str, str]]:
    """Yield the rows of a display, each a label and what stands behind it."""
    yield "seeds", _seeds(progress)
    yield "pages", ", ".join(_pages(progress))
    yield "found", ", ".join(_found(progress))
    yield "now", _activity(progress)
    yield "time", ", ".join(filter(None, (_duration(progress.seconds), _time_left(progress))))


def progress_line(progress: Progress) -> str:
    """Return the same in one line, for a log."""
    return "; ".join(f"{label} {text}" for label, text in progress_rows(progress))


def count(number: int, unit: str) -> str:
    """Return a number with its unit.

    >>> count(1, "page"), count(1204, "page")
    ('1 page', '1,204 pages')
    """
    return f"{number:,} {unit}" if number == 1 else f"{number:,} {unit}s"


def _seeds(progress: Progress) -> str:
    if progress.seeds is None:
        return f"{progress.seeds_done:,} done"
    return f"{progress.seeds_done:,} of {progress.seeds:,} done"


def _pages(progress: Progress) -> Iterator[str]:
    yield f"{progress.pages:,} read"
    if progress.pages_a_second is not None:
        yield f"{_rate(progress.pages_a_second)} a second"
    yield f"{count(progress.waiting, 'URL')} waiting"


def _rate(pages_a_second: float) -> str:
    return f"{pages_a_second:.1f}" if pages_a_second < 10 else f"{pages_a_second:,.0f}"


def _found(progress: Progress) -> Iterator[str]:
    if progress.backlinks is None:
        yield f"{count(progress.rows, 'row')} written"
    else:
        yield f"{count(progress.backlinks, 'backlink')} from {count(progress.referring_domains, 'referring domain')}"
    # Behind the last page they are what the crawl does.
    if progress.links_to_check and progress.activity is not Activity.CHECKING_LINKS:
        yield f"{count(progress.links_to_check, 'link')} to check"


def _activity(progress: Progress) -> str:
    match progress.activity:
        case Activity.READING_TARGET:
            return "reading the target"
        case Activity.READING_PAGES:
            return ", ".join(_reading(progress))
        case Activity.WAITING_FOR_SEEDS:
            return "waiting for seeds"
        case Activity.CHECKING_LINKS:
            return ", ".join(_check(progress))
        case Activity.ENDING:
            return "ending after the pages in progress; Ctrl-C again ends at once"
        case Activity.JUDGING:
            return "judging the links"


def _reading(progress: Progress) -> Iterator[str]:
    yield f"reading pages of {_sites(progress)}"
    if progress.reads_target:
        yield "reading the target"


def _sites(progress: Progress) -> str:
    if progress.only_site is not None:
        return truncate_for_message(progress.only_site)
    return count(progress.sites, "site") if progress.sites else "the first seeds"


def _check(progress: Progress) -> Iterator[str]:
    verb = "leads" if progress.links_to_check == 1 else "lead"
    yield f"asking where {count(progress.links_to_check, 'link')} {verb}"
    if progress.check_seconds is not None:
        yield f"about {_duration(progress.check_seconds)} left; Ctrl-C skips it"


def _time_left(progress: Progress) -> str:
    # In the other activities it is in their words, or unknown.
    if progress.longest_seconds is None or progress.activity is not Activity.READING_PAGES:
        return ""
    return f"at most about {_duration(progress.longest_seconds)} left"


def _duration(seconds: float) -> str:
    """Return a duration, rounded up.

    >>> [_duration(seconds) for seconds in (0, 1, 59.1, 119, 121, 7199, 7201)]
    ['0 seconds', '1 second', '60 seconds', '119 seconds', '3 minutes', '120 minutes', '2 hours 1 minute']
    """
    whole = math.ceil(seconds)
    if whole < 120:
        return count(whole, "second")
    minutes = math.ceil(seconds / 60)
    if minutes <= 120:
        return count(minutes, "minute")
    hours, rest = divmod(minutes, 60)
    return f"{count(hours, 'hour')} {count(rest, 'minute')}" if rest else count(hours, "hour")
