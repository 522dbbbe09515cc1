"""The settings say what they mean: every component loads, every setting of ours is read and explained."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from scrapy.settings import Settings
from scrapy.settings import default_settings as scrapy_defaults
from scrapy.utils.misc import load_object

from backlinkspider import default_settings as ours
from backlinkspider.checks.feeds import check_feed_options
from backlinkspider.checks.settings import check_settings, rename_settings
from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.feeds.exporters import CsvRowsExporter
from tests.support.scrapy_command import scrapy

PROJECT = Path(__file__).parent.parent
SETTINGS = {name: value for name, value in vars(ours).items() if name.isupper()}
OWN = sorted(name for name in SETTINGS if name.startswith("BACKLINKS_"))


def dotted_paths(value: object) -> Iterator[str]:
    if isinstance(value, str) and re.fullmatch(r"[a-z_]+(\.[A-Za-z_]\w*)+", value):
        yield value
    elif isinstance(value, dict):
        for part in (*value.keys(), *value.values()):
            yield from dotted_paths(part)


PATHS = sorted({path for value in SETTINGS.values() for path in dotted_paths(value)})


@pytest.mark.parametrize("path", PATHS)
def test_a_component_loads(path: str) -> None:
    assert load_object(path)


@pytest.mark.parametrize("name", OWN)
def test_a_setting_of_ours_is_read_and_explained(name: str) -> None:
    sources = [
        path.read_text(encoding="utf-8")
        for path in (PROJECT / "backlinkspider").rglob("*.py")
        if path.name != "default_settings.py"
    ]
    assert any(f'"{name}"' in source for source in sources)
    assert f"| `{name}` |" in (PROJECT / "docs" / "settings.md").read_text(encoding="utf-8")


def test_the_others_are_scrapys_and_differ_from_its_defaults() -> None:
    for name, value in SETTINGS.items():
        if name not in OWN:
            assert hasattr(scrapy_defaults, name), name
            assert getattr(scrapy_defaults, name) != value, name


def test_what_runs_code_for_strangers_is_off() -> None:
    settings = Settings(SETTINGS)
    assert not settings.getbool("TELNETCONSOLE_ENABLED")
    assert not settings.getbool("REMOTE_CONTROL_ENABLED")
    extensions = {
        path.rpartition(".")[2]
        for path, place in settings.get_component_priority_dict_with_base("EXTENSIONS").items()
        if place is not None
    }
    assert not extensions & {"TelnetConsole", "RemoteControl"}
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}


WRONG_VALUES = [
    pytest.param("BACKLINKS_MAX_DELAY_SECONDS", "abc", "is not a number", id="a word for a number"),
    pytest.param("BACKLINKS_MAX_DELAY_SECONDS", "-1", "is less than 0", id="a negative delay"),
    pytest.param("BACKLINKS_MAX_DELAY_SECONDS", "nan", "is not a number", id="no number at all"),
    pytest.param("BACKLINKS_LINK_CHECK_LIMIT", "1.5", "is not a whole number", id="a fraction of an address"),
    pytest.param("BACKLINKS_ALLOW_PRIVATE_NETWORKS", "yes", "is neither True nor False", id="a word for a truth value"),
    pytest.param("DOWNLOAD_DELAY", "1s", "is not a number", id="a delay with its unit"),
    pytest.param("DOWNLOAD_MAXSIZE", "16M", "is not a number", id="a size with its unit"),
    pytest.param("CONCURRENT_REQUESTS", "", "is not a number", id="an empty number"),
    pytest.param("ROBOTSTXT_OBEY", "on", "is neither True nor False", id="a truth value of Scrapy"),
    pytest.param("LOG_LEVEL", "LOUD", "is none of CRITICAL", id="a level that there is not"),
]


@pytest.mark.parametrize(("name", "value", "problem"), WRONG_VALUES)
def test_a_value_that_cannot_be_meant_is_refused(name: str, value: str, problem: str) -> None:
    with pytest.raises(ArgumentError, match=f"^{name} '{value}' {problem}"):
        check_settings(Settings({**SETTINGS, name: value}))


@pytest.mark.parametrize(
    ("name", "value"),
    [("DOWNLOAD_DELAY", "0.5"), ("RETRY_PRIORITY_ADJUST", "-1"), ("BACKLINKS_LINK_CHECK_LIMIT", "0"), ("LOG_LEVEL", "ERROR")]
    + [("ROBOTSTXT_OBEY", value) for value in ("0", "true", "False")],
)
def test_a_value_as_it_is_written_on_the_command_line_is_taken(name: str, value: str) -> None:
    check_settings(Settings({**SETTINGS, name: value}))


class ExporterThatNeedsMore(CsvRowsExporter):
    """One of the user's own."""

    def __init__(self, file: IO[bytes], *, more: str, **kwargs: Any) -> None:
        super().__init__(file, **kwargs)


def test_feeds_that_scrapy_can_write_are_taken() -> None:
    feeds = {
        Path("own.csv"): {"format": "own", "fields": {"url_from": "From"}, "item_export_kwargs": {"more": "x"}},
        "all.csv": {"format": "csv", "fields": None},
    }
    exporters = {**SETTINGS["FEED_EXPORTERS"], "own": ExporterThatNeedsMore}
    check_feed_options(Settings({"FEEDS": feeds, "FEED_EXPORTERS": exporters, "FEED_EXPORT_FIELDS": ["not of ours"]}))


def test_a_setting_under_its_old_name_counts_and_is_named_with_the_new_one(caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(SETTINGS)
    settings.set("BACKLINKS_LEASE", "60", "cmdline")
    rename_settings(settings)
    assert settings["BACKLINKS_LEASE_SECONDS"] == "60"
    assert caplog.messages == ["setting BACKLINKS_LEASE is now called BACKLINKS_LEASE_SECONDS"]


def test_the_new_name_of_a_setting_is_stronger_than_the_old_one() -> None:
    settings = Settings(SETTINGS)
    settings.set("BACKLINKS_LEASE", "60", "cmdline")
    settings.set("BACKLINKS_LEASE_SECONDS", "90", "cmdline")
    rename_settings(settings)
    assert settings["BACKLINKS_LEASE_SECONDS"] == "90"


def test_no_setting_of_today_is_called_old(caplog: pytest.LogCaptureFixture) -> None:
    rename_settings(Settings(SETTINGS))
    assert not caplog.messages


def test_no_default_is_refused() -> None:
    check_settings(Settings(SETTINGS))


@pytest.mark.parametrize(
    "option", ["-sBACKLINKS_MAX_DELAY_SECONDS=abc", "-sDOWNLOAD_DELAY=1s", "-LLOUD", "-sTELNETCONSOLE_ENABLED=no"]
)
def test_a_wrong_setting_ends_the_command_with_one_line(option: str, tmp_path: Path) -> None:
    run = scrapy("crawl", "backlinks", "-a", "target=example.com", option, "-O", "rows.csv", folder=tmp_path)
    assert (run.code, run.log.count("\n")) == (2, 1), run.log
    assert "'" in run.log
    assert not (tmp_path / "rows.csv").exists()
