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
    with patch.multiple(limits, NESTING_MAXIMUM=3, FORMATTING_MAXIMUM=1, _is_large=lambda *_: True):
        bound = bound_markup(text)
        with patch.object(limits, "_HARMLESS", re.compile("")):
            assert bound[:2] == bound_markup(text)[:2]


def links_of(html: str, maximum: int) -> tuple[int, int]:
    """How many links of a page are read, and how many are left out."""
    page = read_page("https://example.com/", html.encode(), links_maximum=maximum)
    return len(page.links), page.links_left_out


LINKS = "<a href=x>y</a><p>"

CROWDED = [
    pytest.param(LINKS * MANY, id="links as they are often written"),
    pytest.param('<a href="x">y</a>' * MANY, id="links that need no look"),
    pytest.param("<A\nHREF=x>y" * MANY, id="links in capitals"),
    pytest.param("<area href=x>" * MANY, id="areas"),
    pytest.param("<form action=x></form>" * MANY, id="forms"),
    pytest.param("<iframe src=x></iframe>" * MANY, id="frames"),
]


@pytest.mark.parametrize("html", CROWDED)
def test_links_beyond_the_maximum_are_counted(html: str) -> None:
    assert links_of(html, 5_000) == (5_000, MANY - 5_000)
    assert links_of(html, MANY) == (MANY, 0)


def test_links_of_a_small_page_are_bounded_too() -> None:
    assert links_of(LINKS * 30, 10) == (10, 20)


def test_links_in_comments_and_scripts_take_no_room() -> None:
    markup = f"<!--{LINKS * MANY}--><script>{LINKS * MANY}</script><a href=x>y</a>"
    assert links_of(markup, 10) == (1, 0)


def test_frames_share_the_room_of_their_page() -> None:
    frame = f"<iframe srcdoc='{LINKS * 4_000}'></iframe>"
    read, left_out = links_of(frame * 5, 10_000)
    # The tag of a frame counts as a link too, since an address is in it.
    assert 10_000 - 5 <= read <= 10_000
    assert read + left_out == 20_000


MANY_PARTS = [
    pytest.param("<p>", id="blocks"),
    pytest.param("<br>", id="line breaks"),
    pytest.param("<span>x</span>", id="spans"),
    pytest.param("<p a='' b='' c=''>", id="attributes"),
    pytest.param("<input a b c d e f>", id="attributes without values"),
]


@pytest.mark.parametrize("markup", MANY_PARTS)
def test_a_page_ends_where_it_has_too_many_parts(markup: str) -> None:
    with patch.object(limits, "PARTS_MAXIMUM", MANY):
        bound = bound_markup(markup * 2 * MANY + LINKS, limits.MarkupRoom(parts=MANY))
    assert MANY / 8 <= bound.text.count("<") <= MANY + 200
    assert bound.links_left_out == 1


def test_formatting_that_a_parser_repeats_takes_room() -> None:
    room = limits.MarkupRoom(parts=MANY)
    repeated = bound_markup("<b><i><u>" + "<p>x" * MANY, room)
    assert repeated.text.count("<p>") <= MANY / 4 + 100


def test_what_is_closed_does_not_count() -> None:
    flat = "<DIV><p>text <b>bold</b> <a href=x>link</a></div>\n" * MANY
    assert bound_markup(flat).text == flat


def test_a_page_of_ordinary_size_is_not_looked_at() -> None:
    page = "<svg><path d=x></svg><div><img src=i><p>text</div>\n" * 1_500
    assert bound_markup(page).text is page


def test_a_small_page_is_bounded_where_it_nests_deep() -> None:
    assert bound_markup("<div>" * 9_000).text.count("<div>") == NESTING_MAXIMUM


def test_links_nest_in_drawings_and_are_bounded_there() -> None:
    assert bound_markup("<svg>" + "<a href=x>" * 9_000).text.count("<a ") < 2 * NESTING_MAXIMUM


def test_the_attributes_of_a_tag_are_bounded() -> None:
    attributes = " ".join(f"a{number}='>'" for number in range(MANY))
    page = read_page("https://example.com/", f"<a href=x {attributes}>y</a><a href=z>z</a>".encode())
    assert [link.href for link in page.links] == ["x", "z"]
    assert len(page.links[0].element.attributes) <= ATTRIBUTES_MAXIMUM


def test_a_long_attribute_is_kept() -> None:
    page = f"<img src='data:{'x' * 200_000}'><a href=x>"
    assert bound_markup(page).text == page


@pytest.mark.parametrize("markup", ["<!--", "<script", "<script>", "</", "<", "&", "<!", "<?", "<title>"])
def test_what_never_ends_is_passed_on(markup: str) -> None:
    assert bound_markup(markup * MANY).text == markup * MANY


@pytest.mark.parametrize("markup", ["<a '", '<a b="', "<a ="])
def test_a_tag_that_never_ends_is_cut(markup: str) -> None:
    assert len(bound_markup(markup * MANY).text) < len(markup) * MANY
