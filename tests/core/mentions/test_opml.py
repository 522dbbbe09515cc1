from __future__ import annotations

import pytest

from backlinkspider.core.mentions.opml import read_sites

OUTLINES = [
    pytest.param(
        '<outline type="rss" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/blog/"/>',
        ["https://a.example/blog/"],
        id="a site with its feed",
    ),
    pytest.param(
        '<outline xmlUrl="https://a.example:8443/feed?x=1"/>', ["https://a.example:8443/"], id="a feed alone is its host"
    ),
    pytest.param('<outline type="link" url="https://a.example/"/>', ["https://a.example/"], id="a link"),
    pytest.param(
        '<outline text="News"><outline htmlUrl="https://a.example/"/><outline text="x"/></outline>',
        ["https://a.example/"],
        id="a folder",
    ),
    pytest.param(
        '<outline htmlUrl="https://a.example/?a=1&b=2" title="A & B"/>', ["https://a.example/?a=1&b=2"], id="bare ampersands"
    ),
    pytest.param('<outline xmlUrl="javascript:alert(1)"/>', [], id="no address"),
]


@pytest.mark.parametrize(("outlines", "expected"), OUTLINES)
def test_the_sites_of_a_list(outlines: str, expected: list[str]) -> None:
    assert list(read_sites([f'<?xml version="1.0"?><opml version="2.0"><body>{outlines}</body></opml>'.encode()])) == expected
