from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlinkspider.core.html.parser import read_page
from backlinkspider.core.page.anchor_text import read_anchor_text
from backlinkspider.core.urls.canonicalize import canonical_url
from tests.support.real_pages import read_real_pages, read_truth

URL = "https://example.com/folder/page"


def links_of(html: str) -> list[tuple[str, str]]:
    return [(link.href, link.url_to) for link in read_page(URL, html.encode()).links]


LINKS = [
    pytest.param("<a href=x>1</a><a href=x>2</a>", ["x", "x"], id="every occurrence"),
    pytest.param("<map><area href=x></map>", ["x"], id="an area of an image map"),
    pytest.param("<a name=x>1</a><area><link href=x>", [], id="no address, no link"),
    pytest.param("<a href=mailto:a@example.com>1</a><a href='javascript:x()'>2</a><a href=tel:1>3</a>", [], id="not of the web"),
    pytest.param("<a href='#'>1</a><a href=' # '>2</a>", [], id="a bare number sign"),
    pytest.param("<a href='#part'>1</a>", ["#part"], id="a part of the page"),
    pytest.param("<a href>1</a><a href=''>2</a>", ["", ""], id="empty is the page itself"),
    pytest.param("<template><a href=x>1</a></template>", [], id="a template is not on the page"),
    pytest.param("<!-- <a href=x>1</a> --><script>'<a href=x>'</script><style><a href=x></style>", [], id="no markup"),
    pytest.param("<noscript><a href=x>1</a></noscript>", ["x"], id="without scripts"),
    pytest.param("<textarea><a href=x>1</a></textarea><title><a href=x></title>", [], id="text, not markup"),
    pytest.param("<p><a href=x>1<p>2</a><a href=y>3", ["x", "x", "y"], id="broken nesting is split as in a browser"),
    pytest.param("<A HREF='x'>1</A>", ["x"], id="case"),
    pytest.param("<a href=x href=y>1</a>", ["x"], id="of two attributes the first"),
    pytest.param("<a href='a&amp;b&copy=1'>1</a>", ["a&b&copy=1"], id="character references"),
    pytest.param("<svg><a href=x><text>1</text></a></svg>", ["x"], id="in a drawing"),
    pytest.param("<frameset><frame src=x></frameset><noframes><a href=y></a></noframes>", ["x"], id="a frameset has only frames"),
    pytest.param("<table><a href=x>1</a><tr><td>2</table>", ["x"], id="moved out of a table"),
    pytest.param("<svg><a xlink:href=x>1</a><a href=y>2</a></svg>", ["x", "y"], id="an address of another namespace"),
    pytest.param(f"<a href=/{'x' * 9_000}>1</a><a href=y>2</a>", ["y"], id="an address that no server takes"),
    pytest.param("<a href=x\x00y>1</a>", ["x\ufffdy"], id="a NUL byte"),
    pytest.param(
        "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body><a href='x'/>1</body></html>", ["x"], id="XHTML"
    ),
]


@pytest.mark.parametrize(("html", "hrefs"), LINKS)
def test_links_in_document_order(html: str, hrefs: list[str]) -> None:
    assert [href for href, _ in links_of(html)] == hrefs


BASES = [
    pytest.param("<a href=x>1</a>", "https://example.com/folder/x", id="none"),
    pytest.param("<base href=https://other.example/a/><a href=x>1</a>", "https://other.example/a/x", id="absolute"),
    pytest.param("<base href=/a/><a href=x>1</a>", "https://example.com/a/x", id="relative to the page"),
    pytest.param(
        "<base target=_top><base href=/a/><base href=/b/><a href=x>1</a>",
        "https://example.com/a/x",
        id="the first with an address",
    ),
    pytest.param("<a href=x>1</a><base href=/a/>", "https://example.com/a/x", id="behind the link"),
    pytest.param("<base href='http://['><a href=x>1</a>", "https://example.com/folder/x", id="broken"),
    pytest.param("<svg><base href=/a/></svg><a href=x>1</a>", "https://example.com/folder/x", id="of a drawing"),
    pytest.param(f"<base href=/{'x' * 9_000}/><a href=x>1</a>", "https://example.com/folder/x", id="too long"),
    pytest.param("<base href='data:,x'><a href=x>1</a>", "https://example.com/folder/x", id="not of the web"),
]


@pytest.mark.parametrize(("html", "url"), BASES)
def test_the_base_of_the_page(html: str, url: str) -> None:
    assert links_of(html)[0][1] == url


TITLES = [
    pytest.param("<title> A\n b </title>", "A b", id="folded"),
    pytest.param("<p>x", None, id="none"),
    pytest.param("<title></title>", "", id="empty"),
    pytest.param("<svg><g><title>no</title></g></svg><p><title>late</title>", "late", id="that of a drawing does not count"),
    pytest.param("<title>one</title><title>two</title>", "one", id="of two the first"),
]


@pytest.mark.parametrize(("html", "title"), TITLES)
def test_title(html: str, title: str | None) -> None:
    assert read_page(URL, html.encode()).page_from_title == title


def test_xhtml_may_close_what_html_does_not() -> None:
    body = b"<html><head><title/><script src='a.js'/></head><body><a href='x'>1</a></body></html>"
    assert [link.href for link in read_page(URL, body, content_type="application/xhtml+xml").links] == ["x"]


def test_a_title_is_cut() -> None:
    assert len(read_page(URL, b"<title>" + b"x" * 5_000).page_from_title or "") == 1_000


def test_the_directives_of_a_page_and_their_layers() -> None:
    page = read_page(URL, b"<meta name=robots content=nofollow>", robots_headers=["noindex, nofollow"])
    assert page.page_from_noindex
    assert page.nofollow_by == ("meta", "header")
    plain = read_page(URL, b"<meta name=description content=nofollow>")
    assert not plain.page_from_noindex
    assert plain.nofollow_by == ()


CANONICALS = [
    pytest.param("<link rel=canonical href=/a>", [], "https://example.com/a", id="an element"),
    pytest.param("<link rel='alternate Canonical' href=/a>", [], "https://example.com/a", id="one of several tokens"),
    pytest.param("<base href=/b/><link rel=canonical href=a>", [], "https://example.com/b/a", id="against the base"),
    pytest.param("<link rel=canonical href=/a><link rel=canonical href=/b>", [], "https://example.com/a", id="the first"),
    pytest.param("", ['<https://x.example/>; rel="canonical"'], "https://x.example/", id="a header"),
    pytest.param("", ["</a,b>; rel=next, </c>; title=x; rel=Canonical"], "https://example.com/c", id="one of two in a header"),
    pytest.param(
        "<link rel=canonical href=/a>", ["</b>; rel=canonical"], "https://example.com/a", id="the element before a header"
    ),
    pytest.param("<link rel=stylesheet href=/a>", ["</b>; rel=next"], None, id="none"),
    pytest.param("", ["<", "rel=canonical", "<a;rel=canonical", '<a>; rel="'], None, id="broken headers"),
    pytest.param("<link rel=canonical href='mailto:a@b.c'>", [], None, id="no address of the web"),
]


ALTERNATES = [
    pytest.param("hreflang=de", True, id="another language"),
    pytest.param("hreflang=x-default type=text/html", True, id="any other language"),
    pytest.param("media='only screen and (max-width: 640px)'", True, id="smaller screens"),
    pytest.param("media=handheld type='application/xhtml+xml'", True, id="phones of long ago"),
    pytest.param("type='application/rss+xml'", True, id="RSS"),
    pytest.param("type='Application/Atom+XML; charset=utf-8'", True, id="Atom"),
    pytest.param("type=application/feed+json", True, id="JSON Feed"),
    pytest.param("type=text/xml title='RSS .92'", True, id="RSS of long ago"),
    pytest.param("type=application/json+oembed", False, id="oEmbed in JSON"),
    pytest.param("type=text/xml+oembed", False, id="oEmbed in XML"),
    pytest.param("type=application/json title=JSON", False, id="the interface of WordPress"),
    pytest.param("type=application/activity+json hreflang=de", False, id="data in a language"),
    pytest.param("", False, id="nothing that says which"),
    pytest.param("hreflang=' ' media=''", False, id="empty attributes"),
]


@pytest.mark.parametrize(("attributes", "is_alternate"), ALTERNATES)
def test_alternates_are_other_languages_devices_and_feeds(attributes: str, *, is_alternate: bool) -> None:
    in_page = read_page(URL, f"<link rel=alternate {attributes} href=/a>".encode()).links
    parameters = "".join(f"; {name}" for name in re.findall(r"\S+='[^']*'|\S+", attributes)).replace("'", '"')
    in_header = read_page(URL, b"", link_headers=[f"</a>; rel=alternate{parameters}"]).links
    expected = ["alternate"] if is_alternate else []
    assert [link.link_type for link in in_page] == [link.link_type for link in in_header] == expected


@pytest.mark.parametrize(("html", "headers", "canonical"), CANONICALS)
def test_the_canonical_address(html: str, headers: list[str], canonical: str | None) -> None:
    assert read_page(URL, html.encode(), link_headers=headers).page_from_canonical == canonical


@given(st.binary(max_size=300), st.sampled_from([None, "text/html", "text/html; charset=shift_jis", "text/html; charset=utf-7"]))
def test_reading_never_raises(body: bytes, content_type: str | None) -> None:
    read_page(URL, body, content_type=content_type)


PIECES = st.sampled_from(
    [
        *(
            "<a href=x>",
            "</a>",
            "<a xlink:href=v>",
            "<svg><base xlink:href=v>",
            "<link rel=canonical xlink:href=v>",
            "<base href=y>",
        ),
        *(
            "<table>",
            "<tr>",
            "<svg>",
            "<math>",
            "<template>",
            "</template>",
            "<script>",
            "</script>",
            "<p>",
            "text",
            "<b>",
            "<form>",
        ),
        *("<select>", "<area href=z>", "<img alt=i>", "\x00", "<!--", "-->", "<object>"),
    ]
)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=40))
def test_any_markup_reads_in_order(pieces: list[str]) -> None:
    page = read_page(URL, "".join(pieces).encode())
    assert [link.link_index for link in page.links] == list(range(1, len(page.links) + 1))
    for link in page.links:
        assert link.element is not None
        read_anchor_text(link.element)


def test_html5lib_trees_never_raise(corpora: Path) -> None:
    trees = 0
    for path in sorted((corpora / "html" / "html5lib-tree-construction").rglob("*.dat")):
        for case in path.read_bytes().split(b"#data\n")[1:]:
            trees += 1
            for link in read_page(URL, case.partition(b"\n#errors")[0]).links:
                assert link.element is not None
                read_anchor_text(link.element)
    assert trees > 1000


CANONICAL = "<link rel=canonical href=/c>"
# https://developers.google.com/search/docs/crawling-indexing/consolidate-duplicate-urls: in the head, or in a Link header.
CANONICALS = [
    pytest.param(f"<head>{CANONICAL}</head>", True, id="in the head"),
    pytest.param(CANONICAL, True, id="in a head without tags"),
    pytest.param(f"<title>x</title>{CANONICAL}<body>", True, id="behind a title"),
    pytest.param(f"<head></head>{CANONICAL}<body>", True, id="between head and body, which parsers put into the head"),
    pytest.param(f"<head><noscript>{CANONICAL}</noscript></head>", True, id="where no script runs"),
    pytest.param(f"<body>{CANONICAL}", False, id="in the body"),
    pytest.param(f"<p>nice {CANONICAL}</p>", False, id="in a comment"),
    pytest.param(f"<head><div></div>{CANONICAL}</head>", False, id="behind a div, which ends the head"),
    pytest.param(f"<head><img>{CANONICAL}</head>", False, id="behind an image, which ends the head"),
    pytest.param(f"<body><noscript>{CANONICAL}</noscript>", False, id="in the body where no script runs"),
    pytest.param(f"<head><template>{CANONICAL}</template></head>", False, id="in a template"),
    pytest.param(f"<svg>{CANONICAL}</svg>", False, id="in a drawing"),
]


@pytest.mark.parametrize(("html", "is_canonical"), CANONICALS)
def test_a_canonical_counts_in_the_head(html: str, is_canonical: bool) -> None:  # noqa: FBT001
    page = read_page(URL, html.encode())
    assert page.page_from_canonical == ("https://example.com/c" if is_canonical else None)
    assert len(page.links) == is_canonical


def test_a_canonical_of_a_header_counts_beside_one_in_the_body() -> None:
    page = read_page(URL, f"<p>{CANONICAL}</p>".encode(), link_headers=["</h>; rel=canonical"])
    assert page.page_from_canonical == "https://example.com/h"


QUERIES = [
    pytest.param("windows-1251", "<a href='/find?q=дуб'>", "https://example.com/find?q=%E4%F3%E1", id="a link"),
    pytest.param("windows-1251", "<form action='/find?q=дуб'>", "https://example.com/find?q=%E4%F3%E1", id="a form"),
    pytest.param("windows-1251", "<iframe src='/find?q=дуб'>", "https://example.com/find?q=%E4%F3%E1", id="a frame"),
    pytest.param("windows-1251", "<a href='/дуб'>", "https://example.com/%D0%B4%D1%83%D0%B1", id="a path"),
    pytest.param("utf-8", "<a href='/?q=дуб'>", "https://example.com/?q=%D0%B4%D1%83%D0%B1", id="a page in UTF-8"),
    pytest.param("shift_jis", "<a href='/?q=椅'>", "https://example.com/?q=%88%D6", id="Shift_JIS"),
]


@pytest.mark.parametrize(("charset", "html", "url_to"), QUERIES)
def test_a_query_is_in_the_encoding_of_its_page(charset: str, html: str, url_to: str) -> None:
    page = read_page(URL, html.encode(charset), content_type=f"text/html; charset={charset}")
    assert [link.url_to for link in page.links] == [url_to]


def without_space(anchor: str) -> str:
    """The beginning of an anchor: the truth cuts it at 200 characters, and joins the words of blocks."""
    return "".join(anchor.split())[:100]


def test_real_pages_read_directly_have_every_external_link_of_the_truth(corpora: Path) -> None:
    links: Counter[tuple[str, ...]] = Counter()
    for url, body, content_type in read_real_pages(corpora):
        for link in read_page(url, body, content_type=content_type).links:
            if not link.is_hyperlink:
                continue
            wording = read_anchor_text(link.element)
            # The truth has no anchor for images and areas.
            anchor = wording.anchor if wording.link_type == "text" else ""
            links[url, link.url_to, " ".join(sorted(link.rel)), without_space(anchor)] += 1
    wanted: Counter[tuple[str, ...]] = Counter(
        (
            canonical_url(row["source_url"]),
            row["target_url"],
            " ".join(sorted(set(row["rel"]))),
            without_space(row["anchor"]),
        )
        for row in read_truth(corpora)
    )
    assert not wanted - links
    assert wanted.total() > 6_000
