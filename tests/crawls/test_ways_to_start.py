"""The ways to start a crawl, and the same rows from each."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.fork_server import PROJECT
from tests.support.miniweb import MiniWeb
from tests.support.redis_server import RedisServer
from tests.support.scrapy_command import options, read_json_lines, scrapy
from tests.support.scrapyd_server import Scrapyd, clone_project

START = "https://a.example/"
LINKS = '<p>We sit on <a href="https://target.example/oak">the oak chair</a>, and <a rel=ugc href=//www.target.example/>more</a>.'
PAGES = {START: f"<title>One</title>{LINKS} <a href=/2>two</a>", f"{START}2": f"<title>Two</title>{LINKS}"}
ARGUMENTS = {"target": "target.example", "seeds": START, "keep": "backlink", "profile_pages": "0"}
SETTINGS = {"DOWNLOAD_DELAY": "0", "BACKLINKS_LINK_CHECK_LIMIT": "0"}
SET = [word for name, value in SETTINGS.items() for word in ("-s", f"{name}={value}")]
FEED = "rows.jsonl"
CRAWL = ("crawl", "backlinks", *options(ARGUMENTS), *SET)

ALL_SETTINGS = {"ADDONS": {"backlinkspider.addon.BacklinksAddon": 0}, "FEEDS": {FEED: {"format": "jsonl"}}, **SETTINGS}
SCRIPT = f"""
from scrapy.crawler import CrawlerProcess
process = CrawlerProcess({ALL_SETTINGS!r})
"""
LISTS = {"target": ["target.example"], "seeds": [START], "keep": ("backlink",), "profile_pages": 0}
CRAWLER = f"""
import asyncio
from scrapy.crawler import Crawler
from scrapy.utils.reactor import install_reactor
install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
from twisted.internet import reactor
from backlinkspider.spiders.backlinks import BacklinksSpider

async def crawl():
    try:
        await Crawler(BacklinksSpider, {ALL_SETTINGS!r}).crawl_async(**{LISTS!r})
    finally:
        reactor.callLater(0, reactor.stop)

done = asyncio.get_event_loop().create_task(crawl())
reactor.run()
done.result()
"""
SUBCLASS = f"""
from backlinkspider.spiders.backlinks import BacklinksSpider

class MySpider(BacklinksSpider):
    name = "mine"

    def __init__(self, arguments, *, note="none"):
        super().__init__(arguments)
        self.note = note

    def parse(self, response):
        assert self.note == {["a", 1]!r}
        yield from super().parse(response)
"""


class Place(NamedTuple):
    """Where a crawl is started: the web that it reads, and an empty folder."""

    web: MiniWeb
    folder: Path

    def python(self, *words: str, **variables: str) -> None:
        """Run Python without the settings of the project; it must end with 0."""
        environment = {**self.web.environment(), "PYTHONPATH": str(PROJECT), **variables}
        done = subprocess.run(
            [sys.executable, *words], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr

    def run_script(self, code: str) -> None:
        (self.folder / "script.py").write_text(code)
        self.python("script.py")

    def scrapy(self, *words: str, code: int = 0) -> None:
        """Run `scrapy` with the settings of the project."""
        run = scrapy(*words, folder=self.folder, environment=self.web.environment())
        assert run.code == code, run.log


def in_the_project(place: Place) -> None:
    place.scrapy(*CRAWL, "-O", FEED)


def in_another_folder(place: Place) -> None:
    place.python("-m", "backlinkspider", *CRAWL, "-O", FEED)


def from_a_script(place: Place) -> None:
    place.run_script(f"{SCRIPT}process.crawl('backlinks', **{LISTS!r})\nprocess.start()")


def by_a_crawler_without_a_process(place: Place) -> None:
    place.run_script(CRAWLER)


def by_a_subclass(place: Place) -> None:
    place.run_script(f"{SCRIPT}{SUBCLASS}\nprocess.crawl(MySpider, note=['a', 1], **{LISTS!r})\nprocess.start()")


def by_the_addon_in_another_project(place: Place) -> None:
    place.python("-m", "scrapy", "startproject", "other", ".")
    with (place.folder / "other" / "settings.py").open("a") as settings:
        settings.write('\nADDONS = {"backlinkspider.addon.BacklinksAddon": 0}\n')
    place.python("-m", "scrapy", *CRAWL, "-O", FEED)


def as_a_job_that_is_resumed(place: Place) -> None:
    job = ("-s", "JOBDIR=job")
    place.scrapy(*CRAWL, "-o", FEED, *job, "-s", "CLOSESPIDER_PAGECOUNT=1", "-s", "CONCURRENT_REQUESTS=1", code=130)
    assert len(read_json_lines(place.folder / FEED)) < 4
    place.scrapy("crawl", "backlinks", *job, *SET)


def as_a_worker(place: Place) -> None:
    with RedisServer(place.folder) as server:
        (place.folder / "seeds.txt").write_text(START)
        place.scrapy("seeds", "push", server.address(), "seeds.txt")
        given = {**ARGUMENTS, "seeds": server.address()}
        place.scrapy("crawl", "backlinks", *options(given), *SET, "-s", "BACKLINKS_ALLOW_PRIVATE_NETWORKS=True", "-O", FEED)


def by_parse(place: Place) -> None:
    place.scrapy("parse", "--spider", "backlinks", *options(ARGUMENTS), *SET, "-d", "3", "-O", FEED, START)


def scheduled(server: Scrapyd, place: Place) -> None:
    job = server.schedule(*(f"{name}={value}" for name, value in SETTINGS.items()), **ARGUMENTS)
    server.wait_for(job)
    (feed,) = (server.folder / "items").rglob("*.jl")
    (place.folder / FEED).write_bytes(feed.read_bytes())


WAYS: Mapping[str, Callable[[Place], None]] = {
    "the command in the project": in_the_project,
    "the command in another folder": in_another_folder,
    "a script, with lists as arguments": from_a_script,
    "a crawler that no process made": by_a_crawler_without_a_process,
    "a subclass with an argument of its own": by_a_subclass,
    "the add-on in a project of somebody else's": by_the_addon_in_another_project,
    "a job that is resumed": as_a_job_that_is_resumed,
    "a worker": as_a_worker,
    "scrapy parse": by_parse,
}


@pytest.fixture(scope="module")
def web() -> Iterator[MiniWeb]:
    with MiniWeb(dict(PAGES)) as web:
        yield web


@pytest.fixture
def place(web: MiniWeb, tmp_path: Path) -> Place:
    return Place(web, tmp_path)


@pytest.fixture(scope="module")
def expected(web: MiniWeb, tmp_path_factory: pytest.TempPathFactory) -> Sequence[dict[str, Any]]:
    place = Place(web, tmp_path_factory.mktemp("expected"))
    in_the_project(place)
    rows = rows_of(place.folder)
    assert [row["verdict"] is not None for row in rows] == [True] * 4
    return rows


def rows_of(folder: Path) -> Sequence[dict[str, Any]]:
    """The rows but for their times, in an order that does not depend on that of the pages."""
    rows = [{**row, "fetched_at": None} for row in read_json_lines(folder / FEED)]
    return sorted(rows, key=json.dumps)


@pytest.mark.parametrize("start", WAYS.values(), ids=WAYS.keys())
def test_the_rows_are_the_same(start: Callable[[Place], None], place: Place, expected: Sequence[dict[str, Any]]) -> None:
    start(place)
    assert rows_of(place.folder) == expected


@pytest.mark.slow
@pytest.mark.parametrize("has_egg", [pytest.param(True, id="an egg"), pytest.param(False, id="no egg: the project is installed")])
def test_the_rows_of_scrapyd_are_the_same(
    place: Place, expected: Sequence[dict[str, Any]], scrapyd_programs: Path, *, has_egg: bool
) -> None:
    folder = place.folder / "server"
    folder.mkdir()
    environment = place.web.environment()
    if not has_egg:
        (folder / "scrapy.cfg").write_text("[settings]\nbacklinkspider = backlinkspider.settings\n")
        environment["PYTHONPATH"] = str(PROJECT)
    with Scrapyd(scrapyd_programs, folder, options="items_dir = items\n", environment=environment) as server:
        if has_egg:
            deployed = server.deploy(clone_project(place.folder), "scrapyd-deploy", "server")
            assert deployed.returncode == 0, deployed.stderr
        scheduled(server, place)
    assert rows_of(place.folder) == expected
