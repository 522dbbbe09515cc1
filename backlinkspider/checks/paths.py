"""Check the files that a user names for one crawl: no output is also a list or another output."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from scrapy.settings import BaseSettings

from backlinkspider.checks.seed_files import path_of_list
from backlinkspider.core.arguments import Arguments, NamedList, SeedFile
from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.feeds.uris import is_coverage


def check_output_paths(arguments: Arguments, settings: BaseSettings) -> None:
    """Raise ArgumentError where coverage or a list of sites is an output of rows, or coverage would overwrite a list.

    Reads: BACKLINKS_LISTS_DIR, BACKLINKS_COVERAGE_DIR, FEEDS.
    """
    rows = {path for name, feed in settings.getdict("FEEDS").items() if not is_coverage(feed) for path in _local_path(str(name))}
    coverage = set(_local_path(coverage_path(arguments, settings) or ""))
    if coverage & rows:
        raise ArgumentError(f"coverage '{arguments.coverage}' is the output of the rows too: give it another name")
    for source in (*arguments.seeds, *arguments.trusted, *arguments.known):
        if isinstance(source, SeedFile | NamedList):
            path = path_of_list(source, settings["BACKLINKS_LISTS_DIR"])
            if path.resolve() in rows | coverage:
                raise ArgumentError(f"{source} is an output too, which would take its place: give the output another name")


def coverage_path(arguments: Arguments, settings: BaseSettings) -> str | None:
    """Return where coverage is written: a path, or the URL of a storage."""
    folder: str | None = settings["BACKLINKS_COVERAGE_DIR"]
    if arguments.coverage is None or not folder:
        return arguments.coverage
    return f"{folder.rstrip('/')}/{arguments.coverage}"


def _local_path(name: str) -> Iterator[Path]:
    """Return the path that the name of an output means; None for an output in a storage."""
    path = name.removeprefix("file://")
    if path and "://" not in path:
        # Unlike Path.resolve this accepts a link to itself, which is refused when the output is opened.
        yield Path(os.path.realpath(path))
