"""Refuse values of settings that cannot be meant, such as a delay that is not a number."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, Settings, default_settings

from backlinkspider import default_settings as project_settings
from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.core.ranking.site_memory import CrawlOrder
from backlinkspider.core.rows.csv_cells import DIALECTS, CsvDialect, DecimalSign

logger = logging.getLogger(__name__)

_RENAMED = {
    "BACKLINKS_ARCHIVE": "BACKLINKS_WARC_FILE",
    "BACKLINKS_CLAIMS": "BACKLINKS_WORKER_SITES",
    "BACKLINKS_DELIVERIES": "BACKLINKS_MAX_ATTEMPTS",
    "BACKLINKS_LEASE": "BACKLINKS_LEASE_SECONDS",
    "BACKLINKS_LINK_ENDS": "BACKLINKS_LINK_CHECK_LIMIT",
    "BACKLINKS_MAX_DELAY": "BACKLINKS_MAX_DELAY_SECONDS",
    "BACKLINKS_PROFILE_SECONDS": "BACKLINKS_TARGET_TIMEOUT_SECONDS",
    "BACKLINKS_QUEUE_PATIENCE": "BACKLINKS_QUEUE_TIMEOUT_SECONDS",
}
"""Settings of versions before 0.2, and their names since."""

_TRUTH = frozenset({"True", "False", "true", "false"})
"""The words that Scrapy reads as true or false, beside numbers."""

_WORDS: dict[str, type[StrEnum]] = {"BACKLINKS_CRAWL_ORDER": CrawlOrder, "BACKLINKS_CSV_DECIMAL": DecimalSign}
"""Settings that have one of a few words."""


def check_settings(settings: BaseSettings) -> None:
    """Raise ArgumentError for a text that is not a number or truth value where the default of the setting is one."""
    for name, default in _defaults():
        value = settings[name]
        if isinstance(value, str):
            why = _problem(name, value, default)
            if why is not None:
                raise ArgumentError(f"{name} '{value}' {why}")


def csv_dialect(settings: BaseSettings) -> CsvDialect:
    """Return how CSV is written. Reads: BACKLINKS_CSV_DECIMAL, which is checked before."""
    return DIALECTS[DecimalSign(settings["BACKLINKS_CSV_DECIMAL"])]


def rename_settings(settings: Settings) -> None:
    """Take the value of a setting that is given under its old name, unless the new one is given too, and log its new name."""
    for old, new in _RENAMED.items():
        priority = settings.getpriority(old)
        if settings[old] is not None and priority is not None:
            logger.warning("setting %s is now called %s", old, new)
            if (settings.getpriority(new) or 0) <= SETTINGS_PRIORITIES["project"]:
                settings.set(new, settings[old], priority)


def _defaults() -> Iterator[tuple[str, Any]]:
    every = {**vars(default_settings), **vars(project_settings)}
    return ((name, default) for name, default in every.items() if name.isupper())


def _problem(name: str, value: str, default: object) -> str | None:
    if name == "LOG_LEVEL":
        levels = logging.getLevelNamesMapping()
        return None if value in levels else f"is none of {', '.join(levels)}"
    if name in _WORDS:
        return None if value in {*_WORDS[name]} else f"is none of {', '.join(_WORDS[name])}"
    if isinstance(default, bool):
        return None if value in _TRUTH or value.isdecimal() else "is neither True nor False"
    if isinstance(default, int | float):
        return _problem_of_number(value, is_whole=isinstance(default, int), is_ours=name.startswith("BACKLINKS_"))
    return None


def _problem_of_number(value: str, *, is_whole: bool, is_ours: bool) -> str | None:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if math.isnan(number):
        return "is not a number"
    if not is_ours:
        # Scrapy reads some of its settings as fractions although their default is whole, and a priority may be negative.
        return None
    if number < 0:
        return "is less than 0"
    return "is not a whole number" if is_whole and not value.strip().isdecimal() else None
