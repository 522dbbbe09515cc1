"""How much of a link's block is text."""

from __future__ import annotations

from pathlib import Path

import pytest

from backlinkspider.core.html.parser import read_page
from backlinkspider.core.page import link_density
from backlinkspider.core.page.link_density import LinkDensity
from tests.support.miniweb import MiniWeb
from tests.support.scrapy_command import crawl


def shares_of(html: str) -> list[float | None]:
    shares = LinkDensity()
    return [shares.share_around(link.element) for link in read_page("https://example.com/", html.encode()).links]


SHARES = [
    pytest.param("<p>four four <a href=x>oak!</a> four</p>", [0.75], id="a paragraph"),
    pytest.param("<p>four <a href=x>oak!</a> <a href=y>elm!</a> four</p>", [0.5, 0.5], id="two links in a paragraph"),
    pytest.param("<ul><li><a href=x>a</a><li><a href=y>b</a></ul>", [0.0, 0.0], id="entries that are links"),
    pytest.param("<ul><li><a href=x>oaks</a> four<li><a href=y>b</a></ul>", [0.5, 0.0], id="an entry that describes"),
    pytest.param("<div><a href=x>aaa</a> | <a href=y>bbbb</a></div>", [0.12, 0.12], id="a line of links"),
    pytest.param("<div><a href=x>aa</a><br><a href=y>bb</a></div>", [0.0, 0.0], id="links below each other"),
    pytest.param("<div>text <p><a href=x>a</a></p> text</div>", [0.0], id="only the own block"),
    pytest.param("<div>text <p>much more text</p> <a href=x>aaaa</a></div>", [0.5], id="not the blocks inside"),
    pytest.param("<p>aa <b><i><a href=x>aa</a></i></b></p>", [0.5], id="through markup"),
    pytest.param("<div>four <a href=x><h3>four</h3></a></div>", [0.5], id="blocks inside the link are the link"),
    pytest.param("<p>four <a name=x>text</a> <a href=x>four</a></p>", [0.67], id="an anchor without address is text"),
    pytest.param("<p><script>no()</script><style>no</style><!-- no --><a href=x>a</a> b</p>", [0.5], id="no scripts"),
    pytest.param("<p>  \n <a href=x><img src=y></a> </p>", [None], id="no text at all"),
    pytest.param("<p>text <a href=x><img src=y></a></p>", [1.0], id="a picture in a text"),
    pytest.param("<a href=x>a</a>", [0.0], id="a link alone in the body"),
    pytest.param("<table><tr><td>text<td><a href=x>a</a></table>", [0.0], id="a cell"),
    pytest.param("<p>橡木椅 <a href=x>橡木椅</a></p>", [0.5], id="another script"),
    pytest.param("<map name=m>text <area href=x></map>", [1.0], id="an area of a map"),
]


@pytest.mark.parametrize(("html", "shares"), SHARES)
def test_share(html: str, shares: list[float | None]) -> None:
    assert shares_of(html) == shares


def looked_at(html: str) -> int:
    shares = LinkDensity()
    for link in read_page("https://example.com/", html.encode()).links:
        shares.share_around(link.element)
    return link_density._MAX_COST - shares._budget


GROWING = [
    pytest.param("word <a href=x>l</a> ", id="many links in one block"),
    pytest.param("<div>t <a href=x>l</a>", id="blocks in blocks"),
    pytest.param("<ul><li><a href=x>l</a> text", id="lists in lists"),
    pytest.param("<span><b>t<a href=x>l</a>", id="markup in markup"),
]


@pytest.mark.parametrize("part", GROWING)
def test_twice_the_page_is_twice_the_work(part: str) -> None:
    once, twice = looked_at(part * 2_000), looked_at(part * 4_000)
    assert 0 < twice <= 2.2 * once


@pytest.mark.parametrize("inside", ["<a href=x>t<object><div>", "<a href=x>t<table><td>"])
def test_links_in_links_come_to_an_end(inside: str) -> None:
    html = inside * 20_000 + "text " * 200_000
    # One text of any length may be begun before the end is noticed.
    assert looked_at(html) <= link_density._MAX_COST + len(html) // 100


def test_what_is_too_much_to_look_at_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_density, "_MAX_COST", 20)
    assert shares_of("<p>t <a href=x>t</a></p>" + "<p>t <a href=x>t</a><i></i><i></i><i></i></p>" * 5)[0] == 0.5
    assert shares_of("<p>t <a href=x>t</a><i></i><i></i></p>" * 5)[-1] is None


def test_a_crawl_measures_backlinks_and_names_bad_neighbours(tmp_path: Path) -> None:
    neighbours = "".join(f'<li><a href="https://{name}/">x</a>' for name in ("best-casino-1.example", "oak.example"))
    page = f'<p>four four <a href="https://cheap-loans-4u.example/">oak!</a> four</p><ul>{neighbours}</ul>'
    other = '<p>four <a href="https://best-casino-1.example/">oak!</a></p>'
    web = {"https://blog.example/": page + "<a href=/other>o</a>", "https://blog.example/other": other}
    with MiniWeb(web) as served:
        done = crawl(served, tmp_path, target="cheap-loans-4u.example", seeds="https://blog.example/", keep="all")
    assert done.code == 0, done.log
    found = {(row["url_from"], row["domain_to"]): row for row in done.rows}
    backlink = found["https://blog.example/", "cheap-loans-4u.example"]
    # The target's own name is not held against the page.
    assert (backlink["text_share"], backlink["page_from_suspicious_domains"]) == (0.75, ["best-casino-1.example"])
    assert found["https://blog.example/", "oak.example"]["text_share"] is None
    elsewhere = found["https://blog.example/other", "best-casino-1.example"]
    assert (elsewhere["text_share"], elsewhere["page_from_suspicious_domains"]) == (None, None)
