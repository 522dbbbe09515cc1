from __future__ import annotations

import json
from pathlib import Path

import pytest

from backlinkspider.core.html.parser import read_page
from backlinkspider.core.page.anchor_text import read_anchor_text

URL = "https://example.com/"

WORDINGS = [
    pytest.param("<a href=x> the\n <b>oak</b>  chair </a>", ("the oak chair", None, "text"), id="folded and joined"),
    pytest.param("<a href=x><b>oak</b><i>chair</i></a>", ("oakchair", None, "text"), id="markup adds no space"),
    pytest.param(
        "<a href=x>a<script>no()</script><style>no</style><template>no</template>b</a>", ("ab", None, "text"), id="unseen text"
    ),
    pytest.param("<a href=x><span><script>no()</script></span></a>", ("", None, "text"), id="only unseen text"),
    pytest.param("<a href=x><img src=i alt=' an  oak '></a>", ("an oak", "an oak", "image"), id="an image's alt"),
    pytest.param("<a href=x><img src=i></a>", ("", None, "image"), id="an image without alt"),
    pytest.param("<a href=x><img src=i alt=''></a>", ("", "", "image"), id="an image with an empty alt"),
    pytest.param("<a href=x><img alt=''><img alt=oak></a>", ("oak", "oak", "image"), id="the image that says something"),
    pytest.param("<a href=x><img src=i alt></a>", ("", "", "image"), id="an alt without a value"),
    pytest.param("<a href=x><img src=i alt=oak> chair</a>", ("chair", "oak", "text"), id="text beside an image"),
    pytest.param("<a href=x></a>", ("", None, "text"), id="nothing"),
    pytest.param("<map><area href=x alt='the door'></map>", ("the door", "the door", "area"), id="an area"),
    pytest.param("<map><area href=x></map>", ("", None, "area"), id="an area without alt"),
    pytest.param("<svg><area href=x>no</area></svg>", ("", None, "area"), id="an area with a text, which no browser shows"),
    pytest.param("<a href=x>&lt;b&gt; שלום 🪑</a>", ("<b> שלום 🪑", None, "text"), id="references, other scripts, emoji"),
    pytest.param("<a href=x>a<!-- no -->b</a>", ("ab", None, "text"), id="a comment"),
    pytest.param("<a href=x>a<object><a href=y>b</a></object></a>", ("ab", None, "text"), id="a link in a link"),
    pytest.param(
        f"<a href=x>{'<i>a</i>' * 30}<img alt=''><img alt=oak></a>", ("a" * 30, "oak", "text"), id="a link with many elements"
    ),
    pytest.param(
        f"<a href=x>{'<i>a</i>' * 30}<script>no()</script></a>", ("a" * 30, None, "text"), id="a script behind many elements"
    ),
]


@pytest.mark.parametrize(("html", "wording"), WORDINGS)
def test_what_a_reader_sees_of_a_link(html: str, wording: tuple[str, str | None, str]) -> None:
    element = read_page(URL, html.encode()).links[0].element
    assert element is not None
    assert read_anchor_text(element)[:3] == wording


HIDDEN = [
    pytest.param("<span hidden>no</span><img alt=Oak>", ("Oak", "Oak", "image", "alt"), id="the alt of an image beside"),
    pytest.param("<span hidden aria-label=no>no</span>", ("", None, "text", None), id="no name of what is hidden"),
    pytest.param("<span hidden><img alt=no></span>Oak", ("Oak", None, "text", "text"), id="no alt of what is hidden"),
    pytest.param("<img hidden alt=Oak>", ("Oak", "Oak", "image", "alt"), id="an image that waits for a script"),
    pytest.param("<span hidden>no</span>" * 30 + "Oak", ("Oak", None, "text", "text"), id="much that is hidden"),
    pytest.param("<b style='visibility:hidden'>no<br></b><i>Oak</i>", ("Oak", None, "text", "text"), id="what is behind it"),
]


@pytest.mark.parametrize(("content", "wording"), HIDDEN)
def test_hidden_words_are_left_out(content: str, wording: tuple[str | None, ...]) -> None:
    assert read_anchor_text(read_page(URL, f"<a href=x>{content}</a>".encode()).links[0].element) == wording


def test_hidden_elements_in_nested_links_are_not_visited_again_and_again() -> None:
    html = f"{'<a href=x><object>' * 250}{'<b hidden>oak</b>' * 2_000}oak"
    assert {read_anchor_text(link.element).anchor for link in read_page(URL, html.encode()).links} <= {"", "oak"}


def test_links_in_links_do_not_repeat_one_long_text_each() -> None:
    html = f"{'<a href=x><object>' * 250}{'oak ' * 200_000}"
    links = read_page(URL, html.encode()).links
    read = [read_anchor_text(link.element).anchor for link in links if link.element is not None]
    assert len(read) == 250
    assert sum(map(len, read)) < 50 * len(html)


# innerText in Chromium (https://html.spec.whatwg.org/#the-innertext-idl-attribute), by tests.support.ask_chromium.
JOINED = json.loads((Path(__file__).parent / "chromium_inner_text.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in JOINED])
def test_words_are_joined_as_chromium_joins_them(case: dict[str, str]) -> None:
    page = read_page(URL, case["html"].encode())
    assert read_anchor_text(page.links[0].element).anchor == " ".join(case["chromium"].split())


# https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point. Beside visible text they stay, as in innerText.
INVISIBLE = [
    pytest.param("\ufeff", ("", None, "text"), id="nothing but a byte order mark"),
    pytest.param("\u200b<img alt='Oak shop'>\u2060", ("Oak shop", "Oak shop", "image"), id="an image between two"),
    pytest.param("<b>\u200b</b> \u00ad<br><img alt='Oak shop'>", ("Oak shop", "Oak shop", "image"), id="in several elements"),
    pytest.param("<img alt='\u200b'>", ("", "", "image"), id="an alt of nothing else"),
    pytest.param("\u200d\u200c", ("", None, "text"), id="joiners without anything to join"),
    pytest.param("\u3164", ("", None, "text"), id="a filler of Korean script, which names of accounts consist of"),
    pytest.param("\u200b \u200b", ("", None, "text"), id="two with a space"),
    pytest.param("می\u200cخواهم", ("می\u200cخواهم", None, "text"), id="a joiner inside a word"),
    pytest.param("Ei\u00adchen\u00adstuhl", ("Ei\u00adchen\u00adstuhl", None, "text"), id="soft hyphens inside a word"),
    pytest.param("oak\ufe0f", ("oak\ufe0f", None, "text"), id="a variation selector behind a word"),
]


@pytest.mark.parametrize(("content", "wording"), INVISIBLE)
def test_invisible_characters_alone_are_no_text(content: str, wording: tuple[str, str | None, str]) -> None:
    assert read_anchor_text(read_page(URL, f"<a href=x>{content}</a>".encode()).links[0].element)[:3] == wording


# Text and alt are what a reader sees; then https://www.w3.org/TR/accname-1.2/#comp_computation: label before tooltip.
NAMED = [
    pytest.param("<a href=x aria-label='Oak shop'></a>", ("Oak shop", None, "image", "aria_label"), id="a label"),
    pytest.param("<a href=x title=' Oak  shop'></a>", ("Oak shop", None, "image", "title"), id="a title"),
    pytest.param("<a href=x title=no aria-label=Oak></a>", ("Oak", None, "image", "aria_label"), id="a label before a title"),
    pytest.param("<a href=x title=no><i aria-label=Oak></i></a>", ("Oak", None, "image", "aria_label"), id="a label inside"),
    pytest.param("<a href=x><i title=Oak></i></a>", ("Oak", None, "image", "title"), id="a title inside"),
    pytest.param("<a href=x title=Oak><i title=no></i></a>", ("Oak", None, "image", "title"), id="the link's own title first"),
    pytest.param("<a href=x><img title='Oak shop'></a>", ("Oak shop", None, "image", "title"), id="a title of an image"),
    pytest.param("<a href=x title=Oak><img alt=''></a>", ("Oak", "", "image", "title"), id="around an image with an empty alt"),
    pytest.param("<a href=x aria-label=Oak><svg></svg></a>", ("Oak", None, "image", "aria_label"), id="around a drawing"),
    pytest.param("<a href=x aria-label=no><img alt=oak></a>", ("oak", "oak", "image", "alt"), id="an alt comes first"),
    pytest.param("<a href=x aria-label=no>Oak shop</a>", ("Oak shop", None, "text", "text"), id="a text comes first"),
    pytest.param("<a href=x aria-label=Oak>\u200b</a>", ("Oak", None, "image", "aria_label"), id="a text that nobody sees"),
    pytest.param("<a href=x aria-label=' '></a>", ("", None, "text", None), id="an empty label"),
    pytest.param("<a href=x aria-label=' ' title=Oak></a>", ("Oak", None, "image", "title"), id="an empty label and a title"),
    pytest.param("<a href=x></a>", ("", None, "text", None), id="nothing"),
    pytest.param("<map><area href=x title=Oak></map>", ("Oak", None, "area", "title"), id="an area with a title"),
    pytest.param("<map><area href=x alt=oak title=no></map>", ("oak", "oak", "area", "alt"), id="an area with both"),
]

# https://www.w3.org/TR/SVG2/struct.html#TitleElement: for a drawing it is what alt is for an image.
DRAWINGS = [
    pytest.param("<svg><title>Oak shop</title></svg>", ("Oak shop", "Oak shop", "text", "svg_title"), id="alone"),
    pytest.param("<svg><g><title>Oak</title></g></svg>", ("Oak", "Oak", "text", "svg_title"), id="of a group"),
    pytest.param("<svg><title> </title></svg>", ("", None, "image", None), id="an empty one"),
    pytest.param("<svg><text>Oak</text></svg>", ("Oak", None, "text", "text"), id="a text in a drawing is seen"),
    pytest.param("<svg><title>Logo</title></svg>Oak", ("Logo Oak", "Logo", "text", "text"), id="beside a text"),
    pytest.param("<svg><title>Logo</title></svg><img alt=Oak>", ("Logo", "Oak", "text", "svg_title"), id="beside an image"),
    pytest.param("<svg><title>a</title></svg><svg><title>b</title></svg>", ("a b", "a", "text", "svg_title"), id="two"),
    pytest.param(
        f"{'<i></i>' * 30}<svg><title>Oak</title></svg>", ("Oak", "Oak", "text", "svg_title"), id="behind many elements"
    ),
]


@pytest.mark.parametrize(("html", "wording"), NAMED)
def test_a_link_without_text_has_the_name_that_it_is_given(html: str, wording: tuple[str | None, ...]) -> None:
    assert read_anchor_text(read_page(URL, html.encode()).links[0].element) == wording


@pytest.mark.parametrize(("content", "wording"), DRAWINGS)
def test_the_title_of_a_drawing_names_a_link(content: str, wording: tuple[str | None, ...]) -> None:
    html = f"<a href=x aria-label=no>{content}</a>" if wording[3] else f"<a href=x>{content}</a>"
    assert read_anchor_text(read_page(URL, html.encode()).links[0].element) == wording
