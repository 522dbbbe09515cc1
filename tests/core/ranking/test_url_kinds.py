"""The form of a URL says what it leads to, and when it comes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.ranking.software import SOFTWARE
from backlinkspider.core.ranking.url_kinds import UrlKind, has_varying_parameters, has_words, kind_of, priority_of

PAGE, SERIES, LIST, VARIANT, ACTION = UrlKind

KINDS = {
    "any software": [
        ("/", PAGE),
        ("/oak-chairs/", PAGE),
        ("/product?id=4", PAGE),
        ("/2026/11/21/oak", PAGE),
        ("/blog/page/2/", SERIES),
        ("/forum?page=3", SERIES),
        ("/2026/11/", LIST),
        ("/tag/oak", LIST),
        ("/shop?sort=price", VARIANT),
        ("/shop?selected_facets=color%3Ared", VARIANT),
        ("/shop?filter[color]=red", VARIANT),
        ("/shop?f%5B0%5D=color%3Ared", VARIANT),
        ("/shop?max_price=20", VARIANT),
        ("/forum?page=1", VARIANT),
        ("/forum?page=10", SERIES),
        ("/forum?start=0", VARIANT),
        ("/blog/page/1/", VARIANT),
        ("/comment/17/report/", VARIANT),
        ("/topic/5/oak/reply", VARIANT),
        ("/report/", PAGE),
        ("/report/2026/oak", PAGE),
        ("/oak?print=1", VARIANT),
        ("/my-account/", VARIANT),
        ("/log-in-or-out-of-the-workshop", PAGE),
        ("/editors", PAGE),
        ("/cartography", PAGE),
    ],
    "WordPress": [
        ("/?p=12", PAGE),
        ("/blog/?page_id=2", PAGE),
        ("/?cat=3", LIST),
        ("/?m=202611", LIST),
        ("/?paged=2", SERIES),
        ("/?p=12&replytocom=3", ACTION),
        ("/oak/?replytocom=3", ACTION),
        ("/wp-login.php?action=lostpassword", ACTION),
        ("/oak/?share=twitter", VARIANT),
    ],
    "MediaWiki": [
        ("/index.php/Main_Page", PAGE),
        ("/index.php?title=Oak", PAGE),
        ("/wiki/Special_effects", PAGE),
        ("/wiki/Category:Wood", LIST),
        ("/index.php?title=Special:AllPages&from=Oak", LIST),
        ("/index.php/Special:WhatLinksHere/Oak", ACTION),
        ("/index.php?title=Special%3ARecentChangesLinked/Oak", ACTION),
        ("/index.php?title=Oak&action=edit&redlink=1", ACTION),
        ("/index.php?title=Oak&oldid=17", ACTION),
        ("/index.php?title=Oak&printable=yes", ACTION),
    ],
    "DokuWiki": [
        ("/doku.php?id=start", PAGE),
        ("/wiki/doku.php?id=wood:oak", PAGE),
        ("/doku.php?id=start&idx=wood", LIST),
        ("/doku.php?id=start&do=edit", ACTION),
        ("/doku.php?id=start&do=backlink", ACTION),
        ("/doku.php?id=start&rev=1700000000", ACTION),
        ("/todo?id=start&do=later", PAGE),
    ],
    "phpBB": [
        ("/viewtopic.php?f=2&t=5", PAGE),
        ("/viewtopic.php?t=5&start=10", SERIES),
        ("/viewforum.php?f=2", LIST),
        ("/viewtopic.php?p=17", ACTION),
        ("/ucp.php?mode=login", ACTION),
    ],
    "Discourse": [("/t/oak-chairs/12", PAGE), ("/c/wood/5", LIST), ("/t/oak-chairs/12/3", ACTION), ("/login", ACTION)],
    "Joomla": [
        ("/index.php?option=com_content&view=article&id=7:oak&catid=2", PAGE),
        ("/index.php?option=com_content&view=category&id=2", LIST),
        ("/index.php?option=com_users&view=login", ACTION),
        ("/oak?tmpl=component&print=1", ACTION),
    ],
    "Drupal": [("/node/12", PAGE), ("/taxonomy/term/4", LIST), ("/user/login", ACTION), ("/comment/reply/1/2", ACTION)],
    "Shopify": [
        ("/products/oak", PAGE),
        ("/collections/chairs", LIST),
        ("/collections/chairs/products/oak", ACTION),
        ("/products/oak?variant=12", ACTION),
    ],
    "Blogger": [
        ("/2026/11/oak.html", PAGE),
        ("/search/label/wood", LIST),
        ("/2026/11/oak.html?showComment=12", ACTION),
        ("/2026/11/oak.html?m=1", ACTION),
    ],
}


@pytest.mark.parametrize(
    ("resource", "kind"),
    [
        pytest.param(resource, kind, id=f"{software}: {resource} is a {kind}")
        for software, urls in KINDS.items()
        for resource, kind in urls
    ],
)
def test_the_form_of_a_url_says_its_kind(resource: str, kind: UrlKind) -> None:
    assert kind_of(f"https://site.example{resource}") is kind


def test_every_software_has_cases() -> None:
    assert set(KINDS) == {"any software", *SOFTWARE}


VARYING = [
    ("/", False),
    ("/?p=12", False),
    ("/?p=12&color=red", True),
    ("/oak?p=12", True),
    ("/shop?color=red", True),
    ("/shop?", False),
    ("/doku.php?id=a", False),
    ("/doku.php?id=a&ns=b", True),
    ("/viewtopic.php?t=5&start=10", False),
    ("/index.php?title=Oak", False),
]


@pytest.mark.parametrize(("resource", "expected"), VARYING)
def test_parameters_that_choose_the_page_do_not_vary_it(resource: str, *, expected: bool) -> None:
    assert has_varying_parameters(f"https://site.example{resource}") is expected


def test_pages_come_first_and_actions_last_whatever_their_depth() -> None:
    url = "https://site.example"
    by_kind = [f"{url}/oak", f"{url}/page/2", f"{url}/tag/oak", f"{url}/oak?sort=price", f"{url}/wp-login.php"]
    priorities = [priority_of(each, 1) for each in by_kind]
    assert priorities == sorted(set(priorities), reverse=True)
    assert priority_of(by_kind[0], 4) > priority_of(by_kind[2], 1)
    assert priority_of(by_kind[0], 5) > priority_of(by_kind[4], 1)


def test_links_with_nofollow_come_after_every_other_link_of_their_page_except_actions() -> None:
    oak, views, login = (f"https://site.example/{name}" for name in ("oak", "oak?sort=a", "wp-login.php"))
    assert priority_of(views, 1) > priority_of(oak, 1, is_nofollow=True) > priority_of(login, 1)
    assert priority_of(login, 1, is_nofollow=True) == priority_of(login, 1)


TOPIC = frozenset({"clock", "escapements", "turmuhr"})
TOPICAL = [
    pytest.param("/blog/the-clock-of-the-church", "", True, id="a word in the name"),
    pytest.param("/clock/oak", "", False, id="a word in a folder"),
    pytest.param("/?p=12", "About a Turmuhr", True, id="a word in the text of the link, in another case"),
    pytest.param("/CLOCKS.html", "", True, id="the plural of a word"),
    pytest.param("/an-escapement", "", True, id="the singular of a word"),
    pytest.param("/clockwork", "Clockmaking", False, id="a part of a longer word"),
    pytest.param("/oak", "x " * 200 + "clock", False, id="far behind in a long text"),
]


@pytest.mark.parametrize(("resource", "text", "expected"), TOPICAL)
def test_words_of_the_topic_are_looked_for(resource: str, text: str, *, expected: bool) -> None:
    assert has_words(f"https://clock.example{resource}", text, TOPIC) is expected
    assert not has_words(f"https://clock.example{resource}", text, frozenset())


def test_pages_about_the_topic_come_earlier_and_not_before_another_kind() -> None:
    oak, tag = "https://site.example/oak", "https://site.example/tag/oak"
    assert priority_of(oak, 1, is_topical=True) > priority_of(oak, 1) > priority_of(tag, 1, is_topical=True)


@given(st.text(max_size=300), st.integers(0, 5))
def test_no_url_fails_and_deeper_never_comes_earlier(resource: str, depth: int) -> None:
    url = f"https://site.example/{resource}"
    assert priority_of(url, depth) > priority_of(url, depth + 1)
