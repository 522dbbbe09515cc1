"""Links that nobody recommends: credits, licences, notices on cookies, and what pays whoever set it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.quality.affiliates import affiliate_network
from backlinkspider.core.quality.campaigns import read_paid
from backlinkspider.core.quality.credits import is_counter, is_licence, read_credit, read_credit_in_text
from backlinkspider.core.quality.notices import read_notice, read_request

FOOTERS = [
    *("Powered by", "Website by", "Theme: Oak by", "Site designed and built by", "Hosting:", "Web Design"),
    *("Gestaltet von", "Konzept und Umsetzung:", "Programmierung", "Hosting bei", "Realisiert durch"),
    *("Réalisé par", "Création du site", "Fièrement propulsé par", "Hébergement", "Réalisé en collaboration avec"),
    *("Diseño web:", "Desarrollado por", "Funciona con", "Desenvolvido por", "Desenvolvimento", "Realizzato da", "Sito web di"),
    *("Gemaakt door", "Realisatie", "Webbyrå", "Udviklet af", "Toteutus:", "Wykonanie:", "Vytvořil", "Készítette", "Realizat de"),
    *(
        "Tasarım:",
        "Κατασκευή ιστοσελίδων",
        "Работает на",
        "Создание сайта —",
        "Розробка сайту",
        "サイト制作",
        "技术支持",
        "홈페이지 제작",
    ),
    *("Dibuat oleh", "Thiết kế bởi", "تصميم", "בניית אתרים"),
]


@pytest.mark.parametrize("words", FOOTERS)
def test_credits_in_a_footer_in_many_languages(words: str) -> None:
    assert read_credit(f"© 2026 Oak & Iron | {words}", "Elm Studio") is not None
    assert read_credit("© 2026", f"{words} Elm Studio") is not None


@pytest.mark.parametrize("words", ["Contact us", "Impressum", "Mentions légales", "Our partners:", "Member of", "Aviso legal"])
def test_other_words_of_footers_are_no_credits(words: str) -> None:
    assert read_credit(f"© 2026 Oak & Iron | {words}", "Elm") is None


STORY = "won a prize at the fair of the guild, and hangs in the town hall of Ashford."

IN_TEXT = [
    pytest.param("Powered by", "phpBB", "© 2026", "powered by", id="the last line of a forum"),
    pytest.param("© 2026 Oak. Theme by", "Elm", ".", "theme by", id="behind a year"),
    pytest.param("A chair powered by", "Elm", "", None, id="among other words"),
    pytest.param("Powered by", "steam", "the mill ground the corn of the whole valley for fifty years.", None, id="a sentence"),
    pytest.param("Oaks in the evening. Photo:", "Jane Doe", "", "photo:", id="the photographer"),
    pytest.param("Foto:", "Jane Doe", ", via Commons | Lizenz: CC BY 4.0, Wiesbaden, und mehr", "foto:", id="with a licence"),
    pytest.param("Bildquelle: Jane Doe /", "Flickr", "", "bildquelle: jane doe /", id="with the host"),
    pytest.param("Crédit photo", "Jane Doe", "", "crédit photo", id="French"),
    pytest.param("The photo by", "Jane Doe", STORY, None, id="a story"),
    pytest.param("to view the", "comments powered by Elm", "", "powered by", id="the link itself"),
    pytest.param("Website Developed by:", "Elm", "", "website developed by"[8:], id="behind another word"),
    pytest.param("Picture: © Jane Doe, 2026. Source:", "Elm", "", "© jane doe, 2026. source:", id="a mark of copyright"),
    pytest.param(f"{STORY} Uploaded with", "Elm", "", "uploaded with", id="the program that a picture came with"),
    pytest.param("Yes. Sent from my phone using", "Elm", "", "sent from my phone using", id="the program of a letter"),
    pytest.param("", "Jane Doe/Flickr", "", "a picture", id="a photographer with the host"),
    pytest.param("", "Jane Doe / Getty Images", "", "a picture", id="a photographer with the agency"),
    pytest.param("", "A day at the mill / Elm", "", None, id="another slash"),
    pytest.param("A letter sent from", "Elm", "to Oak", None, id="where a letter came from"),
    pytest.param("© 2020 Oak Limited, Ashford in Kent. All rights reserved. Theme by", "Elm", "", "theme by", id="a last line"),
    pytest.param("Website:", "elm.example", "", None, id="where somebody is found"),
    pytest.param("© 2020 Elm. All rights reserved. Use of it constitutes acceptance of our", "Terms", "", None, id="terms"),
    pytest.param("I took a picture. Then", "Jane", "came", None, id="a picture before"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "anchor", "after", "credit"), IN_TEXT)
def test_credits_among_the_text(before: str, anchor: str, after: str, credit: str | None) -> None:
    assert read_credit_in_text(before, anchor, after) == credit


def test_a_caption_may_go_on_behind_the_photographer() -> None:
    after = "on the commons of a free encyclopedia, used under the terms of its licence, which anybody may read there"
    assert read_credit_in_text("Picture:", "Jane", after) is None
    assert read_credit_in_text("Picture:", "Jane", after, is_in_figure=True) == "picture:"


@pytest.mark.parametrize(
    ("url", "rel", "expected"),
    [
        ("https://creativecommons.org/licenses/by-sa/4.0/deed.de", (), True),
        ("http://creativecommons.org/publicdomain/zero/1.0/", (), True),
        ("https://www.gnu.org/licenses/fdl-1.3.html", (), True),
        ("https://oak.example/terms", ("license",), True),
        ("https://creativecommons.org/about/", (), False),
        ("https://oak.example/creativecommons.org", (), False),
    ],
)
def test_licences(url: str, rel: tuple[str, ...], *, expected: bool) -> None:
    assert is_licence(url, rel) is expected


NOTICES = [
    "This website uses cookies to give you the best experience.",
    "We and our partners use cookies",
    "Diese Website verwendet Cookies. Mehr erfahren",
    "Mit der Nutzung stimmen Sie der Verwendung von Cookies zu",
    "Ce site utilise des cookies",
    "Este sitio utiliza cookies propias",
    "Este site usa cookies",
    "Questo sito utilizza i cookie",
    "Deze website maakt gebruik van cookies",
    "Ta strona używa plików cookies",
    "Мы используем файлы cookie",
]


@pytest.mark.parametrize("text", NOTICES)
def test_notices_on_cookies(text: str) -> None:
    assert read_notice(text) == "cookies"


@pytest.mark.parametrize(
    "text",
    [
        "Please enable JavaScript to view the comments powered by Disqus.",
        "Bitte aktivieren Sie JavaScript",
        "JavaScript ist deaktiviert!",
        "upgrade to a web browser that supports JavaScript, like",
    ],
)
def test_notices_on_scripts(text: str) -> None:
    assert read_notice(text) == "scripts"


@pytest.mark.parametrize(
    "text", ["Oatmeal cookies with nuts", "How browsers store cookies", "Cookies sind kleine Kekse", "A book on JavaScript", ""]
)
def test_what_only_speaks_of_cookies(text: str) -> None:
    assert read_notice(text) is None


TERMS = [
    ("By clicking Submit you agree to the", "Elm Rules"),
    ("Protected by reCAPTCHA:", "Elm Rules"),
    ("Ich habe die Hinweise gelesen und stimme zu:", "Elm"),
    ("En cliquant, vous acceptez nos", "règles"),
    ("Acepto la política de", "Elm"),
    *(
        ("", words)
        for words in ("Privacy Policy", "our Terms of Service", "Datenschutzerklärung", "Mentions légales", "利用規約")
    ),
]


@pytest.mark.parametrize(("before", "anchor"), TERMS)
def test_notices_on_terms(before: str, anchor: str) -> None:
    assert read_notice(before, anchor) == "terms"


@pytest.mark.parametrize(
    ("before", "anchor"),
    [
        ("Historians agree that", "the oak of Elm"),
        ("Read", "what the new privacy policy of Elm means"),
        ("The two of you agree on", "a price"),
    ],
)
def test_texts_about_terms(before: str, anchor: str) -> None:
    assert read_notice(before, anchor) is None


@pytest.mark.parametrize(
    "text",
    [
        "This site uses Akismet to reduce spam. Learn how your comment data is processed.",
        "Diese Website verwendet Akismet, um Spam zu reduzieren.",
        "Ce site utilise Akismet pour réduire les indésirables.",
        "Este sitio usa Akismet para reducir el spam.",
        "Este site utiliza o Akismet para reduzir spam.",
        "Deze site gebruikt Akismet om spam te verminderen.",
    ],
)
def test_notices_on_comments(text: str) -> None:
    assert read_notice(text) == "comments"


PAID = [
    ("washed it with", "a shampoo", "(Werbung) for brown hair", "werbung"),
    ("I use", "this saw", "[Affiliate link] every day", "affiliate link"),
    ("I use", "this saw", "* (Anzeige, selbst gekauft) every day", "anzeige, selbst gekauft"),
    ("Sponsored:", "Elm saws", "", "sponsored"),
    ("This letter is sponsored by", "Elm", "", "sponsored by"),
    ("", "Elm saws [Ad]", "", "ad"),
    ("The fair was sponsored by the town, says", "Elm", "", None),
    ("We tried", "a saw", "(unbezahlte Werbung)", None),
    ("In the year of our Lord (AD)", "Elm", "(ad hoc)", None),
    ("A text on", "advertising", "(see below)", None),
]


@pytest.mark.parametrize(("before", "anchor", "after", "word"), PAID)
def test_words_that_call_a_link_an_advertisement(before: str, anchor: str, after: str, word: str | None) -> None:
    assert read_paid(before, anchor, after) == word


REQUESTS = [
    *("Subscribe", "Sign up for free", "subscribe to his newsletter, Elm", "Newsletter abonnieren", "S'abonner", "Suscríbete"),
    *(
        "Join our mailing list",
        "Become a member",
        "Log in",
        "Buy name labels",
        "Jetzt kaufen",
        "Acheter le livre",
        "Jetzt Mitglied werden",
        "Iscriviti alla newsletter",
    ),
]


@pytest.mark.parametrize("anchor", REQUESTS)
def test_requests_to_visitors(anchor: str) -> None:
    assert read_request("https://oak.example/", "", anchor) == anchor.lower()


@pytest.mark.parametrize(
    "anchor",
    [
        "Elm",
        "The Register",
        "members of the guild",
        "Best Buy",
        "Elm raises money for oaks",
        "Elm raises $5M for oaks",
        "just $5 million",
        "a mill for $500",
        "Buy oaks in spring, say the foresters of Kent",
        "the order of oaks",
        "how to sign up trees",
        "Newsletter 7: oaks",
    ],
)
def test_other_texts_ask_nothing(anchor: str) -> None:
    assert read_request("https://oak.example/", "Our newsletter told of", anchor) is None


def test_a_price_is_an_offer() -> None:
    assert read_request("https://oak.example/", "SAVE $30", "A chair drops to just $299") == "just $299"
    assert read_request("https://oak.example/", "", "Stuhl nur 49,90 €") == "nur 49,90 €"


def test_requests_by_the_text_before_and_by_the_address() -> None:
    assert read_request("https://oak.example/", "I would like to subscribe to the Elm Newsletter.", "Learn more") == "newsletter"
    assert read_request("https://elm.us4.list-manage.com/subscribe?u=1", "", "click here") == "a form"
    assert read_request("https://www.paypal.com/donate?id=1", "", "help us") == "a form"


AFFILIATES = [
    pytest.param("https://www.awin1.com/cread.php?awinmid=1&p=https%3A%2F%2Foak.example", "Awin", id="a network"),
    pytest.param("https://go.skimresources.com/?id=1&url=x", "Skimlinks", id="a host of a network"),
    pytest.param("https://oak.pxf.io/c/1/2/3", "Impact", id="a host of an advertiser at a network"),
    pytest.param("https://www.awin1.com/", None, id="the home page of a network"),
    pytest.param("https://www.amazon.co.uk/dp/B0?tag=oakiron-21&x=1", "parameter tag", id="a partner of a shop"),
    pytest.param("https://www.amazon.com/s?tag=oak", None, id="a tag of another form"),
    pytest.param("https://oak.example/?tag=oakiron-21", None, id="a tag at another site"),
    pytest.param("https://www.booking.com/hotel/x.html?aid=330000", "parameter aid", id="a number of a partner"),
    pytest.param("https://shop.example/?Aff_ID=7", "parameter aff_id", id="a parameter of many programs"),
    pytest.param("https://shop.example/?affid=", None, id="an empty parameter"),
    pytest.param("https://hb.afl.rakuten.co.jp/hgc/0cd4/?pc=x", "rakuten.co.jp", id="a path of a shop"),
    pytest.param("https://www.rakuten.co.jp/oak/", None, id="another path there"),
    pytest.param("https://www.digistore24.com/redir/1/oak/", "digistore24.com", id="a path"),
    pytest.param("https://oak.example/?ref=newsletter&utm_source=x", None, id="campaigns and references"),
]


@pytest.mark.parametrize(("url", "network"), AFFILIATES)
def test_links_that_pay(url: str, network: str | None) -> None:
    assert affiliate_network(url) == network


@given(st.text(), st.text(), st.text())
def test_nothing_raises(before: str, anchor: str, after: str) -> None:
    read_credit(before, anchor)
    read_credit_in_text(before, anchor, after)
    read_notice(before, anchor, after)
    read_paid(before, anchor, after)
    read_request(before, before, anchor)
    affiliate_network(f"https://oak.example/{before}")


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        " ",
        "de ",
        "web ",
        "foto ",
        "online ",
        "cookies ",
        "|",
        "realisation ",
        "newsletter ",
        "i ",
        "ich ",
        "subscribe ",
        "(ad",
        "site ",
    ],
)
def test_long_texts_take_time_in_proportion(piece: str) -> None:
    """Each must end: a pattern that goes back would not within a day."""
    text = piece * 20_000
    read_credit_in_text(text, "x", text)
    read_notice(text, text, text)
    read_paid(text, text, text)
    read_request(text, text, text)
    is_counter(text)
