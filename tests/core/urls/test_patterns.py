"""Classifying URLs by their form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.urls.canonicalize import absolute_url
from backlinkspider.core.urls.patterns import (
    has_file_extension,
    is_archive_url,
    is_further_page,
    pagination_group,
    query_group,
    trap_reason,
)

TRAPS = [
    pytest.param("/a/b/c", None, id="an ordinary path"),
    pytest.param("/", None, id="the home page"),
    pytest.param("/2026/11/11/eleven", None, id="a date with one number twice"),
    pytest.param("/en/shop/en", None, id="a folder twice"),
    pytest.param("/news/news/news/", "repeating_path", id="a folder in itself"),
    pytest.param("/nar/article/1/1/1/1234567", None, id="numbers of a journal"),
    pytest.param("/2011/11/11/11/", None, id="an hour of a day"),
    pytest.param("/image/latest/image/image", None, id="a folder three times, not in a row"),
    pytest.param("/a/b/a/b/a/b", "repeating_path", id="two folders in turn"),
    pytest.param("/a//////b", None, id="empty folders"),
    pytest.param("/" + "/".join(map(str, range(21))), "repeating_path", id="more folders than a real path has"),
    pytest.param("/?q=" + "x" * 2_000, "url_too_long", id="a long query"),
    pytest.param("/search?path=/a/a/a/a", None, id="folders in a query"),
]


@pytest.mark.parametrize(("resource", "word"), TRAPS)
def test_traps(resource: str, word: str | None) -> None:
    assert trap_reason(f"https://example.com{resource}") == word


SERIES = [
    pytest.param("/blog/page/2/", "/blog/page/31/", id="pages of a blog"),
    pytest.param("/forum?page=2", "/forum?page=3", id="pages by parameter"),
    pytest.param("/list.php?cat=7&start=20", "/list.php?cat=7&start=40", id="pages by offset"),
    pytest.param("/thema-seite-2.html", "/thema-seite-3.html", id="pages in the name of a file"),
    pytest.param("/events/2026/11/", "/events/2031/01/", id="months of a calendar"),
    pytest.param("/events/2026-11-21", "/events/2026-11-22", id="days of a calendar"),
    pytest.param("/cal?year=2026&month=11", "/cal?year=2031&month=2", id="months by parameter"),
    pytest.param("/cal?d=2026-11-21", "/cal?d=2026-11-22", id="days by any parameter"),
    pytest.param("/events/2026/11/week", "/events/2027/11/week", id="views of a calendar"),
    pytest.param("/plan/2026-W47", "/plan/2026-W48", id="weeks"),
]


@pytest.mark.parametrize(("one", "other"), SERIES)
def test_pages_of_one_series(one: str, other: str) -> None:
    assert pagination_group(f"https://example.com{one}") == pagination_group(f"https://example.com{other}") is not None
    assert pagination_group(f"https://other.example{one}") != pagination_group(f"https://example.com{one}")
    assert is_archive_url(f"https://example.com{one}")


NO_SERIES = [
    "/2026/11/21/oak",
    "/oak-2",
    "/p/123",
    "/article/12345",
    "/node?id=17",
    "/posts/1999",
    "/v1.2/page",
    "/pages/2019-report",
]


@pytest.mark.parametrize("resource", NO_SERIES)
def test_urls_outside_a_series(resource: str) -> None:
    assert pagination_group(f"https://example.com{resource}") is None


STEPS_ALONG_A_LIST = [
    pytest.param("/blog/", "/blog/page/2/", True, id="from the first page"),
    pytest.param("/blog/page/2/", "/blog/page/3", True, id="from a further page"),
    pytest.param("/", "/page/2/", True, id="from the home page"),
    pytest.param("/forum", "/forum?page=2", True, id="by parameter"),
    pytest.param("/list.php?cat=7&start=20", "/list.php?cat=7&start=40", True, id="by offset"),
    pytest.param("/list.php?cat=7", "/list.php?start=40&cat=7", True, id="to an offset before another parameter"),
    pytest.param("/thema.html", "/thema-seite-2.html", True, id="in the name of a file"),
    pytest.param("/tag/oak/page/2", "/tag/ash/page/3", False, id="to another list"),
    pytest.param("/list.php?cat=7&start=20", "/list.php?cat=8&start=40", False, id="to a list with another parameter"),
    pytest.param("/page/2/", "/page/2/page/3/", False, id="to a page below a page"),
    pytest.param("/", "/blog/page/2/", False, id="from the page above"),
    pytest.param("/blog/page/2/", "/blog/", False, id="to the list itself"),
    pytest.param("/cal?month=2026-11", "/cal?month=2026-12", False, id="to another month"),
    pytest.param("/oak", "/oak", False, id="no list"),
]


@pytest.mark.parametrize(("page", "resource", "is_one"), STEPS_ALONG_A_LIST)
def test_further_pages_of_a_list(page: str, resource: str, *, is_one: bool) -> None:
    assert is_further_page(f"https://example.com{resource}", f"https://example.com{page}") is is_one


LISTS = [
    pytest.param("/tag/oak", True, id="a tag"),
    pytest.param("/Kategorie/Holz/", True, id="a category in German, in capitals"),
    pytest.param("/?s=oak", True, id="a search"),
    pytest.param("/shop?orderby=price", True, id="a view of a list"),
    pytest.param("/authors", True, id="authors"),
    pytest.param("/tagliatelle", False, id="a word that starts like one"),
    pytest.param("/oak?id=1", False, id="a page with an id"),
    pytest.param("/", False, id="the home page"),
]


@pytest.mark.parametrize(("resource", "is_list"), LISTS)
def test_archives(resource: str, *, is_list: bool) -> None:
    assert is_archive_url(f"https://example.com{resource}") is is_list


FILES = [
    pytest.param("/paper.pdf", True, id="a document"),
    pytest.param("/photo.JPG?w=100", True, id="a picture in capitals"),
    pytest.param("/source.zip", True, id="an archive"),
    pytest.param("/list.p", False, id="an ending of one letter"),
    pytest.param("/review/character.ai", False, id="a domain"),
    pytest.param("/wiki/Node.js", False, id="a page of a wiki"),
    pytest.param("/w/File:Cat.jpg", False, id="a page about a picture"),
    pytest.param("/index.html", False, id="a page"),
    pytest.param("/feed.rss", False, id="a feed"),
]


@pytest.mark.parametrize(("resource", "is_one"), FILES)
def test_files(resource: str, *, is_one: bool) -> None:
    assert has_file_extension(f"https://example.com{resource}") is is_one


def test_urls_that_differ_in_the_query_share_a_group() -> None:
    assert query_group("https://example.com/shop?a=1") == query_group("https://example.com/shop?b") == "example.com/shop"
    assert query_group("https://example.com/shop") is None


@given(st.text(max_size=80))
def test_any_text_is_classified(text: str) -> None:
    url = absolute_url(text, "https://example.com/")
    if url is not None:
        assert trap_reason(url) in (None, "url_too_long", "repeating_path")
        assert (pagination_group(url) is None) or is_archive_url(url)
        assert (query_group(url) is None) == ("?" not in url.partition("#")[0])
