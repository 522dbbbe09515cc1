"""Refuse settings that name a component which cannot be loaded, or leave one out without which rows are wrong or missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object
from scrapy.utils.python import global_object_name

from backlinkspider import default_settings
from backlinkspider.core.exceptions import ArgumentError

OPTIONAL = frozenset(
    {
        "backlinkspider.extensions.coverage.SeedCoverage",
        "backlinkspider.extensions.process_tuning.ProcessTuning",
        "backlinkspider.extensions.summary.Summary",
        "backlinkspider.progress.extension.ProgressReport",
    }
)
"""Those without which a crawl has the same rows; each has a setting or argument of its own too."""

_LISTS = ("DOWNLOADER_MIDDLEWARES", "ITEM_PIPELINES", "EXTENSIONS")
_BY_NAME = ("DOWNLOAD_HANDLERS", "FEED_EXPORTERS", "FEED_STORAGES")
"""Those in which a component stands behind a name."""
_DICTIONARIES = (*_LISTS, "SPIDER_MIDDLEWARES", *_BY_NAME)


def check_components(settings: BaseSettings) -> None:
    """Raise ArgumentError that names the first component that cannot be loaded, or that is required and left out."""
    for name in _DICTIONARIES:
        for component in _named_by(name, settings):
            _load(name, component)
    for name in _LISTS:
        chosen = settings.get_component_priority_dict_with_base(name)
        present = {_path(component) for component, place in chosen.items() if place is not None}
        for path, place in getattr(default_settings, name).items():
            is_required = place is not None and path.startswith("backlinkspider.") and path not in OPTIONAL
            if is_required and path not in present:
                raise ArgumentError(_refusal(name, path))
    # To Scrapy every class with the methods of a scheduler is a subclass of another.
    if load_object(default_settings.SCHEDULER) not in _load("SCHEDULER", settings["SCHEDULER"]).__mro__:
        raise ArgumentError(f"SCHEDULER is not {default_settings.SCHEDULER}, which the spiders of backlinkspider need")


def _load(name: str, component: Any) -> Any:
    """Return what a setting names. Raises ArgumentError where it cannot be loaded."""
    try:
        return load_object(component)
    except (ImportError, NameError, TypeError, ValueError) as error:
        raise ArgumentError(f"{name} cannot be loaded: {error}") from error


def _named_by(name: str, settings: BaseSettings) -> Iterator[Any]:
    """Yield the components of a setting that the user names; ours and Scrapy's are loaded when they are used."""
    known = {**settings.getdict(f"{name}_BASE"), **getattr(default_settings, name, {})}
    for key, value in settings.getdict(name).items():
        component = value if name in _BY_NAME else key
        if value is not None and component not in (known.values() if name in _BY_NAME else known):
            yield component


def _path(component: Any) -> str:
    return component if isinstance(component, str) else global_object_name(component)


def _refusal(name: str, path: str) -> str:
    return (
        f"{name} lacks {path}, without which rows are wrong: do not set it to None, and name backlinkspider.addon.BacklinksAddon "
        "in ADDONS"
    )
