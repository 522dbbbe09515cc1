from __future__ import annotations

import pytest

from backlinkspider.core.html.parser import read_page
from backlinkspider.core.page.hidden import hidden_by_attributes, is_lone_character
from backlinkspider.core.steps.describe import describe_links
from backlinkspider.items import Page

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
    pytest.param("position:relative;left:-9999px", "left:-9999px", id="off the screen from its place"),
    pytest.param("position:absolute;left:50%;margin-left:-480px", None, id="centred"),
    pytest.param("margin-left:-100%", None, id="a column beside another"),
    pytest.param("margin-left:-9999px", "margin-left:-9999px", id="a margin off the screen"),
    pytest.param("height:0;padding-bottom:56.25%;overflow:hidden", None, id="a video in its shape"),
    pytest.param("clip:rect(0px,100px,100px,0px)", None, id="clipped to a size"),
    pytest.param("color:transparent;-webkit-background-clip:text", None, id="text in the colours of its background"),
    pytest.param("display:none!important;display:block", "display:none", id="importance"),
    pytest.param("font:0/0 a", "font:0/0a", id="a font without size"),
    pytest.param("transform:translateX(-9999px)", "transform:translatex(-9999px)", id="moved by a transformation"),
    pytest.param(f"opacity:{'0' * 100_000}x", None, id="a value without end"),
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
    pytest.param("font-size:0;font:12px serif", None, id="a font after the size"),
    pytest.param("font:12px serif;font-size:0", "font-size:0", id="a size after the font"),
    pytest.param("font-size:0!important;font:12px serif", "font-size:0", id="an important size before the font"),
    pytest.param("font:0/0 a;font-size:16px", None, id="a size after a font without one"),
    pytest.param("color:#fff;background-color:#fff;background:#000", None, id="a background after its colour"),
    pytest.param("color:#fff;background:#fff;background-color:#000", None, id="the colour of a background after it"),
    pytest.param("height:0;overflow:hidden;min-height:2em", None, id="a box that is held open"),
    pytest.param("max-height:0;overflow:hidden;min-height:20px", None, id="a box that is held open beyond its most"),
    pytest.param("height:0;overflow:hidden;min-height:0", "height:0", id="a box that is not held open"),
]


@pytest.mark.parametrize(("style", "hidden"), STYLES)
def test_inline_styles(style: str, hidden: str | None) -> None:
    assert hidden_by_attributes({"style": style}) == hidden


ATTRIBUTES = [
    pytest.param({"hidden": None}, "hidden", id="hidden"),
    pytest.param({"hidden": "until-found"}, "hidden", id="hidden until found"),
    pytest.param({"hidden": "", "style": "display:block"}, None, id="displayed though hidden"),
    pytest.param({"hidden": "", "style": "display:none"}, "hidden", id="hidden twice"),
    pytest.param(
        {"hidden": "until-found", "style": "display:block"}, "hidden", id="hidden until found, and displayed as a block"
    ),
    pytest.param({"aria-hidden": " TRUE "}, "aria-hidden", id="hidden from screen readers"),
    pytest.param({"aria-hidden": "false"}, None, id="not hidden from screen readers"),
    pytest.param({"style": "display:none", "aria-hidden": "true"}, "display:none", id="what hides from all says more"),
    pytest.param({"class": "sr-only", "style": "position:absolute;left:-9999px"}, None, id="for screen readers"),
    pytest.param({"class": "screen-reader-text", "style": "text-indent:-9999px"}, None, id="for screen readers, WordPress"),
    pytest.param({"class": "visually-hidden", "hidden": ""}, "hidden", id="hidden from screen readers too"),
    pytest.param({"class": "sr-only", "style": "display:none"}, "display:none", id="what no screen reader reads either"),
    pytest.param({"class": "hidden"}, None, id="a class, whose style is not read"),
    pytest.param({}, None, id="nothing"),
]


@pytest.mark.parametrize(("attributes", "hidden"), ATTRIBUTES)
def test_attributes(attributes: dict[str, str | None], hidden: str | None) -> None:
    assert hidden_by_attributes(attributes) == hidden


CHARACTERS = [
    pytest.param(".", False, True, id="a full stop"),
    pytest.param("-", False, True, id="a hyphen"),
    pytest.param("o", True, True, id="a letter of a word"),
    pytest.param("B", False, False, id="a letter of an index"),
    pytest.param("2", True, False, id="a number"),
    pytest.param("家", True, False, id="a sign that is a word"),
    pytest.param("»", False, False, id="an arrow"),
    pytest.param("×", False, False, id="a cross"),
    pytest.param("#", False, False, id="the first of an index"),
    pytest.param("*", False, False, id="a footnote"),
    pytest.param("🏠", False, False, id="a picture"),
    pytest.param("ok", True, False, id="two letters"),
    pytest.param("", True, False, id="nothing"),
]


@pytest.mark.parametrize(("anchor", "is_in_word", "is_lone"), CHARACTERS)
def test_links_of_one_character(anchor: str, *, is_in_word: bool, is_lone: bool) -> None:
    assert is_lone_character(anchor, is_in_word=is_in_word) is is_lone


def describe(html: str) -> Page:
    page = read_page("https://example.com/", html.encode())
    describe_links(page)
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
    pytest.param("<iframe src=x style='font-size:1px'></iframe>", None, id="not a frame by the size of its letters"),
    pytest.param("<div style='font-size:0'><a href=x><img alt=i></a></div>", None, id="nor a picture"),
    pytest.param("<div style='font-size:0'><a href=x><img src=i>Oak</a></div>", None, id="nor a text below a picture"),
    pytest.param("<a href=x style='font-size:0'>x<img src=i width=1></a>", "font-size:0", id="but one beside a dot"),
    pytest.param("<a href=x style='font-size:0'>x<img src=i hidden></a>", "font-size:0", id="or a hidden picture"),
    pytest.param("<a href=x style='text-indent:-999px'>x<img src=i></a>", "text-indent:-999px", id="or one that moves with it"),
    pytest.param("<ul style='font-size:0'><li style='font-size:16px'><a href=x>x</a></ul>", None, id="not what is set anew"),
    pytest.param("<div style='visibility:hidden'><b style='visibility:visible'><a href=x>x</a></b></div>", None, id="nor this"),
    pytest.param("<div style='display:none'><p style='display:block'><a href=x>x</a></div>", "display:none", id="but this"),
    pytest.param("<p style='color:#fff;background:#fff'><a href=x>x</a>", None, id="not by a colour that a link does not take"),
    pytest.param("<p style='color:#fff;background:#fff'><a href=x class=x><b>x</b></a>", None, id="nor a part of it"),
    pytest.param(
        "<p style='color:#fff;background:#fff'><a href=x style='color:inherit'>x</a>", "color:#fff", id="but one that it takes"
    ),
    pytest.param("<p style='color:#fff;background:#fff'><a href=x style='color:#fff'>x</a>", "color:#fff", id="or has"),
    pytest.param("<p style='color:#fff;background:#fff'><a href=x style='color:red'>x</a>", None, id="not with another"),
    pytest.param(
        "<p style='color:#fff;background:#fff'><a href=x style='color:#fff;background:red'>x</a>", None, id="nor on another"
    ),
    pytest.param("<p style='color:transparent'><a href=x>x</a>", None, id="not by no colour that a link does not take"),
    pytest.param("<p>Browse <a href=x>A</a> <a href=y>B</a> by letter</p>", None, id="not a letter of an index"),
    pytest.param("<p>w<a href=x>o</a>rds</p>", "one_character", id="a letter of a word"),
    pytest.param("<h2>Oak <a href='#oak'>·</a></h2>", None, id="not the way to a part of the page"),
]


@pytest.mark.parametrize(("html", "hidden"), LINKS)
def test_what_hides_a_link(html: str, hidden: str | None) -> None:
    assert describe(html).links[0].hidden == hidden


def test_what_is_hidden_hides_no_other_element_that_says_nothing() -> None:
    page = describe('<a hidden="absent" href=x>x</a><a style href=y>y</a>')
    assert [link.hidden for link in page.links] == ["hidden", None]
