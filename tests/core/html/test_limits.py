from __future__ import annotations

import re
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.html import limits
from backlinkspider.core.html.limits import ATTRIBUTES_MAXIMUM, NESTING_MAXIMUM, bound_markup
from backlinkspider.core.html.parser import read_page

MANY = 20_000

DEEP = [
    pytest.param("<div>", id="blocks"),
    pytest.param("<span>", id="spans"),
    pytest.param("<ul><li>", id="lists"),
    pytest.param("<font size=1>", id="formatting"),
    pytest.param("<x-y>", id="unknown elements"),
    pytest.param("<svg>", id="drawings"),
    pytest.param("<math><mi>", id="formulas"),
    pytest.param("<div><!--</div>-->", id="ends in comments"),
    pytest.param("<rt>", id="ruby text"),
    pytest.param("<optgroup>", id="groups of options"),
    pytest.param("<svg><title></svg><div>", id="a title in a drawing is no raw text"),
    pytest.param("<svg><style></svg><div>", id="a style in a drawing neither"),
    pytest.param("<svg><![CDATA[<!--]]></svg><div>", id="text in a drawing"),
    pytest.param("<svg><![CDATA[></svg>]]><g>", id="ends in the text of a drawing"),
    pytest.param("<svg><svg></svg>", id="drawings in drawings"),
    pytest.param("<svg><foreignObject><style></svg></style>", id="ends in a style that a drawing embeds"),
    pytest.param("<div><![CDATA[</div>", id="ends in a comment that is written wrong"),
    pytest.param("<div><script></div></script>", id="ends in scripts"),
    pytest.param("<div title='</div>'>", id="ends in attributes"),
    pytest.param('<div a=b"c>', id="a quote inside a value"),
    pytest.param("<div / a = '>'>", id="an end in quotes"),
]


@pytest.mark.parametrize("deep", DEEP)
def test_nesting_is_bounded_and_later_links_stay(deep: str) -> None:
    page = read_page("https://example.com/", (deep * MANY + "<a href=x>y</a>").encode())
    assert [link.href for link in page.links] == ["x"]
    depth = 0
    node = page.links[0].element
    while node is not None:
        node, depth = node.parent, depth + 1
    assert depth <= 2 * NESTING_MAXIMUM + 10  # a list item stands between two lists


def test_formatting_does_not_multiply() -> None:
    page = read_page("https://example.com/", b"<font size=1><font size=2><p><a href=x>y</a>" * MANY)
    assert len(page.links) == MANY
    assert len(page.document.css("font")) < 10 * MANY


SOME_MARKUP = st.lists(
    st.sampled_from(
        [
            *("<a href=x>oak</a>", '<a href="x" title="<a>">oak</a>', "<a>", "</a>", "<a href=x>", "<a/>", "<A HREF='x'>oak</A>"),
            *("<li>", '<li class="a b">', "</li>", "<link>", "<lin>", "<br/>", "<p x=y>", f"<td{' x' * 20}>", f"<td{' x' * 21}>"),
            *("<div>", "</div>", "<b>", "</b>", "<svg>", "</svg>", "<svg/>", "<foreignObject>", "<script>", "</script>"),
            *("<title>", "<!--", "-->", "<![CDATA[", "]]>", "<", ">", '"', "'", "=", "/", " ", "oak"),
        ]
    ),
    max_size=60,
).map("".join)


@given(SOME_MARKUP)
def test_to_pass_over_harmless_tags_changes_nothing(text: str) -> None:
    with patch.multiple(limits, NESTING_MAXIMUM=3, FORMATTING_MAXIMUM=1, _is_large=lambda _: True):
        bound = bound_markup(text)
        with patch.object(limits, "_HARMLESS", re.compile("")):
            assert bound == bound_markup(text)


def test_what_is_closed_does_not_count() -> None:
    flat = "<DIV><p>text <b>bold</b> <a href=x>link</a></div>\n" * MANY
    assert bound_markup(flat) == flat


def test_a_page_of_ordinary_size_is_not_looked_at() -> None:
    page = "<svg><path d=x></svg><div><img src=i><p>text</div>\n" * 1_500
    assert bound_markup(page) is page


def test_a_small_page_is_bounded_where_it_nests_deep() -> None:
    assert bound_markup("<div>" * 9_000).count("<div>") == NESTING_MAXIMUM


def test_links_nest_in_drawings_and_are_bounded_there() -> None:
    assert bound_markup("<svg>" + "<a href=x>" * 9_000).count("<a ") < 2 * NESTING_MAXIMUM


def test_the_attributes_of_a_tag_are_bounded() -> None:
    attributes = " ".join(f"a{number}='>'" for number in range(MANY))
    page = read_page("https://example.com/", f"<a href=x {attributes}>y</a><a href=z>z</a>".encode())
    assert [link.href for link in page.links] == ["x", "z"]
    assert len(page.links[0].element.attributes) <= ATTRIBUTES_MAXIMUM


def test_a_long_attribute_is_kept() -> None:
    page = f"<img src='data:{'x' * 200_000}'><a href=x>"
    assert bound_markup(page) == page


@pytest.mark.parametrize("markup", ["<!--", "<script", "<script>", "</", "<", "&", "<!", "<?", "<title>"])
def test_what_never_ends_is_passed_on(markup: str) -> None:
    assert bound_markup(markup * MANY) == markup * MANY


@pytest.mark.parametrize("markup", ["<a '", '<a b="', "<a ="])
def test_a_tag_that_never_ends_is_cut(markup: str) -> None:
    assert len(bound_markup(markup * MANY)) < len(markup) * MANY
