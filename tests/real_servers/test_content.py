"""The real servers serve the content that crawls of them are measured by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import pytest

from tests.real_servers.invented_text import TARGET, make_articles, make_target_site
from tests.real_servers.measure import count_backlinks, crawl_site
from tests.real_servers.mediawiki import KINDS as MEDIAWIKI_KINDS
from tests.real_servers.php_site import PhpSite, Visit, kind_of
from tests.real_servers.wordpress import KINDS as WORDPRESS_KINDS

SIZES = {"wordpress": 74, "plain_wordpress": 66, "mediawiki": 61, "dokuwiki": 91, "machina": 124, "cartridge": 123}


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Iterator[PhpSite]:
    found: PhpSite = request.getfixturevalue(request.param)
    found.visits.clear()
    yield found
    found.visits.clear()


def get(site: PhpSite, path: str) -> str:
    return site(site.origin + path).body.decode()


def links_of(site: PhpSite, path: str) -> set[str]:
    hrefs = re.findall(r"""<a\b[^>]*?href=["']([^"']+)""", get(site, path))
    return {urljoin(site.origin + path, unescape(href)).partition("#")[0] for href in hrefs}


@pytest.mark.slow
@pytest.mark.parametrize(("site", "size"), SIZES.items(), indirect=["site"])
def test_every_content_page_is_served(site: PhpSite, size: int) -> None:
    for path in site.content:
        get(site, path)
    assert len(set(site.content.values())) == size
    assert set(site.pages_read()) == set(site.content.values())
    assert site.count_kinds().keys() <= {"content", "redirect"}


@pytest.mark.slow
@pytest.mark.parametrize("site", SIZES, indirect=True)
def test_a_part_of_the_content_links_to_the_target(site: PhpSite) -> None:
    pages = {name for path, name in site.content.items() if f'href="{TARGET}/' in get(site, path)}
    assert len(set(site.content.values())) / 8 < len(pages) < len(set(site.content.values())) / 2


@pytest.mark.slow
def test_wordpress_has_the_lists_and_copies_of_its_default_theme(wordpress: PhpSite) -> None:
    home = links_of(wordpress, "/")
    kinds = Counter(wordpress.kind(Visit(url, 200)) for url in home if url.startswith(wordpress.origin))
    assert kinds["date archive"] == 18
    assert kinds["category"] == 8
    assert kinds["tag"] == 24
    assert kinds["login"] == 1
    assert wordpress(f"{wordpress.origin}/page/13/").status == 200
    assert wordpress(f"{wordpress.origin}/page/14/").status == 404
    assert any("lostpassword" in url for url in links_of(wordpress, "/wp-login.php"))
    posts = (links_of(wordpress, path) for path in wordpress.content)
    assert sum("replytocom=" in url for links in posts for url in links) > 50


@pytest.mark.slow
def test_orphans_are_in_the_sitemap_alone(wordpress: PhpSite) -> None:
    linked = {
        wordpress.page_of(url) for path in wordpress.content for url in links_of(wordpress, path) - {wordpress.origin + path}
    }
    listed = re.findall("<loc>([^<]+)", get(wordpress, "/wp-sitemap-posts-page-1.xml"))
    assert len(wordpress.orphans) == 3
    assert wordpress.orphans.isdisjoint(linked)
    assert wordpress.orphans <= {wordpress.page_of(url) for url in listed}
    assert "Sitemap: http://wordpress.example/wp-sitemap.xml" in get(wordpress, "/robots.txt")


@pytest.mark.slow
def test_plain_permalinks_leave_paths_to_the_web_server(plain_wordpress: PhpSite) -> None:
    assert plain_wordpress(f"{plain_wordpress.origin}/robots.txt").status == 404
    assert any("/?p=" in url for url in links_of(plain_wordpress, "/"))
    assert "<sitemap>" in get(plain_wordpress, "/?sitemap=index")


@pytest.mark.slow
def test_mediawiki_links_to_tools_and_missing_pages(mediawiki: PhpSite) -> None:
    links = {url for path in list(mediawiki.content)[:10] for url in links_of(mediawiki, path)}
    kinds = {mediawiki.kind(Visit(url, 200)) for url in links if url.startswith(mediawiki.origin)}
    assert {"content", "edit", "talk", "login", "WhatLinksHere", "RecentChangesLinked", "history"} <= kinds


@pytest.mark.slow
def test_the_main_page_of_mediawiki_lists_a_third_of_its_articles(mediawiki: PhpSite) -> None:
    links = links_of(mediawiki, "/index.php/Main_Page")
    assert len({mediawiki.page_of(url) for url in links if url.startswith(mediawiki.origin)} - {None, "Main Page"}) == 22


@pytest.mark.slow
def test_dokuwiki_links_to_its_actions(dokuwiki: PhpSite) -> None:
    links = links_of(dokuwiki, "/doku.php?id=links")
    assert {dokuwiki.kind(Visit(url, 200)) for url in links if url.startswith(dokuwiki.origin)} >= {
        "content", "do=login", "do=index", "do=recent", "do=media", "other do=",
    }  # fmt: skip
    get(dokuwiki, "/doku.php?id=nobody_wrote_this")
    assert dokuwiki.count_kinds()["missing"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("site", SIZES, indirect=True)
def test_a_crawl_is_measured_by_the_requests_of_the_server(site: PhpSite, tmp_path: Path) -> None:
    crawl = crawl_site(site, tmp_path, max_pages="5")
    assert 0 < len(site.fetched_pages()) <= 5
    assert set(site.pages_read()) <= set(site.content.values())
    assert 0 <= crawl.harvest(1) <= crawl.harvest(5) <= len(crawl.rows)


def test_articles_are_the_same_on_every_run_and_differ_from_each_other() -> None:
    articles = make_articles(60, "seed")
    assert articles == make_articles(60, "seed")
    assert len({article.slug for article in articles}) == 60
    assert len({article.paragraphs[0] for article in articles}) == 60
    assert {article.month for article in articles} == set(range(18))
    assert {url for article in articles for url, _ in article.backlinks} <= make_target_site().keys()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "home page"),
        ("/page/3/", "home page"),
        ("/?paged=3", "home page"),
        ("/2026/11/", "date archive"),
        ("/?m=202611", "date archive"),
        ("/tag/old-craft/", "tag"),
        ("/?tag=old-craft", "tag"),
        ("/category/news/page/2/", "category"),
        ("/?cat=3", "category"),
        ("/?author=1", "author"),
        ("/2026/11/a-post/?replytocom=3", "reply link"),
        ("/?p=3&replytocom=3", "reply link"),
        ("/wp-login.php?action=lostpassword", "login"),
        ("/comments/feed/", "feed"),
        ("/?feed=rss2", "feed"),
        ("/wp-sitemap.xml", "sitemap"),
        ("/?sitemap=index", "sitemap"),
        ("/?rest_route=/", "other"),
    ],
)
def test_addresses_of_wordpress_are_of_a_kind(path: str, kind: str) -> None:
    assert kind_of(WORDPRESS_KINDS, path) == kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/index.php?title=A&action=edit&redlink=1", "edit"),
        ("/index.php?title=A&action=history", "history"),
        ("/index.php/Special:WhatLinksHere/A", "WhatLinksHere"),
        ("/index.php?title=Special:UserLogin&returnto=A", "login"),
        ("/index.php?title=Special:RecentChanges&feed=atom", "feed"),
        ("/index.php/Special:Random", "other special page"),
        ("/index.php/Talk:A", "talk"),
        ("/index.php?title=A&oldid=3", "copy"),
    ],
)
def test_addresses_of_mediawiki_are_of_a_kind(path: str, kind: str) -> None:
    assert kind_of(MEDIAWIKI_KINDS, path) == kind


@pytest.mark.parametrize("path", ["/robots.txt", "/robots.txt/"])
def test_robots_txt_is_no_page(path: str) -> None:
    site = PhpSite("Some software", "http://a.example", {}, {}, 0, visits=[Visit(f"http://a.example{path}", 404)])
    assert site.fetched_pages() == []


def test_a_backlink_counts_once_and_on_content_pages_only() -> None:
    rows = [
        {"relation": relation, "url_from": f"http://a.example{path}", "url_to": f"{TARGET}/"}
        for relation, path in [
            ("backlink", "/1"),
            ("backlink", "/1"),
            ("backlink", "/tag"),
            ("internal", "/2"),
            ("backlink", "/3"),
        ]
    ]
    pages = {f"http://a.example/{number}": str(number) for number in range(4)}
    assert count_backlinks(rows, [*list(pages)[:3], "http://a.example/tag"], pages.get) == 1
