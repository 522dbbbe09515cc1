"""The budget of a crawl of a real server goes to its content, and without a budget all of it is read."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.real_servers.measure import crawl_site
from tests.real_servers.php_site import PhpSite, path_and_query

TEACHING = 6
"""Requests of one kind, forms and copies, from which a crawl learns that the others are of no use."""

BUDGETS = [
    pytest.param("wordpress", "100", 70, id="WordPress with names"),
    pytest.param("plain_wordpress", "100", 60, id="WordPress with numbers"),
    pytest.param("mediawiki", "100", 58, id="MediaWiki"),
    pytest.param("dokuwiki", "120", 85, id="DokuWiki"),
    # These have no rule of their own.
    pytest.param("spirit", "100", 85, id="Spirit, a forum"),
    pytest.param("oscar", "100", 85, id="Oscar, a shop"),
]
USELESS = {
    "reply link": r"[?&]replytocom=",
    "edit": r"[?&]action=edit\b",
    "WhatLinksHere": r"[:/]WhatLinksHere\b",
    "do=": r"[?&]do=(?!index\b)",
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "max_pages", "least"), BUDGETS)
def test_the_budget_goes_to_content(
    request: pytest.FixtureRequest, tmp_path: Path, name: str, max_pages: str, least: int
) -> None:
    site: PhpSite = request.getfixturevalue(name)
    crawl_site(site, tmp_path, max_pages=max_pages)
    assert len(site.fetched_pages()) <= int(max_pages)
    assert len(site.pages_read()) >= least, site.count_kinds()
    asked = Counter(kind for visit in site.visits for kind, form in USELESS.items() if re.search(form, path_and_query(visit.url)))
    assert all(number <= TEACHING for number in asked.values()), asked


@pytest.mark.slow
def test_every_page_of_the_home_page_is_read_without_a_budget(wordpress: PhpSite, tmp_path: Path) -> None:
    # Each links to the next two and to the last two.
    crawl_site(wordpress, tmp_path, max_pages="0")
    asked_for = {path_and_query(visit.url) for visit in wordpress.visits if visit.status == 200}
    assert {"/", *(f"/page/{number}/" for number in range(2, 14))} <= asked_for
    assert set(wordpress.pages_read()) == set(wordpress.content.values())
    assert wordpress.count_kinds()["reply link"] <= TEACHING
