from __future__ import annotations

import pytest

from backlinkspider.core.html.rel import RobotsDirectives, nofollow_layers, parse_rel, parse_robots_headers, parse_robots_meta

NONE = RobotsDirectives(noindex=False, nofollow=False)
NOINDEX = RobotsDirectives(noindex=True, nofollow=False)
NOFOLLOW = RobotsDirectives(noindex=False, nofollow=True)
BOTH = RobotsDirectives(noindex=True, nofollow=True)


@pytest.mark.parametrize(
    ("value", "tokens"),
    [
        pytest.param(None, (), id="no attribute"),
        pytest.param("  ", (), id="empty attribute"),
        pytest.param("NoFollow UGC", ("nofollow", "ugc"), id="any case, order kept"),
        pytest.param("a\tb\nc\fd\re", ("a", "b", "c", "d", "e"), id="all ASCII white space"),
        pytest.param("nofollow nofollow", ("nofollow",), id="a repeat is one token"),
        pytest.param("nofollow,ugc", ("nofollow,ugc",), id="a comma does not separate"),
        pytest.param("no\u00a0follow", ("no\u00a0follow",), id="a no-break space does not separate"),
    ],
)
def test_rel_tokens(value: str | None, tokens: tuple[str, ...]) -> None:
    assert parse_rel(value) == tokens


@pytest.mark.parametrize(
    ("metas", "directives"),
    [
        pytest.param([], NONE, id="no meta"),
        pytest.param([("robots", "index,follow")], NONE, id="the defaults written out"),
        pytest.param([("Robots", " NOFOLLOW ,noarchive")], NOFOLLOW, id="case and space"),
        pytest.param([("robots", "none")], BOTH, id="none is both"),
        pytest.param([("robots", "follow"), ("robots", "nofollow")], NOFOLLOW, id="the most restrictive wins"),
        pytest.param([("googlebot", "noindex")], NOINDEX, id="a search engine by name"),
        pytest.param([("twitterbot", "noindex"), ("description", "none")], NONE, id="others do not count"),
    ],
)
def test_robots_meta(metas: list[tuple[str, str]], directives: RobotsDirectives) -> None:
    assert parse_robots_meta(metas) == directives


@pytest.mark.parametrize(
    ("values", "directives"),
    [
        pytest.param(["nofollow"], NOFOLLOW, id="for all bots"),
        pytest.param(["noindex", "nofollow"], BOTH, id="repeated header"),
        pytest.param(["Googlebot: nofollow"], NOFOLLOW, id="for a search engine"),
        pytest.param(["otherbot: noindex, nofollow"], NONE, id="a bot's name holds to the end of the value"),
        pytest.param(["otherbot: noindex, googlebot: nofollow"], NOFOLLOW, id="two bots joined into one value"),
        pytest.param(["noindex, otherbot: nofollow"], NOINDEX, id="all bots, then one"),
        pytest.param(["unavailable_after: 25 Jun 2010 15:00:00 PST, nofollow"], NOFOLLOW, id="a directive with a colon"),
        pytest.param(["max-snippet: 20"], NONE, id="a valued directive"),
    ],
)
def test_robots_headers(values: list[str], directives: RobotsDirectives) -> None:
    assert parse_robots_headers(values) == directives


def test_the_layers_that_say_nofollow() -> None:
    assert nofollow_layers(("sponsored",), ("meta", "header")) == ("link", "meta", "header")
    assert nofollow_layers(("noopener", "nofollowing"), ()) == ()


# https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag#unavailable_after: RFC 822, RFC 850, ISO 8601.
NEW_YEAR_2026 = 1767225600.0
EXPIRIES = [
    pytest.param("unavailable_after: 25 Jun 2010 15:00:00 PST", True, id="RFC 822"),
    pytest.param("unavailable_after: Fri, 25 Jun 2010 15:00:00 GMT", True, id="a day of the week and a comma"),
    pytest.param("noarchive, unavailable_after: Friday, 25-Jun-10 15:00:00 UTC, nosnippet", True, id="RFC 850 among others"),
    pytest.param("unavailable_after: 25-Aug-2007 15:00:00 EST", True, id="as Google wrote it first"),
    pytest.param("unavailable_after: 2020-09-21", True, id="a day"),
    pytest.param("unavailable_after:2025-12-31T23:59:59Z", True, id="a second ago"),
    pytest.param("unavailable_after: 2026-01-01T00:30:00+01:00", True, id="in another zone"),
    pytest.param("Unavailable_After: 25 Jun 2010", True, id="any case, no time"),
    pytest.param("unavailable_after: 2026-01-01T00:00:01Z", False, id="in a second"),
    pytest.param("unavailable_after: Fri, 25 Jun 2049 15:00:00 GMT", False, id="in the future"),
    pytest.param("unavailable_after: soon", False, id="no date"),
    pytest.param("unavailable_after", False, id="nothing"),
    pytest.param("unavailable_after: 99 Jun 99999999 15:00:00 GMT", False, id="a date that there is not"),
]


@pytest.mark.parametrize(("content", "noindex"), EXPIRIES)
def test_a_page_is_not_indexed_after_its_date(content: str, noindex: bool) -> None:  # noqa: FBT001
    assert parse_robots_meta([("robots", content)], NEW_YEAR_2026).noindex is noindex
    assert parse_robots_headers([content], NEW_YEAR_2026).noindex is noindex
    assert parse_robots_headers([f"googlebot: {content}"], NEW_YEAR_2026).noindex is noindex
    assert not parse_robots_headers([f"otherbot: {content}"], NEW_YEAR_2026).noindex
    assert not parse_robots_meta([("robots", content)]).noindex
