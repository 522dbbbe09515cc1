"""The files that a user names for one crawl: what is written is neither read nor written under another name."""

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
    """Raises ArgumentError where the coverage or a list of sites is a file that rows go to, or the coverage takes a list's place.

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
    """Where the coverage goes: a path, or an address of a storage."""
    folder: str | None = settings["BACKLINKS_COVERAGE_DIR"]
    if arguments.coverage is None or not folder:
        return arguments.coverage
    return f"{folder.rstrip('/')}/{arguments.coverage}"


def _local_path(name: str) -> Iterator[Path]:
    """The path that an output is by its name; none of one elsewhere."""
    path = name.removeprefix("file://")
    if path and "://" not in path:
        # Unlike that of a path this takes a link that leads to itself, which is refused when the output is opened.
        yield Path(os.path.realpath(path))
