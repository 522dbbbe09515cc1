"""What each signal reads, and what a link comes to."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from backlinkspider.checks.weights import _default_text, load_weights
from backlinkspider.core.quality.judge import SCORE_COLUMNS, Judgement, Verdict, judge, score_cells
from backlinkspider.core.quality.signals import SIGNALS, SIGNALS_BY_NAME
from backlinkspider.core.quality.weights import parse_weights
from backlinkspider.core.rows.columns import COLUMNS

WEIGHTS = load_weights(None)
PAGE = "https://magazine.example/articles/oak"
FARM = {"link_farm": ("a.example", "b.example", "c.example"), "link_farm_footprints": ("clique", "address")}
RANDOM_NAMES = ("077qwb.example", "5114477.example", "bkx33.example", "qxvkwz.example", "zhq88.example")
LIST_OF_LINKS = {"page_from_linked_domains": 80, "page_from_external_links": 90, "page_from_words": 300}
CROWDED_TEXT = {"page_from_linked_domains": 80, "page_from_external_links": 90, "page_from_words": 3_000}
BAD_NAMES = ("a-casino1.example", "best-viagra.example", "cheap-loans.example")

READINGS = [
    ("position", {"position": "content"}, "content", "content"),
    ("position", {"position": "margin"}, None, ""),
    ("text_share", {"text_share": 0.93}, "text", "0.93 of the block's text"),
    ("text_share", {"text_share": 0.5}, "mixed", "0.5 of the block's text"),
    ("text_share", {"text_share": 0.0}, "links", "0 of the block's text"),
    ("text_share", {"text_share": 1}, "text", "1 of the block's text"),
    ("hidden", {"hidden": "left:-9999px", "position": "footer"}, "style", "left:-9999px"),
    ("hidden", {"hidden": "display:none", "position": "footer"}, "folded", "display:none"),
    ("hidden", {"hidden": "visibility:hidden", "position": "content"}, "folded", "visibility:hidden"),
    ("hidden", {"hidden": "hidden", "position": "content"}, "folded", "hidden"),
    ("hidden", {"hidden": "display:none", "position": "nav"}, "in_menu", "display:none"),
    ("hidden", {"hidden": "left:-9999px", "position": "header", "text_share": 0.1}, "in_menu", "left:-9999px"),
    ("hidden", {"hidden": "left:-9999px", "position": "header", "text_share": 0.9}, "style", "left:-9999px"),
    ("hidden", {"hidden": "display:none", "position": "header", "text_share": 0.9}, "in_menu", "display:none"),
    (
        "hidden",
        {"hidden": "color:transparent", "position": "footer", "anchor": "Facebook", "domain_to": "facebook.com"},
        "replaced",
        "color:transparent",
    ),
    (
        "hidden",
        {"hidden": "color:transparent", "position": "content", "anchor": "Facebook", "domain_to": "facebook.com"},
        "style",
        "color:transparent",
    ),
    ("hidden", {"hidden": "left:-9999px", "position": "footer", "link_type": "frame"}, None, ""),
    ("hidden", {"hidden": "one_character", "position": "content", "links_count": 2}, None, ""),
    ("hidden", {"hidden": "aria-hidden", "position": "content"}, "aria", "aria-hidden"),
    ("hidden", {"hidden": "one_character", "position": "nav"}, "one_character", "one_character"),
    ("sitewide", {"sitewide": 0.9, "domain_from_pages": 40}, "most", "0.9 of 40 pages"),
    ("sitewide", {"sitewide": 0.9, "domain_from_pages": 4}, None, ""),
    ("sitewide", {"sitewide": 0.9}, None, ""),
    ("sitewide", {"sitewide": 0.2, "domain_from_pages": 10}, "some", "0.2 of 10 pages"),
    ("sitewide", {"sitewide": 0.2, "domain_from_pages": 5}, "single", "0.2 of 5 pages"),
    (
        "sitewide",
        {"sitewide": 1.0, "domain_from_pages": 9, "anchor_type": "exact", "position": "footer"},
        "keyword",
        "1 of 9 pages",
    ),
    (
        "sitewide",
        {"sitewide": 1.0, "domain_from_pages": 9, "anchor_type": "exact", "position": "content"},
        "most",
        "1 of 9 pages",
    ),
    ("dofollow", {"dofollow": True, "rel": ("sponsored",)}, "followed", "dofollow"),
    ("dofollow", {"dofollow": False, "rel": ("nofollow",), "nofollow_by": ("link",)}, "nofollow", "nofollow by link"),
    ("dofollow", {"dofollow": False, "rel": ("nofollow", "ugc"), "nofollow_by": ("link",)}, "ugc", "ugc by link"),
    ("dofollow", {"dofollow": False, "rel": ("ugc", "sponsored")}, "sponsored", "sponsored"),
    ("dofollow", {"dofollow": False, "rel": (), "nofollow_by": ("meta", "header")}, "nofollow", "nofollow by meta, header"),
    ("link_type", {"link_type": "canonical"}, "head", "canonical"),
    ("link_type", {"link_type": "meta_refresh"}, "redirect", "meta_refresh"),
    ("tool", {"url_to": "https://www.facebook.com/sharer/sharer.php?u=x"}, "share_button", "opens a form to share the page"),
    ("tool", {"url_to": "https://twitter.com/intent/tweet?url=x"}, "share_button", "opens a form to share the page"),
    ("tool", {"url_to": "https://twitter.com/intent/retweet?tweet_id=7"}, "share_button", "opens a form to share the page"),
    (
        "tool",
        {"url_to": f"https://marks.example/add?title=Oak&url={PAGE}", "url_from": PAGE},
        "share_button",
        "takes the address of the page along",
    ),
    ("tool", {"url_to": "https://support.search.example/video", "domain_from": "video.example"}, None, ""),
    ("tool", {"url_to": "https://www.pinterest.com/pin/create/button/?url=x"}, "share_button", "opens a form to share the page"),
    ("tool", {"url_to": "https://twitter.com/oak", "position": "content"}, None, ""),
    ("tool", {"position": "footer", "anchor": "Proudly powered by WordPress"}, "credit", "powered by"),
    ("tool", {"position": "footer", "anchor": "WordPress", "text_pre": "Stolz präsentiert von"}, "credit", "präsentiert von"),
    ("tool", {"position": "footer", "anchor": "Oak", "text_pre": "Theme: Oak by"}, "credit", "theme:"),
    ("tool", {"position": "content", "anchor": "Powered by WordPress"}, "credit", "powered by"),
    ("tool", {"position": "content", "anchor": "What it takes to be powered by nothing but wind and sun"}, None, ""),
    ("tool", {"url_to": "https://t.example/open-source/", "domain_from": "opensource.example"}, None, ""),
    (
        "tool",
        {"url_to": "https://t.example/company/open-source", "domain_from": "opensource.example"},
        "own_account",
        "/company/open-source",
    ),
    (
        "tool",
        {"url_to": "https://www.shutterstock.com/gallery-1p1.html", "anchor": "racorn"},
        "credit",
        "a picture in an archive",
    ),
    ("tool", {"url_to": "https://www.shutterstock.com/", "anchor": "Shutterstock"}, None, ""),
    ("tool", {"url_to": "https://t.example/OakAndIron", "domain_from": "oak-and-iron.example"}, "own_account", "/OakAndIron"),
    (
        "tool",
        {"url_to": "https://t.example/user/oakironTV/", "domain_from": "oakiron.example"},
        "own_account",
        "/user/oakironTV/",
    ),
    ("tool", {"url_to": "https://t.example/c/oakiron?sub=1", "domain_from": "oakiron.example"}, "own_account", "/c/oakiron"),
    ("tool", {"url_to": "https://t.example/@oakiron", "domain_from": "oakiron.example"}, "own_account", "/@oakiron"),
    ("tool", {"url_to": "https://t.example/oakiron/chairs", "domain_from": "oakiron.example"}, None, ""),
    ("tool", {"url_to": "https://t.example/oakiron-reviewed", "domain_from": "oakiron.example"}, None, ""),
    ("tool", {"url_to": "https://t.example/oakironworkersunion", "domain_from": "oakiron.example"}, None, ""),
    ("tool", {"url_to": "https://t.example/oak", "domain_from": "oak.example"}, None, ""),
    ("tool", {"url_to": "https://t.example/", "domain_from": "oakiron.example"}, None, ""),
    ("tool", {"url_to": "x", "domain_from": "oakiron.example"}, None, ""),
    ("tool", {"url_to": "https://t.example/#!/oakiron", "domain_from": "oakiron.example"}, "own_account", "/#!/oakiron"),
    (
        "tool",
        {"url_to": "https://t.example/pages/Oak-Iron/1234", "domain_from": "oak-iron.example"},
        "own_account",
        "/pages/Oak-Iron/1234",
    ),
    (
        "tool",
        {"url_to": "https://t.example/en/groups/oakiron/posts/", "domain_from": "oakiron.example"},
        "own_account",
        "/en/groups/oakiron/posts/",
    ),
    ("tool", {"url_to": "https://t.example/#!/search", "domain_from": "oakiron.example"}, None, ""),
    ("tool", {"url_to": "https://www.awin1.com/cread.php?p=x"}, "affiliate", "Awin"),
    (
        "tool",
        {"url_to": "https://t.co/x", "url_to_redirect_target": ("https://shop.example/?affid=1",)},
        "affiliate",
        "parameter affid",
    ),
    ("tool", {"url_to": "https://www.awin1.com/cread.php?p=x", "rel": ("sponsored",)}, None, ""),
    ("tool", {"url_to": "https://shop.example/?utm_medium=cpc&utm_source=x"}, "campaign", "parameter utm_medium"),
    ("tool", {"url_to": "https://shop.example/?utm_medium=cpc", "rel": ("sponsored",)}, None, ""),
    ("tool", {"url_to": "https://shop.example/?utm_medium=email&utm_source=spring"}, None, ""),
    (
        "tool",
        {
            "url_to": "https://shop.example/?utm_source=Acorn+Weekly&utm_medium=email",
            "url_from": "https://ann.example/acorn-weekly/7",
            "domain_from": "ann.example",
        },
        "campaign",
        "parameter utm_source",
    ),
    (
        "tool",
        {"url_to": "https://shop.example/?utm_source=oakiron.example", "domain_from": "oakiron.example"},
        "campaign",
        "parameter utm_source",
    ),
    (
        "tool",
        {"url_to": "https://shop.example/?utm_source=oak", "url_from": "https://oak.example/oak", "domain_from": "oak.example"},
        None,
        "",
    ),
    ("tool", {"url_to": "https://oak.example/", "anchor": "Français", "position": "content"}, "language", "Français"),
    ("tool", {"url_to": "https://oak.example/", "anchor": "Learn Français", "position": "content"}, None, ""),
    ("tool", {"url_to": "https://creativecommons.org/licenses/by/4.0/", "position": "content"}, "licence", "a licence"),
    (
        "tool",
        {"url_to": "https://t.example/", "text_pre": "This site uses cookies.", "position": "content"},
        "notice",
        "cookies",
    ),
    ("tool", {"position": "content", "anchor": "Terms of Use"}, "notice", "terms"),
    ("tool", {"position": "content", "anchor": "a shampoo", "text_post": "(Werbung)"}, "advertisement", "werbung"),
    ("tool", {"anchor": "a shampoo", "text_post": "(Werbung)", "rel": ("sponsored",)}, None, ""),
    ("tool", {"position": "content", "anchor": "Subscribe"}, "request", "subscribe"),
    ("tool", {"position": "content", "anchor": "Web Analytics", "link_type": "image"}, "credit", "a counter"),
    ("tool", {"position": "content", "anchor": "Web Analytics", "link_type": "text"}, None, ""),
    ("tool", {"position": "content", "anchor": "phpBB", "text_pre": "Powered by"}, "credit", "powered by"),
    ("tool", {"position": "content", "anchor": "Jane", "text_pre": "Photo: ", "semantic_location": "figure"}, "credit", "photo:"),
    (
        "tool",
        {"position": "footer", "anchor": "Imprint", "text_pre": "Powered by oaks, all of them, since 1871, says our"},
        None,
        "",
    ),
    ("is_broken", {"is_broken": True, "url_to_status_code": 404}, "broken", "status 404"),
    ("is_broken", {"is_broken": True}, "broken", "no answer"),
    ("is_broken", {"is_broken": False, "url_to_status_code": 200}, "works", "status 200"),
    ("anchor_type", {"anchor_type": "branded"}, "branded", "branded"),
    ("anchor_share", {"anchor_share": 0.25, "referring_domains": 40}, "high", "0.25 of 40 referring domains"),
    ("anchor_share", {"anchor_share": 0.6, "referring_domains": 5}, "dominant", "0.6 of 5 referring domains"),
    ("anchor_share", {"anchor_share": 0.6, "referring_domains": 4}, None, ""),
    ("anchor_share", {"anchor_share": 0.1, "referring_domains": 40}, "normal", "0.1 of 40 referring domains"),
    ("spam_words", {"page_from_title": "Online Casino: best slots"}, "page", "casino, slots"),
    ("spam_words", {"page_from_title": "Casino Royale, a film", "anchor": "oak"}, "none", "none"),
    ("spam_words", {"text_pre": "viagra and", "text_post": "cialis"}, "around", "viagra, cialis"),
    ("spam_words", {"anchor": "Cheap VIAGRA"}, "anchor", "viagra"),
    ("spam_words", {"anchor": "Cheap viagra", "domain_to": "viagra.example"}, None, ""),
    ("spam_words", {"anchor": "a socialist specialist"}, "none", "none"),
    ("spam_words", {}, None, ""),
    ("topic_relevance", {"topic_relevance": 0.41}, "high", "0.41"),
    ("topic_relevance", {"topic_relevance": 0.1}, "some", "0.1"),
    ("topic_relevance", {"topic_relevance": 0.06}, "some", "0.06"),
    ("topic_relevance", {"topic_relevance": 0.05}, None, ""),
    ("topic_relevance", {"topic_relevance": 0.0}, None, ""),
    ("topic_relevance", {"topic_relevance": None}, None, ""),
    ("words", {"page_from_words": 600}, "full", "600 words"),
    ("words", {"page_from_words": 120}, "short", "120 words"),
    ("words", {"page_from_words": 40}, "thin", "40 words"),
    ("words", {"page_from_words": 0}, "sentence", "0 words"),
    ("outbound_links", {"page_from_external_links": 7, "page_from_linked_domains": 5}, "few", "7 external links, 5 sites"),
    ("outbound_links", {"page_from_external_links": 40, "page_from_words": 4_000}, "few", "40 external links"),
    (
        "outbound_links",
        {"page_from_external_links": 87, "page_from_linked_domains": 60, "page_from_words": 2_000},
        "some",
        "87 external links, 60 sites",
    ),
    (
        "outbound_links",
        {"page_from_external_links": 87, "page_from_linked_domains": 60, "page_from_words": 200},
        "many",
        "87 external links, 60 sites",
    ),
    (
        "outbound_links",
        {"page_from_external_links": 300, "page_from_linked_domains": 200, "page_from_words": 200},
        "overloaded",
        "300 external links, 200 sites",
    ),
    (
        "outbound_links",
        {"page_from_external_links": 300, "page_from_linked_domains": 200},
        "many",
        "300 external links, 200 sites",
    ),
    ("neighborhood", {"page_from_suspicious_domains": ()}, "clean", "none"),
    ("neighborhood", {"page_from_suspicious_domains": BAD_NAMES[:1]}, "some", "a-casino1.example"),
    ("neighborhood", {"page_from_suspicious_domains": BAD_NAMES}, "many", ", ".join(BAD_NAMES)),
    (
        "neighborhood",
        {"page_from_suspicious_domains": BAD_NAMES, "page_from_linked_domains": 400},
        "some",
        ", ".join(BAD_NAMES),
    ),
    ("neighborhood", {"page_from_suspicious_domains": RANDOM_NAMES}, "random", ", ".join(RANDOM_NAMES[:3])),
    ("purpose", {"page_from_title": "Free Backlinks Generator", **LIST_OF_LINKS}, "exchange", "free backlinks, 80 sites"),
    ("purpose", {"page_from_title": "Free Backlinks Generator", **CROWDED_TEXT}, None, ""),
    ("purpose", {"page_from_title": "Chairs of oak", **LIST_OF_LINKS}, None, ""),
    ("purpose", {"page_from_title": "oak.example - Website Worth and Whois"}, "statistics", "website worth"),
    ("index", {"page_from_noindex": False, "url_from": PAGE}, "indexed", "no noindex"),
    ("index", {"page_from_noindex": True}, "noindex", "noindex"),
    (
        "index",
        {"page_from_noindex": False, "url_from": f"{PAGE}?utm_source=x", "page_from_canonical": PAGE},
        "indexed",
        "no noindex",
    ),
    (
        "index",
        {"page_from_noindex": False, "url_from": PAGE, "page_from_canonical": "http://www.magazine.example/articles/oak/"},
        "indexed",
        "no noindex",
    ),
    (
        "index",
        {"page_from_noindex": False, "url_from": PAGE, "page_from_canonical": "https://magazine.example/oak"},
        "other_canonical",
        "canonical is another page of the site",
    ),
    (
        "index",
        {"page_from_noindex": False, "url_from": PAGE, "page_from_canonical": "https://first.example/oak"},
        "other_site",
        "canonical on first.example",
    ),
    ("user_generated", {"position": "comments"}, "comments", "among comments"),
    ("user_generated", {"position": "comments", "anchor_type": "exact"}, "keyword", "among comments"),
    ("user_generated", {"url_from": "https://a.example/forum/showthread.php?t=7"}, "forum", "address of a forum"),
    (
        "user_generated",
        {"url_from": "https://a.example/forum/7", "text_pre": "Thank you! ____________________ My shop:"},
        "signature",
        "below a line",
    ),
    ("spam_words", {"anchor": "poker", "text_pre": "casino", "position": "footer"}, "planted", "casino, poker"),
    ("spam_words", {"anchor": "poker", "text_pre": "casino", "hidden": "display:none"}, "planted", "casino, poker"),
    ("spam_words", {"anchor": "poker", "text_pre": "casino", "position": "content"}, "anchor", "poker"),
    (
        "spam_words",
        {"anchor": "poker", "text_pre": "casino", "position": "footer", "page_from_title": "Poker"},
        "anchor",
        "poker",
    ),
    ("spam_words", {"anchor": "How to boost your SEO with schema markup"}, "none", "none"),
    ("spam_words", {"anchor": "SEO services"}, "anchor", "seo"),
    ("spam_words", {"anchor": "皇冠体育博彩"}, "anchor", "博彩"),
    ("spam_words", {"page_from_title": "Онлайн казино и порно", "anchor": "oak"}, "page", "казино, порно"),
    ("user_generated", {"url_from": "https://a.example/viewtopic.php?t=7"}, "forum", "address of a forum"),
    ("user_generated", {"url_from": "https://a.example/forumulation"}, None, ""),
    ("user_generated", {"url_from": "https://a.example/topic-12.html"}, "forum", "address of a forum"),
    ("user_generated", {"url_from": "https://a.example/topic-modeling-for-the-people.html"}, None, ""),
    ("user_generated", {"url_from": "https://a.example/profile/joe"}, "profile", "address of a profile"),
    ("user_generated", {"url_from": "https://a.example/user/password"}, None, ""),
    ("user_generated", {"url_from": "https://a.example/users/sign_in"}, None, ""),
    ("user_generated", {"url_from": "https://a.example/Gästebuch"}, "guestbook", "address of a guestbook"),
    ("user_generated", {"url_from": "https://a.example/company-profile-2024"}, None, ""),
    ("user_generated", {"url_from": PAGE, "rel": ("ugc",)}, "ugc", "rel ugc"),
    ("host_name", {"url_from": PAGE, "domain_from": "x.example"}, "plain", "magazine.example"),
    ("host_name", {"domain_from": "the-guild-of-oak-and-elm.example"}, "plain", "the-guild-of-oak-and-elm.example"),
    ("host_name", {"domain_from": "best-casino-1.example"}, "suspicious", "best-casino-1.example"),
    ("host_name", {"domain_from": "cheap-hotels-online-4u.example"}, "keywords", "cheap-hotels-online-4u.example"),
    ("link_farm", FARM, "member", "3 sites: clique, address"),
    ("link_farm", {**FARM, "link_farm_footprints": ("clique",)}, None, ""),
    ("link_farm", {"link_farm": (), "link_farm_footprints": ()}, None, ""),
    ("reciprocal", {"reciprocal": True}, "both_ways", "the target links back"),
    ("reciprocal", {"reciprocal": False}, "one_way", "the target does not link back"),
    (
        "authority",
        {"domain_graph_sites": 200, "domain_from_trust": 0.02},
        "trusted",
        "trust 4.0 times the average of 200 sites",
    ),
    (
        "authority",
        {"domain_graph_sites": 200, "domain_from_trust": 0.0, "domain_from_pagerank": 0.02},
        "linked",
        "PageRank 4.0 times the average of 200 sites",
    ),
    (
        "authority",
        {"domain_graph_sites": 200, "domain_from_pagerank": 0.001},
        "unlinked",
        "PageRank 0.2 times the average of 200 sites",
    ),
    ("authority", {"domain_graph_sites": 20, "domain_from_pagerank": 0.5}, None, ""),
]


@pytest.mark.parametrize(
    ("name", "cells", "level", "evidence"),
    [pytest.param(*case, id=f"{case[0]} of {case[1]} is {case[2]}") for case in READINGS],
)
def test_a_signal_reads(name: str, cells: dict[str, Any], level: str | None, evidence: str) -> None:
    reading = SIGNALS_BY_NAME[name].read(cells)
    assert (reading and reading.level, reading.evidence if reading else "") == (level, evidence)
    assert level is None or level in SIGNALS_BY_NAME[name].levels


def test_every_level_of_every_signal_is_read_in_the_table() -> None:
    read = {(name, level) for name, _, level, _ in READINGS if level}
    others = {("position", level) for level in SIGNALS_BY_NAME["position"].levels}
    others |= {("link_type", level) for level in SIGNALS_BY_NAME["link_type"].levels}
    others |= {("anchor_type", level) for level in SIGNALS_BY_NAME["anchor_type"].levels}
    assert {(signal.name, level) for signal in SIGNALS for level in signal.levels} - others <= read


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_what_was_not_measured_is_not_read(signal: Any) -> None:
    assert signal.read({}) is None
    assert signal.read(dict.fromkeys(COLUMNS)) is None


CELLS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.sampled_from([10**400, -(10**400)])
    | st.floats()
    | st.text()
    | st.sampled_from(["https://a.example/?x", "https://", "https:///", "x", "display:none", "content", "exact", "comments"])
    | st.lists(st.text()).map(tuple)
)


@given(st.dictionaries(st.sampled_from(COLUMNS), CELLS))
def test_no_row_breaks_the_judge(row: dict[str, Any]) -> None:
    judgement = judge(row, WEIGHTS)
    quality = judgement.quality
    assert (quality is None) == (judgement.verdict is Verdict.UNKNOWN)
    assert quality is None or 0 <= quality <= 100
    assert judge(row, WEIGHTS) == judgement
    assert all(reason.isprintable() and "|" not in reason for reason in judgement.reasons)
    assert judgement.summary.isprintable()
    assert judgement.summary.endswith(".")
    assert "{" not in judgement.summary or "{" in str(row)


EDITORIAL: dict[str, Any] = {
    "relation": "backlink",
    "url_from": PAGE,
    "url_to": "https://t.example/",
    "domain_to": "t.example",
    "link_type": "text",
    "position": "content",
    "text_share": 0.93,
    "dofollow": True,
    "rel": (),
    "nofollow_by": (),
    "anchor": "the oak chair",
    "anchor_type": "other",
    "page_from_title": "Oak",
    "page_from_words": 600,
    "page_from_noindex": False,
    "page_from_external_links": 6,
    "page_from_linked_domains": 5,
    "page_from_suspicious_domains": (),
}
RANKS = {verdict: rank for rank, verdict in enumerate((Verdict.BAD, Verdict.REVIEW, Verdict.NEUTRAL, Verdict.GOOD))}
NOFOLLOW: dict[str, Any] = {"dofollow": False, "rel": ("nofollow",), "nofollow_by": ("link",)}
UGC = {"dofollow": False, "rel": ("ugc", "nofollow"), "nofollow_by": ("link",)}
FOOTER = {"position": "footer", "text_share": 0.0, "sitewide": 1.0, "domain_from_pages": 20}
CROWD = {"page_from_external_links": 90, "page_from_linked_domains": 80, "page_from_words": 600}

VERDICTS = [
    pytest.param({}, "good", id="an editor recommends it"),
    pytest.param({"page_from_words": 150, "topic_relevance": 0.05}, "good", id="short news"),
    pytest.param({"text_share": 0.5, "page_from_external_links": 60, "page_from_words": 1_500}, "good", id="a list of resources"),
    pytest.param(NOFOLLOW, "neutral", id="nofollow in a text"),
    pytest.param({**NOFOLLOW, "page_from_words": 30, "position": "nav", "text_share": 0.0}, "neutral", id="nofollow and no text"),
    pytest.param({**NOFOLLOW, "rel": ("sponsored",), "topic_relevance": 0.5}, "neutral", id="an honest advertisement"),
    pytest.param({**UGC, "position": "comments"}, "neutral", id="a comment"),
    pytest.param({**UGC, "url_from": "https://a.example/forum/7"}, "neutral", id="a forum"),
    pytest.param({"position": "comments", "anchor_type": "exact", "text_share": 0.1}, "review", id="a comment for a keyword"),
    pytest.param({**UGC, "position": "comments", "anchor_type": "exact"}, "neutral", id="one that does not count"),
    pytest.param(
        {"position": "comments", "anchor_type": "exact", **CROWD, "page_from_suspicious_domains": BAD_NAMES},
        "bad",
        id="comments that nobody looks after",
    ),
    pytest.param({**FOOTER, "anchor_type": "branded"}, "neutral", id="a footer with a name"),
    pytest.param({**FOOTER, "anchor_type": "exact"}, "review", id="a footer with a keyword"),
    pytest.param({**FOOTER, "anchor": "Powered by WordPress"}, "neutral", id="the credit of a program"),
    pytest.param(
        {"position": "footer", "anchor": "Powered by WordPress", "text_share": 0.5, "topic_relevance": 0.9},
        "neutral",
        id="a credit where all else is good",
    ),
    pytest.param(
        {"url_to": "https://t.example/magazine", "domain_from": "magazine.example", "topic_relevance": 0.9},
        "neutral",
        id="a button to follow",
    ),
    pytest.param({"url_to": "https://twitter.com/intent/tweet?url=x", "topic_relevance": 0.9}, "neutral", id="a share button"),
    pytest.param(
        {"page_from_canonical": "https://first.example/oak", "topic_relevance": 0.9}, "neutral", id="a copy that says so"
    ),
    pytest.param({"page_from_noindex": True, "topic_relevance": 0.9}, "neutral", id="a page that is not indexed"),
    pytest.param({"is_broken": True, "url_to_status_code": 404}, "good", id="a good link to a page that is gone"),
    pytest.param({"hidden": "left:-9999px"}, "review", id="out of sight, and nothing else"),
    pytest.param({"hidden": "left:-9999px", "page_from_words": 20, "text_share": 0.0}, "bad", id="out of sight on a thin page"),
    pytest.param({"hidden": "display:none"}, "neutral", id="a tab that is closed"),
    pytest.param(
        {"hidden": "display:none", "text_share": 0.0, "link_type": "image"}, "neutral", id="a slide that is not the first"
    ),
    pytest.param({"hidden": "display:none", "page_from_words": 20, "text_share": 0.0}, "review", id="folded away on a thin page"),
    pytest.param({"hidden": "display:none", "page_from_suspicious_domains": BAD_NAMES}, "bad", id="folded away among spam"),
    pytest.param({"hidden": "display:none", "position": "nav"}, "neutral", id="a menu that opens"),
    pytest.param(FARM, "review", id="a farm, and nothing else"),
    pytest.param(
        {**FARM, "anchor_type": "exact", "anchor_share": 0.6, "referring_domains": 8}, "bad", id="a farm with one anchor"
    ),
    pytest.param(
        {
            "page_from_title": "Online casino, best slots",
            "page_from_suspicious_domains": BAD_NAMES,
            "url_from": "https://best-casino-1.example/",
        },
        "bad",
        id="a page of spam among its like",
    ),
    pytest.param({"url_from": "https://best-casino-1.example/", "page_from_words": 100}, "good", id="only the name of the host"),
    pytest.param({"page_from_suspicious_domains": RANDOM_NAMES}, "bad", id="among sites of random names"),
    pytest.param({"page_from_suspicious_domains": RANDOM_NAMES, **NOFOLLOW}, "neutral", id="among them, without following"),
    pytest.param({"page_from_title": "Link exchange", **LIST_OF_LINKS}, "bad", id="an exchange of links"),
    pytest.param({"page_from_title": "Link exchange", **LIST_OF_LINKS, **NOFOLLOW}, "neutral", id="one that does not count"),
    pytest.param({"page_from_title": "Whois of oak.example"}, "neutral", id="figures about a domain"),
    pytest.param(
        {"page_from_title": "Whois of oak.example", "text_share": 0.0, "page_from_words": 40}, "review", id="nothing but figures"
    ),
    pytest.param({**FOOTER, "text_pre": "casino", "text_post": "viagra"}, "review", id="a footer with words of spam"),
    pytest.param(
        {**FOOTER, "text_pre": "casino", "text_post": "viagra", "page_from_suspicious_domains": BAD_NAMES},
        "bad",
        id="a footer with words and sites of spam",
    ),
    pytest.param(
        {"url_from": "https://a.example/forum/7", "text_pre": "________", "topic_relevance": 0.9}, "neutral", id="a signature"
    ),
    pytest.param({"reciprocal": True}, "good", id="both ways"),
]


@pytest.mark.parametrize(("cells", "verdict"), VERDICTS)
def test_a_link_comes_to(cells: dict[str, Any], verdict: str) -> None:
    judgement = judge({**EDITORIAL, **cells}, WEIGHTS)
    assert judgement.verdict == verdict, judgement


def test_reasons_are_whole_and_the_heaviest_first() -> None:
    assert judge({**EDITORIAL, **NOFOLLOW, "text_share": None}, WEIGHTS) == Judgement(
        Verdict.NEUTRAL,
        57,
        (
            "position:+12(content)",
            "dofollow:-12(nofollow by link)",
            "words:+4(600 words)",
            "outbound_links:+2(6 external links, 5 sites)",
            "anchor_type:+1(other)",
        ),
        None,
        "In the main content of the page; nofollow, so it passes nothing on; the page has much to read; it shares the page with "
        "few other links.",
    )


TO_DO = [
    pytest.param({}, None, id="a good link"),
    pytest.param({"is_broken": False}, None, id="a good link to a page that answers"),
    pytest.param({"is_broken": True, "url_to_status_code": 404}, "mend", id="a good link to a dead page"),
    pytest.param({"is_broken": True, **NOFOLLOW}, "mend", id="a worthless link to a dead page"),
    pytest.param({**FARM, "page_from_words": 600}, "look", id="a link of a link farm"),
    pytest.param({**FARM, "is_broken": True}, "look", id="a link of a link farm to a dead page"),
]


@pytest.mark.parametrize(("cells", "to_do"), TO_DO)
def test_a_link_asks_for(cells: dict[str, Any], to_do: str | None) -> None:
    judgement = judge({**EDITORIAL, **cells}, WEIGHTS)
    assert judgement.to_do == to_do
    assert (judgement.to_do == "look") == (judgement.verdict in ("review", "bad"))


def test_a_good_link_to_a_dead_page_stays_good_and_says_so() -> None:
    judgement = judge({**EDITORIAL, "is_broken": True, "url_to_status_code": 410}, WEIGHTS)
    assert (judgement.verdict, judgement.to_do) == (Verdict.GOOD, "mend")
    assert "it leads to a dead page (status 410)" in judgement.summary


def test_a_dead_page_is_said_of_a_link_whose_verdict_is_unknown_too() -> None:
    judgement = judge({"url_from": PAGE, "is_broken": True}, WEIGHTS)
    assert (judgement.verdict, judgement.to_do) == (Verdict.UNKNOWN, "mend")
    assert judgement.summary == "Too little was measured to say what it is worth."


def test_a_summary_says_what_decides_the_verdict_even_where_other_signals_weigh_more() -> None:
    nothing_weighs = {signal.name: dict.fromkeys(signal.levels, 9.0) for signal in SIGNALS}
    weights = replace(
        WEIGHTS, points={**nothing_weighs, "link_farm": {"member": -1.0}, "is_broken": {"broken": 0.0, "works": 0.0}}
    )
    summary = judge({**EDITORIAL, **FARM, "is_broken": True}, weights).summary
    assert "the site belongs to a link farm (3 sites: clique, address)" in summary
    assert "it leads to a dead page (no answer)" in summary
    assert summary.count(";") == 3


def test_quality_is_the_base_and_the_points_of_the_reasons() -> None:
    for cells, _ in (case.values for case in VERDICTS):
        judgement = judge({**EDITORIAL, **cells}, WEIGHTS)  # type: ignore[dict-item]
        points = [float(reason.partition(":")[2].partition("(")[0]) for reason in judgement.reasons]
        assert judgement.quality == min(max(WEIGHTS.base + sum(points), 0), 100)
        assert points == sorted(points, key=lambda value: -abs(value))


def test_too_little_that_was_measured_is_unknown() -> None:
    row: dict[str, Any] = {"url_from": PAGE, "link_type": "redirect", "dofollow": True, "page_from_noindex": False}
    judgement = judge(row, WEIGHTS)
    assert (judgement.verdict, judgement.quality) == (Verdict.UNKNOWN, None)
    assert "dofollow:+8(dofollow)" in judgement.reasons


@given(st.lists(st.sampled_from([cells for _, cells, _, _ in READINGS]), min_size=1, max_size=8), st.data())
def test_points_that_are_taken_away_never_make_a_verdict_better(rows: list[dict[str, Any]], data: Any) -> None:
    row = {**EDITORIAL, **{column: value for cells in rows for column, value in cells.items()}}
    name = data.draw(st.sampled_from(sorted(SIGNALS_BY_NAME)))
    reading = SIGNALS_BY_NAME[name].read(row)
    if reading is None:
        reject()
    levels = WEIGHTS.points[name]
    fewer = data.draw(st.floats(-100, levels[reading.level]))
    worse = replace(WEIGHTS, points={**WEIGHTS.points, name: {**levels, reading.level: fewer}})
    assert RANKS[judge(row, worse).verdict] <= RANKS[judge(row, WEIGHTS).verdict]


@given(st.lists(st.sampled_from([cells for _, cells, _, _ in READINGS]), max_size=8), st.sampled_from(SIGNALS))
def test_another_sign_moves_a_verdict_its_own_way_only(rows: list[dict[str, Any]], signal: Any) -> None:
    """But for what makes a link harmless, which costs points and lets nobody look at it."""
    row = {**EDITORIAL, **{column: value for cells in rows for column, value in cells.items()}}
    reading = signal.read(row)
    assume(reading is not None and (signal.name, reading.level) not in WEIGHTS.harmless)
    without = replace(WEIGHTS, points={**WEIGHTS.points, signal.name: dict.fromkeys(signal.levels, 0)})
    points = WEIGHTS.points[signal.name][reading.level]
    before, after = RANKS[judge(row, without).verdict], RANKS[judge(row, WEIGHTS).verdict]
    assert after <= before if points < 0 else after >= before


WORST = {
    "position": {"position": "footer"},
    "text_share": {"text_share": 0.0},
    "dofollow": NOFOLLOW,
    "sitewide": {"sitewide": 1.0, "domain_from_pages": 99, "anchor_type": "exact", "position": "footer"},
    "anchor_share": {"anchor_share": 1.0, "referring_domains": 99},
    "spam_words": {"page_from_title": "Casino", "text_pre": "casino", "text_post": "viagra"},
    "words": {"page_from_words": 0},
    "outbound_links": {"page_from_external_links": 999, "page_from_linked_domains": 900, "page_from_words": 9},
    "neighborhood": {"page_from_suspicious_domains": BAD_NAMES[:1]},
    "index": {"page_from_canonical": "https://first.example/"},
    "user_generated": {"url_from": "https://a.example/guestbook"},
    "host_name": {"url_from": "https://best-casino-1.example/"},
    "reciprocal": {"reciprocal": True},
    "is_broken": {"is_broken": True},
}


@pytest.mark.parametrize("pair", list(itertools.combinations(WORST, 2)), ids=" and ".join)
def test_no_weak_sign_makes_a_link_bad_nor_do_two(pair: tuple[str, str]) -> None:
    cells = {column: value for name in pair for column, value in WORST[name].items()}  # type: ignore[attr-defined]
    assert judge({**EDITORIAL, **cells}, WEIGHTS).verdict is not Verdict.BAD


def test_no_strong_sign_alone_makes_a_link_bad_whatever_it_costs() -> None:
    weights = parse_weights(
        'extends = "default"\nname = "hard"\nversion = 1\n[signals.link_farm]\nmember = -100\n', _default_text()
    )
    judgement = judge({**EDITORIAL, **FARM}, weights)
    assert (judgement.verdict, judgement.quality) == (Verdict.REVIEW, 0)


def test_a_missing_measurement_costs_nothing() -> None:
    """Less is known of a link when a column is empty, and nothing worse."""
    whole = judge(EDITORIAL, WEIGHTS)
    for column in EDITORIAL:
        less = judge({**EDITORIAL, column: None}, WEIGHTS)
        assert {reason.partition(":")[0] for reason in less.reasons} <= {reason.partition(":")[0] for reason in whole.reasons}
        assert not any(":-" in reason for reason in less.reasons)


def test_the_cells_of_a_score() -> None:
    cells = score_cells(EDITORIAL, WEIGHTS)
    assert tuple(cells) == SCORE_COLUMNS
    assert (cells["verdict"], cells["quality"], cells["weights_version"]) == ("good", 85, "default 1")
    assert type(cells["verdict"]) is str
    assert "toxic" not in str(cells)
