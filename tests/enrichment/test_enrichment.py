"""What only the whole crawl can say is in every feed when the crawl has ended, and nowhere half."""

from __future__ import annotations

import asyncio
import csv
import gzip
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy import Spider
from scrapy.extensions.feedexport import FileFeedStorage

from backlinkspider.checks.weights import load_weights
from backlinkspider.core.rows.columns import COLUMNS, parse_columns
from backlinkspider.enrichment.verdicts import CrawlEvidence, enrich_feed
from backlinkspider.feeds.atomic_files import temp_file_for
from backlinkspider.feeds.reader import open_format
from backlinkspider.feeds.storage import DeferredFeedStorage
from backlinkspider.job.store import JobStore
from backlinkspider.report.tables import open_tables
from tests.support.fork_server import Run
from tests.support.miniweb import MiniWeb, html, redirect
from tests.support.scrapy_command import read_csv, read_json_lines, scrapy, start_scrapy

TARGET = "https://target.example/"
FOOTER = f'<footer><p>Friends: <a href="{TARGET}">Target</a></p></footer>'
MEMBERS = "".join(f'<a href="/{number}">{number}</a>' for number in range(1, 5))

PAGES = {
    TARGET: '<title>Oak chairs</title><h1>Oak</h1><a href="https://partner.example/">our partner</a><a href="/more">more</a>',
    f"{TARGET}more": f'<title>More</title><a href="{TARGET}">home</a>',
    "https://partner.example/": f"<title>Partner</title><nav>{MEMBERS}</nav>{FOOTER}",
    **{f"https://partner.example/{number}": f"<p>{number}</p>{FOOTER}" for number in range(1, 4)},
    "https://partner.example/4": "<p>without</p>",
    "https://blog.example/": f'<p>A chair, <a href="{TARGET}gone">oak chairs</a>, and <a href="https://other.example/">other</a></p>',
}
LATER = ("verdict", "reasons", "weights_version", "sitewide", "domain_from_pages", "reciprocal")


@pytest.fixture(scope="module")
def web() -> Iterator[MiniWeb]:
    with MiniWeb({url: html(page) for url, page in PAGES.items()}) as web:
        yield web


def crawl(
    web: MiniWeb, folder: Path, *options: str, target: str = "target.example", seeds: str = "partner.example,blog.example"
) -> Run:
    arguments = ["-a", f"target={target}", "-a", f"seeds={seeds}", "-s", "DOWNLOAD_DELAY=0"]
    return scrapy("crawl", "backlinks", *arguments, *options, folder=folder, environment=web.environment())


def by_page(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["url_from"]: row for row in rows if row["relation"] == "backlink"}


def test_the_columns_are_filled_in_json_lines(web: MiniWeb, tmp_path: Path) -> None:
    run = crawl(web, tmp_path, "-O", "rows.jsonl")
    assert run.code == 0, run.log
    rows = by_page(read_json_lines(tmp_path / "rows.jsonl"))
    partner, blog = rows["https://partner.example/1"], rows["https://blog.example/"]
    assert (partner["sitewide"], partner["domain_from_pages"], partner["reciprocal"]) == (0.8, 5, True)
    assert (blog["sitewide"], blog["domain_from_pages"], blog["reciprocal"]) == (1.0, 1, False)
    assert (blog["url_to_status_code"], blog["is_broken"]) == (404, True)
    assert (partner["url_to_status_code"], partner["is_broken"]) == (200, False)
    assert all(row["weights_version"].startswith("default ") for row in rows.values())
    assert all(row["verdict"] in ("good", "neutral", "review", "bad", "unknown") for row in rows.values())
    assert any(reason.startswith("position:") for reason in partner["reasons"])
    assert set(partner) == set(COLUMNS)


def test_every_format_says_the_same(web: MiniWeb, tmp_path: Path) -> None:
    run = crawl(web, tmp_path, "-O", "rows.jsonl", "-O", "rows.csv", "-O", "rows.json", "-a", "keep=all")
    assert run.code == 0, run.log
    lines = by_page(read_json_lines(tmp_path / "rows.jsonl"))
    array = by_page(json.loads((tmp_path / "rows.json").read_text()))
    table = by_page(read_csv(tmp_path / "rows.csv"))
    assert lines.keys() == array.keys() == table.keys() != set()
    for url, row in lines.items():
        assert {name: array[url][name] for name in LATER} == {name: row[name] for name in LATER}
        assert table[url]["verdict"] == row["verdict"]
        assert table[url]["reasons"] == " | ".join(row["reasons"])
    others = [row for row in read_json_lines(tmp_path / "rows.jsonl") if row["relation"] not in ("backlink", "internal_backlink")]
    assert others
    assert all(row[name] is None for row in others for name in LATER)


def test_rows_of_earlier_crawls_stay_as_they_are(web: MiniWeb, tmp_path: Path) -> None:
    for name in ("rows.csv", "rows.jsonl"):
        assert crawl(web, tmp_path, "-o", name, seeds="blog.example").code == 0
        before = (tmp_path / name).read_bytes()
        assert crawl(web, tmp_path, "-o", name, seeds="partner.example").code == 0
        assert (tmp_path / name).read_bytes().startswith(before)
    assert len(by_page(read_csv(tmp_path / "rows.csv"))) == 5
    assert by_page(read_json_lines(tmp_path / "rows.jsonl"))["https://partner.example/1"]["sitewide"] == 0.8


READERS: dict[str, Callable[[Path], list[dict[str, Any]]]] = {
    "csv": read_csv,
    "jsonl": read_json_lines,
    "json": lambda path: json.loads(path.read_text(encoding="utf-8")),
}
CHOSEN = {"url_from": "page", "verdict": "verdict", "relation": "relation", "sitewide": "share"}


@pytest.mark.parametrize("ending", ["csv", "jsonl", "json"])
def test_a_feed_with_columns_of_its_own_has_the_same_verdicts(web: MiniWeb, tmp_path: Path, ending: str) -> None:
    feeds = {f"chosen.{ending}": {"format": ending, "overwrite": True, "fields": CHOSEN}}
    settings = ["-s", f"FEEDS={json.dumps(feeds)}"]
    assert crawl(web, tmp_path, "-O", "rows.jsonl").code == 0
    assert crawl(web, tmp_path, *settings).code == 0
    path = tmp_path / f"chosen.{ending}"
    read = READERS[ending]
    rows = {row["page"]: row for row in read(path)}
    whole = by_page(read_json_lines(tmp_path / "rows.jsonl"))
    assert [*next(iter(rows.values()))] == [*CHOSEN.values()]
    assert {url: row["verdict"] for url, row in rows.items()} == {url: row["verdict"] for url, row in whole.items()}
    assert {url: str(row["share"]) for url, row in rows.items()} == {url: str(row["sitewide"]) for url, row in whole.items()}
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(["rows.jsonl", path.name])


@pytest.mark.parametrize("columns", ["core", "seo", "link_path,verdict"])
def test_chosen_columns_have_the_cells_that_they_have_among_all(web: MiniWeb, tmp_path: Path, columns: str) -> None:
    assert crawl(web, tmp_path, "-O", "all.csv", "-a", "keep=all").code == 0
    assert crawl(web, tmp_path, "-O", "some.csv", "-a", "keep=all", "-a", f"columns={columns}").code == 0
    whole, some = (sorted(read_csv(tmp_path / name), key=str) for name in ("all.csv", "some.csv"))
    names = parse_columns(columns)
    assert [*some[0]] == [*names]
    cells = [sorted(tuple(row[name] for name in names if name != "fetched_at") for row in rows) for rows in (whole, some)]
    assert cells[0] == cells[1]


def test_a_crawl_without_verdicts_asks_the_target_nothing(web: MiniWeb, tmp_path: Path) -> None:
    before = web.fetched(TARGET)
    run = crawl(web, tmp_path, "-O", "core.csv", "-a", "columns=core")
    assert run.code == 0, run.log
    assert web.fetched(TARGET) == before
    assert "verdicts" not in run.output
    assert "dofollow" in run.output


def test_a_feed_with_columns_of_its_own_is_appended_to(web: MiniWeb, tmp_path: Path) -> None:
    feeds = {"chosen.csv": {"format": "csv", "fields": CHOSEN}}
    for seeds in ("blog.example", "partner.example"):
        assert crawl(web, tmp_path, "-s", f"FEEDS={json.dumps(feeds)}", seeds=seeds).code == 0
    rows = read_csv(tmp_path / "chosen.csv")
    assert [row["share"] for row in rows] == ["1.0", "0.8", "0.8", "0.8", "0.8"]


def test_what_cannot_be_changed_later_is_written_at_the_end(web: MiniWeb, tmp_path: Path) -> None:
    plugin = "scrapy.extensions.postprocessing.GzipPlugin"
    feeds: dict[str, dict[str, Any]] = {
        "rows.csv.gz": {"format": "csv", "postprocessing": [plugin], "item_export_kwargs": {"delimiter": ";"}},
        "chosen.json.gz": {"format": "json", "postprocessing": [plugin], "gzip_compresslevel": 1, "fields": CHOSEN},
        "stdout:": {"format": "jsonl"},
        "rows.jsonl": {"format": "jsonl"},
    }
    run = crawl(web, tmp_path, "-s", f"FEEDS={json.dumps(feeds)}")
    assert run.code == 0, run.log
    plain = read_json_lines(tmp_path / "rows.jsonl")
    assert [json.loads(line) for line in run.output.splitlines()] == plain
    assert all(row["verdict"] for row in plain)
    table = gzip.decompress((tmp_path / "rows.csv.gz").read_bytes()).decode("utf-8-sig").splitlines()
    cells = list(csv.DictReader(table, delimiter=";"))
    assert [row["verdict"] for row in cells] == [row["verdict"] for row in plain]
    chosen = json.loads(gzip.decompress((tmp_path / "chosen.json.gz").read_bytes()))
    assert [row["verdict"] for row in chosen] == [row["verdict"] for row in plain]
    assert [*chosen[0]] == [*CHOSEN.values()]
    assert not list(tmp_path.glob("*.rows.jsonl"))


def test_a_crawl_that_is_interrupted_has_verdicts(tmp_path: Path) -> None:
    pages = {"https://slow.example/": f'<a href="{TARGET}">Target</a>' + "".join(f'<a href="/{n}">n</a>' for n in range(500))}
    answers = {url: html(page) for url, page in {**PAGES, **pages}.items()}
    answers |= {f"https://slow.example/{number}": html(f"{number}{FOOTER}") for number in range(500)}
    with MiniWeb(answers) as web:
        command = ["crawl", "backlinks", "-a", "target=target.example", "-a", "seeds=slow.example", "-a", "max_pages=0"]
        options = ["-s", "DOWNLOAD_DELAY=0.01", "-O", "rows.jsonl"]
        process = start_scrapy(*command, *options, folder=tmp_path, environment=web.environment())
        while process.poll() is None and not web.fetched("https://slow.example/20"):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130, (tmp_path / "log").read_text()
    rows = read_json_lines(tmp_path / "rows.jsonl")
    assert len(rows) > 15
    assert all(row["verdict"] for row in rows)
    # What was not asked is not known to be there, or not.
    assert {row["domain_from_pages"] for row in rows} == {len(rows)}


def test_a_job_that_is_gone_on_with_is_finished_as_one(web: MiniWeb, tmp_path: Path) -> None:
    job = ["-s", f"JOBDIR={tmp_path / 'job'}"]
    feeds = {"rows.csv": {"format": "csv"}, "chosen.jsonl": {"format": "jsonl", "fields": CHOSEN}}
    first = crawl(web, tmp_path, *job, "-s", f"FEEDS={json.dumps(feeds)}", "-s", "CLOSESPIDER_ITEMCOUNT=2")
    assert first.code in (1, 130), first.log
    run = crawl(web, tmp_path, *job, "-s", f"FEEDS={json.dumps(feeds)}")
    assert run.code == 0, run.log
    rows = by_page(read_csv(tmp_path / "rows.csv"))
    assert {row["sitewide"] for url, row in rows.items() if "partner" in url} == {"0.8"}
    chosen = {row["page"]: row["verdict"] for row in read_json_lines(tmp_path / "chosen.jsonl")}
    assert chosen == {url: row["verdict"] for url, row in rows.items()}
    assert len(rows) == 5


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes where nobody may")
def test_a_folder_that_cannot_be_written_to_costs_the_verdicts_not_the_rows(web: MiniWeb, tmp_path: Path) -> None:
    folder = tmp_path / "shut"
    folder.mkdir()
    (folder / "rows.jsonl").touch()
    folder.chmod(0o555)
    run = crawl(web, tmp_path, "-o", str(folder / "rows.jsonl"))
    folder.chmod(0o755)
    assert run.code == 1
    assert "has its rows, but no verdicts" in run.log
    assert len(read_json_lines(folder / "rows.jsonl")) == 5


def test_batches_have_verdicts(web: MiniWeb, tmp_path: Path) -> None:
    """When the first is full, nobody knows yet how many pages of its sites there are, so each is written at the end."""
    feeds = {
        "batch-%(batch_id)d.jsonl": {"format": "jsonl", "batch_item_count": 2},
        "chosen/%(batch_id)d.csv": {"format": "csv", "batch_item_count": 2, "fields": CHOSEN},
        "batch-%(batch_id)d.parquet": {"format": "parquet", "batch_item_count": 4},
        "rows.jsonl": {"format": "jsonl"},
    }
    run = crawl(web, tmp_path, "-s", f"FEEDS={json.dumps(feeds)}")
    assert run.code == 0, run.log
    expected = read_json_lines(tmp_path / "rows.jsonl")
    assert len({row["url_from"] for row in expected}) == 5
    files = [tmp_path / f"batch-{number}.jsonl" for number in (1, 2, 3)]
    batches = [read_json_lines(path) for path in files]
    assert [len({row["url_from"] for row in rows}) for rows in batches] == [2, 2, 1]
    assert [row for rows in batches for row in rows] == expected
    assert all(row["verdict"] for row in expected)
    chosen = [row for number in (1, 2, 3) for row in read_csv(tmp_path / "chosen" / f"{number}.csv")]
    assert [row["verdict"] for row in chosen] == [row["verdict"] for row in expected]
    assert sorted(path.name for path in tmp_path.iterdir() if "batch" in path.name) == [
        "batch-1.jsonl", "batch-1.parquet", "batch-2.jsonl", "batch-2.parquet", "batch-3.jsonl"
    ]  # fmt: skip


def test_a_batch_is_written_over_no_file_that_is_to_be_appended_to(web: MiniWeb, tmp_path: Path) -> None:
    (tmp_path / "batch-2.jsonl").write_text("mine")
    run = crawl(web, tmp_path, "-o", "batch-%(batch_id)d.jsonl", "-s", "FEED_EXPORT_BATCH_ITEM_COUNT=2")
    assert run.code == 1
    assert "batch-2.jsonl cannot be appended to: take -O for new files; its rows are in " in run.log
    assert (tmp_path / "batch-2.jsonl").read_text() == "mine"
    assert len(read_json_lines(tmp_path / "batch-1.jsonl.rows.jsonl")) == 5


def test_a_feed_with_columns_of_its_own_that_is_stored_only_with_rows_has_verdicts(web: MiniWeb, tmp_path: Path) -> None:
    feeds = {"chosen.jsonl": {"format": "jsonl", "fields": CHOSEN, "store_empty": False}}
    run = crawl(web, tmp_path, "-s", f"FEEDS={json.dumps(feeds)}")
    assert run.code == 0, run.log
    rows = read_json_lines(tmp_path / "chosen.jsonl")
    assert len(rows) == 5
    assert all(row["verdict"] and row["share"] for row in rows)


def test_a_table_of_other_columns_is_not_appended_to(web: MiniWeb, tmp_path: Path) -> None:
    old = b"\xef\xbb\xbfrelation,url_from,url_to,anchor\r\nbacklink,https://a.example/,https://target.example/,torn"
    (tmp_path / "rows.csv").write_bytes(old)
    run = crawl(web, tmp_path, "-o", "rows.csv")
    assert run.code == 1
    assert "it has other columns or another delimiter; write to another file and join both with `scrapy merge`" in run.log
    assert (tmp_path / "rows.csv").read_bytes() == old


def test_what_scrapy_itself_fetches_is_stored(web: MiniWeb, tmp_path: Path) -> None:
    feeds = json.dumps({"items.jsonl": {"format": "jsonl"}})
    run = scrapy("fetch", "https://blog.example/", "-s", f"FEEDS={feeds}", folder=tmp_path, environment=web.environment())
    assert run.code == 0, run.log
    assert "Error storing" not in run.log


class LongCrawl:
    """A crawl that goes on until a test ends it."""

    def __init__(self, folder: Path, *options: str) -> None:
        members = "".join(f'<a href="/{number}">{number}</a>' for number in range(1_000))
        sites = {"https://long.example": lambda url: "" if url.endswith("/robots.txt") else f"{members}{FOOTER}"}
        self._web = MiniWeb({url: html(page) for url, page in PAGES.items()}, sites)
        self._folder = folder
        command = ["crawl", "backlinks", "-a", "target=target.example", "-a", "seeds=long.example"]
        self._line = [*command, "-a", "max_pages=0", "-s", "DOWNLOAD_DELAY=0.05", *options]

    def __enter__(self) -> LongCrawl:
        self._web.__enter__()
        self._process = start_scrapy(*self._line, folder=self._folder, environment=self._web.environment())
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(60)
        self._web.__exit__(None, None, None)

    def wait_for_rows(self, path: Path) -> None:
        while self._process.poll() is None and not (path.is_file() and b"long.example" in path.read_bytes()):
            time.sleep(0.01)

    def end(self) -> tuple[int, str]:
        """Ends it by Ctrl-C; exit code and log."""
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(60), (self._folder / "log").read_text()


def test_two_crawls_do_not_write_to_one_feed(web: MiniWeb, tmp_path: Path) -> None:
    """The one that ends first would put a file in its place that lacks what the other writes from then on."""
    feed = tmp_path / "rows.jsonl"
    with LongCrawl(tmp_path, "-o", "rows.jsonl") as long:
        long.wait_for_rows(feed)
        run = crawl(web, tmp_path, "-o", "rows.jsonl")
        assert run.code == 1
        assert "another crawl writes to it; write to another file" in run.log
        code, log = long.end()
    assert code == 130, log
    assert all(row["verdict"] for row in read_json_lines(feed))
    assert crawl(web, tmp_path, "-o", "rows.jsonl").code == 0


@pytest.mark.parametrize("instead", ["notes\n", None], ids=["another is there", "none is there"])
def test_a_feed_that_was_moved_meanwhile_is_missed(tmp_path: Path, instead: str | None) -> None:
    feed = tmp_path / "rows.jsonl"
    with LongCrawl(tmp_path, "-o", "rows.jsonl") as long:
        long.wait_for_rows(feed)
        feed.rename(tmp_path / "moved.jsonl")
        if instead is not None:
            feed.write_text(instead)
        _, log = long.end()
    assert "feed rows.jsonl has no verdicts: " in log
    assert read_json_lines(tmp_path / "moved.jsonl")
    assert instead is None or feed.read_text() == instead


def append(line: bytes, source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes() + line)


def test_a_feed_that_is_written_to_while_it_is_finished_stays_as_it_is(tmp_path: Path) -> None:
    feed = tmp_path / "rows.jsonl"

    async def finish(path: Path, start_offset: int, draft: Path) -> bool:
        assert start_offset == 0
        append(b"finished\n", path, draft)
        append(b"of another\n", path, path)
        return True

    failures: list[str] = []
    storage = DeferredFeedStorage(FileFeedStorage(str(feed)), "rows.jsonl", finish, failures.append, job=None)
    file = storage.open(Spider("any"))
    file.write(b"ours\n")
    asyncio.run(storage._store(file))
    assert feed.read_bytes() == b"ours\nof another\n"
    assert failures == ["feed rows.jsonl has its rows, but no verdicts: somebody else wrote to it"]
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]


def test_a_job_that_was_given_up_finds_its_feed_as_it_left_it(tmp_path: Path) -> None:
    """What it does not note would be cut off in the middle of a row when it goes on."""
    feed = tmp_path / "rows.jsonl"
    job = JobStore.open(tmp_path / "job")

    async def finish(path: Path, _: int, draft: Path) -> bool:
        append(b"finished\n", path, draft)
        job.abandon()
        return True

    failures: list[str] = []
    storage = DeferredFeedStorage(FileFeedStorage(str(feed)), "rows.jsonl", finish, failures.append, job=job)
    file = storage.open(Spider("any"))
    job.feeds.track(feed, file, ["a"])
    file.write(b"ours\n")
    job.commit()
    asyncio.run(storage._store(file))
    job.close()
    assert feed.read_bytes() == b"ours\n"
    JobStore.open(tmp_path / "job").close()
    assert feed.read_bytes() == b"ours\n"


def test_drafts_that_a_kill_left_are_removed(web: MiniWeb, tmp_path: Path) -> None:
    with temp_file_for(tmp_path / "rows.jsonl") as draft, temp_file_for(draft) as inner:
        left = [draft.name, inner.name]
    with temp_file_for(tmp_path / "other.jsonl") as draft:
        others = draft.name
    for name in (*left, others):
        (tmp_path / name).touch()
    assert crawl(web, tmp_path, "-O", "rows.jsonl").code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"rows.jsonl", others}


INTERRUPTED_STORAGE = """
import os, pathlib, signal, time
from scrapy.extensions.feedexport import BlockingFeedStorage

class Storage(BlockingFeedStorage):
    def __init__(self, uri, *, feed_options=None):
        self.path = pathlib.Path(uri.removeprefix("elsewhere://"))

    def _store_in_thread(self, file):
        interrupted = self.path.with_suffix(".interrupted")
        with file:
            if not interrupted.exists():
                interrupted.touch()
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(1)
                return
            self.path.write_bytes(file.read())
"""


def test_a_job_that_is_interrupted_while_its_feeds_are_stored_has_not_finished(web: MiniWeb, tmp_path: Path) -> None:
    (tmp_path / "interrupted.py").write_text(INTERRUPTED_STORAGE)
    feed = ["-O", f"elsewhere://{tmp_path}/stored.jsonl:jsonl", "-s", f"JOBDIR={tmp_path / 'job'}"]
    storages = ["-s", 'FEED_STORAGES={"elsewhere": "interrupted.Storage"}']
    first = crawl(web, tmp_path, *feed, *storages)
    assert first.code == 130, first.log
    assert "interrupted while the feeds were stored" in first.log
    run = crawl(web, tmp_path, *feed, *storages)
    assert run.code == 0, run.log
    assert [bool(row["verdict"]) for row in read_json_lines(tmp_path / "stored.jsonl")] == [True] * 5


def test_a_short_link_that_waits_is_kept_for_the_job_to_go_on(tmp_path: Path) -> None:
    """Nobody knows yet that it leads to the target, and its page is not read again."""
    links = "".join(f'<a href="https://short.example/{number}">{number}</a>' for number in range(5))
    answers = {f"https://short.example/{number}": redirect(TARGET) for number in range(4)}
    answers["https://short.example/4"] = redirect("https://other.example/")
    pages = {TARGET: html("target"), "https://blog.example/": html(f'{links}<a href="https://other.example/">other</a>')}
    job = ["-O", "rows.jsonl", "-O", "rows.csv", "-s", f"JOBDIR={tmp_path / 'job'}", "-a", "shorteners=short.example"]
    job += ["-a", "profile_pages=0"]
    with MiniWeb({**pages, **answers}) as web:
        crawl(web, tmp_path, *job, "-s", "CLOSESPIDER_ITEMCOUNT=1", seeds="blog.example")
        assert "external" in {row["relation"] for row in read_json_lines(tmp_path / "rows.jsonl")}
        run = crawl(web, tmp_path, *job, seeds="blog.example")
    assert run.code == 0, run.log
    rows = read_json_lines(tmp_path / "rows.jsonl")
    assert sorted(row["url_to"] for row in rows) == [*answers][:4]
    assert {row["relation"] for row in rows} == {"backlink"}
    assert len(read_csv(tmp_path / "rows.csv")) == 4


@pytest.mark.parametrize("line", ['{"relation":"external","url_from":"https://a.example/"}', '{"relation":"backlink"}'])
def test_a_process_that_is_to_end_does_not_copy_to_the_end(tmp_path: Path, line: str) -> None:
    class EndError(Exception):
        pass

    def end() -> None:
        raise EndError

    (tmp_path / "rows.jsonl").write_text(f"{line}\n")
    evidence = CrawlEvidence(
        columns_of=lambda _: {},
        has_other_early_links=False,
        pages_of=lambda _: 0,
        destination_of=lambda _: None,
        relation_of=None,
        links_to=lambda *_: None,
        authority_of=lambda _: {},
        farms_among=lambda _: {},
    )
    feed = open_format(str(tmp_path / "rows.jsonl"), ".jsonl")
    with pytest.raises(EndError):
        enrich_feed(feed, tmp_path / "draft", evidence=evidence, weights=load_weights(None), check_time=end)
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]


def test_pages_of_the_target_have_their_link_juice(tmp_path: Path) -> None:
    pages = {
        TARGET: '<a href="/a">a</a><a href="/b">b</a>',
        f"{TARGET}a": f'<a href="{TARGET}">home</a>',
        f"{TARGET}b": f'<a href="{TARGET}">home</a><a rel=nofollow href="/a">a</a>',
    }
    with MiniWeb({url: html(page) for url, page in pages.items()}) as web:
        run = crawl(web, tmp_path, "-a", "keep=internal_backlink", "-O", "rows.jsonl", seeds=TARGET)
    assert run.code == 0, run.log
    rows = read_json_lines(tmp_path / "rows.jsonl")
    ranks = {row["url_from"]: row["page_from_pagerank"] for row in rows}
    # A reader is at home every second step, but for those that begin anew: h = 0.05 + 0.85 (1 - h).
    assert ranks == pytest.approx({TARGET: 0.4865, f"{TARGET}a": 0.2568, f"{TARGET}b": 0.2568}, abs=1e-4)
    assert {row["page_graph_pages"] for row in rows} == {3}
    assert all(row["verdict"] is None for row in rows)


def test_what_is_said_of_a_target_does_not_depend_on_another(tmp_path: Path) -> None:
    other = "https://other.example/"
    links = f'<a href="{TARGET}">oak</a> <a href="{other}">elm</a>'
    pages = {
        TARGET: '<a href="/a">a</a>',
        f"{TARGET}a": f'<a href="{TARGET}">home</a>',
        other: '<a href="/b">b</a><a href="/c">c</a>',
        "https://partner.example/": f'{links} {links} <a href="/more">more</a>',
        "https://partner.example/more": "more",
    }
    seeds = f"{TARGET},{other},https://partner.example/"
    with MiniWeb({url: html(page) for url, page in pages.items()}) as web:
        run = crawl(web, tmp_path, "-a", "keep=all", "-O", "rows.jsonl", target="target.example,other.example", seeds=seeds)
    assert run.code == 0, run.log
    rows = [row for row in read_json_lines(tmp_path / "rows.jsonl") if row["target"] == "target.example"]
    inside = {row["url_from"]: row for row in rows if row["relation"] == "internal_backlink"}
    assert {url: (row["page_from_pagerank"], row["page_graph_pages"]) for url, row in inside.items()} == {
        TARGET: (0.5, 2),
        f"{TARGET}a": (0.5, 2),
    }
    assert {row["sitewide"] for row in rows if row["relation"] == "backlink"} == {0.5}


def test_trust_flows_from_the_sites_that_are_named(tmp_path: Path) -> None:
    pages = {
        "https://trusted.example/": f'<p><a href="https://friend.example/">a friend</a>, <a href="{TARGET}">oak</a></p>',
        "https://friend.example/": f'<p>We like <a href="{TARGET}">oak</a></p>',
        "https://stranger.example/": f'<p>We like <a href="{TARGET}">oak</a></p>',
    }
    with MiniWeb({url: html(page) for url, page in pages.items()}) as web:
        seeds = "trusted.example,friend.example,stranger.example"
        run = crawl(web, tmp_path, "-a", "trusted=trusted.example", "-O", "rows.jsonl", seeds=seeds)
    assert run.code == 0, run.log
    rows = by_page(read_json_lines(tmp_path / "rows.jsonl"))
    trust = {url: row["domain_from_trust"] for url, row in rows.items()}
    assert trust["https://trusted.example/"] > trust["https://friend.example/"] > trust["https://stranger.example/"] == 0
    assert {row["domain_graph_sites"] for row in rows.values()} == {4}


def test_rows_on_copies_of_a_page_are_marked_and_not_counted(tmp_path: Path) -> None:
    canonical = "<link rel=canonical href=https://wiki.example/oak>"
    article = f'{canonical}<p>Oak is hard. <a href="{TARGET}">oak chairs</a>'
    pages = {
        "https://wiki.example/": "<p>Wiki</p><a href=/oak>Oak</a><a href=/oak?print=1>p</a><a href=/ash>Ash</a>",
        "https://wiki.example/oak": article,
        "https://wiki.example/oak?print=1": article,
        "https://wiki.example/ash": f'<link rel=canonical href=/gone><p>Ash. <a rel=nofollow href="{TARGET}">oak chairs</a>',
    }
    with MiniWeb({url: html(page) for url, page in pages.items()}) as web:
        outputs = ("-O", "rows.csv", "-O", "rows.jsonl", "-a", "coverage=coverage.csv")
        run = crawl(web, tmp_path, *outputs, seeds="https://wiki.example/")
    rows = by_page(read_json_lines(tmp_path / "rows.jsonl"))
    assert [row["backlinks"] for row in read_csv(tmp_path / "coverage.csv")] == ["3"]
    with open_tables([str(tmp_path / "rows.jsonl")]) as tables:
        assert len(list(tables.links(["url_from"]).rows)) == 3
    found = {url.removeprefix("https://wiki.example/"): row["page_is_copy"] for url, row in rows.items()}
    assert found == {"oak": False, "oak?print=1": True, "ash": False}
    assert {(row["sitewide"], row["domain_from_pages"]) for row in rows.values()} == {(0.667, 3)}
    assert {row["page_is_copy"] for row in read_csv(tmp_path / "rows.csv")} == {"true", "false"}
    assert "backlinks              2 from 1 referring domain, 1 (50 %) dofollow, and 1 on copies of these pages" in run.output
    assert "top referring domains  wiki.example 2" in run.output
