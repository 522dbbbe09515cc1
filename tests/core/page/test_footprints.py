"""What a page tells of who made it."""

from __future__ import annotations

import ipaddress
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import HtmlResponse, Request

from backlinkspider.core.html.parser import Document, read_page
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.page.footprints import read_analytics_ids, read_template
from backlinkspider.core.steps.describe import describe_links
from backlinkspider.downloader.responses import parse_page
from backlinkspider.request_meta import RequestContext
from tests.support.miniweb import MiniWeb
from tests.support.scrapy_command import crawl


def document_of(body: str) -> Document:
    document: Document = read_page("https://a.example/", body.encode()).document
    return document


ACCOUNTS = [
    pytest.param(
        "<script>ga('create', 'UA-123456-7', 'auto')</script>", ["UA-123456"], id="Analytics: the account, not the site"
    ),
    pytest.param(
        "<script src='https://www.googletagmanager.com/gtag/js?id=G-AB12CD34EF'></script><script>gtag('config','G-AB12CD34EF')</script>",
        ["G-AB12CD34EF"],
        id="Analytics 4, once",
    ),
    pytest.param(
        "<noscript><iframe src='https://www.googletagmanager.com/ns.html?id=GTM-K4KG88'></iframe></noscript>",
        ["GTM-K4KG88"],
        id="Tag Manager without script",
    ),
    pytest.param("<script>gtag('config', 'AW-1061434655')</script>", ["AW-1061434655"], id="Ads"),
    pytest.param(
        "<ins class=adsbygoogle data-ad-client=ca-pub-2892341250670811></ins>",
        ["ca-pub-2892341250670811"],
        id="AdSense, in an element",
    ),
    pytest.param(
        "<script>google_ad_client = 'pub-2892341250670811'</script>",
        ["ca-pub-2892341250670811"],
        id="AdSense, as it was written once",
    ),
    pytest.param(
        "<script async src='//pagead2.googlesyndication.com/pagead/js/adsbygoogle.js?client=ca-pub-2892341250670811'></script>",
        ["ca-pub-2892341250670811"],
        id="AdSense, in an address",
    ),
    pytest.param("<script>fbq('init', '1621685564716533');</script>", ["facebook-1621685564716533"], id="the Facebook pixel"),
    pytest.param(
        "<noscript><img src='https://www.facebook.com/tr?id=1621685564716533&ev=PageView'></noscript>",
        ["facebook-1621685564716533"],
        id="the Facebook pixel, in a picture",
    ),
    pytest.param("<script>ym(45678901, 'init', {})</script>", ["yandex-45678901"], id="Yandex Metrica"),
    pytest.param("<img src='https://mc.yandex.ru/watch/45678901'>", ["yandex-45678901"], id="Yandex Metrica, in a picture"),
    pytest.param("<script>a='UA-223344-1';b='GTM-ABC123'</script>", ["GTM-ABC123", "UA-223344"], id="several, sorted"),
    pytest.param("<p>We had 'UA-123456-7' and ca-pub-2892341250670811.</p>", [], id="not what a text tells of"),
    pytest.param(
        "<script>ga('create', 'UA-XXXXX-Y'); 'UA-000000-0'; 'G-XXXXXXXXXX'</script>", [], id="not what was never filled in"
    ),
    pytest.param("<script>x='MUA-123456-7'; y=LONG-AB12CD34EF; asym(45678901,'init')</script>", [], id="not a part of a word"),
    pytest.param("<p>none</p>", [], id="none"),
]


@pytest.mark.parametrize(("body", "accounts"), ACCOUNTS)
def test_the_accounts_of_a_page(body: str, accounts: list[str]) -> None:
    assert list(read_analytics_ids(document_of(body))) == accounts


def test_at_most_ten_accounts() -> None:
    body = "<script>" + " ".join(f"'UA-{number}12345-1'" for number in range(1, 40)) + "</script>"
    assert len(read_analytics_ids(document_of(body))) == 10


def theme(content: str, *, name: str = "astra", ident: int = 1) -> str:
    """A page of a template."""
    return (
        f"<body class='postid-{ident}'><div id=page class='{name}-site'>"
        f"<header class='{name}-header'><nav class=menu></nav></header>"
        f"<div class='{name}-content'><main class=primary><article id=post-{ident} class='post-{ident} category-wood'>{content}"
        f"</article></main><aside class=widgets><section id=search-{ident} class=widget></section></aside></div>"
        f"<footer class='{name}-footer'></footer></div>"
    )


ALIKE = [
    pytest.param(theme("<p>One"), theme("<h1>Two</h1><p>A<table><tr><td>x</table><img src=x>", ident=77), id="other content"),
    pytest.param(theme("<p>One"), theme("<p>One") + "<div></div><script>1</script>", id="what a script puts in"),
    pytest.param(
        theme("<p>One"), "<title>Two</title>" + theme("<div class=gallery></div>"), id="another title and deeper markup"
    ),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_pages_of_one_template(one: str, other: str) -> None:
    digest = read_template(document_of(one))
    assert digest is not None
    assert len(digest) == 16
    assert set(digest) <= set(string.hexdigits)
    assert digest == read_template(document_of(other))


DIFFERENT = [
    pytest.param(theme("x"), theme("x", name="divi"), id="other classes"),
    pytest.param(theme("x"), theme("x").replace("<main", "<section").replace("</main", "</section"), id="other elements"),
    pytest.param(theme("x"), theme("x").replace("<aside", "<div class=wrapper><aside"), id="another level"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_pages_of_different_templates(one: str, other: str) -> None:
    assert read_template(document_of(one)) != read_template(document_of(other))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="an empty page"),
        pytest.param("<p>text <a href=/>link</a>", id="text alone"),
        pytest.param("<div id=header></div><div id=content></div><div id=footer></div>", id="header, content and footer"),
        pytest.param("<frameset><frame src=/a></frameset>", id="frames"),
    ],
)
def test_a_page_that_is_built_like_any_other_has_no_template(body: str) -> None:
    assert read_template(document_of(body)) is None


@given(st.text(alphabet="<>/='\" \nabcdivUAGTMca-pub0123456789", max_size=300))
def test_no_page_breaks_it(body: str) -> None:
    document = document_of(f"<div class=a>{body}<script>{body}")
    assert len(read_analytics_ids(document)) <= 10
    assert read_template(document) is None or len(read_template(document) or "") == 16


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<div class='" + " ".join(f"name{chr(97 + n % 26)}x" for n in range(9_000)) + "'>", id="many classes"),
        pytest.param(
            "".join(f"<div class={'abcdefghij'[n % 10]}{'klmnop'[n % 6]}z></div>" for n in range(20_000)), id="many elements"
        ),
        pytest.param("<div class=ab>" * 500, id="deep nesting"),
        pytest.param("<script>UA-1</script>" * 5_000, id="many scripts"),
        pytest.param("<script>" + "fbq(   'init'  ,  " * 20_000 + "</script>", id="a long script"),
    ],
)
def test_large_pages_are_read(body: str) -> None:
    document = document_of(body)
    assert read_analytics_ids(document) == ()
    assert read_template(document) in (read_template(document_of(body)), None)


@pytest.mark.parametrize(
    ("relation", "is_read"),
    [pytest.param(Relation.BACKLINK, True, id="with a backlink"), pytest.param(Relation.EXTERNAL, False, id="without")],
)
def test_only_pages_with_a_backlink_are_looked_at(relation: Relation, *, is_read: bool) -> None:
    page = read_page("https://a.example/", theme("<a href=/x>x</a><script>'UA-223344-1'</script>").encode())
    for link in page.links:
        link.relation = relation.value
    describe_links(page)
    assert page.page_from_analytics_ids == (("UA-223344",) if is_read else None)
    assert (page.page_from_template is not None) is is_read


def answer(ip_address: Any, **meta: Any) -> HtmlResponse:
    request = Request("https://a.example/", meta={**RequestContext("a.example", "a.example").meta(), **meta})
    return HtmlResponse(request.url, body=b"<p>x", request=request, ip_address=ip_address)


@pytest.mark.parametrize(
    ("response", "address"),
    [
        pytest.param(answer(ipaddress.ip_address("192.0.2.7")), "192.0.2.7", id="IPv4"),
        pytest.param(answer(ipaddress.ip_address("2001:db8::1")), "2001:db8::1", id="IPv6"),
        pytest.param(answer(ipaddress.ip_address("192.0.2.7"), proxy="http://proxy.example"), None, id="of a proxy: unknown"),
        pytest.param(answer(None), None, id="of an archive: unknown"),
    ],
)
def test_the_address_of_the_server(response: HtmlResponse, address: str | None) -> None:
    assert parse_page(response, 100).domain_from_ip == address


def test_rows_have_the_footprints_of_their_page(tmp_path: Any) -> None:
    body = theme("<a href=https://target.example/>t</a>") + "<script>ga('create', 'UA-223344-1')</script>"
    with MiniWeb({"https://a.example/": body}) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="a.example")
    (row,) = done.rows
    assert row["page_from_analytics_ids"] == ["UA-223344"]
    assert row["page_from_template"] == read_template(document_of(body))
    assert row["domain_from_ip"] is None, "the web of the tests is a proxy"
