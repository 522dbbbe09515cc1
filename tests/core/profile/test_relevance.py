"""How alike texts are by their words: laws, tables, and pages of the real web."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.html.parser import Document, read_page
from backlinkspider.core.page.outline import read_outline
from backlinkspider.core.page.position import PositionClassifier
from backlinkspider.core.profile.profile import ProfileBuilder, TargetProfile
from backlinkspider.core.profile.relevance import PageTopic, Topic, compared_language, count_page_terms, count_terms
from tests.support.miniweb import MiniWeb
from tests.support.real_pages import read_real_pages
from tests.support.scrapy_command import crawl

WOOD = {
    "en": (
        "Our workshop builds oak chairs and tables by hand. The joiner planes the timber, and beeswax protects the wood.",
        "How to choose a wooden chair: oak timber is hard, a good joiner uses no screws, and wax keeps the wood alive.",
        "The striker scored twice before half time, and the goalkeeper saved a penalty as the home side won the league match.",
    ),
    "de": (
        "Unsere Werkstatt baut Stühle und Tische aus Eiche von Hand. Der Tischler hobelt das Holz, Bienenwachs schützt es.",
        "So wählt man einen Stuhl aus Holz: Eiche ist hart, ein guter Tischler braucht keine Schrauben, Wachs hält es lebendig.",
        "Der Stürmer traf zweimal vor der Pause, und der Torwart hielt einen Elfmeter, als die Heimelf das Ligaspiel gewann.",
    ),
    "ru": (
        "Наша мастерская делает стулья и столы из дуба вручную. Столяр строгает древесину, а воск защищает дуб от воды.",
        "Как выбрать деревянный стул: дуб твёрдый, хороший столяр обходится без шурупов, а воск сохраняет древесину живой.",
        "Нападающий забил дважды до перерыва, а вратарь отбил пенальти, и хозяева поля выиграли матч чемпионата.",
    ),
    "zh": (
        "我们的工作室用橡木手工制作椅子和桌子。木匠刨平木材，蜂蜡保护木头。橡木椅子非常结实。",
        "怎样挑选一把木头椅子：橡木很硬，好的木匠不用螺丝，蜂蜡让木材保持光泽。",
        "前锋在中场休息前两次射门得分，守门员扑出点球，主队赢得了联赛的比赛。",
    ),
    "ja": (
        "私たちの工房では、オーク材の椅子とテーブルを手作りしています。木工職人が木材を削り、蜜蝋が木を守ります。",
        "木の椅子の選び方。オーク材は硬く、良い木工職人はねじを使わず、蜜蝋が木材の艶を保ちます。",
        "フォワードは前半に二度得点し、ゴールキーパーはペナルティーを防ぎ、ホームチームがリーグ戦に勝ちました。",
    ),
    "ko": (
        "우리 공방은 참나무 의자와 탁자를 손으로 만듭니다. 목수가 목재를 깎고 밀랍이 나무를 보호합니다.",
        "나무 의자를 고르는 법. 참나무는 단단하고 좋은 목수는 나사를 쓰지 않으며 밀랍이 목재를 지켜 줍니다.",
        "공격수는 전반전에 두 골을 넣었고 골키퍼는 페널티킥을 막았으며 홈팀이 리그 경기에서 이겼습니다.",
    ),
}


def topic(text: str, language: str) -> Topic:
    return Topic(count_terms(text), language)


@pytest.mark.parametrize("language", WOOD)
def test_what_is_about_the_same_is_alike_in_any_language_and_script(language: str) -> None:
    target, same, other = WOOD[language]
    about = topic(target, language)
    assert PageTopic(same, [], about).relevance("") > 3 * PageTopic(other, [], about).relevance("")
    assert PageTopic(target, [], about).relevance("") == pytest.approx(1)


@pytest.mark.parametrize(
    ("language", "compared"),
    [("en", "en"), ("nn", "nb"), ("hr", "sh"), ("th", None), ("sw", None), ("x", None)],
    ids=["itself", "two codes of one language", "languages of one list", "without spaces or list", "without list", "no language"],
)
def test_languages_that_can_be_compared(language: str, compared: str | None) -> None:
    assert compared_language(language) == compared


def test_little_words_make_nothing_alike() -> None:
    about = topic("There is this and that which you have to do when it is one of them or the other.", "en")
    assert PageTopic("oak chairs with you and the other that you have to be", [], about).relevance("") < 0.3


@pytest.mark.parametrize("word", ["der", "nicht", "les", "pour", "che", "para", "het", "nie", "что"])
def test_a_function_word_of_another_language_is_no_rare_word(word: str) -> None:
    weights = Topic(count_terms(f"oak {word} chisel"), "en").weights
    assert weights.get(word, 0.0) < weights["oak"] / 5 < weights["chisel"]


@pytest.mark.parametrize(("word", "language"), [("car", "en"), ("son", "en"), ("art", "de"), ("fin", "fr")])
def test_a_word_of_the_language_itself_keeps_its_weight(word: str, language: str) -> None:
    other = {"en": "of", "de": "und", "fr": "les"}[language]
    weights = Topic(count_terms(f"{word} {other}"), language).weights
    assert weights[word] > 5 * weights.get(other, 0.0)


def test_a_target_without_a_declared_language_has_a_topic() -> None:
    draft = ProfileBuilder()
    for number in range(3):
        markup = f"<main><p>{' '.join(WOOD['de'][:2] * 3)}</main>"
        draft.add_page(read_page(f"https://target.example/{number}", markup.encode()))
    profile = draft.profile(set(), is_whole=True)
    assert profile.languages == ("de",)
    assert profile.topic("de") is not None


def test_headings_and_the_words_around_the_link_have_more_weight() -> None:
    target, _, football = WOOD["en"]
    about = topic(target, "en")
    page = PageTopic(football, [], about)
    assert page.relevance("oak chairs of the joiner") > page.relevance("the match") + 0.1
    assert page.relevance("the match") <= page.relevance("")
    assert PageTopic(football, ["Oak chairs"], about).relevance("") > page.relevance("")


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=100), st.sampled_from(list(WOOD)))
def test_it_is_a_number_from_0_to_1_whatever_the_texts(page: str, target: str, context: str, language: str) -> None:
    assert 0 <= PageTopic(page, [context], topic(target, language)).relevance(context) <= 1


@given(st.text(st.one_of(st.sampled_from("aZ _-0'\n\0"), st.characters(codec="ascii")), max_size=200))
def test_a_text_in_ascii_has_the_terms_that_it_has_beside_other_letters(text: str) -> None:
    # A lone letter is no term.
    assert [*count_terms(text).items()] == [*count_terms(f"{text} é").items()]


def test_terms_are_composed() -> None:
    assert count_terms("Mo\u0308bel") == count_terms("M\u00f6bel") == {"m\u00f6bel": 1}


def test_a_word_without_end_is_cut_in_ascii_too() -> None:
    assert count_terms("x" * 81) == {"x" * 40: 2}


def test_the_words_around_a_link_cost_nothing_in_exactness() -> None:
    target, same, _ = WOOD["en"]
    about = topic(target, "en")
    counts = count_terms(same)
    for term, count in count_terms("oak chairs").items():
        counts[term] += 2 * count
    whole = Topic(counts, "en")
    cosine = sum(weight * about.weights.get(term, 0) for term, weight in whole.weights.items())
    assert PageTopic(same, [], about).relevance("oak chairs") == pytest.approx(cosine)


SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "politics": (
        "hosted.ap.org", "nj.com", "abcnews.go.com", "fivethirtyeight.com", "huffingtonpost.com", "msnbc.com",
        "obamawhitehouse.archives.gov", "investmentwatchblog.com",
    ),
    "making websites": (
        "sitepoint.com", "markupfirm.com", "bloggermint.com", "okaymarketing.com", "hackernoon.com", "github.com",
        "strangemachines.io", "caktusgroup.com", "schneems.com",
    ),
    "Linux": ("debianhelp.org", "ask.debian.net", "debian-administration.org", "ma.ttias.be", "flowfx.de"),
    "law": ("kmblegal.com",),
}  # fmt: skip


def test_real_pages_on_one_subject_are_more_alike_than_others(corpora: Path) -> None:
    """Pages are told apart by their hosts, which were sorted by what they are about."""
    texts = [(url, text, headings) for url, text, headings in read_english(corpora)]
    terms = [count_page_terms(text, headings) for _, text, headings in texts]
    same: list[float] = []
    other: list[float] = []
    for hosts in SUBJECTS.values():
        own = [place for place, (url, _, _) in enumerate(texts) if any(f"{host}/" in url for host in hosts)]
        assert len(own) >= 2
        whole = topic_of(terms[number] for number in own)
        for place, (_, text, headings) in enumerate(texts):
            about = topic_of(terms[number] for number in own if number != place) if place in own else whole
            (same if place in own else other).append(PageTopic(text, headings, about).relevance(""))
    right = sum(own > foreign for own in same for foreign in other) / (len(same) * len(other))
    assert right > 0.93
    assert median(same) > 3 * median(other)
    assert sorted(other)[len(other) * 9 // 10] < sorted(same)[len(same) // 2]


def topic_of(pages: Iterable[Counter[str]]) -> Topic:
    return Topic(sum(pages, Counter()), "en")


def read_english(corpora: Path) -> list[tuple[str, str, tuple[str, ...]]]:
    pages: list[tuple[str, str, tuple[str, ...]]] = []
    for real in read_real_pages(corpora):
        page = read_page(real.url, real.body, content_type=real.content_type)
        document: Document = page.document
        text = read_outline(document, PositionClassifier(document)).main_text
        if page.page_from_language == "en" and len(text.split()) >= 50:
            pages.append((real.url, text, (page.page_from_title,) if page.page_from_title else ()))
    return pages


LONG = {language: " ".join(texts[:2] * 5) for language, texts in WOOD.items()}
TARGET = "https://target.example/"


def page_of(language: str, text: str) -> str:
    return f'<html lang={language}><main><p>{text} <a href="{TARGET}">see</a></p></main>'


def test_backlinks_have_the_relevance_of_their_page(tmp_path: Path) -> None:
    football = " ".join([WOOD["en"][2]] * 4)
    pages = {
        TARGET: f"<html lang=en><title>Oak chairs</title><p>{LONG['en']}",
        "https://same.example/": page_of("en", LONG["en"]),
        "https://other.example/": page_of("en", football),
        "https://german.example/": page_of("de", LONG["de"]),
        "https://short.example/": page_of("en", WOOD["en"][1]),
        "https://none.example/": f"<html lang=en><p>{LONG['en']} <a href=https://x.example/>x</a>",
    }
    seeds = ",".join(url for url in pages if url != TARGET)
    with MiniWeb(pages) as web:
        done = crawl(web, tmp_path, target="target.example", seeds=seeds, keep="all", profile_pages="25")
    assert done.code == 0, done.log
    found = {row["domain_from"]: row["topic_relevance"] for row in done.rows}
    assert found["same.example"] > 0.8
    assert [found[f"{name}.example"] for name in ("other", "german", "short", "none")] == [None] * 4


def test_a_target_in_two_languages_is_compared_in_that_of_the_page() -> None:
    draft = ProfileBuilder()
    for language in ("en", "de"):
        draft.add_page(read_page(TARGET, page_of(language, LONG[language]).encode()))
    profile: TargetProfile = draft.profile(set(), is_whole=True)
    assert set(profile.languages) == {"en", "de"}
    for language in ("en", "de"):
        about = profile.topic(language)
        assert about is not None
        assert PageTopic(LONG[language], [], about).relevance("") > 0.9
    assert profile.topic("fr") is None
