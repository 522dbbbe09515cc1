"""Check how a job may be resumed: with its first arguments and feeds, or with higher limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from backlinkspider.core.arguments import Arguments, parse_arguments
from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.core.urls.canonicalize import strip_credentials

_LIMITS = {"max_pages": True, "max_depth": False, "max_pagination": True, "max_query_variants": True}
"""The arguments that may be raised, and whether 0 means no limit."""

_MUTABLE = frozenset({"coverage", "seeds"})
"""The arguments that may change: the coverage file, and the seeds, which the spider compares one by one."""

_FIELDS = {"target": "targets", "map": "column_map"}
"""The arguments whose field in Arguments has another name."""


def resume_arguments(begun: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """The arguments of a job that began with some and is resumed with others. Raises ArgumentError.

    Arguments not given stay. A limit may be raised; nothing else that decides which rows there are may change.

    >>> resume_arguments({"target": "example.com", "max_pages": "10"}, {"max_pages": "50"})
    {'target': 'example.com', 'max_pages': '50'}
    """
    texts = {**begun, **given}
    before, after = parse_arguments(begun), parse_arguments(texts)
    for name in given:
        if not name.startswith("_") and name not in _MUTABLE:
            _check(name, before, after)
    return texts


def raised_limits(begun: Mapping[str, str], texts: Mapping[str, str]) -> list[str]:
    """The raised limits, each as a phrase for the log.

    >>> raised_limits({"target": "example.com"}, {"target": "example.com", "max_pages": "0"})
    ['max_pages 100 → 0']
    """
    before, after = parse_arguments(begun), parse_arguments(texts)
    pairs = [(name, getattr(before, name), getattr(after, name)) for name in _LIMITS]
    return [f"{name} {old} → {new}" for name, old, new in pairs if old != new]


def _check(name: str, before: Arguments, after: Arguments) -> None:
    if name == "scope":
        name = "target"
    old, new = (getattr(arguments, _FIELDS.get(name, name)) for arguments in (before, after))
    # The order of targets and keywords does not matter.
    if old == new or (isinstance(old, tuple) and set(old) == set(new)):
        return
    if name not in _LIMITS:
        raise ArgumentError(f"the job began with another {name}: keep {name} as it was, or use another JOBDIR")
    if not _is_more(old, new, zero_is_all=_LIMITS[name]):
        raise ArgumentError(f"the job began with {name}={old}, which cannot be lowered to {new}")


def _is_more(old: int, new: int, *, zero_is_all: bool) -> bool:
    if zero_is_all and 0 in (old, new):
        return new == 0
    return new > old


def resume_feeds(
    begun: Mapping[str, Any], given: Mapping[str, Any], *, absolute: Callable[[str], str]
) -> dict[str, dict[str, Any]]:
    """The feeds of a resumed job, which must be those that it began with. Raises ArgumentError.

    Feed names are compared in the form that `absolute` gives them.
    """
    formats = [{absolute(name): options.get("format") for name, options in feeds.items()} for feeds in (begun, given)]
    if given and formats[0] != formats[1]:
        names = ", ".join(map(strip_credentials, begun)) or "no feed"
        raise ArgumentError(f"the job writes to {names}: pass the same -o, or omit it")
    return {name: dict(options) for name, options in (given or begun).items()}


def check_feeds(feeds: Mapping[str, Mapping[str, Any]], *, batch_items: int = 0) -> None:
    """Raise ArgumentError for a feed that cannot be resumed after a kill."""
    for name, options in feeds.items():
        reasons = {
            "is a JSON array": options.get("format") == "json",
            "is standard output": name in ("-", "stdout:"),
            "is written in batches": options.get("batch_item_count", batch_items),
            "has postprocessing": options.get("postprocessing"),
        }
        why = next((reason for reason, holds in reasons.items() if holds), None)
        if why is not None:
            raise ArgumentError(f"feed {name} {why}; with JOBDIR a feed must be resumable (a .csv or .jsonl file)")
