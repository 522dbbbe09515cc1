"""A file that is written whole: its rows wait in a working file, and no end of a crawl loses them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from scrapy import Spider
from scrapy.extensions.feedexport import FileFeedStorage
from scrapy.settings import Settings

from backlinkspider.checks.feeds import check_feed_options
from backlinkspider.core.exceptions import ArgumentError, FeedError
from backlinkspider.default_settings import FEED_EXPORTERS
from backlinkspider.feeds.exporters import JsonLinesRowsExporter
from backlinkspider.items import COVERAGE_COLUMNS
from backlinkspider.job.store import JobStore
from backlinkspider.whole_files.storage import WholeFileStorage
from tests.support.fork_server import Run
from tests.support.libreoffice import read_sheet
from tests.support.miniweb import MiniWeb, html
from tests.support.scrapy_command import read_json_lines, scrapy

PAGES = {
    "https://blog.example/": '<p>The <a href="https://target.example/">oak chair</a></p><a href="/two">two</a>',
    "https://blog.example/two": '<p><a href="https://target.example/gone">=1+1</a> <a href="https://o.example/">other</a></p>',
    "https://target.example/": "<h1>Oak chairs</h1>",
}


@pytest.fixture(scope="module")
def web() -> Iterator[MiniWeb]:
    with MiniWeb({url: html(page) for url, page in PAGES.items()}) as web:
        yield web


def crawl(web: MiniWeb, folder: Path, *options: str) -> Run:
    arguments = ["-a", "target=target.example", "-a", "seeds=blog.example", "-s", "DOWNLOAD_DELAY=0"]
    return scrapy("crawl", "backlinks", *arguments, *options, folder=folder, environment=web.environment())


def test_a_crawl_writes_a_workbook_and_parquet(web: MiniWeb, tmp_path: Path) -> None:
    run = crawl(web, tmp_path, "-O", "rows.xlsx", "-O", "rows.parquet", "-O", "rows.jsonl", "-a", "keep=backlink,outbound")
    assert run.code == 0, run.log
    assert {path.name for path in tmp_path.iterdir()} == {"rows.xlsx", "rows.parquet", "rows.jsonl"}
    raw = read_json_lines(tmp_path / "rows.jsonl")
    header, *lines = read_sheet(tmp_path / "rows.xlsx", "Backlinks")
    rows = [dict(zip(map(str, header), line, strict=True)) for line in lines]
    assert {(row["anchor"], row["verdict"], row["to_do"]) for row in rows} == {
        (row["anchor"], row["verdict"], row["to_do"] or "") for row in raw if row["relation"] == "backlink"
    }
    assert any(row["to_do"] == "mend" for row in rows)
    coverage_header, coverage = read_sheet(tmp_path / "rows.xlsx", "Coverage")
    assert coverage[coverage_header.index("seed")] == "blog.example"
    assert set(coverage_header) < {*COVERAGE_COLUMNS}
    with duckdb.connect() as database:
        query = database.execute("SELECT url_to, verdict, quality FROM read_parquet(?)", [str(tmp_path / "rows.parquet")])
        assert query.fetchall() == [(row["url_to"], row["verdict"], row["quality"]) for row in raw]


def test_a_workbook_has_the_columns_that_were_chosen(web: MiniWeb, tmp_path: Path) -> None:
    fields = ["-s", 'FEED_EXPORT_FIELDS={"anchor": "Words", "verdict": "Worth"}']
    assert crawl(web, tmp_path, "-O", "rows.xlsx", *fields).code == 0
    header, *lines = read_sheet(tmp_path / "rows.xlsx", "Backlinks")
    assert header == ["Words", "Worth"]
    assert {words for words, _ in lines} == {"oak chair", "=1+1"}


def test_a_crawl_that_finds_nothing_writes_them_too(web: MiniWeb, tmp_path: Path) -> None:
    seeds = ["-a", "seeds=https://blog.example/missing", "-a", "profile_pages=0"]
    run = scrapy(
        "crawl", "backlinks", "-a", "target=target.example", *seeds, "-O", "rows.xlsx", "-O", "rows.parquet",
        folder=tmp_path, environment=web.environment(),
    )  # fmt: skip
    assert run.code == 1, run.log
    assert len(read_sheet(tmp_path / "rows.xlsx", "Backlinks")) == 1
    with duckdb.connect() as database:
        assert database.execute("SELECT count(*) FROM read_parquet(?)", [str(tmp_path / "rows.parquet")]).fetchone() == (0,)


def test_a_file_that_is_there_is_not_appended_to(web: MiniWeb, tmp_path: Path) -> None:
    (tmp_path / "rows.xlsx").write_bytes(b"mine")
    run = crawl(web, tmp_path, "-o", "rows.xlsx")
    assert run.code == 1
    assert "feed rows.xlsx cannot be written: it cannot be appended to: take -O" in run.log
    assert (tmp_path / "rows.xlsx").read_bytes() == b"mine"


def row(number: int) -> dict[str, Any]:
    return {"relation": "backlink", "url_from": f"https://a.example/{number}"}


def copy_rows(rows: Path, draft: Path) -> None:
    draft.write_bytes(b"whole:" + rows.read_bytes())


async def copy(rows: Path, draft: Path) -> bool:
    copy_rows(rows, draft)
    return True


async def no_verdicts(*_: object) -> bool:
    return False


def storage_for(
    output: Path, failures: list[str], *, write: Any = copy, job: JobStore | None = None, finish: Any = no_verdicts
) -> WholeFileStorage:
    storage = FileFeedStorage(str(output), feed_options={"overwrite": True})
    return WholeFileStorage(storage, output.name, finish, failures.append, write=write, job=job)


def store(storage: WholeFileStorage, *numbers: int, job: JobStore | None = None) -> None:
    file = storage.open(Spider("any"))
    exporter = JsonLinesRowsExporter(file, fields_to_export=["relation", "url_from"])
    if job is not None:
        assert storage.path is not None
        job.feeds.track(storage.path, file, exporter.form)
    for number in numbers:
        exporter.export_row(row(number))
    if job is not None:
        job.commit()
    asyncio.run(storage._store(file))


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    output = tmp_path / "rows.xlsx"
    output.write_bytes(b"old")

    async def look(rows: Path, draft: Path) -> bool:
        assert output.read_bytes() == b"old"
        return await copy(rows, draft)

    failures: list[str] = []
    store(storage_for(output, failures, write=look), 1)
    assert output.read_bytes() == b'whole:{"relation":"backlink","url_from":"https://a.example/1"}\n'
    assert [path.name for path in tmp_path.iterdir()] == ["rows.xlsx"]
    assert failures == []


ENDS = [
    pytest.param(FeedError("the disk is full"), id="an error"),
    pytest.param(OSError(28, "No space left on device"), id="a full disk"),
    pytest.param(None, id="a process that must end at once"),
]


@pytest.mark.parametrize("error", ENDS)
def test_rows_outlive_a_file_that_is_not_written(tmp_path: Path, error: Exception | None) -> None:
    async def fail(rows: Path, draft: Path) -> bool:
        copy_rows(rows, draft)
        if error is not None:
            raise error
        return False

    output = tmp_path / "rows.xlsx"
    output.write_bytes(b"old")
    failures: list[str] = []
    store(storage_for(output, failures, write=fail), 1)
    working = tmp_path / "rows.xlsx.rows.jsonl"
    assert read_json_lines(working) == [row(1)]
    assert output.read_bytes() == b"old"
    assert {path.name for path in tmp_path.iterdir()} == {"rows.xlsx", working.name}
    assert [f"its rows are in {working}" in failure for failure in failures] == ([True] if error else [])


def test_rows_without_verdicts_are_written(tmp_path: Path) -> None:
    async def fail(*_: object) -> bool:
        raise FeedError("it cannot be read")

    failures: list[str] = []
    store(storage_for(tmp_path / "rows.xlsx", failures, finish=fail), 1)
    assert (tmp_path / "rows.xlsx").read_bytes().startswith(b"whole:{")
    assert failures == ["feed rows.xlsx is stored without verdicts: it cannot be read"]


def test_a_job_goes_on_with_its_rows_and_replaces_the_file(tmp_path: Path) -> None:
    failures: list[str] = []
    for numbers in ((1, 2), (3,)):
        job = JobStore.open(tmp_path / "job")
        store(storage_for(tmp_path / "rows.xlsx", failures, job=job), *numbers, job=job)
        job.close()
    assert (tmp_path / "rows.xlsx").read_bytes().count(b"https://a.example/") == 3
    assert failures == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_found_before_the_crawl(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError):
        storage_for(tmp_path / "rows.xlsx", []).open(Spider("any"))


def test_a_folder_is_no_file_to_write(tmp_path: Path) -> None:
    (tmp_path / "rows.xlsx").mkdir()
    with pytest.raises(OSError, match="it is a folder"):
        storage_for(tmp_path / "rows.xlsx", []).open(Spider("any"))


PLACES = [
    pytest.param("stdout:", {"format": "xlsx"}, "cannot go to standard output", id="a workbook to standard output"),
    pytest.param("-", {"format": "parquet"}, "cannot go to standard output", id="Parquet to standard output"),
    pytest.param("a.xlsx", {"format": "xlsx", "postprocessing": ["x"]}, "has postprocessing", id="a compressed workbook"),
    pytest.param(
        "a.xlsx", {"format": "xlsx", "item_export_kwargs": {"delimiter": ";"}}, "no option 'delimiter'", id="an option of CSV"
    ),
    pytest.param("a.xlsx", {"format": "xlsx", "fields": ["colour"]}, "'colour' does not exist", id="an unknown column"),
]


@pytest.mark.parametrize(("name", "options", "problem"), PLACES)
def test_what_cannot_be_written_is_refused(name: str, options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ArgumentError, match=problem):
        check_feed_options(Settings({"FEEDS": {name: options}, "FEED_EXPORTERS": FEED_EXPORTERS}))
