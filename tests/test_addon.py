"""The add-on: what the user sets joins the components, and what every crawl needs cannot get lost."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from scrapy.settings import Settings

from backlinkspider import default_settings as ours
from backlinkspider.addon import COMPONENTS, BacklinksAddon
from backlinkspider.checks.components import OPTIONAL, check_components
from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.operations.demo import SEEDS, TARGET
from tests.support.scrapy_command import read_json_lines, scrapy

ARCHIVE = str(Path(ours.__file__).parent / "demo.warc.gz")
READER = "backlinkspider.downloader.handlers.warc.ArchiveDownloadHandler"
ADDED = {
    "DOWNLOAD_HANDLERS": {"ftp": READER},
    "DOWNLOADER_MIDDLEWARES": {"scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 401},
    "SPIDER_MIDDLEWARES": {"scrapy.spidermiddlewares.referer.RefererMiddleware": 701},
    "ITEM_PIPELINES": {"scrapy.pipelines.files.FilesPipeline": 900},
    "EXTENSIONS": {"scrapy.extensions.memdebug.MemoryDebugger": 10},
    "FEED_EXPORTERS": {"own": "scrapy.exporters.PprintItemExporter"},
}
"""A component beside ours, in each setting that holds some."""


def rows_of_demo(folder: Path, *options: str, **settings: Any) -> tuple[list[dict[str, Any]], str]:
    """Crawl the demo's archive; return the rows without their times, and the log."""
    handlers = {"http": READER, "https": READER, **settings.pop("DOWNLOAD_HANDLERS", {})}
    given = {
        "BACKLINKS_WARC_FILE": ARCHIVE, "DOWNLOAD_DELAY": "0", "DOWNLOAD_HANDLERS": json.dumps(handlers),
        **{name: json.dumps(value) if isinstance(value, dict) else value for name, value in settings.items()},
    }  # fmt: skip
    run = scrapy(
        "crawl", "backlinks", "-a", f"target={TARGET}", "-a", f"seeds={','.join(SEEDS)}", *options,
        *(word for name, value in given.items() for word in ("-s", f"{name}={value}")), "-O", "rows.jsonl",
        folder=folder,
    )  # fmt: skip
    assert run.code == 0, run.log
    rows = [{**row, "fetched_at": None} for row in read_json_lines(folder / "rows.jsonl")]
    # Sites take turns by the time that their pages took.
    return sorted(rows, key=lambda row: (row["url_from"], row["url_to"], row["link_path"] or "")), run.log


@cache
def rows_with_defaults() -> list[dict[str, Any]]:
    with TemporaryDirectory() as folder:
        rows, _ = rows_of_demo(Path(folder))
    assert len(rows) > 30
    return rows


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_of_the_users_joins_ours(name: str, tmp_path: Path) -> None:
    rows, _ = rows_of_demo(tmp_path, **{name: ADDED[name]})
    assert rows == rows_with_defaults()


@pytest.mark.parametrize("path", sorted(OPTIONAL))
def test_an_optional_component_can_be_switched_off_without_another_row(path: str, tmp_path: Path) -> None:
    rows, log = rows_of_demo(tmp_path, EXTENSIONS={path: None})
    assert path not in log
    assert rows == rows_with_defaults()


class PassPipeline:
    """A pipeline of somebody else's, which may read any column."""

    def process_item(self, item: Any) -> Any:
        return item


class LateAddon:
    """An add-on that brings its pipeline when the spider is built already."""

    def update_settings(self, settings: Settings) -> None:
        pipelines = {**settings.getdict("ITEM_PIPELINES"), f"{__name__}.{PassPipeline.__name__}": 900}
        settings.set("ITEM_PIPELINES", pipelines, "addon")


@pytest.mark.parametrize("is_added", [True, False])
def test_a_pipeline_that_comes_after_the_spider_gets_all_columns(tmp_path: Path, *, is_added: bool) -> None:
    addons = {"backlinkspider.addon.BacklinksAddon": 0, **({f"{__name__}.{LateAddon.__name__}": 1} if is_added else {})}
    _, log = rows_of_demo(tmp_path, "-a", "columns=url_from,url_to,link_path,fetched_at", ADDONS=addons)
    assert (f"target {TARGET}: every page read" in log) is is_added


def settings_with(name: str, value: object) -> Settings:
    settings = Settings({name: value})
    BacklinksAddon.update_pre_crawler_settings(settings)
    return settings


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (name, path)
        for name in ("DOWNLOADER_MIDDLEWARES", "ITEM_PIPELINES", "EXTENSIONS")
        for path, place in getattr(ours, name).items()
        if place is not None and path not in OPTIONAL
    ],
)
def test_a_component_that_rows_need_cannot_be_switched_off(name: str, path: str) -> None:
    with pytest.raises(ArgumentError, match=f"^{name} lacks {path}, "):
        check_components(settings_with(name, {path: None}))


def test_without_the_addon_a_crawl_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"^DOWNLOADER_MIDDLEWARES lacks .*BacklinksAddon in ADDONS$"):
        check_components(Settings())


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("EXTENSIONS", {"nowhere.Extension": 1}, "No module named 'nowhere'"),
        ("ITEM_PIPELINES", {"scrapy.Nothing": 1}, "doesn't define any object named 'Nothing'"),
        ("DOWNLOADER_MIDDLEWARES", {"word": 1}, "not a full path"),
        ("SPIDER_MIDDLEWARES", {"nowhere.Middleware": 1}, "No module named 'nowhere'"),
        ("FEED_EXPORTERS", {"csv": "nowhere.Exporter"}, "No module named 'nowhere'"),
        ("FEED_STORAGES", {"s3": "nowhere.Storage"}, "No module named 'nowhere'"),
        ("DOWNLOAD_HANDLERS", {"https": "nowhere.Handler"}, "No module named 'nowhere'"),
        ("SCHEDULER", "nowhere.Scheduler", "No module named 'nowhere'"),
    ],
)
def test_what_cannot_be_loaded_is_named_in_one_line(name: str, value: object, problem: str) -> None:
    with pytest.raises(ArgumentError, match=f"^{name} cannot be loaded: .*{problem}") as refused:
        check_components(settings_with(name, value))
    assert "\n" not in str(refused.value)


def test_another_scheduler_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"^SCHEDULER is not backlinkspider\."):
        check_components(settings_with("SCHEDULER", "scrapy.core.scheduler.Scheduler"))


def test_what_the_project_sets_goes_before() -> None:
    settings = settings_with("DOWNLOAD_DELAY", 7.5)
    assert settings.getfloat("DOWNLOAD_DELAY") == 7.5
    assert settings.getfloat("DOWNLOAD_TIMEOUT") == ours.DOWNLOAD_TIMEOUT
    assert settings.getlist("SPIDER_MODULES") == ["backlinkspider.spiders"]


def test_the_addon_may_be_applied_twice() -> None:
    once, twice = settings_with("ITEM_PIPELINES", {"mine.P": 900}), settings_with("ITEM_PIPELINES", {"mine.P": 900})
    BacklinksAddon().update_settings(twice)
    assert once.copy_to_dict() == twice.copy_to_dict()
