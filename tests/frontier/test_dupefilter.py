"""Which addresses were asked for before, however they are written."""

from __future__ import annotations

import pytest
from scrapy import Request

from backlinkspider.frontier import dupefilter
from backlinkspider.frontier.dupefilter import UrlDupeFilter


def test_a_spelling_is_remembered_once_its_address_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dupefilter, "_SPELLINGS", 2)
    seen = UrlDupeFilter()
    assert not seen.is_seen("https://a.example/?utm_source=x")
    seen.request_seen(Request("https://a.example/"))
    spellings = [
        "https://a.example/?utm_source=x",
        "https://a.example:443/",
        "https://a.example/#top",
        f"https://a.example/{'#' * 600}",
    ]
    assert all(seen.is_seen(spelling) for spelling in spellings * 2)
    assert len(seen._recent_urls) == 2
    assert all(len(spelling) < 100 for spelling in seen._recent_urls)
