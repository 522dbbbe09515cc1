"""On what terms a job may be begun and gone on with: its arguments and its feeds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings

from backlinkspider.core.continuing import check_feeds, continue_arguments, continue_feeds
from backlinkspider.core.queue_address import is_queue_address
from backlinkspider.job import check_job, job_folder, read_job


def arguments_of_job(given: Mapping[str, str], settings: BaseSettings) -> Mapping[str, str]:
    """The texts of the arguments; of a job that is gone on with, those that it began with too. Raises ArgumentError, JobError."""
    if is_queue_address(given.get("seeds", settings["BACKLINKS_SEEDS"]) or ""):
        return given
    folder = job_folder(settings)
    begun = read_job(folder).get("arguments") if folder is not None else None
    return given if begun is None else continue_arguments(begun, given)


def feeds_of_job(settings: BaseSettings) -> dict[str, Any]:
    """The feeds of a crawl; of a job that is gone on with, those that it began with. Raises ArgumentError, JobError."""
    feeds = {str(name): options for name, options in settings.getdict("FEEDS").items()}
    folder = job_folder(settings)
    begun = read_job(folder).get("feeds") if folder is not None else None
    if begun is None:
        return feeds
    of_rows = {name: options for name, options in feeds.items() if not is_coverage(options)}
    return {**feeds, **continue_feeds(begun, of_rows, absolute=absolute_feed)}


def check_terms(settings: BaseSettings) -> None:
    """Raises ArgumentError for feeds that cannot be gone on with, JobError for a folder that cannot have a job."""
    folder = job_folder(settings)
    if folder is not None:
        check_feeds(feeds_of_job(settings), batch_items=settings.getint("FEED_EXPORT_BATCH_ITEM_COUNT"))
        check_job(folder)


def is_coverage(feed: Mapping[str, Any]) -> bool:
    """Whether a feed, by its options, is one of coverage and not of rows."""
    return str(feed.get("format")).startswith("coverage_")


def absolute_feed(name: object) -> str:
    """The address of a feed, wherever the command is run."""
    return str(name) if "://" in str(name) else str(Path(str(name)).absolute())
