"""How long a crawl may take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.progress.estimate import SiteLeft, longest_seconds

LEFT = [
    pytest.param([], 4, 0.0, id="nothing is left"),
    pytest.param([SiteLeft(100, 1.0)], 16, 100.0, id="one site takes its budget times its delay"),
    pytest.param([SiteLeft(100, 1.0), SiteLeft(3, 30.0)], 16, 100.0, id="sites are read side by side"),
    pytest.param([SiteLeft(10, 1.0, sites=160)], 16, 10.0 + 1590 / 16, id="more sites than places wait for each other"),
    pytest.param([SiteLeft(5, 2.0), SiteLeft(100, 1.0, sites=0)], 1, 10.0, id="a kind of site that is not there"),
]


@pytest.mark.parametrize(("sites", "at_once", "seconds"), LEFT)
def test_longest_seconds(sites: list[SiteLeft], at_once: int, seconds: float) -> None:
    assert longest_seconds(sites, at_once) == pytest.approx(seconds)


@given(st.lists(st.integers(1, 50), max_size=30), st.integers(1, 8))
def test_no_order_of_the_sites_takes_longer(requests: list[int], at_once: int) -> None:
    places = [0] * at_once
    for seconds in requests:
        places.sort()
        places[0] += seconds
    assert max(places) <= longest_seconds([SiteLeft(number, 1.0) for number in requests], at_once) + 1e-9
