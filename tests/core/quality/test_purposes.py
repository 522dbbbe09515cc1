"""Titles of pages that are there for links, and of pages about such pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.quality.purposes import read_exchange, read_statistics

EXCHANGES = [
    ("Free Auto Backlink Exchange", "free auto backlink"),
    ("Link-Exchange for all", "link-exchange"),
    ("Get 1000 free backlinks", "get 1000 free backlinks"),
    ("Submit your site to 500 pages", "submit your site"),
    ("Add URL - Oak Directory", "add url"),
    ("Website kostenlos eintragen", "website kostenlos eintragen"),
    ("Échange de liens gratuit", "échange de liens"),
    ("自动收录 - 交换链接", "自动收录"),
    ("How to earn links", None),
    ("The exchange of letters", None),
    ("What a backlink is", None),
    ("Submit your manuscript", None),
]


@pytest.mark.parametrize(("title", "words"), EXCHANGES)
def test_titles_that_offer_links(title: str, words: str | None) -> None:
    assert read_exchange(title) == words


STATISTICS = [
    ("oak.example - SEO Report", "seo report"),
    ("Whois lookup for oak.co.uk", "whois"),
    ("oak.example is worth $1,200", "worth $1"),
    ("Traffic statistics of oak.example", "traffic statistics"),
    ("How to read a whois entry", None),
    ("Oak.example: chairs and tables", None),
    ("SEO report for beginners", None),
]


@pytest.mark.parametrize(("title", "words"), STATISTICS)
def test_titles_of_figures_about_a_domain(title: str, words: str | None) -> None:
    assert read_statistics(title) == words


@given(st.text())
def test_no_title_breaks_the_readers(title: str) -> None:
    read_exchange(title)
    read_statistics(title)


@pytest.mark.parametrize("piece", ["a.", "free ", "add ", "link ", "oak.example ", "-"])
def test_long_titles_take_time_in_proportion(piece: str) -> None:
    """Each must end: a pattern that goes back would not within a day."""
    read_exchange(piece * 20_000)
    read_statistics(piece * 20_000)
