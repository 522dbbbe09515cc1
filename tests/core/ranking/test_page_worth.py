"""What a page turned out to be."""

from __future__ import annotations

import pytest

from backlinkspider.core.html.parser import read_page
from backlinkspider.core.ranking.page_worth import Worth, is_copy, worth_of

URL = "https://example.com/oak?print=1"
TEXT = "<p>" + "Oak is hard and lasts for a hundred years. " * 15
LINKS = "<a href=/other>An article about other kinds of wood</a> " * 20

PAGES = [
    pytest.param(TEXT, Worth.ARTICLE, id="text"),
    pytest.param(TEXT + "<a href=/x>Next</a>", Worth.ARTICLE, id="text and a link"),
    pytest.param(LINKS, Worth.LIST, id="links"),
    pytest.param(TEXT + LINKS * 2, Worth.LIST, id="more links than text"),
    pytest.param("<h2><a href=/a>A</a></h2><h2><a href=/b>B</a></h2>" + TEXT, Worth.EXCERPTS, id="headings that are links"),
    pytest.param("<a href=/a><h3>A</h3></a><a href=/b><h3>B</h3></a>" + TEXT, Worth.EXCERPTS, id="links around headings"),
    pytest.param(f"<h2><a href=/a>A</a></h2>{TEXT}<div><h2><a href=/b>B</a></h2></div>{TEXT}", Worth.EXCERPTS, id="two excerpts"),
    pytest.param("<h2><a href=/a>A</a></h2>" + TEXT, Worth.ARTICLE, id="one such heading"),
    pytest.param(
        f"<h2><a href=#a>A</a></h2><h2><a href=#b>B</a></h2>{TEXT}", Worth.ARTICLE, id="headings that lead to themselves"
    ),
    pytest.param(
        f"<h2><a href='/oak?post=1#1'>A</a></h2><h2><a href='/oak?post=2#2'>B</a></h2>{TEXT}",
        Worth.ARTICLE,
        id="posts of a topic",
    ),
    pytest.param(
        f"<h2><a href='/oak?p=1'>A</a></h2><h2><a href='/oak?p=2'>B</a></h2>{TEXT}", Worth.EXCERPTS, id="pages of the same path"
    ),
    pytest.param(
        f"{TEXT}<ul><li><h3><a href=/a>A</a></h3>7.50<li><h3><a href=/b>B</a></h3>8.50</ul><script>{TEXT}</script>",
        Worth.ARTICLE,
        id="what is recommended below an article",
    ),
    pytest.param("<p>No such page.", Worth.THIN, id="a message"),
    pytest.param("<form><input></form><a href=/>Home</a>", Worth.THIN, id="a form"),
    pytest.param("", Worth.THIN, id="nothing"),
    pytest.param(f"<script>{TEXT}</script><template>{TEXT}</template>", Worth.THIN, id="text that nobody sees"),
    pytest.param("<meta name=robots content=noindex>" + TEXT, Worth.NOINDEX, id="noindex"),
    pytest.param("<link rel=canonical href=/oak>" + TEXT, Worth.COPY, id="a canonical elsewhere"),
    pytest.param("<meta name=robots content=noindex><link rel=canonical href=/oak>", Worth.COPY, id="both"),
]


@pytest.mark.parametrize(("html", "worth"), PAGES)
def test_the_worth_of_a_page(html: str, worth: Worth) -> None:
    assert worth_of(read_page(URL, html.encode())) is worth


CANONICALS = [
    pytest.param("https://example.com/oak", True, id="another page"),
    pytest.param("https://www.example.com/ash", True, id="another page at another host of the site"),
    pytest.param("http://www.example.com/Oak/?print=1&utm_source=x#top", False, id="the same in other words"),
    pytest.param("https://example.com/", False, id="the home page, as some sites have on every page"),
    pytest.param("https://other.example/oak", False, id="another site"),
]


@pytest.mark.parametrize(("canonical", "expected"), CANONICALS)
def test_a_copy_names_another_page_of_its_site(canonical: str, *, expected: bool) -> None:
    assert is_copy(read_page(URL, f"<link rel=canonical href='{canonical}'>".encode())) is expected


def test_a_page_without_canonical_is_no_copy() -> None:
    assert not is_copy(read_page(URL, b"<p>Oak"))
