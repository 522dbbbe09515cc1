"""A column has the same value whether the others are computed or not, and what nobody asks for is not computed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.core.html.parser import read_page
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.links.target import parse_target
from backlinkspider.core.rows.columns import COLUMN_GROUPS, COLUMNS, CORE_COLUMNS, CRAWL_LEVEL_COLUMNS, parse_columns
from backlinkspider.core.rows.demand import EVERYTHING, ColumnDemand
from backlinkspider.core.rows.page_rows import PageRows
from backlinkspider.core.steps.anchors import ANCHOR_TYPE, classify_anchors
from backlinkspider.core.steps.classify import LinkClassifier
from backlinkspider.core.steps.describe import describe_links
from backlinkspider.items import Cell, Page

BODY = """<html lang=en><title>Ten oak chairs</title><meta name=generator content="WordPress 6.4">
<script>ga('create', 'UA-12345-1')</script>
<nav><a href=/>Home</a> <a href=/about><img src=i alt="About us"></a></nav>
<main><p>The best seat in the house is the <a href="https://target.example/chair" rel="nofollow">oak chair</a> by a workshop.
<p><a href="https://other.example/" hidden>more</a> and <a href="https://target.example/">target.example</a>
<a href="https://a.example/self" rel=ugc>.</a></main>
<form action=/search></form><footer><a href="https://target.example/chair">oak chair</a></footer>"""

FROM_PAGE = sorted({*COLUMNS} - CRAWL_LEVEL_COLUMNS)


def rows_of(columns: Sequence[str], demand: ColumnDemand, target: str = "target.example") -> list[tuple[Cell, ...]]:
    """The cells of some columns of the page's rows, computed for a demand."""
    page = page_for(demand, target)
    of_page, of_links = PageRows(columns).of_page(page), PageRows(columns).of_links(page.links)
    return [*zip(*of_links, strict=True)] if of_links else [tuple(of_page.values())] * len(page.links)


def page_for(demand: ColumnDemand, target: str = "target.example") -> Page:
    page = read_page("https://a.example/page", BODY.encode(), robots_headers=["nofollow"])
    classifier = LinkClassifier([parse_target(target)], frozenset(Relation))
    classifier.retain(page, classifier.classify(page).kept, demand)
    describe_links(page, demand)
    classify_anchors(demand.select(page.links, ANCHOR_TYPE), ["oak"], headings_of=lambda _: (), names_of=lambda _: ("Target",))
    return page


@pytest.mark.parametrize("column", FROM_PAGE)
@pytest.mark.parametrize("target", ["target.example", "unlinked.example", "a.example"])
def test_a_column_alone_has_the_values_that_it_has_among_all(column: str, target: str) -> None:
    assert rows_of([column], ColumnDemand.of([column]), target) == rows_of([column], EVERYTHING, target)


def test_backlinks_that_are_judged_have_every_column() -> None:
    page, whole = page_for(ColumnDemand.of(["url_from", "verdict"])), page_for(EVERYTHING)
    judged = [(link, other) for link, other in zip(page.links, whole.links, strict=True) if link.relation == "backlink"]
    columns = PageRows(COLUMNS)
    assert len(judged) == 3
    assert columns.of_links([link for link, _ in judged]) == columns.of_links([other for _, other in judged])
    assert columns.of_page(page) == columns.of_page(whole)


def test_what_nobody_asks_for_is_not_computed() -> None:
    page = page_for(ColumnDemand.of(CORE_COLUMNS))
    assert {link.anchor for link in page.links} >= {"oak chair", "About us", "target.example"}
    assert not any(link.link_path or link.link_html or link.text_pre or link.position or link.anchor_type for link in page.links)
    assert (page.page_from_words, page.page_from_external_links, page.page_from_template, page.text) == (None, None, None, None)


def test_groups_are_columns_in_the_order_of_a_row() -> None:
    for group in COLUMN_GROUPS.values():
        assert [*group] == sorted(group, key=COLUMNS.index)


def test_columns_are_chosen_by_group_and_name_in_the_order_given() -> None:
    assert parse_columns("depth, core") == ("depth", *CORE_COLUMNS)
    assert parse_columns("all") == COLUMNS
    assert parse_columns("") == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("url_form", "columns: no column is named 'url_form': did you mean 'url_from'?"),
        ("core,x\ny", "columns: no column is named 'x\N{REPLACEMENT CHARACTER}y': give core, seo, all, or names of columns"),
    ],
)
def test_an_unknown_column_is_refused_in_one_line(text: str, problem: str) -> None:
    with pytest.raises(ArgumentError) as raised:
        parse_columns(text)
    assert str(raised.value) == problem
