from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.links.anchors import AnchorType, classify_anchor

KEYWORDS = ("oak chairs", "Eichenstuhl")

ANCHORS = [
    pytest.param("", AnchorType.EMPTY, id="nothing"),
    pytest.param("\u200b \ufeff", AnchorType.EMPTY, id="only invisible characters"),
    pytest.param("https://oakandiron.example/shop", AnchorType.NAKED_URL, id="a URL"),
    pytest.param("www.oakandiron.example", AnchorType.NAKED_URL, id="a host"),
    pytest.param("oakandiron.example/shop?x=1", AnchorType.NAKED_URL, id="a URL without scheme"),
    pytest.param("münchen.de", AnchorType.NAKED_URL, id="an international host"),
    pytest.param("No. 5 of the list", AnchorType.OTHER, id="a dot does not make a URL"),
    pytest.param("oakandiron", AnchorType.BRANDED, id="the label of the domain"),
    pytest.param("Oak and Iron", AnchorType.BRANDED, id="the name in words"),
    pytest.param("the Oak & Iron workshop", AnchorType.BRANDED, id="the name among other words"),
    pytest.param("OAK-AND-IRON", AnchorType.BRANDED, id="the name with hyphens"),
    pytest.param("oak and ironing", AnchorType.OTHER, id="a lookalike"),
    pytest.param("Oak Chairs", AnchorType.EXACT, id="a keyword"),
    pytest.param("eichenstuhl", AnchorType.EXACT, id="a keyword of one word"),
    pytest.param("the best oak chairs", AnchorType.PARTIAL, id="a keyword among other words"),
    pytest.param("chairs made of oak", AnchorType.PARTIAL, id="the words of a keyword"),
    pytest.param("an oak", AnchorType.OTHER, id="one word of two"),
    pytest.param("Click here", AnchorType.GENERIC, id="English"),
    pytest.param("Read more »", AnchorType.GENERIC, id="with an arrow"),
    pytest.param("hier", AnchorType.GENERIC, id="German"),
    pytest.param("En savoir plus", AnchorType.GENERIC, id="French"),
    pytest.param("Leer más", AnchorType.GENERIC, id="Spanish"),
    pytest.param("Saiba mais", AnchorType.GENERIC, id="Portuguese"),
    pytest.param("Clicca qui!", AnchorType.GENERIC, id="Italian"),
    pytest.param("Node.js", AnchorType.OTHER, id="a name with a dot"),
    pytest.param("example.org", AnchorType.NAKED_URL, id="the domain of another site"),
    pytest.param("»", AnchorType.GENERIC, id="an arrow"),
    pytest.param("Compartir", AnchorType.GENERIC, id="a button"),
    pytest.param("more about oak", AnchorType.OTHER, id="more than a generic word"),
    pytest.param("שלום", AnchorType.OTHER, id="another script"),
    pytest.param("🪑", AnchorType.OTHER, id="an emoji"),
]


@pytest.mark.parametrize(("anchor", "kind"), ANCHORS)
def test_anchor_type(anchor: str, kind: AnchorType) -> None:
    assert classify_anchor(anchor, is_image=False, domain_to="oakandiron.example", keywords=KEYWORDS) is kind


PARTS = [
    pytest.param("Golden Gate", "goldengate-berlin.example", AnchorType.BRANDED, id="before a hyphen"),
    pytest.param("Anker", "24anker.example", AnchorType.BRANDED, id="behind digits"),
    pytest.param("Diözese Linz", "dioezese-linz-nord.example", AnchorType.BRANDED, id="two parts, with an umlaut"),
    pytest.param("Forum Sécurité", "forum-securite-lyon.example", AnchorType.BRANDED, id="with an accent"),
    pytest.param("Daily Mail", "dailymailonline.example", AnchorType.BRANDED, id="a long beginning"),
    pytest.param("Daily", "dailymailonline.example", AnchorType.OTHER, id="a short beginning"),
    pytest.param("the Daily Mail", "dailymailonline.example", AnchorType.OTHER, id="a beginning among other words"),
    pytest.param("online", "dailymail-online.example", AnchorType.OTHER, id="a part that names no site"),
    pytest.param("bar", "lining-bar.example", AnchorType.OTHER, id="a short part"),
    pytest.param("best of lining", "lining-bar.example", AnchorType.OTHER, id="a part among other words"),
    pytest.param("1", "1.2.3.4", AnchorType.OTHER, id="an IP address"),
]


@pytest.mark.parametrize(("anchor", "domain", "kind"), PARTS)
def test_a_part_of_the_domain_can_be_the_name(anchor: str, domain: str, kind: AnchorType) -> None:
    assert classify_anchor(anchor, is_image=False, domain_to=domain) is kind


def test_a_keyword_that_is_a_part_of_the_domain_is_a_keyword() -> None:
    given = {"keywords": ["oak chairs"]}
    assert classify_anchor("Oak Chairs", is_image=False, domain_to="oakchairs-kent.example", **given) is AnchorType.EXACT


NAMES = [
    pytest.param("Oak & Iron Ltd", AnchorType.BRANDED, id="a name that the site has besides its domain"),
    pytest.param("chairs by OAK AND IRON, Ltd.", AnchorType.BRANDED, id="among other words, in other capitals"),
    pytest.param("Iron & Oak Ltd", AnchorType.OTHER, id="its words in another order are another name"),
    pytest.param("Oak & Ironing Ltd", AnchorType.OTHER, id="a longer word does not contain the name"),
    pytest.param("chairs", AnchorType.EXACT, id="a name that is a keyword is a keyword"),
    pytest.param("oai.example", AnchorType.NAKED_URL, id="a URL stays a URL"),
    pytest.param("home", AnchorType.GENERIC, id="a generic word stays generic"),
]


@pytest.mark.parametrize(("anchor", "kind"), NAMES)
def test_names_that_differ_from_the_domain(anchor: str, kind: AnchorType) -> None:
    names = ("Oak & Iron Ltd", "Oak & Iron Ltd.", "Chairs", "Home", "")
    given = {"keywords": ("chairs",), "names": names}
    assert classify_anchor(anchor, is_image=False, domain_to="oai.example", **given) is kind


def test_an_image_is_an_image_whatever_its_alt_text() -> None:
    assert classify_anchor("oakandiron", is_image=True, domain_to="oakandiron.example") is AnchorType.IMAGE


@pytest.mark.parametrize(("anchor", "domain"), [("1", "1.2.3.4"), ("x", "[::1]"), ("", "a.b")])
def test_an_ip_address_has_no_name(anchor: str, domain: str) -> None:
    assert classify_anchor(anchor, is_image=False, domain_to=domain) is not AnchorType.BRANDED


def test_without_keywords_no_anchor_is_exact_or_partial() -> None:
    assert classify_anchor("oak chairs", is_image=False, domain_to="x.example") is AnchorType.OTHER
    assert classify_anchor("oak chairs", is_image=False, domain_to="x.example", keywords=["!"]) is AnchorType.OTHER


@given(st.text(max_size=200), st.text(max_size=30))
def test_any_text_has_a_type(anchor: str, domain: str) -> None:
    assert isinstance(classify_anchor(anchor, is_image=False, domain_to=domain, keywords=[domain]), AnchorType)


COMPOSED = [
    pytest.param("Mo\u0308bel", "Möbel", AnchorType.EXACT, id="an anchor in NFD"),
    pytest.param("Möbel", "Mo\u0308bel", AnchorType.EXACT, id="a keyword in NFD"),
    pytest.param("alte Mo\u0308bel", "Möbel", AnchorType.PARTIAL, id="among other words"),
    pytest.param("Ei\u00adchen\u200bstuhl", "Eichenstuhl", AnchorType.EXACT, id="with invisible characters"),
    pytest.param("Eichenstuhl", "Eichen\u00adstuhl", AnchorType.EXACT, id="a keyword with a soft hyphen"),
    pytest.param("e\u0301te\u0301", "été", AnchorType.EXACT, id="two accents"),
    pytest.param("Mobel", "Möbel", AnchorType.OTHER, id="without the accent it is another word"),
]


@pytest.mark.parametrize(("anchor", "keyword", "expected"), COMPOSED)
def test_words_are_compared_composed(anchor: str, keyword: str, expected: AnchorType) -> None:
    assert classify_anchor(anchor, is_image=False, domain_to="shop.example", keywords=[keyword]) is expected
