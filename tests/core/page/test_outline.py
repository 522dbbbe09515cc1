"""What one walk over a page finds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlinkspider.core.html.parser import read_page
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.links.target import parse_target
from backlinkspider.core.page.outline import Outline, read_outline
from backlinkspider.core.page.position import PositionClassifier
from backlinkspider.core.steps.classify import LinkClassifier
from backlinkspider.core.steps.describe import describe_links
from backlinkspider.items import Page


def page_of(html: str) -> Page:
    return read_page("https://example.com/", html.encode())


def outline_of(page: Page) -> Outline:
    links = {link.element.mem_id for link in page.links}
    return read_outline(page.document, PositionClassifier(page.document), links)


TEXT_RUNS = [
    pytest.param("<p>a <b>b</b> c</p>d", [None, "a ", "b", " c", None, "d", None], id="blocks and their texts"),
    pytest.param("<b>a</b>\n\t<b>b</b>", [None, "a", " ", "b", None], id="white space"),
    pytest.param("a<br>b", [None, "a", " ", "b", None], id="a line break"),
    pytest.param("a<script>no()</script><style>no</style><!-- no -->b", [None, "a", "b", None], id="nothing unseen"),
    pytest.param("a<hr><div></div>b", [None, "a", None, "b", None], id="an empty block"),
    pytest.param("", [None], id="nothing"),
]


@pytest.mark.parametrize(("html", "text_runs"), TEXT_RUNS)
def test_text_runs(html: str, text_runs: list[str | None]) -> None:
    found = outline_of(page_of(html)).text_runs
    # Consecutive block edges count as one here.
    assert [run for index, run in enumerate(found) if run is not None or index == 0 or found[index - 1]] == text_runs


def test_a_link_has_its_own_text_runs_and_the_locations_around_and_inside() -> None:
    page = page_of("<nav>a <a href=x style='display:none'>b <i>c</i></a> d</nav>")
    outline = outline_of(page)
    part = outline.links[page.links[0].element.mem_id]
    assert outline.text_runs[part.start : part.end] == ["b ", "c"]
    assert (part.around.semantic_location, part.around.hidden_by, part.inside.hidden_by) == ("nav", None, "display:none")


def test_only_links_that_are_asked_for_are_kept() -> None:
    page = page_of("<a href=x>a</a><a href=y>b</a>")
    asked = page.links[1].element.mem_id
    assert list(read_outline(page.document, PositionClassifier(page.document), {asked}).links) == [asked]


UNSEEN_LINKS = [
    pytest.param("<div hidden>a<svg><style><a href=x>b</a></style></svg>c</div>", ("a", "c", "hidden"), id="in a style"),
    pytest.param("<svg><script>a<a href=x style='display:none'>b</a>", ("", "", "display:none"), id="in a script"),
    pytest.param("<math><template hidden><style><a href=x>b</a>", ("", "", "hidden"), id="in a style in a template"),
]


@pytest.mark.parametrize(("html", "described"), UNSEEN_LINKS)
def test_what_hides_a_link_hides_it_where_nothing_is_seen_either(html: str, described: tuple[str, str, str]) -> None:
    page = page_of(html)
    describe_links(page)
    (link,) = page.links
    assert (link.position, link.anchor) == ("content", "b")
    assert (link.text_pre, link.text_post, link.hidden) == described


def test_each_of_several_targets_has_the_link_whole() -> None:
    page = page_of("<nav>a <a href='https://partner.example/' hidden>b</a> c</nav>")
    targets = [parse_target("partner.example"), parse_target("https://partner.example/")]
    classifier = LinkClassifier(targets, frozenset(Relation))
    classifier.retain(page, classifier.classify(page).kept)
    describe_links(page)
    described = [(link.position, link.text_pre, link.text_post, link.semantic_location, link.hidden) for link in page.links]
    assert described == [("nav", "a", "c", "nav", "hidden")] * 2


MARKUP = st.sampled_from(
    [
        *(
            "<a href=x>",
            "</a>",
            "<p>",
            "</p>",
            "<div class=menu>",
            "</div>",
            "<svg>",
            "<math>",
            "<style>",
            "</style>",
            "text",
            "<br>",
        ),
        *(
            "<table>",
            "<td>",
            "<select>",
            "<template>",
            "</template>",
            "<frameset>",
            "<frame src=y>",
            "<form action=z>",
            "<noscript>",
        ),
        *(
            "<object>",
            "<area href=q>",
            "<iframe src=r>",
            "</body>",
            "</html>",
            "<html>",
            "<body>",
            "<head>",
            "<title>",
            "<!--",
            "-->",
        ),
    ]
)


@settings(max_examples=300)
@given(st.lists(MARKUP, max_size=40))
def test_any_markup_has_an_outline_with_all_its_links(markup: list[str]) -> None:
    page = page_of("".join(markup))
    outline = outline_of(page)
    assert outline.text_runs[0] is outline.text_runs[-1] is None
    assert {link.element.mem_id for link in page.links} == set(outline.links)
    for part in outline.links.values():
        assert 0 < part.start <= part.end < len(outline.text_runs)
