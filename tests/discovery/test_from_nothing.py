"""From nothing to a table: sources that know the demo's web, their candidates as seeds, and what the crawl finds there."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest

from backlinkspider.operations.demo import TARGET
from tests.support.data_server import Asked, DataServer, Reply
from tests.support.discover_command import Discovery, discover
from tests.support.generated_logs import Visit, log_lines
from tests.support.miniweb import Answer, MiniWeb
from tests.support.pack_demo import read_sources
from tests.support.scrapy_command import Crawl, crawl, read_csv, scrapy

RELEASE = "cc-main-2026-jul-aug-sep"
CHAIRS = "https://crookedstairs.example/four-chairs-at-last"
FLOOR = "https://crookedstairs.example/the-kitchen-floor"
TABLES = "https://www.hearthsidequarterly.example/articles/kitchen-tables"
DINING = "https://www.plumblinereviews.example/tests/dining-chairs"
OAK_OIL = "https://en.wikipedia.org/wiki/Oak_oil"
STORY = "https://news.ycombinator.com/item?id=7"
SHOP = f"https://www.{TARGET}/shop"

NODES = [  # Sorted, as the graph is.
    "example.best-table-bargains",
    "example.brindleforge",
    "example.cheap-oak-deals",
    "example.home-savings-guide",
    "example.oakandiron",
]
GRAPH = {
    "vertices": "".join(f"{number}\t{name}\t1\n" for number, name in enumerate(NODES)),
    "edges": "".join(f"{number}\t4\n" for number in range(4)),
    "ranks": "".join(f"{place}\t1E0\t{place}\t1E-1\t{name}\t1\n" for place, name in enumerate(NODES, 1)),
}

WXR = f"""<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><wp:wxr_version>1.2</wp:wxr_version><item><link>{SHOP}</link>
<wp:comment><wp:comment_author_url>{FLOOR}</wp:comment_author_url><wp:comment_type>pingback</wp:comment_type></wp:comment>
</item></channel></rss>"""
OPML = '<opml version="2.0"><body><outline xmlUrl="https://www.scierie-valbrune.example/feed"/></body></opml>'
EXPORT = f'"Source Url","Anchor text","Target Url"\n"{DINING}","Oak & Iron","{SHOP}"\n"{CHAIRS}","four chairs","{SHOP}"\n'


def gdelt_file() -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        cells = ["20261010121500-1", "20261010121500", "1", "", TABLES, *[""] * 21, f"<PAGE_LINKS>{SHOP}/tables</PAGE_LINKS>"]
        archive.writestr("20261010121500.gkg.csv", "\t".join(cells))
    return body.getvalue()


def answer(asked: Asked, _: int) -> Reply | None:
    """The services that answer in JSON."""
    if asked.path.startswith("/en.wikipedia.org/"):
        return as_json({"query": {"exturlusage": [{"title": "Oak oil", "url": f"{SHOP}/tables"}]}})
    if asked.path.startswith("/hn/"):
        return as_json({"hits": [{"objectID": "7", "url": SHOP, "created_at_i": 1}] if "tags=story" in asked.path else []})
    if asked.path.startswith("/webmention/"):
        return as_json({"children": [{"wm-id": 1, "wm-source": CHAIRS, "wm-target": SHOP, "wm-property": "mention-of"}]})
    return None


def as_json(value: object) -> Reply:
    return Reply(200, json.dumps(value).encode())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("from-nothing")


@pytest.fixture(scope="module")
def found(folder: Path) -> Discovery:
    """What the sources know."""
    visits = [Visit("https://spanflug.example/"), Visit(CHAIRS), Visit("https://www.google.com/")]
    (folder / "access.log").write_text("\n".join(log_lines("combined", visits)), encoding="utf-8")
    (folder / "export.xml").write_text(WXR, encoding="utf-8")
    (folder / "feeds.opml").write_text(OPML, encoding="utf-8")
    (folder / "links.csv").write_text(EXPORT, encoding="utf-8-sig")
    (folder / "latest.csv").write_text(f"Linking page,Last crawled\n{CHAIRS},2026-10-02\n", encoding="utf-8")
    files = {
        f"/graph/{RELEASE}/domain/{RELEASE}-domain-{name}.txt.gz": gzip.compress(text.encode()) for name, text in GRAPH.items()
    }
    sources = (
        *("log=access.log", "wordpress=export.xml", "opml=feeds.opml", "export=links.csv", "gsc=latest.csv"),
        *("wikipedia=en", "hn", "webmention", "gdelt=2026-10-10", f"commoncrawl={RELEASE}"),
    )
    with DataServer({**files, "/gdelt/20261010121500.gkg.csv.zip": gdelt_file()}, answer) as server:
        return discover(server, folder, *sources, target=TARGET, environment={"WEBMENTION_IO_TOKEN": "a-token"})


@pytest.fixture(scope="module")
def crawled(folder: Path, found: Discovery) -> Crawl:
    """What the crawl finds at the candidates."""
    assert found.code == 0, found.log
    pages: dict[str, Answer | str] = {
        answer.url: Answer(answer.body, int(answer.status.split()[0]), tuple(answer.headers)) for answer in read_sources()
    }
    pages |= {OAK_OIL: f'<a href="{SHOP}/tables" rel=nofollow>Oak &amp; Iron</a>', STORY: "<p>Nothing was said."}
    with MiniWeb(pages) as web:
        return crawl(web, folder, target=TARGET, seeds="candidates.csv", coverage="coverage.csv")


def test_every_source_is_read_and_a_page_that_four_know_comes_first(found: Discovery) -> None:
    assert found.code == 0, found.log
    assert {row["complete"] for row in found.sources.values()} <= {"yes", "limit"}
    first, *rest = found.rows
    assert (first["candidate"], first["source_count"], first["sources"]) == (CHAIRS, "4", "log | export | gsc | webmention")
    assert (first["hits"], first["anchor"], first["last_seen"]) == ("1", "four chairs", "2026-10-10")
    assert [row["level"] for row in rest] == ["page"] * 5 + ["host"] * 2 + ["domain"] * 4
    assert {row["candidate"] for row in rest if row["level"] == "page"} == {FLOOR, TABLES, DINING, OAK_OIL, STORY}
    assert {row["candidate"]: row["cc_harmonic_pos"] for row in rest if row["level"] == "domain"} == {
        "best-table-bargains.example": "1",
        "brindleforge.example": "2",
        "cheap-oak-deals.example": "3",
        "home-savings-guide.example": "4",
    }


def test_the_crawl_of_the_candidates_finds_every_link_of_the_web(crawled: Crawl) -> None:
    assert crawled.code == 0, crawled.log
    # By tests/demoweb/INVENTORY.md, and the article.
    assert len({row["url_from"] for row in crawled.rows}) == 27 + 1
    assert len(crawled.rows) == 48 + 1
    assert OAK_OIL in crawled.column("url_from")
    assert STORY not in crawled.column("url_from")


def test_the_report_says_of_each_source_how_many_of_its_candidates_hold_a_link(folder: Path, crawled: Crawl) -> None:
    assert crawled.code == 0, crawled.log
    words = ("rows.jsonl", "coverage.csv", "--candidates", "candidates.csv", "--table", "sources", "-o", "held.csv")
    run = scrapy("report", *words, folder=folder)
    assert run.code == 0, run.log
    held = {
        row["source"]: (row["candidates"], row["read"], row["with_link"], row["only_here_with_link"])
        for row in read_csv(folder / "held.csv")
    }
    # The forge does not link back, and the story has no link.
    assert held == {
        "commoncrawl": ("4", "4", "3", "3"),
        "export": ("2", "2", "2", "1"),
        "log": ("2", "2", "2", "1"),
        "gdelt": ("1", "1", "1", "1"),
        "gsc": ("1", "1", "1", "0"),
        "opml": ("1", "1", "1", "1"),
        "webmention": ("1", "1", "1", "0"),
        "wikipedia": ("1", "1", "1", "1"),
        "wordpress": ("1", "1", "1", "1"),
        "hn": ("1", "1", "0", "0"),
    }
