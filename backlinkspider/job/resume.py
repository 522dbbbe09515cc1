"""On what terms a job may be begun and gone on with: its arguments and its feeds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings

from backlinkspider.core.queue_url import is_queue_url
from backlinkspider.core.resume import check_feeds, continue_feeds, resume_arguments
from backlinkspider.job.store import check_job, job_folder, read_job


def load_job_arguments(given: Mapping[str, str], settings: BaseSettings) -> Mapping[str, Any]:
    """What was noted of the job that a crawl is to go on with; nothing for a new one or none. Raises JobError."""
    folder = job_folder(settings)
    has_queue = is_queue_url(given.get("seeds", settings["BACKLINKS_SEEDS"]) or "")
    return {} if folder is None or has_queue else read_job(folder)


def merge_arguments(given: Mapping[str, str], terms: Mapping[str, Any]) -> Mapping[str, str]:
    """The texts of the arguments; of a job that is gone on with, those that it began with too. Raises ArgumentError."""
    begun = terms.get("arguments")
    return given if begun is None else resume_arguments(begun, given)


def apply_job_feeds(settings: BaseSettings, terms: Mapping[str, Any]) -> None:
    """Sets the feeds of a job, to those that it began with where it is gone on with.

    Raises ArgumentError for feeds that cannot be gone on with, JobError for a folder that cannot have a job.
    """
    folder = job_folder(settings)
    if folder is None:
        return
    feeds = _feeds_of_job(settings, terms)
    check_feeds(feeds, batch_items=settings.getint("FEED_EXPORT_BATCH_ITEM_COUNT"))
    if not terms:
        check_job(folder)
    settings.set("FEEDS", feeds, priority="cmdline")


def _feeds_of_job(settings: BaseSettings, terms: Mapping[str, Any]) -> dict[str, Any]:
    feeds = {str(name): options for name, options in settings.getdict("FEEDS").items()}
    begun = terms.get("feeds")
    if begun is None:
        return feeds
    of_rows = {name: options for name, options in feeds.items() if not is_coverage(options)}
    return {**feeds, **continue_feeds(begun, of_rows, absolute=absolute_feed)}


def is_coverage(feed: Mapping[str, Any]) -> bool:
    """Whether a feed, by its options, is one of coverage and not of rows."""
    return str(feed.get("format")).startswith("coverage_")


def absolute_feed(name: object) -> str:
    """The address of a feed, wherever the command is run."""
    return str(name) if "://" in str(name) else str(Path(str(name)).absolute())
