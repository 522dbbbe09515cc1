"""Runs the project's real commands, as a user does, and reads what they wrote."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.fork_server import PROJECT, Run, Running, run_command, start_command
from tests.support.miniweb import MiniWeb


class Crawl(NamedTuple):
    """A crawl that has ended."""

    code: int
    rows: list[dict[str, Any]]
    log: str
    """The result, and below it the log."""

    def column(self, *names: str) -> list[Any]:
        """The cells of one column, or tuples of several, sorted: the order of pages is not promised."""
        cells = [tuple(row[name] for name in names) for row in self.rows]
        return sorted(cell[0] for cell in cells) if len(names) == 1 else sorted(cells, key=str)


def scrapy(*arguments: str, folder: Path = PROJECT, environment: Mapping[str, str] | None = None) -> Run:
    """Runs `scrapy` with the project's settings in `folder`; warnings of its Python are errors."""
    variables = {**project_environment(os.environ if environment is None else environment), "PYTHONWARNINGS": "error"}
    return run_command(arguments, folder=folder, environment=variables)


def start_scrapy(*arguments: str, folder: Path, environment: Mapping[str, str]) -> Running:
    """Starts the same, for a test that ends it by a signal; it logs to `log` in the folder."""
    variables = {**project_environment(environment), "PYTHONWARNINGS": "error"}
    return start_command(arguments, folder=folder, environment=variables, log=folder / "log")


def project_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables with which a process in any folder has the project's settings."""
    return {**environment, "SCRAPY_SETTINGS_MODULE": "backlinkspider.settings", "PYTHONPATH": str(PROJECT)}


def crawl(web: MiniWeb, folder: Path, *settings: str, **arguments: str) -> Crawl:
    """Runs `scrapy crawl backlinks` against a web, without its delay, and reads its rows.

    The target's own site is not read before, nor is asked where links lead: what is asked for is what a test counts. Tests of
    these say so.
    """
    arguments = {"profile_pages": "0", **arguments}
    feed = folder / "rows.jsonl"
    run = scrapy(
        "crawl",
        "backlinks",
        *options(arguments),
        *set_options("DOWNLOAD_DELAY=0", "BACKLINKS_LINK_CHECK_LIMIT=0", *settings),
        "-O",
        str(feed),
        folder=folder,
        environment=web.environment(),
    )
    return Crawl(run.code, read_json_lines(feed) if feed.exists() else [], run.output + run.log)


def read_csv(table: Path) -> list[dict[str, str]]:
    """The rows of a table for spreadsheets, as text."""
    with table.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def read_json_lines(feed: Path) -> list[dict[str, Any]]:
    """The rows of a JSON lines feed."""
    # Not splitlines(), which splits at U+2028 too: an anchor may hold it.
    with feed.open(encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines]


def options(arguments: Mapping[str, str]) -> Sequence[str]:
    """Spider arguments as a command line has them."""
    return [part for name, value in arguments.items() for part in ("-a", f"{name}={value}")]


def set_options(*settings: str) -> Sequence[str]:
    """Settings, each as `NAME=VALUE`, as a command line has them."""
    return [part for setting in settings for part in ("-s", setting)]
