"""Pages that are read before the target have the rows that they have when it is read first."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from scrapy.utils.test import get_crawler

from backlinkspider.context.crawl_context import CrawlContext
from backlinkspider.core.arguments import parse_arguments
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.profile.profile import PageHeadings, TargetProfile
from backlinkspider.items import Link, LinkType, Page, PageText
from backlinkspider.target_profile import early_pages
from backlinkspider.target_profile.early_pages import EarlyPages
from backlinkspider.target_profile.headings import HeadingCache
from backlinkspider.target_profile.profiler import TargetProfiler
from tests.support.labelled_pages import TARGETS, read_pages
from tests.support.miniweb import Answer, MiniWeb, html
from tests.support.scrapy_command import crawl, options, read_csv, read_json_lines, scrapy, set_options, start_scrapy

OUTPUTS: Mapping[str, Mapping[str, Any]] = {
    "rows.csv": {"format": "csv"},
    "some.jsonl": {"format": "jsonl", "fields": ["url_from", "anchor_type", "topic_relevance", "anchor_share", "verdict"]},
    "rows.jsonl.gz": {"format": "jsonl", "postprocessing": ["scrapy.extensions.postprocessing.GzipPlugin"]},
}
PLAIN = {"plain.csv": {"format": "csv", "fields": ["url_from", "anchor_type"]}}
"""Nothing is added to these rows when the crawl ends, so the target is read first."""

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def written(folder: Path) -> dict[str, list[str]]:
    """The lines of each output without their times; the order of pages is not promised."""
    texts = {name: (folder / name).read_bytes() for name in OUTPUTS}
    plain = {name: gzip.decompress(text) if name.endswith(".gz") else text for name, text in texts.items()}
    return {name: sorted(_TIME.sub("", text.decode()).split("\n")) for name, text in plain.items()}


def crawl_web(
    pages: Mapping[str, Answer | str], folder: Path, feeds: Mapping[str, Mapping[str, Any]], **arguments: str
) -> tuple[dict[str, list[str]], int]:
    """Crawl a web; return what was written, and the number of pages that were read before the target."""
    given = {"keep": "backlink,internal_backlink,outbound", "profile_pages": "25", **arguments}
    folder.mkdir()
    with MiniWeb(pages) as web:
        run = scrapy(
            *("crawl", "backlinks", *options(given)),
            *set_options("DOWNLOAD_DELAY=0", "STATS_DUMP=True", f"FEEDS={json.dumps(feeds)}"),
            *("-L", "INFO"),
            folder=folder,
            environment=web.environment(),
        )
    assert run.code == 0, run.log
    early = re.search(r"'backlinks/profile/early_pages': (\d+)", run.log)
    return written(folder), int(early[1]) if early else 0


@pytest.mark.parametrize("language", ["en", "it"])
def test_rows_are_the_same_whether_the_target_is_read_first_or_late(tmp_path: Path, language: str) -> None:
    pages, target = read_pages(language), TARGETS[language]
    hosts = sorted({url.split("/")[2] for url in pages} - {target})
    late = {url: Answer(body.encode(), delay_seconds=1) if target in url else body for url, body in pages.items()}
    given = {"target": target, "seeds": ",".join(hosts)}
    first, none_early = crawl_web(pages, tmp_path / "first", {**OUTPUTS, **PLAIN}, **given)
    beside, _ = crawl_web(pages, tmp_path / "beside", OUTPUTS, **given)
    last, early = crawl_web(late, tmp_path / "late", OUTPUTS, **given)
    assert (none_early, early > 5) == (0, True)
    assert first == beside == last
    assert {row["anchor_type"] for row in read_csv(tmp_path / "late" / "rows.csv")} >= {"branded", "exact"}


OAK = "Our workshop in the valley builds oak chairs, tables and benches by hand, of timber that dries for years. " * 8
TITLE = "<html lang=en><title>Rocking chairs | Old Timber</title><meta name=application-name content='Old Timber'>"


def test_early_pages_outlive_a_kill(tmp_path: Path) -> None:
    seconds = [30.0]
    target = {"https://target.example": lambda _: Answer(f"{TITLE}<p>{OAK}".encode(), delay_seconds=seconds[0])}
    page = f"<html lang=en><p>{OAK} <a href=https://target.example/>old timber</a>"
    seeds = {f"https://s{number}.example/": html(page) for number in range(3)}
    given = {"target": "target.example", "seeds": "s0.example,s1.example,s2.example", "profile_pages": "1"}
    feed = tmp_path / "rows.jsonl"
    settings = set_options("DOWNLOAD_DELAY=0", "BACKLINKS_LINK_CHECK_LIMIT=0", f"JOBDIR={tmp_path / 'job'}")
    with MiniWeb(seeds, target) as web:
        command = ["crawl", "backlinks", *options(given), *settings, "-O", str(feed)]
        process = start_scrapy(*command, folder=tmp_path, environment=web.environment())
        while not feed.exists() or feed.read_bytes().count(b"\n") < 3:
            assert process.poll() is None, (tmp_path / "log").read_text()
            time.sleep(0.02)
        # The job notes a page soon after its rows.
        time.sleep(0.5)
        process.send_signal(signal.SIGKILL)
        process.wait(60)
        assert {row["anchor_type"] for row in read_json_lines(feed)} == {None}
        seconds[0] = 0.0
        done = crawl(web, tmp_path, f"JOBDIR={tmp_path / 'job'}", **given)
    assert done.code == 0, done.log
    assert {row["anchor_type"] for row in done.rows} == {"branded"}
    assert len(done.rows) == 3
    assert all(row["topic_relevance"] > 0.8 for row in done.rows)


def test_a_crawl_that_ends_before_its_target_is_known_says_nothing_that_rests_on_it(tmp_path: Path) -> None:
    target = {"https://target.example/": Answer(TITLE.encode(), delay_seconds=30)}
    seed = {"https://s.example/": f"<p>{OAK} <a href=https://target.example/>old timber</a>"}
    with MiniWeb({**target, **seed}) as web:
        settings = ("CLOSESPIDER_ITEMCOUNT=1", "DOWNLOAD_TIMEOUT=3", "RETRY_ENABLED=False")
        done = crawl(web, tmp_path, *settings, target="target.example", seeds="s.example", profile_pages="25")
    (row,) = done.rows
    assert (row["anchor_type"], row["topic_relevance"], row["verdict"] is None) == (None, None, False)
    assert "the crawl ends before the targets were read" in done.log


def early_page(*links: Link, words: int = 100) -> Page:
    page = Page("https://s.example/", "s.example", "Chairs", False, None, (), [*links])
    page.page_from_words, page.page_from_language, page.fetched_at = words, "en", "2026-11-01T00:00:00Z"
    page.text = PageText(OAK, ("Chairs \ud83d",))
    return page


def link_to(url: str, site: str, relation: Relation, index: int = 1) -> Link:
    link = Link(url, url, site, (), index, LinkType.TEXT, relation=relation, anchor="rocking chairs")
    link.target = "https://target.example/shop/" if relation is Relation.BACKLINK else None
    return link


def row_of(page: Page, link: Link) -> dict[str, Any]:
    return {
        "url_from": page.url_from,
        "fetched_at": page.fetched_at,
        "link_index": link.link_index,
        "target": link.target,
    }


class _Crawl:
    """A crawl whose targets are not known until `learn`."""

    def __init__(self) -> None:
        arguments = {"target": "https://target.example/shop/", "seeds": "s.example", "keep": "all"}
        context = CrawlContext(get_crawler(), parse_arguments(arguments))
        self.profiles, self.early = context.get(TargetProfiler), context.get(EarlyPages)
        self.headings = context.get(HeadingCache)
        self.profiles.is_known = False

    def learn(self) -> None:
        headings = PageHeadings("https://target.example/shop/", "target.example", ("Rocking chairs",))
        learnt = TargetProfile(pages=1, headings=(headings,), words={"en": 200}, terms={"en": {"oak": 9, "chairs": 9}})
        self.profiles._take("https://target.example/shop/", learnt)
        self.profiles.is_known = True


@pytest.mark.parametrize(
    ("link", "anchor_type"),
    [
        pytest.param(link_to("https://target.example/shop/", "target.example", Relation.BACKLINK), "exact", id="a backlink"),
        pytest.param(link_to("https://target.example/shop/", "target.example", Relation.EXTERNAL), "exact", id="to its site"),
        pytest.param(link_to("https://other.example/", "other.example", Relation.EXTERNAL), None, id="elsewhere"),
    ],
)
def test_only_what_rests_on_a_target_is_put_off(link: Link, anchor_type: str | None) -> None:
    begun = _Crawl()
    page = early_page(link)
    asyncio.run(begun.early.keep(page))
    assert begun.early.select_settled([link]) == ([] if anchor_type else [link])
    assert begun.early.columns_of(row_of(page, link)) == {}
    begun.learn()
    columns = begun.early.columns_of(row_of(page, link))
    assert columns.get("anchor_type") == anchor_type
    assert (columns.get("topic_relevance") is not None) == (link.relation is Relation.BACKLINK)
    assert begun.early.has_other_links == (anchor_type is not None and link.relation is Relation.EXTERNAL)


def test_what_the_crawl_read_later_does_not_count() -> None:
    begun = _Crawl()
    short = link_to("https://short.example/x", "short.example", Relation.EXTERNAL)
    short.is_backlink_candidate = True
    page = early_page(short)
    asyncio.run(begun.early.keep(page))
    begun.headings.remember(short.url_to, "short.example", ["Rocking chairs"])
    begun.learn()
    assert begun.early.columns_of(row_of(page, short))["anchor_type"] == "other"


def test_pages_beyond_the_memory_wait_for_the_target(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(early_pages, "_BYTES", 0)
    begun = _Crawl()
    links: Sequence[Link] = [link_to("https://target.example/shop/", "target.example", Relation.BACKLINK, n) for n in (1, 2)]

    async def keep_two() -> list[str]:
        order: list[str] = []

        async def read() -> None:
            await asyncio.sleep(0)
            order.append("target")
            begun.learn()

        await begun.early.keep(early_page(links[0]))
        order.append("first")
        begun.profiles._reading = asyncio.ensure_future(read())
        await begun.early.keep(early_page(links[1]))
        return [*order, "second"]

    assert asyncio.run(keep_two()) == ["first", "target", "second"]
    assert begun.early.select_settled(links) == links
