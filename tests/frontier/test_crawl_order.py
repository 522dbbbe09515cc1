"""Pages that no page links to: sitemaps and feeds; and in which order the budget is spent."""

from __future__ import annotations

import gzip
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.support.miniweb import Answer, MiniWeb, html, redirect, text
from tests.support.scrapy_command import Crawl, crawl, read_json_lines

TARGET_LINK = '<a href="https://target.example/">t</a>'
ORIGIN = "https://blog.example"


def sitemap(*entries: tuple[str, str], kind: str = "url", root: str = "urlset") -> Answer:
    listed = "".join(
        f"<{kind}><loc>{path if path.startswith('//') else ORIGIN + path}</loc><lastmod>{date}</lastmod></{kind}>"
        for path, date in entries
    )
    return text(f"<{root}>{listed}</{root}>", "application/xml")


def crawl_site(tmp_path: Path, pages: dict[str, Answer | str], **arguments: str) -> tuple[Crawl, list[str]]:
    """A crawl of one site, one request at a time, and the paths that it asked for in order."""
    with MiniWeb({f"{ORIGIN}{path}": page for path, page in pages.items()}) as web:
        given = {"target": "target.example", "seeds": f"{ORIGIN}/", **arguments}
        done = crawl(web, tmp_path, "CONCURRENT_REQUESTS=1", **given)
        assert done.code == 0, done.log
        return done, [request.url.removeprefix(ORIGIN) for request in web.requests]


def test_the_newest_pages_of_a_sitemap_come_first_within_the_budget(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        "/": f"{TARGET_LINK}<a href=/linked>l</a>",
        "/robots.txt": text(f"Sitemap: {ORIGIN}/index.xml"),
        "/index.xml": sitemap(("/old.xml", "2019-01-01"), ("/new.xml.gz", "2026-01-01"), kind="sitemap", root="sitemapindex"),
        "/new.xml.gz": Answer(gzip.compress(sitemap(("/n1", "2026-01-01"), ("/n2", "2026-03-01")).body), headers=()),
        "/old.xml": sitemap(("/o1", "2018-01-01"), ("/o2", "2018-02-01")),
        **{f"/{name}": TARGET_LINK for name in ("n1", "n2", "o1", "o2", "linked")},
    }
    done, asked_for = crawl_site(tmp_path, pages, sitemaps="true", max_pages="4")
    assert asked_for == ["/robots.txt", "/", "/index.xml", "/new.xml.gz", "/old.xml", "/n2", "/n1", "/o2"]
    assert done.column("depth", "url_from")[-1] == (1, f"{ORIGIN}/o2")


DECLARED = [
    pytest.param("", f"Sitemap: {ORIGIN}/s.xml", "/s.xml", id="in robots.txt"),
    pytest.param("<link rel=sitemap href=/s.xml>", "", "/s.xml", id="in the head"),
    pytest.param('<meta name=Generator content="WordPress 6.1">', "", "/wp-sitemap.xml", id="by WordPress"),
    pytest.param('<link rel=alternate type="application/atom+xml" href=/feed>', "", "/feed", id="a feed"),
]


@pytest.mark.parametrize(("head", "robots", "path"), DECLARED)
def test_a_sitemap_that_a_site_declares_is_read_and_mixed_with_links(tmp_path: Path, head: str, robots: str, path: str) -> None:
    pages: dict[str, Answer | str] = {
        "/": f"{head}{TARGET_LINK}<a href=/linked>l</a>",
        "/robots.txt": text(robots),
        path: sitemap(("/a", "2026")),
    }
    _, asked_for = crawl_site(tmp_path, pages)
    assert sorted(asked_for) == sorted(["/robots.txt", "/", path, "/a", "/linked"])


@pytest.mark.parametrize("head", ["", '<meta name=generator content="Drupal 10">'])
def test_a_sitemap_that_nobody_declares_is_not_guessed(tmp_path: Path, head: str) -> None:
    pages: dict[str, Answer | str] = {"/": f"{head}{TARGET_LINK}", "/sitemap.xml": sitemap(("/a", "2026"))}
    assert crawl_site(tmp_path, pages)[1] == ["/robots.txt", "/"]


def test_sitemaps_are_left_alone_on_request(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        "/": f'{TARGET_LINK}<link rel=alternate type="application/atom+xml" href=/feed>',
        "/robots.txt": text(f"Sitemap: {ORIGIN}/s.xml"),
        "/s.xml": sitemap(("/a", "2026")),
    }
    assert crawl_site(tmp_path, pages, sitemaps="false")[1] == ["/robots.txt", "/"]


def test_a_sitemap_of_many_products_does_not_starve_a_blog(tmp_path: Path) -> None:
    products = [(f"/product/{number}-oak", "2026-11-01") for number in range(300)]
    posts = [f"/blog/{number}-ash" for number in range(20)]
    pages: dict[str, Answer | str] = {
        "/": "<a href=/blog/>b</a>",
        "/robots.txt": text(f"Sitemap: {ORIGIN}/s.xml"),
        "/s.xml": sitemap(*products),
        "/blog/": "".join(f"<a href={path}>x</a>" for path in posts),
    }
    _, asked_for = crawl_site(tmp_path, pages, max_pages="50")
    assert len(set(posts) & set(asked_for)) >= 10


def test_a_sitemap_may_redirect_fail_or_lead_off_the_site(tmp_path: Path) -> None:
    named = ("/moved.xml", "/gone.xml", "/page.xml", "/forbidden.xml", "/last.xml", "https://elsewhere.example/s.xml")
    robots = "\n".join(f"Sitemap: {path if '://' in path else ORIGIN + path}" for path in named)
    pages: dict[str, Answer | str] = {
        "/": TARGET_LINK,
        "/robots.txt": text(f"{robots}\nUser-agent: *\nDisallow: /forbidden"),
        "/moved.xml": redirect("/target.xml"),
        "/target.xml": text("<urlset><url><loc>https://elsewhere.example/x</loc></url><url><loc>/a</loc></url></urlset>"),
        "/page.xml": html("<a href=/b>b</a>"),
        "/last.xml": sitemap(("/c", "2026")),
        "/a": TARGET_LINK,
        "/c": TARGET_LINK,
    }
    done, asked_for = crawl_site(tmp_path, pages, sitemaps="true")
    assert asked_for[2:6] == ["/moved.xml", "/target.xml", "/gone.xml", "/page.xml"]
    assert sorted(asked_for[6:]) == ["/a", "/b", "/c", "/last.xml"]
    assert done.column("url_from") == [f"{ORIGIN}/", f"{ORIGIN}/a", f"{ORIGIN}/c"]
    assert "off_site 1" in done.log


@pytest.mark.parametrize("arguments", [{"follow": "none"}, {"max_depth": "0"}])
def test_no_sitemap_is_read_where_its_pages_would_not_be(tmp_path: Path, arguments: dict[str, str]) -> None:
    pages: dict[str, Answer | str] = {"/": TARGET_LINK, "/robots.txt": text(f"Sitemap: {ORIGIN}/s.xml")}
    assert crawl_site(tmp_path, pages, sitemaps="true", **arguments)[1] == ["/robots.txt", "/"]


def test_a_feed_that_a_page_links_to_is_a_list_of_pages(tmp_path: Path) -> None:
    feed = "<rss><channel><item><link>/a</link></item><item><link>/b</link><comments>/c</comments></item></channel></rss>"
    pages: dict[str, Answer | str] = {
        "/": f"{TARGET_LINK}<a href=/feed>feed</a>",
        "/feed": text(feed, "application/rss+xml"),
        "/a": TARGET_LINK,
        "/b": TARGET_LINK,
    }
    done, asked_for = crawl_site(tmp_path, pages)
    assert asked_for == ["/robots.txt", "/", "/feed", "/a", "/b"]
    assert done.column("depth") == [0, 2, 2]


def test_a_zipped_sitemap_is_a_list_of_seeds(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        "/s.xml.gz": Answer(gzip.compress(sitemap(("/a", ""), ("/b", "")).body), headers=()),
        "/a": TARGET_LINK,
        "/b": TARGET_LINK,
    }
    done, _ = crawl_site(tmp_path, pages, seeds=f"{ORIGIN}/s.xml.gz")
    assert done.column("seed") == [f"{ORIGIN}/a", f"{ORIGIN}/b"]


def test_articles_come_before_further_pages_of_a_list_and_those_before_archives(tmp_path: Path) -> None:
    paths = ("/tag/oak", "/page/2", "/shop?sort=price", "/2026/11/", "/oak", "/2026/11/21/ash", "/tag/oak/beech")
    pages: dict[str, Answer | str] = {"/": "".join(f"<a href={path}>x</a>" for path in paths), "/oak": "<a href=/deep>d</a>"}
    _, asked_for = crawl_site(tmp_path, pages)
    assert asked_for[2:] == [
        "/oak",
        "/2026/11/21/ash",
        "/page/2",
        "/deep",
        "/tag/oak",
        "/2026/11/",
        "/tag/oak/beech",
        "/shop?sort=price",
    ]


LIMITS = [
    pytest.param("/page/{}", {"max_pagination": "3"}, 3, id="pages of a listing"),
    pytest.param("/shop?color={}", {"max_query_variants": "3"}, 3, id="filters"),
    pytest.param("/page/{}", {"max_pagination": "0"}, 30, id="no limit"),
    pytest.param("/page/{}", {}, 20, id="the default"),
    pytest.param("/oak-{}", {"max_query_variants": "1", "max_pagination": "1"}, 30, id="pages"),
]


@pytest.mark.parametrize(("path", "arguments", "count"), LIMITS)
def test_series_and_queries_are_limited(tmp_path: Path, path: str, arguments: dict[str, str], count: int) -> None:
    pages: dict[str, Answer | str] = {"/": "".join(f"<a href={path.format(number)}>x</a>" for number in range(30))}
    assert len(crawl_site(tmp_path, pages, **arguments)[1]) == 2 + count


@pytest.mark.parametrize("path", ["/tag/oak/page/{}", "/list?page={}"])
def test_further_pages_of_a_list_are_as_far_from_the_seed_as_the_list(tmp_path: Path, path: str) -> None:
    further = {path.format(number): "birch " * number + f"<a href={path.format(number + 1)}>next</a>" for number in range(2, 99)}
    pages: dict[str, Answer | str] = {**further, "/": "<a href=/a>a</a>", "/a": f"<a href={path.format(2)}>a list</a>"}
    pages[path.format(9)] = f"<a href=/b>b</a><a href={path.format(10)}>next</a>{TARGET_LINK}"
    pages |= {"/b": f"<a href=/c>c</a>{TARGET_LINK}", "/c": TARGET_LINK}
    done, asked_for = crawl_site(tmp_path, pages, max_depth="3", max_pages="0")
    assert sorted(done.column("depth")) == [2, 3]
    # The list has no end: as many of its pages are read as of any.
    assert asked_for[-1] == path.format(21)


def test_months_of_a_calendar_are_further_and_further_from_the_seed(tmp_path: Path) -> None:
    months = [f"/calendar/20{year}/{month:02}/" for year in (26, 27) for month in range(1, 13)]
    pages: dict[str, Answer | str] = {month: f"<a href={following}>next</a>" for month, following in pairwise(months)}
    pages["/"] = f"<a href={months[0]}>calendar</a>"
    assert crawl_site(tmp_path, pages, max_depth="3", max_pages="0")[1][2:] == months[:3]


def test_pages_of_a_list_and_months_have_a_limit_each(tmp_path: Path) -> None:
    listed = [f"/page/{number}/" for number in range(2, 30)] + [
        f"/20{year}/0{month}/" for year in (24, 25) for month in range(1, 9)
    ]
    pages: dict[str, Answer | str] = {"/": "".join(f"<a href={path}>x</a>" for path in listed)}
    _, asked_for = crawl_site(tmp_path, pages, max_pagination="12")
    assert sum(path.startswith("/page/") for path in asked_for) == sum(path.startswith("/20") for path in asked_for) == 12


def test_links_with_nofollow_come_last_unless_the_page_has_one_without(tmp_path: Path) -> None:
    links = "<a rel=nofollow href=/no>x</a><a rel=nofollow href=/both#part>x</a><a href=/both>x</a><a href=/tag/oak>x</a>"
    assert crawl_site(tmp_path, {"/": links})[1][2:] == ["/both", "/tag/oak", "/no"]


def test_session_ids_make_no_new_page(tmp_path: Path) -> None:
    session = "0123456789abcdef0123456789abcdef"
    hrefs = ("/a", f"/a;jsessionid={session}", f"/a?PHPSESSID={session}", f"/a?sid={session}", "/a?sid=17", "/a?utm_medium=x")
    pages: dict[str, Answer | str] = {"/": "".join(f"<a href={href}>x</a>" for href in hrefs)}
    assert crawl_site(tmp_path, pages)[1][2:] == ["/a", "/a?sid=17"]


def rest_of_sitemap(count: int) -> tuple[tuple[str, str], ...]:
    return tuple((f"/{number}", "") for number in range(count))


def coverage_of(folder: Path) -> dict[str, Any]:
    (row,) = read_json_lines(folder / "coverage.jsonl")
    return row


def test_pages_of_a_sitemap_beyond_the_budget_are_accounted_for(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        "/": TARGET_LINK,
        "/robots.txt": text(f"Sitemap: {ORIGIN}/s.xml"),
        "/s.xml": sitemap(*rest_of_sitemap(30)),
        **{f"/{number}": TARGET_LINK for number in range(30)},
    }
    crawl_site(tmp_path, pages, sitemaps="true", max_pages="10", coverage="coverage.jsonl")
    row = coverage_of(tmp_path)
    assert (row["outcome"], row["pages"], row["addresses"], row["over_budget"]) == ("partial", 10, 32, 21)


def test_without_a_budget_every_page_of_a_sitemap_is_asked_for(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        "/": TARGET_LINK,
        "/robots.txt": text(f"Sitemap: {ORIGIN}/index.xml"),
        "/index.xml": sitemap(("/1.xml", ""), ("/2.xml", ""), kind="sitemap", root="sitemapindex"),
        "/1.xml": sitemap(("/a", ""), ("/b", "")),
        "/2.xml": sitemap(("/b", ""), ("/c", "")),
    }
    asked_for = crawl_site(tmp_path, pages, sitemaps="true", max_pages="0")[1]
    assert sorted(asked_for[3:]) == ["/1.xml", "/2.xml", "/a", "/b", "/c"]


SITEMAPS_THAT_FAIL = [
    pytest.param(Answer(status=302), id="a redirect to nowhere"),
    pytest.param(redirect("ftp://blog.example/s.xml"), id="a redirect to no web address"),
    pytest.param(
        text("<urlset><url><loc>/x</loc><lastmod>21 Nov 99999999999999999999 08:00:00</lastmod></url></urlset>"), id="a date"
    ),
    pytest.param(sitemap(*[(f"//elsewhere.example/{number}", "") for number in range(20)]), id="other sites only"),
    pytest.param(sitemap(*[(f"/{number}.pdf", "") for number in range(20)]), id="files only"),
    pytest.param(text("no sitemap"), id="text"),
]


@pytest.mark.parametrize("bad", SITEMAPS_THAT_FAIL)
def test_a_bad_sitemap_costs_neither_the_next_nor_what_is_linked_to(tmp_path: Path, bad: Answer) -> None:
    long = f"/{'x' * 3_000}.xml"
    pages: dict[str, Answer | str] = {
        "/": f"{TARGET_LINK}<a href=/linked>l</a>",
        "/robots.txt": text(f"Sitemap: {ORIGIN}/bad.xml\nSitemap: {ORIGIN}{long}\nSitemap: {ORIGIN}/good.xml"),
        "/bad.xml": bad,
        "/good.xml": sitemap(("/listed", "2020")),
        "/linked": TARGET_LINK,
        "/listed": TARGET_LINK,
    }
    done, _ = crawl_site(tmp_path, pages, sitemaps="true", max_pages="10")
    assert {f"{ORIGIN}/linked", f"{ORIGIN}/listed"} <= set(done.column("url_from"))


def test_a_page_that_is_called_a_sitemap_is_a_page(tmp_path: Path) -> None:
    pages: dict[str, Answer | str] = {
        "/": "<a href=/1>1</a>",
        "/robots.txt": text(f"Sitemap: {ORIGIN}/1"),
        "/1": f"{TARGET_LINK}<a href=/2>2</a>",
        "/2": TARGET_LINK,
    }
    done, _ = crawl_site(tmp_path, pages, sitemaps="true")
    assert done.column("depth", "url_from") == [(1, f"{ORIGIN}/1"), (2, f"{ORIGIN}/2")]


def test_what_robots_txt_forbids_takes_no_place(tmp_path: Path) -> None:
    forbidden = "".join(f"<a href=/shop?add={number}>x</a>" for number in range(60))
    pages: dict[str, Answer | str] = {
        "/": forbidden + "".join(f"<a href=/shop?product={number}>x</a>" for number in range(10)),
        "/robots.txt": text("User-agent: *\nDisallow: /*?add="),
    }
    assert len(crawl_site(tmp_path, pages)[1]) == 2 + 10


def test_a_server_that_answers_to_any_name_is_asked_for_some(tmp_path: Path) -> None:
    names = [f"https://n{number}.blog.example/" for number in range(80)]
    pages: dict[str, Answer | str] = {f"{ORIGIN}/": "".join(f"<a href={name}>x</a>" for name in names)}
    with MiniWeb({**pages, **dict.fromkeys(names, TARGET_LINK)}) as web:
        done = crawl(web, tmp_path, target="target.example", seeds=f"{ORIGIN}/")
        asked_for = {request.url.split("/")[2] for request in web.requests}
    assert len(asked_for) == len(done.rows) + 1 == 51
    assert "too_many_hosts 30" in done.log


def test_a_seed_with_a_password_is_asked_for_without_it_and_not_logged(tmp_path: Path) -> None:
    with MiniWeb(
        {f"{ORIGIN}/": f"{TARGET_LINK}<a href=https://me:secret@blog.example/2>2</a>", f"{ORIGIN}/2": TARGET_LINK}
    ) as web:
        done = crawl(web, tmp_path, target="target.example", seeds="https://me:secret@blog.example/")
    assert done.column("url_from") == [f"{ORIGIN}/", f"{ORIGIN}/2"]
    assert "secret" not in done.log


def test_a_page_of_another_site_is_read_once_for_all_the_seeds_that_lead_there(tmp_path: Path) -> None:
    seeds = [f"https://s{number}.example/" for number in range(5)]
    with MiniWeb({**{seed: redirect("https://one.example/") for seed in seeds}, "https://one.example/": TARGET_LINK}) as web:
        done = crawl(web, tmp_path, target="target.example", seeds=",".join(seeds))
        assert web.fetched("https://one.example/") == 1
    assert "https://one.example/" in done.column("url_from")
