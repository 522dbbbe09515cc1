from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.html.headers import parse_link_headers, parse_refresh
from backlinkspider.core.urls.canonicalize import absolute_url

BASE = "https://example.com/page"

LINK_HEADERS = [
    pytest.param(['</a>; rel="canonical"'], [("/a", ("canonical",))], id="one"),
    pytest.param(
        ['</a>; rel=Next, </b>; title="x, y"; rel="alternate Me"'], [("/a", ("next",)), ("/b", ("alternate", "me"))], id="two"
    ),
    pytest.param(["</a>;rel=a", "</b>;rel=b"], [("/a", ("a",)), ("/b", ("b",))], id="repeated header"),
    pytest.param(["</a,b;c>; rel=canonical"], [("/a,b;c", ("canonical",))], id="separators in the address"),
    pytest.param(["</a>"], [("/a", ())], id="without rel"),
    pytest.param(['</a>; title="x; rel=next"; rel=me'], [("/a", ("me",))], id="a rel inside a title"),
    pytest.param(['</a>; title="x\\"y"; rel=me'], [("/a", ("me",))], id="a quotation mark in a title"),
    pytest.param(["</a>;; foo.bar=1; rel=me"], [("/a", ("me",))], id="an empty parameter, a strange one"),
    pytest.param(["</a>; anchor=/other; rel=canonical"], [], id="the link of another page"),
    pytest.param(["</a>; rel=x; rel=y"], [("/a", ("x",))], id="of two rel the first"),
    pytest.param(["<", "rel=canonical", "<a;rel=canonical", ""], [], id="broken"),
]


@pytest.mark.parametrize(("values", "links"), LINK_HEADERS)
def test_link_headers(values: list[str], links: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [link[:2] for link in parse_link_headers(values)] == links


def test_refreshes_are_read_as_browsers_read_them(corpora: Path) -> None:
    cases = json.loads((corpora / "html" / "wpt-meta-refresh.give.json").read_text())
    for case in cases:
        refresh = parse_refresh(case["input"])
        url = absolute_url(refresh.href or "", BASE) if refresh is not None else None
        expected = (
            [case["expected"][0], absolute_url(case["expected"][1].replace("__filename__", ""), BASE)] if case["expected"] else []
        )
        assert ([refresh.seconds, url] if refresh is not None else []) == expected, case["input"]
    assert len(cases) == 46


def test_a_refresh_of_the_page_itself_names_no_address() -> None:
    refresh = parse_refresh("30")
    assert refresh is not None
    assert refresh.href is None


def test_a_time_without_end_is_a_long_time() -> None:
    refresh = parse_refresh("9" * 100_000 + ";url=x")
    assert refresh is not None
    assert refresh.href == "x"


@given(st.text(max_size=50), st.lists(st.text(alphabet='<>;,="rel canonical\\', max_size=50), max_size=3))
def test_nothing_raises(refresh: str, links: list[str]) -> None:
    parse_refresh(refresh)
    list(parse_link_headers(links))
