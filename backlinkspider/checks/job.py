"""The arguments and feeds with which a job may be started and resumed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scrapy.settings import BaseSettings

from backlinkspider.core.queue_url import is_queue_url
from backlinkspider.core.resume import check_feeds, resume_arguments, resume_feeds
from backlinkspider.feeds.uris import absolute_feed, is_coverage
from backlinkspider.job.store import check_job, job_folder, read_job


def load_job_arguments(given: Mapping[str, str], settings: BaseSettings) -> Mapping[str, Any]:
    """Return the stored values of the job to resume; an empty mapping for a new job, or without JOBDIR. Raises JobError."""
    folder = job_folder(settings)
    has_queue = is_queue_url(given.get("seeds", settings["BACKLINKS_SEEDS"]) or "")
    return {} if folder is None or has_queue else read_job(folder)


def merge_arguments(given: Mapping[str, str], terms: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the texts of the arguments, with those of a resumed job. Raises ArgumentError."""
    begun = terms.get("arguments")
    return given if begun is None else resume_arguments(begun, given)


def apply_job_feeds(settings: BaseSettings, terms: Mapping[str, Any]) -> None:
    """Set the feeds of a job; a resumed one has the feeds that it started with.

    Raises ArgumentError for feeds that cannot be resumed, JobError for a folder that cannot hold a job.
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
    return {**feeds, **resume_feeds(begun, of_rows, absolute=absolute_feed)}
