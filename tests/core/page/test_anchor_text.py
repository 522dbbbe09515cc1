from __future__ import annotations

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
    assert read_anchor_text(element) == wording


def test_links_in_links_do_not_repeat_one_long_text_each() -> None:
    html = f"{'<a href=x><object>' * 250}{'oak ' * 200_000}"
    links = read_page(URL, html.encode()).links
    read = [read_anchor_text(link.element).anchor for link in links if link.element is not None]
    assert len(read) == 250
    assert sum(map(len, read)) < 50 * len(html)
