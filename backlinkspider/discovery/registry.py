"""Finds the kinds of sources: every class below `discovery.sources` that has names."""

from __future__ import annotations

import difflib
import pkgutil
from collections.abc import Iterable
from importlib import import_module

from backlinkspider.core.exceptions import SourceError
from backlinkspider.discovery import sources
from backlinkspider.discovery.source import Question, Source
from backlinkspider.discovery.store import MAXIMUM_NAMES


def source_kinds() -> dict[str, type[Source]]:
    """Return the kinds of sources by name, in the order of their names."""
    kinds: dict[str, type[Source]] = {}
    for module in pkgutil.walk_packages(sources.__path__, f"{sources.__name__}."):
        for kind in vars(import_module(module.name)).values():
            if isinstance(kind, type) and issubclass(kind, Source) and kind.__module__ == module.name:
                kinds |= dict.fromkeys(getattr(kind, "NAMES", ()), kind)
    return dict(sorted(kinds.items()))


def build_sources(texts: Iterable[str], question: Question) -> list[Source]:
    """Return the sources that `--source NAME[=VALUE]` names, one for each name. Raises SourceError."""
    kinds = source_kinds()
    values: dict[str, list[str]] = {}
    for text in texts:
        name, _, value = (part.strip() for part in text.partition("="))
        if name not in kinds:
            near = difflib.get_close_matches(name, kinds, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"the sources are {', '.join(kinds)}"
            raise SourceError(f"unknown source '{name}': {hint}")
        values.setdefault(name, []).extend([value] if value else [])
    if len(values) > MAXIMUM_NAMES:
        raise SourceError(f"{len(values)} kinds of sources are too many: {MAXIMUM_NAMES} at most")
    return [kinds[name](name, given, question) for name, given in values.items()]
