"""What the rows of a feed say together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from backlinkspider.core.rows.row_parser import FeedRow
from backlinkspider.enrichment.aggregates import AnchorShare, RowAggregates


def backlink(site: str, page: int = 1, **more: object) -> FeedRow:
    row: dict[str, object] = {
        "relation": "backlink",
        "target": "target.example",
        "url_from": f"https://{site}/{page}",
        "domain_from": site,
        "url_to": "https://target.example/",
        "anchor": "oak chairs",
        "anchor_type": "exact",
        "link_type": "text",
        "fetched_at": "2026-11-21T08:00:00Z",
        **more,
    }
    return row  # type: ignore[return-value]


def internal(url_from: int, url_to: int, **more: object) -> FeedRow:
    addresses = {"url_from": f"https://target.example/{url_from}", "url_to": f"https://target.example/{url_to}"}
    return {"relation": "internal_backlink", "target": "target.example", **addresses, **more}  # type: ignore[dict-item]


@pytest.fixture
def survey() -> Iterator[RowAggregates]:
    with closing(RowAggregates()) as survey:
        yield survey


def test_a_page_with_the_same_link_twice_counts_once(survey: RowAggregates) -> None:
    for row in (backlink("a.example"), backlink("a.example"), backlink("a.example", 2), backlink("b.example")):
        survey.add(row)
    assert survey.pages_with(backlink("a.example")) == 2
    assert survey.pages_with(backlink("b.example")) == 1
    assert survey.pages_with(backlink("c.example")) == 0


def test_two_links_of_one_page_count_for_their_own_addresses(survey: RowAggregates) -> None:
    other: dict[str, Any] = {"url_to": "https://target.example/other"}
    for row in (backlink("a.example"), backlink("a.example", **other), backlink("a.example", 2, **other)):
        survey.add(row)
    assert survey.pages_with(backlink("a.example")) == 1
    assert survey.pages_with(backlink("a.example", **other)) == 2


def test_links_to_several_targets_by_turns_are_those_of_one_page(survey: RowAggregates) -> None:
    other: dict[str, Any] = {"target": "other.example", "url_to": "https://other.example/", "anchor_type": "branded"}
    for row in (backlink("a.example"), backlink("a.example", **other), backlink("a.example"), backlink("a.example", **other)):
        survey.add(row)
    assert survey.pages_with(backlink("a.example")) == 1
    assert survey.pages_with(backlink("a.example", **other)) == 1


def test_a_link_to_two_targets_counts_for_its_address_once(survey: RowAggregates) -> None:
    for row in (backlink("a.example"), backlink("a.example", target="https://target.example/")):
        survey.add(row)
    assert survey.pages_with(backlink("a.example")) == 1


def test_spellings_of_one_address_are_one(survey: RowAggregates) -> None:
    survey.add(backlink("a.example"))
    survey.add(backlink("a.example", 2, url_to="https://TARGET.example/?utm_source=a#top"))
    assert survey.pages_with(backlink("a.example")) == 2


def test_a_redirect_is_no_page_of_its_site(survey: RowAggregates) -> None:
    survey.add(backlink("a.example", link_type="redirect"))
    assert survey.pages_with(backlink("a.example")) == 0


def test_an_anchor_is_counted_by_referring_domains(survey: RowAggregates) -> None:
    for row in (
        *(backlink("a.example", page) for page in range(50)),
        backlink("b.example", anchor="Oak Chairs"),
        backlink("c.example", anchor="Oak & Iron", anchor_type="branded"),
        backlink("d.example", anchor="here", anchor_type="generic"),
    ):
        survey.add(row)
    assert survey.anchor_share(backlink("a.example")) == AnchorShare(0.5, 4)
    assert survey.anchor_share(backlink("c.example", anchor_type="branded")) is None


def test_targets_are_counted_apart(survey: RowAggregates) -> None:
    survey.add(backlink("a.example"))
    survey.add(backlink("b.example", target="other.example"))
    assert survey.anchor_share(backlink("a.example")) == AnchorShare(1.0, 1)
    assert {target: [*sites] for target, sites in survey.traces.items()} == {
        "target.example": ["a.example"],
        "other.example": ["b.example"],
    }


def test_traces_of_a_site_are_few(survey: RowAggregates) -> None:
    for number in range(1_000):
        survey.add(backlink("a.example", number, domain_from_ip=f"203.0.113.{number}", page_from_analytics_ids=("UA-1",)))
    traces = survey.traces["target.example"]["a.example"]
    assert (len(traces.ips), traces.analytics_ids, traces.templates) == (20, {"UA-1"}, set())


def test_links_among_the_targets_pages_are_pairs_of_numbers(survey: RowAggregates) -> None:
    for row in (internal(1, 2), internal(2, 3), internal(3, 1, dofollow=False)):
        survey.add(row)
    pages = survey.pages["target.example"]
    assert [pages.number_of(f"https://target.example/{page}") for page in (1, 2, 3, 4)] == [0, 1, 2, None]
    assert [*pages.links] == [0, 1, 1, 2]


def test_pages_of_several_targets_are_numbered_apart(survey: RowAggregates) -> None:
    for row in (internal(1, 2), internal(2, 1, target="other.example"), internal(2, 3)):
        survey.add(row)
    numbers = {target: ([*pages.numbers.values()], [*pages.links]) for target, pages in survey.pages.items()}
    assert numbers == {"target.example": ([0, 1, 2], [0, 1, 1, 2]), "other.example": ([0, 1], [0, 1])}


def test_halves_of_characters_are_texts_too(survey: RowAggregates) -> None:
    survey.add(backlink("a.example", anchor="\ud800"))
    assert survey.anchor_share(backlink("a.example", anchor="\ud800")) == AnchorShare(1.0, 1)


def reply(page: int, **more: object) -> FeedRow:
    """A backlink on a copy of a page of a.example."""
    original = f"https://a.example/{page}"
    row = backlink("a.example", page, page_from_canonical=original, **more)
    return {**row, "url_from": f"{original}?replytocom=7"}


def test_a_copy_counts_in_nothing_whether_it_comes_before_or_after(survey: RowAggregates) -> None:
    for row in (reply(1), backlink("a.example", 1), backlink("a.example", 2), reply(2, fetched_at="2026-11-22T08:00:00Z")):
        survey.add(row)
    survey.settle()
    assert survey.pages_with(backlink("a.example")) == 2
    assert (survey.copies_of(backlink("a.example")), survey.copies_of(backlink("b.example"))) == (2, 0)
    assert [survey.is_copy(row) for row in (reply(1), reply(2), backlink("a.example", 1))] == [True, True, False]


def test_a_page_with_several_links_is_one_copy(survey: RowAggregates) -> None:
    for row in (backlink("a.example"), reply(1), reply(1)):
        survey.add(row)
    survey.settle()
    assert survey.copies_of(backlink("a.example")) == 1


NO_COPIES = [
    pytest.param(reply(1), backlink("a.example", 2), id="the page that it names has no row"),
    pytest.param(reply(1), backlink("a.example", 1, target="other.example"), id="that page links to another target"),
    pytest.param(
        backlink("a.example", 3, page_from_canonical="https://a.example/"),
        backlink("a.example", url_from="https://a.example/"),
        id="it names the home page",
    ),
    pytest.param(
        backlink("a.example", 1, page_from_canonical="https://www.a.example/1/?utm_source=x"),
        backlink("a.example", 2),
        id="it names itself in other words",
    ),
    pytest.param(
        backlink("a.example", 1, page_from_canonical="https://b.example/1"), backlink("b.example", 1), id="it names another site"
    ),
    pytest.param(
        backlink("a.example", 1, page_from_canonical="https://a.example/2"),
        backlink("a.example", 2, page_from_canonical="https://a.example/1"),
        id="each names the other",
    ),
]


@pytest.mark.parametrize(("row", "other"), NO_COPIES)
def test_what_is_no_copy_counts(survey: RowAggregates, row: FeedRow, other: FeedRow) -> None:
    survey.add(row)
    survey.add(other)
    survey.settle()
    assert not survey.is_copy(row)
    assert not survey.is_copy(other)
    assert survey.copies_of(row) == 0
    assert survey.pages_with(row) == len({one["url_from"] for one in (row, other) if one["domain_from"] == row["domain_from"]})


def test_a_copy_of_a_copy_is_none(survey: RowAggregates) -> None:
    first, second = (backlink("a.example", page, page_from_canonical=f"https://a.example/{page + 1}") for page in (1, 2))
    for row in (first, second, backlink("a.example", 3)):
        survey.add(row)
    survey.settle()
    assert [survey.is_copy(row) for row in (first, second)] == [False, True]
    assert survey.pages_with(first) == 2


def test_copies_do_not_share_anchors_or_footprints(survey: RowAggregates) -> None:
    for row in (backlink("a.example"), reply(1, anchor="other words", page_from_analytics_ids=("UA-1",))):
        survey.add(row)
    survey.settle()
    assert survey.anchor_share(backlink("a.example", anchor="other words")) == AnchorShare(0.0, 1)
    assert survey.traces["target.example"]["a.example"].analytics_ids == set()


def test_copies_among_the_pages_of_a_target(survey: RowAggregates) -> None:
    copy = internal(9, 2, page_from_canonical="https://target.example/1", domain_from="target.example")
    for row in (copy, internal(1, 2, domain_from="target.example")):
        survey.add(row)
    survey.settle()
    assert survey.is_copy(copy)
    assert len(survey.pages["target.example"].numbers) == 2
