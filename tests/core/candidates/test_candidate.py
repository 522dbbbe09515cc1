from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.candidates.candidate import Candidate, Level, page_of_url, place_of_host, place_of_url
from backlinkspider.core.candidates.ownership import Ownership
from backlinkspider.core.links.target import parse_target
from backlinkspider.core.seeds.seeds import parse_seed

PLACES = [
    pytest.param("https://blog.example/post", ("https://blog.example/post", Level.PAGE), id="a page"),
    pytest.param("https://blog.example/?p=1", ("https://blog.example/?p=1", Level.PAGE), id="a page by its query"),
    pytest.param("HTTP://WWW.Blog.Example/", ("www.blog.example", Level.HOST), id="a home page is all that browsers send"),
    pytest.param("https://192.0.2.1/a", None, id="an address kept for documentation"),
    pytest.param("https://8.8.8.8/a", ("https://8.8.8.8/a", Level.PAGE), id="a public address"),
    pytest.param("http://10.0.0.1/", None, id="a private address"),
    pytest.param("http://intranet/a", None, id="a name without a dot"),
    pytest.param("android-app://com.example.app/", None, id="an app"),
    pytest.param("blog.example/post", None, id="no scheme"),
    pytest.param("https://", None, id="no host"),
    pytest.param("", None, id="nothing"),
]


@pytest.mark.parametrize(("url", "expected"), PLACES)
def test_the_place_that_a_referrer_names(url: str, expected: tuple[str, Level] | None) -> None:
    place = place_of_url(url)
    assert (place and (place.candidate, place.level)) == expected


HOSTS = [
    pytest.param("Blog.Example.com", ("blog.example.com", Level.HOST), id="a host"),
    pytest.param("example.co.uk", ("example.co.uk", Level.DOMAIN), id="a domain"),
    pytest.param("me.github.io", ("me.github.io", Level.DOMAIN), id="a site on a platform"),
    pytest.param("github.io", ("github.io", Level.PLATFORM), id="a platform"),
    pytest.param("co.uk", ("co.uk", Level.PLATFORM), id="a suffix"),
    pytest.param("münchen.de", ("xn--mnchen-3ya.de", Level.DOMAIN), id="an international name"),
    pytest.param("example.com/page", None, id="more than a host"),
    pytest.param("-", None, id="no name"),
    pytest.param("a b.example", None, id="white space"),
]


@pytest.mark.parametrize(("host", "expected"), HOSTS)
def test_the_place_that_a_host_is(host: str, expected: tuple[str, Level] | None) -> None:
    place = place_of_host(host)
    assert (place and (place.candidate, place.level)) == expected


SAME = [
    pytest.param(Candidate("http://www.a.example/x#top", Level.PAGE), Candidate("https://a.example/x", Level.PAGE), id="a page"),
    pytest.param(Candidate("www.a.example", Level.HOST), Candidate("a.example", Level.DOMAIN), id="a host and its domain"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_place_have_one_key(one: Candidate, other: Candidate) -> None:
    assert one.key == other.key


def test_a_page_and_its_host_are_two_places() -> None:
    page = page_of_url("https://a.example/")
    assert page is not None
    assert page.key != Candidate("a.example", Level.HOST).key


@given(st.text())
def test_what_is_a_place_is_a_seed(text: str) -> None:
    for place in (place_of_url(text), place_of_url(f"https://{text}"), place_of_host(text), page_of_url(f"http://{text}")):
        if place is not None:
            assert parse_seed(place.candidate).urls


def test_a_link_belongs_to_the_targets_that_own_it() -> None:
    two = Ownership([parse_target("example.com"), parse_target("https://rival.example/shop/*")])
    assert two.of_link("https://www.example.com/a") == ("example.com",)
    assert two.of_link("https://rival.example/shop/1") == ("https://rival.example/shop/*",)
    assert two.of_link("https://rival.example/other") is None
    assert two.of_link(None) == ()
    assert Ownership(two.targets[:1]).of_link("") == ("example.com",)
    assert two.owns("blog.example.com")
    assert not two.owns("nota-example.com")
