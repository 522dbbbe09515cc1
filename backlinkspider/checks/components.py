"""Refuse settings that leave out a component without which rows are wrong or missing."""

from __future__ import annotations

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


def check_components(settings: BaseSettings) -> None:
    """Raise ArgumentError that names the first required component that the settings leave out."""
    for name in _LISTS:
        chosen = settings.get_component_priority_dict_with_base(name)
        present = {_path(component) for component, place in chosen.items() if place is not None}
        for path, place in getattr(default_settings, name).items():
            is_required = place is not None and path.startswith("backlinkspider.") and path not in OPTIONAL
            if is_required and path not in present:
                raise ArgumentError(_refusal(name, path))
    # To Scrapy every class with the methods of a scheduler is a subclass of another.
    if load_object(default_settings.SCHEDULER) not in load_object(settings["SCHEDULER"]).__mro__:
        raise ArgumentError(f"SCHEDULER is not {default_settings.SCHEDULER}, which the spiders of backlinkspider need")


def _path(component: Any) -> str:
    return component if isinstance(component, str) else global_object_name(component)


def _refusal(name: str, path: str) -> str:
    return (
        f"{name} lacks {path}, without which rows are wrong: do not set it to None, and name backlinkspider.addon.BacklinksAddon "
        "in ADDONS"
    )
