"""Parameters that only track are no part of a URL's identity, and stay in the URL that is shown."""

from __future__ import annotations

import pytest

from backlinkspider.core.html.parser import read_page
from backlinkspider.core.urls.canonicalize import canonical_url, without_tracking
from backlinkspider.core.urls.tracking import TRACKING_PARAMETERS

PAGE = "https://shop.example/chairs"

TRACKED = [
    pytest.param("srsltid=AfmBOop1", id="Google Merchant Center"),
    pytest.param("gad_source=1&gad_campaignid=22", id="Google Ads since 2024"),
    pytest.param("GCLID=x", id="another case"),
    pytest.param("_hsenc=p2&_hsmi=9", id="HubSpot mail"),
    pytest.param("hsCtaTracking=1%7C2", id="a HubSpot button"),
    pytest.param("mtm_campaign=a&mtm_kwd=b", id="Matomo"),
    pytest.param("pk_source=a", id="Matomo when it was Piwik"),
    pytest.param("ysclid=lx1", id="Yandex search"),
    pytest.param("igsh=MzRl", id="a share on Instagram"),
    pytest.param("li_fat_id=1&rdt_cid=2&epik=3", id="LinkedIn, Reddit, Pinterest"),
    pytest.param("mkt_tok=OTk", id="Marketo mail"),
    pytest.param("at_medium=mail&at_custom1=x", id="AT Internet"),
    pytest.param("fbclid", id="a name without a value"),
]
KEPT = [
    pytest.param("id=5&page=2", id="what chooses the page"),
    pytest.param("pk=7", id="a primary key"),
    pytest.param("at=home", id="a short name that begins like one"),
    pytest.param("xgclid=1", id="a name that ends like one"),
    pytest.param("ref=home", id="a name that may choose the page"),
    pytest.param("gad=1&srslt=2", id="names that are shorter"),
    pytest.param("epiked=1", id="a name that goes on"),
]


@pytest.mark.parametrize("query", TRACKED)
def test_what_only_tracks_is_no_part_of_the_identity(query: str) -> None:
    assert canonical_url(f"{PAGE}?{query}") == PAGE
    assert canonical_url(f"{PAGE}?{query}&id=5") == canonical_url(f"{PAGE}?id=5&{query}") == f"{PAGE}?id=5"


@pytest.mark.parametrize("query", KEPT)
def test_what_may_choose_the_page_stays(query: str) -> None:
    assert canonical_url(f"{PAGE}?{query}") == f"{PAGE}?{query}"


def test_the_url_that_is_shown_keeps_them() -> None:
    page = read_page("https://blog.example/", f'<a href="{PAGE}?srsltid=1&amp;id=5">chairs</a>'.encode())
    assert [link.url_to for link in page.links] == [f"{PAGE}?srsltid=1&id=5"]


def test_every_name_is_known_once_and_in_lower_case() -> None:
    names = [name for group in TRACKING_PARAMETERS.values() for name in group]
    assert len(names) == len(set(names))
    assert names == [name.lower() for name in names]
    assert all(without_tracking(f"/?{name.replace('*', 'x')}=1") == "/" for name in names)
