from __future__ import annotations

import pytest

from backlinkspider.core.html.parser import Element, read_page
from backlinkspider.core.page.outline import read_outline
from backlinkspider.core.page.position import PositionClassifier
from backlinkspider.core.page.position_words import Position, is_share_url, position_in_names
from backlinkspider.core.page.text_lengths import TextLengths
from backlinkspider.items import Page

TEXT = "A sentence of the page that says something about furniture made of oak. " * 12
BODY = f"<article><p>{TEXT}</p></article>"
LINK = "<a href=x>link</a>"

POSITIONS = [
    pytest.param(f"<nav>{LINK}</nav>", "nav", "nav", id="nav"),
    pytest.param(f"<header>{LINK}</header>", "header", "header", id="header of the page"),
    pytest.param(f"<footer>{LINK}</footer>", "footer", "footer", id="footer of the page"),
    pytest.param(f"<aside>{LINK}</aside>", "sidebar", "aside", id="aside"),
    pytest.param(f"<main><p>{LINK} {TEXT}</p></main>", "content", "main", id="main"),
    pytest.param(f"<article><header>{LINK}</header></article>", "content", "header", id="header of an article"),
    pytest.param(f"<article><footer>{LINK}</footer></article>", "content", "footer", id="footer of an article"),
    pytest.param(f"<header><nav>{LINK}</nav></header>", "nav", "nav", id="navigation in the header"),
    pytest.param(f"<footer><nav>{LINK}</nav></footer>", "footer", "nav", id="navigation in the footer"),
    pytest.param(f"<aside><nav>{LINK}</nav></aside>", "sidebar", "nav", id="navigation in a sidebar"),
    pytest.param(
        f"<main><p>{TEXT}</p><aside class=related-posts>{LINK}</aside></main>", "content", "aside", id="related links in the text"
    ),
    pytest.param(f"<aside class=related-posts>{LINK}</aside>", "sidebar", "aside", id="related links beside the text"),
    pytest.param(
        f"<section><header class=list-header><p>{LINK} {TEXT}</p></header></section>",
        "content",
        "header",
        id="the head of a section",
    ),
    pytest.param(f"<aside class=drawer-menu>{LINK}</aside>", "nav", "aside", id="a menu that opens beside the page"),
    pytest.param(f"<aside class=burger-menu-sidebar>{LINK}</aside>", "nav", "aside", id="a menu behind a button"),
    pytest.param(
        f"<header><aside class=sidebar-menu>{LINK}</aside></header>", "nav", "aside", id="a menu in a sidebar of the header"
    ),
    pytest.param(f"<header><div class=left-sidebar>{LINK} words</div></header>", "header", "header", id="a side of the header"),
    pytest.param(
        f"<section><header class=site-header>{LINK} words</header></section>", "header", "header", id="the header in a section"
    ),
    pytest.param(f"<header><aside><p>{LINK} {TEXT}</aside></header>", "header", "aside", id="a box in the header"),
    pytest.param(f"<aside class=sidebar-menu>{LINK}</aside>", "sidebar", "aside", id="a menu in a sidebar"),
    pytest.param(f"<header><div class=right-wrap>{LINK} words</div></header>", "header", "header", id="the right of the header"),
    pytest.param(f"<div role=navigation>{LINK}</div>", "nav", None, id="role navigation"),
    pytest.param(f"<div role=contentinfo>{LINK}</div>", "footer", None, id="role contentinfo"),
    pytest.param(f"<div role=complementary>{LINK}</div>", "sidebar", None, id="role complementary"),
    pytest.param(f"<div role=banner>{LINK}</div>", "header", None, id="role banner"),
    pytest.param(f"<div class=mainMenu>{LINK}</div>", "nav", None, id="a word in a class of two"),
    pytest.param(f"<ul class='breadcrumbs'><li>{LINK}</ul>", "nav", None, id="breadcrumbs"),
    pytest.param(f"<div id=site-footer>{LINK}</div>", "footer", None, id="a word in an id"),
    pytest.param(f"<div id=cookie-notice>{LINK} {TEXT}</div>", "footer", None, id="a notice on cookies"),
    pytest.param(f"<div class='BSTDSGVOCookieInfo'>{LINK} {TEXT}</div>", "footer", None, id="a notice of a plugin"),
    pytest.param(f"<div id=onetrust-consent-sdk><p>{LINK} {TEXT}</div>", "footer", None, id="a notice of a service"),
    pytest.param(f"<div class=cookie-recipe>{LINK} {TEXT}</div>", "content", None, id="a recipe for cookies"),
    pytest.param(f"<div class=right-col>{LINK}</div>", "sidebar", None, id="a side column"),
    pytest.param(f"<div class=widget_text>{LINK}</div>", "sidebar", None, id="a widget"),
    pytest.param(f"<div class=entry-footer>{LINK} {TEXT}</div>", "content", None, id="the footer of an entry"),
    pytest.param(f"<section id=comments><article>{LINK} {TEXT[:60]}</article></section>", "comments", "article", id="comments"),
    pytest.param(
        f"<article><ol class=commentlist><li>{LINK} {TEXT[:60]}</ol></article>",
        "comments",
        "article",
        id="comments in an article",
    ),
    pytest.param(
        f"<div class=post><div class=signature>{LINK}</div></div>",
        "comments",
        None,
        id="the signature in a forum",
    ),
    pytest.param(f"<header><div class=widget>{LINK}</div></header>", "header", "header", id="a widget in the header"),
    pytest.param(f"<nav><ul><li class=entry>{LINK}</ul></nav>", "nav", "nav", id="an entry of a menu"),
    pytest.param(
        f"<div id=social><div class=entry-content><p>{TEXT}{LINK}</p></div></div>", "content", None, id="a post among its buttons"
    ),
    pytest.param(f"<header><ul><li>{LINK}<li>{LINK}<li>{LINK}</ul></header>", "nav", "header", id="a list in the header"),
    pytest.param(f"<header><div class=social>{LINK}</div></header>", "header", "header", id="icons in the header"),
    pytest.param(f"<div class='entry share'><p>{TEXT}{LINK}</p></div>", "content", None, id="a post that has share buttons"),
    pytest.param(f"<div class=article_left_block><p>{TEXT}{LINK}</p></div>", "content", None, id="the article on the left"),
    pytest.param(f"<article class=tag-navigation><p>{TEXT}{LINK}</p></article>", "content", "article", id="a subject in a class"),
    pytest.param(f"<div class=no-sidebar><p>{TEXT}{LINK}</p></div>", "content", None, id="a state in a class"),
    pytest.param(f"<div class=sharetools>{LINK} words words words</div>", "nav", None, id="share buttons"),
    pytest.param(f"<h2 id=how-to-share>{LINK} {TEXT}</h2>", "content", None, id="a heading about sharing"),
    pytest.param(f"<section class=big-ad>{LINK} words words words</section>", "sidebar", "section", id="an advertisement"),
    pytest.param(f"<div><div>{LINK}</div><div>{LINK}</div><div>{LINK}</div></div>", "nav", None, id="a list of one link a block"),
    pytest.param(f"<p>{TEXT}{LINK}</p>", "content", None, id="text without a word of its place"),
    pytest.param(f"<p>© 2024 made by {LINK}</p>", "footer", None, id="a copyright line"),
    pytest.param(f"<table><td>{LINK}<br>{LINK}<br>{LINK}</table>", "nav", None, id="a column of links"),
    pytest.param(f"<ul><li>{LINK}<li>{LINK}<li>{LINK}</ul>", "nav", None, id="a list of links"),
    pytest.param(f"<ul><li>{LINK} {TEXT}<li>{LINK} {TEXT}<li>{LINK}</ul>", "content", None, id="a list of links with text"),
    pytest.param(f"<ul>{f'<li><a href=x>{TEXT[:60]}</a>' * 3}</ul>", "content", None, id="a list of titles"),
    pytest.param("<div>" + "<a href=x><img src=y></a>" * 5 + "</div>", "content", None, id="pictures without a name"),
    pytest.param("<div>" + "<a href=x><img src=y alt=Shop></a>" * 5 + "</div>", "nav", None, id="pictures named like a menu"),
    pytest.param("<div>" + "<a href=//twitter.com/oak><i></i></a>" * 5 + "</div>", "nav", None, id="icons of accounts"),
    pytest.param(f"<ul>{'<li><a href=x>橡木椅子和桌子是怎样做成的</a>' * 3}</ul>", "content", None, id="titles in ideographs"),
    pytest.param(f"<ul>{'<li><a href=x>关于我们</a>' * 3}</ul>", "nav", None, id="a menu in ideographs"),
    pytest.param(
        f"<ol>{f'<li>{TEXT[:70]}<div>{LINK} {LINK} {LINK}</div>' * 3}</ol>", "content", None, id="the links of an entry of a list"
    ),
    pytest.param(f"<nav><a class=navbar-brand href=/>Oak</a><ul><li>{LINK}</ul></nav>", "header", "nav", id="the site's name"),
    pytest.param(
        f"<table><td width=150><ul><li>{LINK}</ul></td><td width=640><p>{TEXT}</td></table>", "sidebar", None, id="a narrow cell"
    ),
    pytest.param(
        f"<table>{f'<tr><td width=80>{LINK}<td>{TEXT[:300]}' * 9}</table><p>{TEXT}", "content", None, id="a table of dates"
    ),
    pytest.param(
        f"<div><ul><li>{LINK}<li>{LINK}<li>{LINK}</ul><select>{'<option>12345' * 20}</select></div>",
        "nav",
        None,
        id="a list to choose",
    ),
    pytest.param(f"<div class=related><ul>{f'<li>{LINK}' * 3}</ul></div>", "content", None, id="related links"),
    pytest.param(f"<main><footer>{LINK}</footer></main>", "footer", "footer", id="the footer of a page that is all in main"),
    pytest.param(
        f"<main><footer class=entry-footer>{LINK}</footer></main>", "content", "footer", id="the footer of an entry in main"
    ),
    pytest.param(f"<nav><div class=sidebar>{LINK}</div></nav>", "nav", "nav", id="a sidebar in navigation"),
    pytest.param(f"<nav><article>{LINK}</article></nav>", "nav", "article", id="a teaser in navigation"),
    pytest.param(f"<nav><footer>{LINK}</footer></nav>", "footer", "footer", id="a footer in navigation"),
    pytest.param(f"<article><div class=widget>{LINK}</div></article>", "content", "article", id="a widget in an article"),
    pytest.param(f"<div class=widget><p>{TEXT}{LINK}</p></div>", "content", None, id="a widget with running text"),
    pytest.param(f"<div class=menu><main><p>{TEXT}{LINK}</p></main></div>", "content", "main", id="a menu around main"),
    pytest.param(
        f"<div class=sidebar><p>{LINK}</p><div itemprop=articleBody>{TEXT}</div></div>",
        "content",
        None,
        id="a sidebar around the article",
    ),
    pytest.param(
        f"<div><div class=col-4>{LINK} words words words</div><div class=col-8>{TEXT}</div></div>",
        "sidebar",
        None,
        id="a side column",
    ),
    pytest.param(
        f"<div><div class=col-4>{LINK} words words words</div><div class=col-4>{TEXT}</div></div>",
        "content",
        None,
        id="equal columns",
    ),
    pytest.param(f"<p>{TEXT}</p><ul><li class=comments>{LINK}</ul>", "content", None, id="a link to the comments"),
    pytest.param(f"<div class=comments>{LINK} <p>{TEXT[:60]}</div>", "comments", None, id="one short comment"),
    *(
        pytest.param(
            f"<div><div {name}>{LINK} words words words</div><div>{text}</div></div>",
            position,
            None,
            id=f"{name} beside {beside}",
        )
        for name in ("id=left", "class=colDer", "id=main-right")
        for text, beside, position in ((TEXT, "text", "sidebar"), ("words", "words", "content"))
    ),
    pytest.param(
        f"<header><div class=a><div class=b>{LINK}</div><div class=b>{LINK}</div><div class=b>{LINK}</div></div></header>",
        "nav",
        "header",
        id="a row of boxes in the header",
    ),
    pytest.param(
        f"<header><div><h3>{LINK}</h3><ul>{f'<li>{LINK}' * 3}</ul></div></header>", "nav", "header", id="a heading over a menu"
    ),
    pytest.param("<header><a href='//x.com/share?url=y'></a></header>", "nav", "header", id="a share button in the header"),
    pytest.param("<header><ul><li><a href=x><i></i></a></ul></header>", "header", "header", id="an icon in the header"),
    pytest.param(f"<main><div class=logo-row>{LINK} {TEXT}</div></main>", "content", "main", id="a logo in the content"),
    pytest.param(
        f"<article><header class=head><div class=byline-header>{LINK}</div></header></article>",
        "content",
        "header",
        id="a name in the header of an article",
    ),
    pytest.param(
        f"<div class=entry><p>{TEXT}</p><footer class=recipe-footer><p class=recipes-footer-copy>{LINK}</p></footer></div>",
        "content",
        "footer",
        id="the foot of a recipe",
    ),
    pytest.param(
        f"<div class='article-text js-advertorial'><p>{TEXT}{LINK}</p></div>",
        "content",
        None,
        id="a text with places for adverts",
    ),
    pytest.param(f"<header><ul><li>{LINK}</ul></header>", "header", "header", id="one entry in the header"),
    pytest.param(
        f"<header><ul><li><a href=x><img src=y></a>{f'<li>{LINK}' * 4}</ul></header>", "header", "header", id="an icon in a menu"
    ),
    pytest.param(f"<header><ul>{f'<li>{LINK}' * 4}</ul></header>", "nav", "header", id="a menu in the header"),
    pytest.param(f"<div>{' | '.join([LINK] * 6)} |||||||||||||</div>", "nav", None, id="a menu with marks between its links"),
    pytest.param(f"<div>{LINK} ab {LINK} cd {LINK} ef gh ij</div>", "content", None, id="words between links"),
    pytest.param(f"<main><p>{TEXT}<div class=blogroll>{LINK}</div></main>", "content", "main", id="a list under the text"),
    pytest.param(f"<div class=blogroll>{LINK}</div>", "sidebar", None, id="a list beside the text"),
    pytest.param(f"<div class=livefyreInfo><p>{LINK} {TEXT}</div>", "comments", None, id="comments of a tool"),
    pytest.param(
        f"<article><figure><p class=copyright>{LINK}</p></figure></article>", "content", "figure", id="who took a picture"
    ),
]


@pytest.mark.parametrize(("html", "position", "semantic"), POSITIONS)
def test_position(html: str, position: str, semantic: str | None) -> None:
    page = read_page("https://example.com/", f"<body class='has-sidebar menu-open'>{html}{BODY}".encode())
    classifier = PositionClassifier(page.document)
    element = page.links[0].element
    around = classifier.location_in(element.parent)
    assert (classifier.position_of(element, page.links[0].href, around), around.semantic_location) == (position, semantic)


def position_of_first_link(page: Page) -> Position:
    return positions_of(page)[0]


def positions_of(page: Page) -> list[Position]:
    classifier = PositionClassifier(page.document)
    return [classifier.position_of(link.element, link.href, classifier.location_in(link.element.parent)) for link in page.links]


def test_a_wrapper_around_the_page_is_not_what_its_name_says() -> None:
    page = read_page(
        "https://example.com/", f"<div class='with-sidebar'><div id=header-wrap><p>{TEXT}{LINK}</p></div></div>".encode()
    )
    assert position_of_first_link(page) == "content"


def test_a_link_outside_the_body_has_a_place() -> None:
    page = read_page("https://example.com/", b"<a href=x>")
    assert position_of_first_link(page) == "content"


def test_a_button_that_shares_the_page_is_not_content() -> None:
    html = f"<article><p>{TEXT} <a href='https://twitter.com/intent/tweet?url=x'>Tweet</a></p></article>"
    page = read_page("https://example.com/", html.encode())
    assert position_of_first_link(page) == "nav"


def test_a_page_with_text_has_main_text_whatever_its_names_say() -> None:
    html = f"<div class=menu>{f'<p class=sidebar>{TEXT}</p>' * 3}</div>" + f"<div class=footer><p>{TEXT}</p></div>" * 2
    page = read_page("https://example.com/", html.encode())
    assert len(read_outline(page.document, PositionClassifier(page.document)).main_text) > len(TEXT)


def test_comments_are_the_main_text_only_where_they_are_the_posts_of_a_forum() -> None:
    posts, comments = (
        f"<h1>Oak</h1>{f'<div class={name}><p>{TEXT}</div>' * 3}" for name in ("'cPost ipsComment'", "post-comment")
    )
    texts = [
        read_outline(page.document, PositionClassifier(page.document)).main_text.count(TEXT.strip())
        for page in (read_page("https://example.com/", html.encode()) for html in (posts, comments, BODY * 2 + posts))
    ]
    assert texts == [3, 0, 2]


def test_the_main_text_of_a_page_is_not_what_its_longer_sidebar_says() -> None:
    html = f"<div id=content><p>{TEXT}</p></div><div class=sidebar>{f'<p>{TEXT}</p>' * 3}</div>"
    page = read_page("https://example.com/", html.encode())
    assert read_outline(page.document, PositionClassifier(page.document)).main_text.strip() == TEXT.strip()


def test_what_stands_behind_the_footer_is_footer_and_before_the_header_header() -> None:
    line = f"<p>{LINK} words words words words</p>"
    html = f"{line}<header>H</header>{BODY * 3}<footer>F</footer>{line}"
    page = read_page("https://example.com/", html.encode())
    assert positions_of(page) == ["header", "footer"]


def test_a_text_behind_the_footer_is_content() -> None:
    dialog = f"<div role=dialog><div><p>{TEXT * 2}</div><p>{LINK}</div>"
    html = f"{BODY * 3}<footer>F</footer>{dialog}<div><p>{LINK} words words words</div>"
    page = read_page("https://example.com/", html.encode())
    assert positions_of(page) == ["content", "footer"]


def test_the_picture_at_the_top_that_leads_home_is_header() -> None:
    logo = "<td><a href=/><img src=logo.png></a></td>"
    html = f"<table>{logo}<td>{LINK}<td>{LINK}<td>{LINK}</table><p>{TEXT}{LINK}</p>{BODY * 3}<table>{logo}</table>"
    page = read_page("https://example.com/", html.encode())
    positions = positions_of(page)
    assert positions[0] == "header"
    assert "header" not in positions[1:]


def test_scripts_are_no_text_of_a_wrapper() -> None:
    script = f"<script>{'x();' * 5_000}</script>"
    page = read_page(
        "https://example.com/", f"<div id=rightColumn>{script}{LINK} words</div><article><p>{TEXT}</p></article>".encode()
    )
    assert position_of_first_link(page) == "sidebar"


NAMES = [
    *((name, "nav") for name in ("sharer", "shareds", "shariff", "SocialIcons", "addthis_box", "AddToAny", "a2a_kit", "ssba")),
    *((name, "nav") for name in ("essb_links", "hupso", "bookmarking", "teilen-box", "tweetmeme", "follow", "follow-us", "soc")),
    *(
        (name, "sidebar")
        for name in ("ad", "top-ads", "advert2", "AdUnit", "my-sponsors", "mpu", "leaderboard", "dfp_1", "ad-box")
    ),
    *((name, "sidebar") for name in ("topAdvertising", "mainSponsor", "homeAd", "leftcol", "Right_Panel", "col_right-rail")),
    *((name, "footer") for name in ("wrapperfooter", "footerlinks", "cnn_ftrnav", "fusszeile", "pied-de-page", "stopka")),
    *((name, "nav") for name in ("topnavigation", "mobileMenu", "leftmenu", "okruszki", "fil-ariane", "compartir")),
    *((name, "header") for name in ("wrapheader", "headertop", "cabecera", "header-left-side")),
    *((name, "sidebar") for name in ("leftsidebar", "seitenleiste", "barra-lateral")),
    *((name, "comments") for name in ("commentaires", "lista-comentarios")),
    *((name, None) for name in ("tableheader", "postheaders", "afters", "copied", "collateral")),
    *((name, "sidebar") for name in ("rightWrap", "rightBx", "left-area", "right_menue", "leftContent")),
    *((name, "footer") for name in ("cookie-notice", "CookieBanner", "gdpr_modal")),
    *((name, None) for name in ("cookies", "recipe-cookie")),
    *((name, "content") for name in ("entry-footer", "post-title-header", "section-header", "related-links")),
    *((name, None) for name in ("main--has-sidebar", "layout-with-menu", "page_one_sidebar", "col-sidebar-included")),
    *((name, None) for name in ("meta-comments", "comments-link", "comment-count", "comment-author-link", "mc_num_comments")),
    *((name, None) for name in ("recent-comments-2", "recentcomments", "latest-comments", "col2_most_commented")),
    *((name, None) for name in ("entry-comments-link", "teaser-label-comment", "sidebar-on-right", "bar -footer")),
    *((name, None) for name in ("product-right-column", "ReviewsSection_rightColumn")),
    *((name, "sidebar") for name in ("widget_recent_comments", "RightBanner", "banner-left")),
    *((name, "footer") for name in ("popup-cookies", "modal-gdpr", "consent__banner")),
    *((name, "content") for name in ("artist-header", "product-header", "event_footer")),
    *((name, "footer") for name in ("footer-widgets", "footer-nav", "site-footer d-block", "footer-box")),
    *((name, "nav") for name in ("shariff-widget", "widget_addtoany", "sharing-footer", "entry-crumbs")),
    *((name, "sidebar") for name in ("region-left", "region-right", "yrail")),
    *((name, None) for name in ("tsoc", "shadow", "unfollowed", "adapt", "loaded", "left", "bright-block")),
]


@pytest.mark.parametrize(("name", "position"), NAMES)
def test_a_name_that_says_where_it_is(name: str, position: str | None) -> None:
    assert position_in_names("div", "", name, None) == position


SHARE_ADDRESSES = [
    "https://www.facebook.com/sharer/sharer.php?u=x",
    "http://twitter.com/home?status=x",
    "https://x.com/intent/post?url=x",
    "https://pinterest.de/pin/create/button/?url=x",
    "https://www.linkedin.com/shareArticle?url=x",
    "https://www.reddit.com/submit?url=x",
    "https://api.whatsapp.com/send?text=x",
    "https://wa.me/?text=x",
    "https://getpocket.com/save?url=x",
    "http://b.hatena.ne.jp/entry/https://example.com/",
    "http://line.me/R/msg/text/?x",
    "https://www.xing.com/app/user?op=share;url=x",
    "https://www.addthis.com/bookmark.php?v=250",
    "https://connect.ok.ru/offer?url=x",
    "http://del.icio.us/post?url=x",
    "http://www.stumbleupon.com/badge/?url=x",
]


@pytest.mark.parametrize("address", SHARE_ADDRESSES)
def test_an_address_that_shares_a_page(address: str) -> None:
    assert is_share_url(address)


@pytest.mark.parametrize(
    "address", ["https://twitter.com/someone", "https://www.facebook.com/page", "https://shares.example/", "/submit"]
)
def test_an_address_that_shares_nothing(address: str) -> None:
    assert not is_share_url(address)


def test_white_space_in_nested_parts_is_not_read_for_each_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[Element] = []
    has_text = TextLengths.has_text

    def measure(lengths: TextLengths, element: Element) -> bool:
        measured.append(element)
        return has_text(lengths, element)

    monkeypatch.setattr(TextLengths, "has_text", measure)
    html = "<div class=menu><div class=header>" * 100 + "<i> \n </i>" * 100_000 + LINK
    page = read_page("https://example.com/", html.encode())
    position_of_first_link(page)
    assert 0 < len(measured) < 50
