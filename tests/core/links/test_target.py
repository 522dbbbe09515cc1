from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.core.links.target import Scope, parse_target
from backlinkspider.core.urls.canonicalize import absolute_url

FORMS = [
    pytest.param("example.com", Scope.DOMAIN, "example.com", id="a domain"),
    pytest.param("Example.COM.", Scope.DOMAIN, "example.com", id="case and final dot"),
    pytest.param("https://example.com", Scope.DOMAIN, "example.com", id="a domain with a scheme"),
    pytest.param("münchen.de", Scope.DOMAIN, "xn--mnchen-3ya.de", id="an international domain"),
    pytest.param("someone.github.io", Scope.DOMAIN, "someone.github.io", id="a site on a shared host"),
    pytest.param("blog.example.com", Scope.HOST, "blog.example.com", id="a host"),
    pytest.param("https://example.com/shop/*", Scope.PREFIX, "example.com", id="a folder"),
    pytest.param("example.com/shop*", Scope.PREFIX, "example.com", id="a prefix without scheme"),
    pytest.param("https://example.com/page", Scope.EXACT, "example.com", id="a page"),
    pytest.param("https://example.com/", Scope.DOMAIN, "example.com", id="a home page is the site"),
    pytest.param("http://example.com/", Scope.DOMAIN, "example.com", id="a home page over http"),
    pytest.param("example.com/", Scope.DOMAIN, "example.com", id="a home page without scheme"),
    pytest.param("https://example.com/#top", Scope.DOMAIN, "example.com", id="a home page with a fragment"),
    pytest.param("https://example.com/?utm_source=x", Scope.DOMAIN, "example.com", id="a home page with tracking"),
    pytest.param("https://example.com//", Scope.EXACT, "example.com", id="an empty folder is a page"),
    pytest.param("https://example.com/?lang=de", Scope.EXACT, "example.com", id="a home page with a query is a page"),
    pytest.param("https://example.com/./", Scope.DOMAIN, "example.com", id="dot segments of a home page"),
    pytest.param("https://blog.example.com/", Scope.HOST, "blog.example.com", id="the home page of a host"),
    pytest.param("https://example.com/index.html", Scope.EXACT, "example.com", id="an index file is a page"),
    pytest.param("https://example.com/*", Scope.PREFIX, "example.com", id="everything under the home page"),
    pytest.param("https://example.com\\", Scope.DOMAIN, "example.com", id="a backslash is a slash"),
    pytest.param("192.0.2.1", Scope.DOMAIN, "192.0.2.1", id="an address"),
    pytest.param("http://intranet", Scope.DOMAIN, "intranet", id="a single label with a scheme"),
]


@pytest.mark.parametrize(("text", "scope", "host"), FORMS)
def test_the_form_says_the_scope(text: str, scope: Scope, host: str) -> None:
    target = parse_target(text)
    assert (target.scope, target.host) == (scope, host)


OWNED = [
    pytest.param("example.com", "https://example.com/x?y#z", id="domain: itself"),
    pytest.param("example.com", "http://a.b.example.com:8080/", id="domain: subdomain, any port"),
    pytest.param("example.com", "https://example.com./", id="domain: with the final dot"),
    pytest.param("blog.example.com", "https://blog.example.com/", id="host: itself"),
    pytest.param("blog.example.com", "https://de.blog.example.com/", id="host: under it"),
    pytest.param("https://example.com/shop/*", "http://example.com/shop/a?b", id="prefix: http or https"),
    pytest.param("https://example.com/shop/*", "https://user@example.com/shop/", id="prefix: user information"),
    pytest.param("https://example.com/shop*", "https://example.com/shopping", id="prefix: as written"),
    pytest.param("https://example.com/page", "http://example.com:80/page#part", id="page: fragment and own port"),
    pytest.param("https://example.com/page", "https://example.com/page?utm_source=x", id="page: tracking"),
    pytest.param("https://example.com/page?id=1&utm_source=x", "https://example.com/page?id=1", id="page: tracking in target"),
    pytest.param("https://example.com:443/page", "http://example.com/page", id="page: the scheme's own port"),
    pytest.param("https://example.com:8443/page", "https://example.com:8443/page", id="page: a port"),
    pytest.param("example.com:8080", "http://www.example.com:8080/", id="domain: a port"),
    pytest.param("https://example.com/ä", "https://example.com/%c3%a4", id="page: percent-encoding in lower case"),
    pytest.param("https://example.com?id=1", "https://example.com/?id=1", id="page: a query without a path"),
    pytest.param("https://example.com/ä", "https://example.com/%C3%A4", id="page: percent-encoding"),
]

NOT_OWNED = [
    pytest.param("example.com", "https://notexample.com/", id="domain: lookalike in front"),
    pytest.param("example.com", "https://example.com.evil.example/", id="domain: lookalike behind"),
    pytest.param("example.com", "https://evil.example/?example.com", id="domain: in the query"),
    pytest.param("example.com", "https://example.com@evil.example/", id="domain: in the user information"),
    pytest.param("example.com:8080", "http://example.com/", id="domain: another port"),
    pytest.param("blog.example.com", "https://example.com/", id="host: the domain"),
    pytest.param("blog.example.com", "https://myblog.example.com/", id="host: lookalike"),
    pytest.param("someone.github.io", "https://other.github.io/", id="site on a shared host: the neighbour"),
    pytest.param("https://example.com/shop/*", "https://example.com/shop", id="prefix: its own folder"),
    pytest.param("https://example.com/shop/*", "https://www.example.com/shop/a", id="prefix: another host"),
    pytest.param("https://example.com/shop/*", "https://example.com:8443/shop/a", id="prefix: another port"),
    pytest.param("https://example.com/page", "https://example.com/page/", id="page: trailing slash"),
    pytest.param("https://example.com/page", "https://example.com/page?id=1", id="page: query"),
    pytest.param("https://example.com:80/page", "https://example.com/page", id="page: a port that is not the scheme's"),
]


@pytest.mark.parametrize(("text", "url"), OWNED)
def test_what_a_target_owns(text: str, url: str) -> None:
    assert parse_target(text).owns(absolute_url(url, url) or "")


@pytest.mark.parametrize(("text", "url"), NOT_OWNED)
def test_what_a_target_does_not_own(text: str, url: str) -> None:
    assert not parse_target(text).owns(absolute_url(url, url) or "")


@pytest.mark.parametrize(
    ("text", "scope", "owned", "not_owned"),
    [
        pytest.param("https://blog.example.com/x", Scope.DOMAIN, "https://example.com/", "https://example.org/", id="domain"),
        pytest.param("https://blog.example.com/x", Scope.HOST, "https://blog.example.com/", "https://example.com/", id="host"),
        pytest.param(
            "https://example.com/shop", Scope.PREFIX, "https://example.com/shop/a", "https://example.com/shopping", id="folder"
        ),
        pytest.param(
            "example.com", Scope.PREFIX, "https://example.com/x", "https://www.example.com/x", id="folder of a bare domain"
        ),
        pytest.param("example.com", Scope.EXACT, "http://example.com/", "http://example.com/x", id="page of a bare domain"),
        pytest.param(
            "http://example.com/", Scope.EXACT, "https://example.com/", "https://example.com/x", id="the home page alone"
        ),
        pytest.param(
            "http://example.com/", Scope.HOST, "https://example.com/x", "https://example.org/", id="host of a home page"
        ),
        pytest.param("www.example.com", Scope.DOMAIN, "https://example.com/", "https://example.org/", id="domain of a host"),
    ],
)
def test_a_scope_overrides_the_form(text: str, scope: Scope, owned: str, not_owned: str) -> None:
    target = parse_target(text, scope)
    assert target.owns(owned)
    assert not target.owns(not_owned)


REFUSED = [
    pytest.param("com", "public suffix", id="a top-level domain"),
    pytest.param("co.uk", "public suffix", id="a suffix of two labels"),
    pytest.param("github.io", "public suffix", id="a shared host"),
    pytest.param("nonsense", "is not a domain", id="a single word"),
    pytest.param("two words", "is not a domain", id="words"),
    pytest.param("*.example.com", "is not a domain", id="a wildcard in front"),
    pytest.param("a..example.com", "is not a domain", id="an empty label"),
    pytest.param("ftp://example.com", "no web address", id="another scheme"),
    pytest.param("https://", "is not a domain", id="a scheme alone"),
    pytest.param("info@example.com", "e-mail address; write the domain alone, such as example.com", id="an e-mail address"),
    pytest.param("mailto:info@example.com", "e-mail address", id="an e-mail link"),
    pytest.param("https//example.com", "write it as", id="a scheme without its colon"),
    pytest.param("https://https://example.com", "has its scheme twice", id="two schemes"),
    pytest.param("http://https://example.com/page", "has its scheme twice", id="two different schemes"),
    pytest.param("https://https//example.com", "has its scheme twice", id="a second scheme without its colon"),
    pytest.param("123", "is a number", id="a number"),
    pytest.param("exa<mple.com", "is not a domain", id="a character no host has"),
]


@pytest.mark.parametrize(("text", "problem"), REFUSED)
def test_what_is_no_target(text: str, problem: str) -> None:
    with pytest.raises(ArgumentError, match=problem) as error:
        parse_target(text)
    assert "\n" not in str(error.value)


def test_a_password_in_a_target_is_not_kept() -> None:
    target = parse_target("https://me:secret@example.com/page")
    assert "secret" not in f"{target!r} {target}"
    assert target.text == "https://example.com/page"


def test_an_at_sign_in_a_query_is_no_user() -> None:
    assert parse_target("https://example.com/?x=a@b").text == "https://example.com/?x=a@b"


def test_two_spellings_are_one_target() -> None:
    assert parse_target("example.com") == parse_target("HTTPS://EXAMPLE.com")


@given(st.text(max_size=40))
def test_a_target_owns_where_it_starts_or_is_refused(text: str) -> None:
    try:
        target = parse_target(text)
    except ArgumentError:
        return
    assert all(target.owns(address) for address in target.start_urls if not target.port)
