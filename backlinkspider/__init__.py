"""Finds the links that point at a target site, in pages of seed sites."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backlinkspider.library.page_links import find_links
    from backlinkspider.library.rows import read_rows, rows_of

__all__ = ["find_links", "read_rows", "rows_of"]
__version__ = "0.1.0"

_LIBRARY = {
    "find_links": "backlinkspider.library.page_links",
    "read_rows": "backlinkspider.library.rows",
    "rows_of": "backlinkspider.library.rows",
}


def __getattr__(name: str) -> Any:
    """Import what programs call when it is first used: a crawl does without it."""
    if name not in _LIBRARY:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(_LIBRARY[name]), name)
