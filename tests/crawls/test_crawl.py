"""The crawl as a whole: the real command against many hosts on one loopback port."""

from __future__ import annotations

import gzip
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import brotli
import pytest

from tests.support.miniweb import Answer, Fault, MiniWeb, html, redirect, text
from tests.support.scrapy_command import crawl, options, read_json_lines, scrapy
from tests.support.spreadsheets import xlsx

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TARGET_LINK = '<a href="https://target.example/">t</a>'


def robots(rules: str) -> Answer:
    return text(f"User-agent: *\n{rules}\n")


def site(host: str, pages: Mapping[str, str], scheme: str = "https") -> dict[str, Answer | str]:
    """Pages of a host, by path."""
    return {f"{scheme}://{host}{path}": body for path, body in pages.items()}


def test_a_backlink_becomes_a_row(tmp_path: Path) -> None:
    page = (
        "<html lang=en-GB><title> The\n magazine </title><nav><a href=/>Home</a></nav>"
        '<main><p>We sat on <a rel="Sponsored nofollow" href="//www.target.example/shop?x=1#top"> oak <b>chairs</b></a>'
        " and liked them.</p><a href=https://other.example/>other</a></main>"
    )
    with MiniWeb(site("www.magazine.example", {"/": page})) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="www.magazine.example", keywords="oak, oak tables, chairs oak")
    assert done.code == 0, done.log
    (row,) = done.rows
    assert row.pop("fetched_at").endswith("Z")
    assert row == {
        "relation": "backlink",
        "url_from": "https://www.magazine.example/",
        "url_to": "https://www.target.example/shop?x=1#top",
        "anchor": "oak chairs",
        "dofollow": False,
        "rel": ["sponsored", "nofollow"],
        "link_type": "text",
        "position": "content",
        "verdict": "neutral",
        "to_do": None,
        "quality": 47,
        "summary": "In the main content of the page; in running text; marked as an advertisement (sponsored), so it passes "
        "nothing on; the page has no more than a sentence.",
        "reasons": [
            "dofollow:-20(sponsored by link)",
            "position:+12(content)",
            "text_share:+8(0.69 of the block's text)",
            "words:-6(9 words)",
            "outbound_links:+2(2 external links, 2 sites)",
            "anchor_type:+1(partial)",
        ],
        "domain_from": "magazine.example",
        "domain_to": "target.example",
        "alt": None,
        "anchor_type": "partial",
        "anchor_source": "text",
        "nofollow_by": ["link"],
        "text_pre": "We sat on",
        "text_post": "and liked them.",
        "semantic_location": "main",
        "hidden": None,
        "links_count": 1,
        "link_index": 2,
        "text_share": 0.69,
        "reciprocal": None,
        "sitewide": 1.0,
        "domain_from_pages": 1,
        "topic_relevance": None,
        "anchor_share": 1.0,
        "referring_domains": 1,
        "link_farm": None,
        "link_farm_footprints": None,
        "domain_from_pagerank": 0.3509,
        "domain_from_trust": None,
        "domain_graph_sites": 2,
        "page_from_pagerank": None,
        "page_graph_pages": None,
        "page_from_title": "The magazine",
        "page_from_language": "en",
        "page_from_language_source": "html",
        "page_from_status_code": 200,
        "page_from_noindex": False,
        "page_from_canonical": None,
        "page_is_copy": False,
        "page_from_external_links": 2,
        "page_from_internal_links": 1,
        "page_from_linked_domains": 2,
        "page_from_words": 9,
        "page_from_suspicious_domains": [],
        "page_from_analytics_ids": [],
        "page_from_template": None,
        "domain_from_ip": None,
        "url_to_status_code": None,
        "url_to_redirect_target": None,
        "is_broken": None,
        "link_path": '(//a[@href="//www.target.example/shop?x=1#top"])[1]',
        "link_html": '<a rel="Sponsored nofollow" href="//www.target.example/shop?x=1#top"> oak <b>chairs</b></a>',
        "href": "//www.target.example/shop?x=1#top",
        "target": "target.example",
        "seed": "www.magazine.example",
        "depth": 0,
        "weights_version": "default 1",
    }


def test_every_relation_is_told_and_kept_when_asked_for(tmp_path: Path) -> None:
    pages = {
        **site("target.example", {"/": "<a href=/shop>in</a><a href=https://blog.example/>out</a>"}),
        **site("blog.example", {"/": f"{TARGET_LINK}<a href=/x>internal</a><a href=https://news.example/>external</a>"}),
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="target.example,blog.example", keep="all")
    assert done.column("relation") == ["backlink", "external", "internal", "internal_backlink", "outbound"]


def test_only_asked_for_relations_are_written(tmp_path: Path) -> None:
    with MiniWeb(site("blog.example", {"/": f"{TARGET_LINK}<a href=https://news.example/>e</a><a href=/x>i</a>"})) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="blog.example", keep="external,internal")
    assert done.column("relation") == ["external", "internal"]


def test_each_link_is_judged_against_each_target(tmp_path: Path) -> None:
    with MiniWeb(site("one.example", {"/": "<a href=https://two.example/>2</a>"})) as web:
        done = crawl(web, tmp_path, target="one.example,two.example", seeds="one.example", keep="all")
    assert done.column("target", "relation") == [("one.example", "outbound"), ("two.example", "backlink")]


def test_the_layers_of_nofollow_are_named(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        "https://a.example/": html(TARGET_LINK, headers=(("X-Robots-Tag", "googlebot: nofollow"), ("X-Robots-Tag", "noindex"))),
        "https://b.example/": f"<meta name=robots content=NOFOLLOW>{TARGET_LINK}<a href=/more>more</a>",
        "https://b.example/more": TARGET_LINK,
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="a.example,b.example")
    assert done.column("domain_from", "nofollow_by", "dofollow", "page_from_noindex") == [
        ("a.example", ["header"], False, True),
        ("b.example", ["meta"], False, False),
    ]
    assert web.fetched("https://b.example/more") == 0  # what a page asks not to follow is not followed


def test_a_page_budget_is_spent_breadth_first_where_that_is_the_order(tmp_path: Path) -> None:
    deep = {f"/{number}": f"<a href=/{number}/1>deeper</a>{TARGET_LINK}" for number in range(8)}
    deeper = {f"/{number}/1": TARGET_LINK for number in range(8)}
    home = "".join(f"<a href=/{number}>x</a>" for number in range(8))
    with MiniWeb(site("blog.example", {"/": home, **deep, **deeper})) as web:
        breadth = "BACKLINKS_CRAWL_ORDER=breadth"
        done = crawl(web, tmp_path, breadth, target="target.example", seeds="blog.example", max_pages="7")
    pages = [request.url for request in web.requests if not request.url.endswith("robots.txt")]
    assert len(pages) == 7
    assert set(done.column("depth")) == {1}
    assert "budget" in done.log


def test_depth_is_limited(tmp_path: Path) -> None:
    pages = {f"/{depth}": f"<a href=/{depth + 1}>deeper</a>" for depth in range(6)}
    with MiniWeb(site("blog.example", pages)) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="https://blog.example/0", max_depth="2", keep="internal")
    assert done.column("depth") == [0, 1, 2]
    assert "URLs not followed      depth 1\n" in done.log


FOLLOWED = [
    pytest.param("site", {"www.blog.example", "en.blog.example", "blog.example"}, id="the site"),
    pytest.param("host", {"www.blog.example"}, id="the host"),
    pytest.param("none", {"www.blog.example"}, id="nothing"),
]


@pytest.mark.parametrize(("follow", "hosts"), FOLLOWED)
def test_what_is_followed(tmp_path: Path, follow: str, hosts: set[str]) -> None:
    home = "<a href=/2>2</a><a href=//en.blog.example/>en</a><a href=//blog.example/>b</a><a href=//other.example/>o</a>"
    pages = {
        **site("www.blog.example", {"/": home, "/2": TARGET_LINK}),
        **site("en.blog.example", {"/": TARGET_LINK}),
        **site("blog.example", {"/": TARGET_LINK}),
        **site("other.example", {"/": TARGET_LINK}),
    }
    with MiniWeb(pages) as web:
        crawl(web, tmp_path, target="target.example", seeds="www.blog.example", follow=follow)
    assert {request.url.split("/")[2] for request in web.requests} == hosts
    assert web.fetched("https://www.blog.example/2") == (follow != "none")


def test_the_host_that_a_seed_redirects_to_is_the_one_to_follow(tmp_path: Path) -> None:
    pages = {
        "https://blog.example/": redirect("https://www.blog.example/"),
        **site("www.blog.example", {"/": "<a href=/2>2</a>", "/2": TARGET_LINK}),
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="blog.example", follow="host")
    assert done.column("url_from") == ["https://www.blog.example/2"]


def test_a_bare_domain_is_tried_over_https_then_http(tmp_path: Path) -> None:
    pages = {
        **site("new.example", {"/": TARGET_LINK}),
        **site("old.example", {"/": TARGET_LINK, "/robots.txt": ""}, scheme="http"),
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="new.example,old.example")
    assert done.column("url_from") == ["http://old.example/", "https://new.example/"]
    assert web.fetched("http://new.example/") == 0
    assert web.fetched("http://old.example/robots.txt") == 1


def test_robots_txt_is_obeyed_after_the_fall_back_to_http(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        **site(
            "old.example",
            {"/": "<a href=/private/x>x</a><a href=/open>o</a>", "/private/x": TARGET_LINK, "/open": TARGET_LINK},
            "http",
        ),
        "http://old.example/robots.txt": robots("Disallow: /private/"),
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="old.example")
    assert done.column("url_from") == ["http://old.example/open"]
    assert web.fetched("http://old.example/private/x") == 0
    assert "robots_blocked 1" in done.log


def test_each_address_is_fetched_once(tmp_path: Path) -> None:
    pages = {
        "http://blog.example/": redirect("https://blog.example/"),
        **site(
            "blog.example",
            {"/": "<a href=/>h</a><a href=/#a>a</a><a href=/?utm_source=x>u</a><a href=http://blog.example/>p</a>"},
        ),
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="http://blog.example,blog.example,https://BLOG.example/#x")
    assert done.code == 0, done.log
    pages_asked_for = sorted(request.url for request in web.requests if "robots" not in request.url)
    assert pages_asked_for == ["http://blog.example/", "https://blog.example/"]


def test_a_page_that_redirects_to_its_own_address_without_tracking_is_read(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        "https://blog.example/?utm_source=x": redirect("/"),
        "https://blog.example/": f"{TARGET_LINK}<a href=/wall>w</a>",
        "https://blog.example/wall": redirect("/wall"),
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="https://blog.example/?utm_source=x")
    assert done.code == 0, done.log
    assert done.column("url_from") == ["https://blog.example/"]
    assert "redirects 1" in done.log


def test_only_an_address_in_the_argument_may_be_a_list(tmp_path: Path) -> None:
    pages = {
        "https://blog.example/": text("victim.example\n"),
        "https://news.example/": text("victim.example\n"),
        **site("victim.example", {"/": TARGET_LINK}),
    }
    (tmp_path / "seeds.txt").write_text("https://news.example/\n")
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="blog.example,seeds.txt")
    assert done.code == 1
    assert not any("victim" in request.url for request in web.requests)


def test_a_byte_order_mark_does_not_switch_robots_txt_off(tmp_path: Path) -> None:
    pages = {
        "https://blog.example/robots.txt": text("\ufeffUser-agent: *\nDisallow: /private/\n"),
        **site("blog.example", {"/": "<a href=/private/x>x</a>", "/private/x": TARGET_LINK}),
    }
    with MiniWeb(pages) as web:
        crawl(web, tmp_path, target="target.example", seeds="blog.example")
    assert web.fetched("https://blog.example/private/x") == 0


def test_a_robots_txt_that_is_too_long_is_cut_between_lines(tmp_path: Path) -> None:
    long = "User-agent: *\n" + "Disallow: /private/folder\n" * 30_000
    pages = {"https://blog.example/robots.txt": text(long), **site("blog.example", {"/": TARGET_LINK})}
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="blog.example")
    assert len(done.rows) == 1


def test_many_sites_that_do_not_answer_do_not_stop_the_crawl(tmp_path: Path) -> None:
    (tmp_path / "seeds.txt").write_text("".join(f"http://dead{number}.example/\n" for number in range(1_100)) + "blog.example\n")
    with MiniWeb(site("blog.example", {"/": TARGET_LINK})) as web:
        done = crawl(web, tmp_path, "RETRY_TIMES=0", "LOG_LEVEL=ERROR", target="target.example", seeds="seeds.txt")
    assert done.code == 0, done.log
    assert len(done.rows) == 1


def test_seeds_beyond_the_budget_of_their_site_are_not_asked_for(tmp_path: Path) -> None:
    (tmp_path / "seeds.txt").write_text("".join(f"https://blog.example/{number}\n" for number in range(1_500)))
    with MiniWeb(site("blog.example", {"/0": TARGET_LINK, "/1": TARGET_LINK})) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="seeds.txt", max_pages="2")
    assert len([request for request in web.requests if "robots" not in request.url]) == 2
    assert "budget 1498" in done.log


ROBOTS_WITHOUT_RULES = [
    pytest.param(html("no", status=403), id="forbidden"),
    pytest.param(html("no", status=404), id="not there"),
    pytest.param(redirect("/robots.txt"), id="a redirect without end"),
    pytest.param(redirect("http://["), id="a redirect to no address"),
    pytest.param(html("<!doctype html><title>Welcome</title>"), id="a page in its place"),
]


@pytest.mark.parametrize("answer", ROBOTS_WITHOUT_RULES)
def test_a_robots_txt_without_rules_forbids_nothing(tmp_path: Path, answer: Answer) -> None:
    with MiniWeb({"https://blog.example/robots.txt": answer, **site("blog.example", {"/": TARGET_LINK})}) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="https://blog.example/")
    assert len(done.rows) == 1, done.log


def test_a_meta_refresh_is_a_page_and_a_link(tmp_path: Path) -> None:
    page = f"<meta http-equiv=refresh content='0; url=/next'>{TARGET_LINK}"
    pages = {
        **site("blog.example", {"/": page}),
        "https://blog.example/next": html("", headers=(("Refresh", "5; url=https://target.example/r"),)),
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="blog.example")
    assert done.column("url_from", "link_type", "url_to") == [
        ("https://blog.example/", "text", "https://target.example/"),
        ("https://blog.example/next", "meta_refresh", "https://target.example/r"),
    ]


def test_a_page_that_is_too_large_is_counted(tmp_path: Path) -> None:
    with MiniWeb(site("blog.example", {"/": "<a href=/large>l</a>", "/large": TARGET_LINK + " " * 50_000})) as web:
        done = crawl(web, tmp_path, "DOWNLOAD_MAXSIZE=10000", target="target.example", seeds="blog.example")
    assert done.rows == []
    assert "too_large 1" in done.log


def test_files_that_are_no_pages_are_not_asked_for(tmp_path: Path) -> None:
    home = "<a href=/a.pdf>p</a><a href=/b.JPG?x>j</a><a href=/c>c</a>"
    with MiniWeb({**site("blog.example", {"/": home}), "https://blog.example/c": text("plain")}) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="blog.example")
    assert web.fetched("https://blog.example/a.pdf") == web.fetched("https://blog.example/b.JPG?x") == 0
    assert "not_html 1" in done.log


def test_a_redirect_out_of_the_site_is_not_fetched(tmp_path: Path) -> None:
    pages = {
        **site("blog.example", {"/": "<a href=/out>out</a>"}),
        "https://blog.example/out": redirect("https://shop.example/"),
        **site("shop.example", {"/": TARGET_LINK}),
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="blog.example")
    assert done.rows == []
    assert not any("shop.example" in request.url for request in web.requests)
    assert "redirected_off_site 1" in done.log


def test_redirects_onto_the_target_are_backlinks(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        **site("blog.example", {"/": "".join(f"<a href={path}>x</a>" for path in ("/go", "/again", "/long", "/gone"))}),
        "https://blog.example/go": redirect("https://target.example/x", 302),
        "https://blog.example/again": redirect("//target.example/x"),
        "https://blog.example/long": redirect("/long2", 308),
        "https://blog.example/long2": Answer(
            status=307, headers=(("Location", "http://www.target.example/y"), ("X-Robots-Tag", "nofollow"))
        ),
        "https://blog.example/gone": redirect("/nothing"),
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="blog.example", keep="backlink")
    names = ("url_from", "url_to", "link_type", "url_to_redirect_target", "page_from_status_code", "dofollow", "depth")
    assert done.column(*names) == [
        ("https://blog.example/again", "https://target.example/x", "redirect", None, 301, True, 1),
        ("https://blog.example/go", "https://target.example/x", "redirect", None, 302, True, 1),
        ("https://blog.example/long", "https://blog.example/long2", "redirect", ["http://www.target.example/y"], 308, True, 1),
        ("https://blog.example/long2", "http://www.target.example/y", "redirect", None, 307, False, 1),
    ]
    assert {row["page_from_external_links"] for row in done.rows} == {None}
    assert not any("target.example" in request.url for request in web.requests)
    assert "redirected_off_site 3" in done.log


def test_a_redirect_to_a_page_that_was_read_is_a_link_too(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        **site("blog.example", {"/": "<a href=/page>p</a><a href=/old>o</a><a href=/older>o</a>", "/page": "x"}),
        "https://blog.example/old": redirect("/page"),
        "https://blog.example/older": redirect("/page"),
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="https://blog.example/page", seeds="blog.example")
    assert done.column("url_from", "link_type") == [
        ("https://blog.example/", "text"),
        ("https://blog.example/old", "redirect"),
        ("https://blog.example/older", "redirect"),
    ]
    assert web.fetched("https://blog.example/page") == 1
    assert "redirected_to_known 2" in done.log


def test_a_seed_that_redirects_to_a_dead_address_is_a_row_all_the_same(tmp_path: Path) -> None:
    with MiniWeb({"https://old.example/": redirect("https://target.example/gone"), **site("target.example", {"/": ""})}) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="old.example")
    assert done.column("url_from", "url_to", "link_type") == [("https://old.example/", "https://target.example/gone", "redirect")]
    assert "http_404 1" in done.log


def test_a_loop_of_redirects_is_a_row_for_each(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        **site("blog.example", {"/": "<a href=/a>a</a><a href=/same>s</a>"}),
        "https://blog.example/a": redirect("/b"),
        "https://blog.example/b": redirect("/a"),
        "https://blog.example/same": redirect("/same#part"),
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="blog.example", seeds="blog.example", keep="internal_backlink")
    assert done.column("url_from", "url_to", "link_type") == [
        ("https://blog.example/", "https://blog.example/a", "text"),
        ("https://blog.example/", "https://blog.example/same", "text"),
        ("https://blog.example/a", "https://blog.example/b", "redirect"),
        ("https://blog.example/b", "https://blog.example/a", "redirect"),
        ("https://blog.example/same", "https://blog.example/same#part", "redirect"),
    ]
    assert "redirects 2" in done.log


@pytest.mark.parametrize("order", ["old.example,new.example", "new.example,old.example"])
def test_a_seed_that_leads_to_another_seed_takes_nothing_from_it(tmp_path: Path, order: str) -> None:
    pages: dict[str, Answer | str] = {
        "https://old.example/": redirect("https://new.example/"),
        **site("new.example", {"/": f"{TARGET_LINK}<a href=/2>2</a>", "/2": TARGET_LINK}),
    }
    with MiniWeb(pages) as web:
        # One after the other, so that the first seed is read before the second is asked for.
        done = crawl(web, tmp_path, "CONCURRENT_REQUESTS=1", target="target.example", seeds=order)
    assert done.code == 0, done.log
    assert done.column("url_from") == ["https://new.example/", "https://new.example/2"]
    assert "was not read" not in done.log


def test_addresses_in_headers_are_read_as_browsers_read_them(tmp_path: Path) -> None:
    location = b"https://target.example/caf\xe9".decode("ascii", "surrogateescape")
    link = "<https://target.example/ö>; rel=canonical"
    pages = {
        "https://a.example/": Answer(status=301, headers=(("Location", location),)),
        "https://b.example/": html("x", headers=(("Link", link),)),
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="a.example,b.example")
    assert done.column("url_to", "link_type") == [
        ("https://target.example/%C3%B6", "canonical"),
        ("https://target.example/caf%E9", "redirect"),
    ]


def test_half_a_list_of_seeds_is_not_used(tmp_path: Path) -> None:
    body = b"https://blog.example/\n" * 4 + b"https://other.example/\n" * 10
    pages: dict[str, Answer | str] = {
        "https://lists.example/mine": Answer(body, headers=(("Content-Type", "text/plain"),), fault=Fault.TRUNCATED),
        **site("blog.example", {"/": TARGET_LINK}),
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="https://lists.example/mine")
    assert done.code == 1
    assert "truncated 1" in done.log


def test_links_of_every_type_are_found(tmp_path: Path) -> None:
    page = (
        "<link rel=canonical href=https://target.example/1><link rel=alternate hreflang=de href=https://target.example/2>"
        "<meta http-equiv=refresh content='9;url=https://target.example/3'><main><iframe src=https://target.example/4></iframe>"
        "<form action=https://target.example/5></form><a href=https://target.example/6>t</a>"
        "<a href=https://target.example/7><img alt=i></a><map><area href=https://target.example/8></map>"
        "<template><a href=https://target.example/no>t</a></template><a href=mailto:a@target.example>m</a>"
    )
    with MiniWeb(site("blog.example", {"/": page})) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="blog.example")
    names = ("url_to", "link_type", "link_index", "position", "anchor", "anchor_type")
    assert done.column(*names) == [
        ("https://target.example/1", "canonical", 1, None, None, None),
        ("https://target.example/2", "alternate", 2, None, None, None),
        ("https://target.example/3", "meta_refresh", 3, None, None, None),
        ("https://target.example/4", "frame", 4, "content", None, None),
        ("https://target.example/5", "form", 5, "content", None, None),
        ("https://target.example/6", "text", 6, "content", "t", "other"),
        ("https://target.example/7", "image", 7, "content", "i", "image"),
        ("https://target.example/8", "area", 8, "content", "", "empty"),
    ]
    assert {row["page_from_external_links"] for row in done.rows} == {3}


def test_what_only_looks_like_a_page_to_follow_is_not_asked_for(tmp_path: Path) -> None:
    page = "<form action=/delete></form><link rel=alternate href=/feed><iframe src=/frame></iframe>"
    with MiniWeb(site("blog.example", {"/": page, "/frame": TARGET_LINK})) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="blog.example")
    assert done.column("url_from") == ["https://blog.example/frame"]
    assert not {"https://blog.example/delete", "https://blog.example/feed"} & {request.url for request in web.requests}


def test_an_anchor_is_compared_with_what_the_page_linked_to_is_called(tmp_path: Path) -> None:
    links = "".join(
        f"<a href=http://www.target.example/{path}>{anchor}</a>"
        for path, anchor in (
            ("chairs", "Oak chairs"),
            ("chairs", "oak chairs of ours"),
            ("chairs", "four legs"),
            ("new", "Oak chairs"),
        )
    )
    pages = {
        **site("target.example", {"/chairs": "<title>Oak chairs | Shop</title><h1>Chairs with four strong legs</h1>"}),
        **site("blog.example", {"/": links}),
    }
    seeds = "https://target.example/chairs,https://blog.example/"
    with MiniWeb(pages) as web:
        # One after the other: what is read later cannot be compared with.
        done = crawl(web, tmp_path, "CONCURRENT_REQUESTS=1", target="target.example", seeds=seeds)
    assert done.column("anchor", "anchor_type", "url_to") == [
        ("Oak chairs", "exact", "http://www.target.example/chairs"),
        ("Oak chairs", "other", "http://www.target.example/new"),
        ("four legs", "partial", "http://www.target.example/chairs"),
        ("oak chairs of ours", "partial", "http://www.target.example/chairs"),
    ]


ENCODINGS = [
    pytest.param("gzip", gzip.compress, id="gzip"),
    pytest.param("br", brotli.compress, id="brotli"),
    pytest.param("zstd", zstd.compress, id="zstd"),
]


@pytest.mark.parametrize(("name", "compress"), ENCODINGS)
def test_compressed_pages_are_read(tmp_path: Path, name: str, compress: Callable[[bytes], bytes]) -> None:
    headers = (("Content-Type", "text/html"), ("Content-Encoding", name))
    body = compress(TARGET_LINK.encode() * 100)
    pages = {"https://blog.example/": Answer(body, headers=headers), "https://cut.example/": Answer(body[:-20], headers=headers)}
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="blog.example,cut.example")
    assert done.code == 0, done.log
    assert done.column("seed").count("blog.example") == 100


def test_what_a_page_is_counts_for_more_than_what_it_is_named(tmp_path: Path) -> None:
    page = f"<!doctype html>{TARGET_LINK}".encode()
    named = {
        "plain": "text/plain",
        "xml": "application/xml",
        "twice": "text/html, text/html",
        "empty": "",
        "file": "application/x-y",
    }
    pages = {f"https://{name}.example/": Answer(page, headers=(("Content-Type", kind),)) for name, kind in named.items()}
    pages["https://none.example/"] = Answer(TARGET_LINK.encode(), headers=())
    pages["https://picture.example/"] = html("%PDF-1.7 " + TARGET_LINK)
    with MiniWeb(pages) as web:
        seeds = ",".join(url.split("/")[2] for url in pages)
        done = crawl(web, tmp_path, target="target.example", seeds=seeds)
    assert done.column("seed") == sorted(f"{name}.example" for name in (*named, "none"))
    assert "not_html 1" in done.log


def test_a_seed_that_leads_to_another_site_is_read_and_no_further(tmp_path: Path) -> None:
    pages = {
        "https://old.example/": redirect("https://new.example/"),
        **site("new.example", {"/": f"{TARGET_LINK}<a href=/2>2</a>", "/2": TARGET_LINK}),
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="old.example")
    assert done.column("seed", "url_from") == [("old.example", "https://new.example/")]
    assert "leads to another site" in done.log


def test_without_seeds_the_targets_site_and_those_it_links_to_are_crawled(tmp_path: Path) -> None:
    pages = {
        **site(
            "www.target.example", {"/": "<a href=/partners>p</a>", "/partners": "<a href=https://partner.example/deep/page>p</a>"}
        ),
        "https://target.example/": redirect("https://www.target.example/"),
        **site("partner.example", {"/": "<a href=/links>l</a><a href=https://stranger.example/>s</a>", "/links": TARGET_LINK}),
        **site("stranger.example", {"/": TARGET_LINK}),
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example")
    assert done.column("url_from", "seed", "depth") == [("https://partner.example/links", "partner.example", 1)]
    assert not any("stranger.example" in request.url for request in web.requests)
    (line,) = (line for line in done.log.splitlines() if "no seeds are given" in line)
    assert "the site of target.example is read, then every site that it links to; scrapy discover finds more places" in line


def test_an_ordinary_crawl_warns_of_nothing(tmp_path: Path) -> None:
    with MiniWeb(site("blog.example", {"/": TARGET_LINK})) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="https://blog.example/")
    assert done.code == 0, done.log
    assert "WARNING" not in done.log
    assert "ERROR" not in done.log


def test_seeds_from_a_file_with_a_bad_line(tmp_path: Path) -> None:
    (tmp_path / "seeds.txt").write_text("# sites\nblog.example\nno seed at all\nnews.example # second\n")
    with MiniWeb({**site("blog.example", {"/": TARGET_LINK}), **site("news.example", {"/": TARGET_LINK})}) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="seeds.txt")
    assert done.code == 0, done.log
    assert done.column("seed") == ["blog.example", "news.example"]
    assert "the list 'seeds.txt' line 3 passed over: 'no seed at all' is not a domain" in done.log


def test_seeds_from_a_spreadsheet_whose_header_is_in_no_known_language(tmp_path: Path) -> None:
    rows = [["Zielseite", "Firma", "Verweisende Seite"], ["http://target.example/", "Booking.com", "https://blog.example/"]]
    (tmp_path / "partners.xlsx").write_bytes(xlsx({"Notizen": [["Stand", "Mai"]], "Links": rows}))
    with MiniWeb(site("blog.example", {"/": TARGET_LINK})) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="partners.xlsx")
        asked = " ".join(request.url for request in web.requests)
    assert done.code == 0, done.log
    assert done.column("seed") == ["https://blog.example/"]
    assert "xlsx" not in asked
    assert "booking" not in asked


def test_a_table_of_which_no_column_is_better_is_refused_before_anything_is_fetched(tmp_path: Path) -> None:
    (tmp_path / "links").write_text("One,Two\nhttp://a.example/,http://b.example/\nhttp://c.example/,http://d.example/\n")
    with MiniWeb({}) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="links")
        assert web.requests == []
    assert done.code == 2
    assert "the list 'links' cannot be used: column 'One' and column 'Two' could both hold the linking pages" in done.log


@pytest.mark.parametrize("content_type", ["text/plain", "text/csv", "application/octet-stream"])
def test_seeds_from_the_address_of_a_list(tmp_path: Path, content_type: str) -> None:
    pages = {
        "https://lists.example/mine": text(
            "Source URL,Target URL\nhttps://blog.example/,https://target.example/\n", content_type
        ),
        **site("blog.example", {"/": TARGET_LINK}),
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="https://lists.example/mine")
    assert done.code == 0, done.log
    assert done.column("seed") == ["https://blog.example/"]


def test_seeds_from_the_address_of_a_spreadsheet(tmp_path: Path) -> None:
    sheet = Answer(xlsx({"Links": [["URL"], ["https://blog.example/"]]}), headers=(("Content-Type", "application/octet-stream"),))
    with MiniWeb({"https://lists.example/mine.xlsx": sheet, **site("blog.example", {"/": TARGET_LINK})}) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="https://lists.example/mine.xlsx")
    assert done.code == 0, done.log
    assert done.column("seed") == ["https://blog.example/"]


def test_seeds_from_a_setting(tmp_path: Path) -> None:
    with MiniWeb(site("blog.example", {"/": TARGET_LINK})) as web:
        done = crawl(web, tmp_path, "BACKLINKS_SEEDS=blog.example", target="target.example")
    assert done.column("seed") == ["blog.example"]


def test_broken_hosts_cost_no_row_of_the_others(tmp_path: Path) -> None:
    pages = {
        **site(
            "good.example", {"/": TARGET_LINK + "<a href=/cut>c</a><a href=/reset>r</a><a href=/error>e</a><a href=/loop>l</a>"}
        ),
        "https://good.example/cut": Answer(TARGET_LINK.encode(), fault=Fault.TRUNCATED),
        "https://good.example/reset": Answer(fault=Fault.RESET),
        "https://good.example/error": html("x", status=500),
        "https://good.example/loop": redirect("/loop2"),
        "https://good.example/loop2": redirect("/loop"),
        "https://reset.example/": Answer(fault=Fault.RESET),
        "https://reset.example/robots.txt": Answer(fault=Fault.RESET),
        "https://hang.example/robots.txt": Answer(fault=Fault.HANG),
        "https://down.example/robots.txt": html("x", status=503),
        "https://down.example/": TARGET_LINK,
    }
    seeds = ",".join(f"https://{host}.example/" for host in ("good", "reset", "hang", "down", "unknown"))
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, "DOWNLOAD_TIMEOUT=2", target="target.example", seeds=seeds)
    assert done.code == 0, done.log
    assert done.column("url_from") == ["https://good.example/", "https://good.example/cut"]
    assert re.search(r"truncated pages +1\n", done.log)
    for reason in ("http_500 1", "redirects 1", "timeout 1", "robots_unavailable 1", "proxy 1", "reset 2"):
        assert reason in done.log
    assert web.fetched("https://down.example/") == 0
    assert "Traceback" not in done.log


def test_no_seed_that_can_be_read_is_a_failure_with_the_reasons(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        "https://gone.example/": html("x", status=404),
        "https://shut.example/robots.txt": robots("Disallow: /"),
        "https://shut.example/": "",
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="gone.example,shut.example,unknown.example")
    assert done.code == 1
    assert "seed gone.example was not read (http_404)" in done.log
    assert "seed shut.example was not read (robots_blocked)" in done.log
    assert "seed unknown.example was not read (robots_unavailable)" in done.log  # the proxy answers 502
    assert done.log.splitlines()[-1] == "scrapy crawl: failed: no seed could be read; the log says why for each"


def test_who_asks_is_said_with_a_contact(tmp_path: Path) -> None:
    with MiniWeb(site("blog.example", {"/": TARGET_LINK})) as web:
        crawl(web, tmp_path, "BACKLINKS_CONTACT=https://me.example/bot", target="target.example", seeds="blog.example")
    agents = {request.headers.get("user-agent", "") for request in web.requests if request.method == "GET"}
    assert len(agents) == 1
    assert agents.pop().endswith(" (+https://me.example/bot)")


def test_no_cookie_is_kept(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        "https://blog.example/": html("<a href=/2>2</a>", headers=(("Set-Cookie", "a=b"),)),
        "https://blog.example/2": TARGET_LINK,
    }
    with MiniWeb(pages) as web:
        crawl(web, tmp_path, target="target.example", seeds="blog.example")
    assert not any("cookie" in request.headers for request in web.requests)


def test_one_request_at_a_time_to_a_host(tmp_path: Path) -> None:
    slow = {f"https://blog.example/{number}": Answer(b"x", delay_seconds=0.02) for number in range(10)}
    home = "".join(f"<a href=/{number}>x</a>" for number in range(10))
    with MiniWeb({**site("blog.example", {"/": home}), **slow}) as web:
        # Without any delay Scrapy 2.19 starts what waits for a host at once, whatever CONCURRENT_REQUESTS_PER_DOMAIN says.
        crawl(web, tmp_path, "DOWNLOAD_DELAY=0.001", target="target.example", seeds="blog.example")
    assert web.fetched("https://blog.example/9") == 1
    assert web.most_open("blog.example") == 1


def test_the_summary_says_what_a_narrow_target_misses(tmp_path: Path) -> None:
    with MiniWeb(site("blog.example", {"/": TARGET_LINK})) as web:
        done = crawl(web, tmp_path, target="www.target.example", seeds="blog.example")
    assert "1 link leads to the target's site but not to the target: -a target=target.example finds them" in done.log


def test_no_output_is_said(tmp_path: Path) -> None:
    with MiniWeb(site("blog.example", {"/": TARGET_LINK})) as web:
        arguments = [*options({"target": "target.example", "seeds": "blog.example"}), "-s", "DOWNLOAD_DELAY=0"]
        run = scrapy("crawl", "backlinks", *arguments, folder=tmp_path, environment=web.environment())
    assert run.code == 0
    assert "no output file given" in run.log


def test_the_summary_says_what_was_found(tmp_path: Path) -> None:
    pages = {
        **site("blog.example", {"/": f"{TARGET_LINK}{TARGET_LINK}<a href=/gone>g</a>"}),
        **site("news.example", {"/": '<a rel=nofollow href="https://target.example/">t</a>'}),
    }
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, "STATS_DUMP=True", target="target.example", seeds="blog.example,news.example")
    assert "'item_scraped_count': 2," in done.log
    assert f"feed {tmp_path / 'rows.jsonl'} is stored\n" in done.log
    assert " items)" not in done.log
    for line in (
        "Links to target.example and all its subdomains",
        "  pages read             2 of 2 sites",
        "  seeds                  2 read",
        "  backlinks              3 from 2 referring domains, 2 (67 %) dofollow",
        "  top referring domains  blog.example 2, news.example 1",
        "  fetch failures         http_404 1",
    ):
        assert f"{line}\n" in done.log


def test_a_sitemap_whose_pages_are_not_read_is_named(tmp_path: Path) -> None:
    listed = "<urlset><url><loc>https://blog.example/a</loc></url></urlset>"
    index = "<sitemapindex><sitemap><loc>https://blog.example/pages.xml</loc></sitemap></sitemapindex>"
    pages: dict[str, Answer | str] = {
        "https://blog.example/index.xml": text(index, "text/xml"),
        "https://blog.example/pages.xml": text(listed, "text/xml"),
        "https://blog.example/a": "a",
    }
    with MiniWeb(pages) as web:
        done = crawl(
            web, tmp_path, target="target.example", seeds="https://blog.example/index.xml", follow="none", coverage="c.jsonl"
        )
        assert web.fetched("https://blog.example/a") == 0
    seen = {row["seed"]: (row["outcome"], row["not_followed_reasons"]) for row in read_json_lines(tmp_path / "c.jsonl")}
    assert seen["https://blog.example/pages.xml"] == ("partial", ["follow 1"])
    assert "seed https://blog.example/pages.xml is a sitemap or feed: with follow=none its pages are not read" in done.log
