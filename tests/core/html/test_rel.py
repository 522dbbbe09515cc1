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
