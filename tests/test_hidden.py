from __future__ import annotations

import pytest

from backlinkspider.core.hidden import hidden_by_attributes, is_lone_character
from backlinkspider.core.html import read_page
from backlinkspider.items import Page
from backlinkspider.pipelines.describe import DescribeLinksPipeline

STYLES = [
    pytest.param("display:none", "display:none", id="not shown"),
    pytest.param("DISPLAY : None !important", "display:none", id="case, spaces, importance"),
    pytest.param("display:none;display:block", None, id="the last declaration holds"),
    pytest.param("visibility:hidden", "visibility:hidden", id="not visible"),
    pytest.param("opacity:0.0", "opacity:0.0", id="transparent"),
    pytest.param("opacity:0.5", None, id="half transparent"),
    pytest.param("font-size:0px", "font-size:0px", id="letters without size"),
    pytest.param("font-size:0.8em", None, id="small letters"),
    pytest.param("text-indent:-9999px", "text-indent:-9999px", id="text pushed out"),
    pytest.param("text-indent:-2em", None, id="a hanging indent"),
    pytest.param("position:absolute;left:-999em", "left:-999em", id="off the screen"),
    pytest.param("left:-9999px", None, id="a place without positioning"),
    pytest.param("position:relative;top:-5px", None, id="moved a little"),
    pytest.param("height:0;overflow:hidden", "height:0", id="a box without height"),
    pytest.param("height:0", None, id="what a box without height holds is seen"),
    pytest.param("color:#fff;background-color:#FFF", "color:#fff", id="white on white"),
    pytest.param("color:#000;background:#fff", None, id="black on white"),
    pytest.param("color:#3b5998;background-color:#3b5998", None, id="a button"),
    pytest.param("text-indent:-9999px;background:url(i.png)", None, id="a picture in place of the text"),
    pytest.param("color:rgba(0,0,0,0)", "color:rgba(0,0,0,0)", id="a colour without colour"),
    pytest.param("transform:scale(0)", "transform:scale(0)", id="shrunk to nothing"),
    pytest.param("clip:rect(0 0 0 0);position:absolute", "clip:rect(0000)", id="clipped"),
    pytest.param("/* display:none */ margin:0", None, id="a comment"),
    pytest.param("display", None, id="no declaration"),
    pytest.param("background:url(display:none)", None, id="a value"),
]


@pytest.mark.parametrize(("style", "hidden"), STYLES)
def test_inline_styles(style: str, hidden: str | None) -> None:
    assert hidden_by_attributes({"style": style}) == hidden


ATTRIBUTES = [
    pytest.param({"hidden": None}, "hidden", id="hidden"),
    pytest.param({"hidden": "until-found"}, "hidden", id="hidden until found"),
    pytest.param({"aria-hidden": " TRUE "}, "aria-hidden", id="hidden from screen readers"),
    pytest.param({"aria-hidden": "false"}, None, id="not hidden from screen readers"),
    pytest.param({"style": "display:none", "aria-hidden": "true"}, "display:none", id="what hides from all says more"),
    pytest.param({"class": "sr-only", "style": "position:absolute;left:-9999px"}, None, id="for screen readers"),
    pytest.param({"class": "screen-reader-text", "style": "text-indent:-9999px"}, None, id="for screen readers, WordPress"),
    pytest.param({"class": "visually-hidden", "hidden": ""}, "hidden", id="hidden from screen readers too"),
    pytest.param({"class": "hidden"}, None, id="a class, whose style is not read"),
    pytest.param({}, None, id="nothing"),
]


@pytest.mark.parametrize(("attributes", "hidden"), ATTRIBUTES)
def test_attributes(attributes: dict[str, str | None], hidden: str | None) -> None:
    assert hidden_by_attributes(attributes) == hidden


CHARACTERS = [
    pytest.param(".", "", "", True, id="a full stop"),
    pytest.param("-", "", "", True, id="a hyphen"),
    pytest.param("o", "We sat on the", "ak chair", True, id="a letter within a text"),
    pytest.param("B", "A", "C D E", False, id="a letter of an index"),
    pytest.param("2", "page 1 after", "3", False, id="a number"),
    pytest.param("家", "あの", "です", False, id="a sign that is a word"),
    pytest.param("»", "older entries", "", False, id="an arrow"),
    pytest.param("×", "close this window", "", False, id="a cross"),
    pytest.param("🏠", "welcome back here", "", False, id="a picture"),
    pytest.param("#", "", "A B", False, id="the first of an index"),
    pytest.param("@", "follow", "", False, id="a name"),
    pytest.param("ok", "some words", "", False, id="two letters"),
    pytest.param("", "some words", "", False, id="nothing"),
]


@pytest.mark.parametrize(("anchor", "before", "after", "is_lone"), CHARACTERS)
def test_links_of_one_character(anchor: str, before: str, after: str, *, is_lone: bool) -> None:
    assert is_lone_character(anchor, text_before=before, text_after=after) is is_lone


def describe(html: str) -> Page:
    page = read_page("https://example.com/", html.encode())
    DescribeLinksPipeline().process_item(page)
    return page


LINKS = [
    pytest.param("<div style='display:none'><p><a href=x>x</a></p></div>", "display:none", id="by what is around it"),
    pytest.param("<div aria-hidden=true><p hidden><a href=x>x</a></p></div>", "hidden", id="by what says more"),
    pytest.param("<a href=x style='font-size:0'>x</a>", "font-size:0", id="by itself"),
    pytest.param("<p>We like oak<a href=x>.</a> We do.</p>", "one_character", id="by its size"),
    pytest.param("<p hidden>x</p><a href=x>x</a>", None, id="not by what stands beside it"),
    pytest.param("<a href=x><span hidden>x</span> y</a>", None, id="not by a part of it"),
    pytest.param("<body style='visibility:hidden'><a href=x>x</a>", None, id="not by what a page does until it is loaded"),
    pytest.param("<iframe src=x style='display:none'></iframe>", "display:none", id="a frame"),
]


@pytest.mark.parametrize(("html", "hidden"), LINKS)
def test_what_hides_a_link(html: str, hidden: str | None) -> None:
    assert describe(html).links[0].hidden == hidden
