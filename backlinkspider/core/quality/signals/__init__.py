"""All signals, in the order of the reference and of the file of weights.

None for the language: the languages of the target are in no column, and what is in another language than the target has no
topic relevance.
"""

from __future__ import annotations

from backlinkspider.core.quality.reading import Signal
from backlinkspider.core.quality.signals import anchor, link, page, place, site

SIGNALS: tuple[Signal, ...] = (
    Signal("position", ("content", "nav", "header", "footer", "sidebar", "comments"), "place", place.read_position),
    Signal("text_share", ("text", "mixed", "links"), "place", place.read_text_share),
    Signal("hidden", ("style", "folded", "in_menu", "replaced", "one_character", "aria"), "hidden", place.read_hidden),
    Signal("sitewide", ("keyword", "most", "some", "single"), "sitewide", place.read_sitewide),
    Signal("dofollow", ("followed", "nofollow", "ugc", "sponsored"), "directives", link.read_dofollow),
    Signal(
        "link_type", ("text", "image", "icon", "badge", "area", "redirect", "frame", "form", "head"), "type", link.read_link_type
    ),
    Signal(
        "tool",
        (
            "share_button",
            "affiliate",
            "campaign",
            "own_account",
            "licence",
            "notice",
            "language",
            "advertisement",
            "request",
            "credit",
        ),
        "type",
        link.read_tool,
    ),
    Signal("is_broken", ("broken", "works"), "broken", link.read_is_broken),
    Signal(
        "anchor_type",
        ("branded", "naked_url", "partial", "exact", "generic", "image", "empty", "other"),
        "anchor",
        anchor.read_anchor_type,
    ),
    Signal("anchor_share", ("dominant", "high", "normal"), "anchor", anchor.read_anchor_share),
    Signal("spam_words", ("page", "planted", "around", "anchor", "none"), "words", anchor.read_spam_words),
    Signal("topic_relevance", ("high", "some"), "topic", page.read_topic_relevance),
    Signal("words", ("full", "short", "thin", "sentence"), "text", page.read_words),
    Signal("outbound_links", ("few", "some", "many", "overloaded"), "outbound", page.read_outbound_links),
    Signal("neighborhood", ("clean", "some", "many", "random"), "neighborhood", page.read_neighborhood),
    Signal("purpose", ("exchange", "statistics"), "purpose", page.read_purpose),
    Signal("index", ("indexed", "noindex", "other_canonical", "other_site"), "index", page.read_index),
    Signal(
        "user_generated",
        ("keyword", "comments", "ugc", "signature", "forum", "profile", "guestbook"),
        "user_generated",
        page.read_user_generated,
    ),
    Signal("host_name", ("plain", "keywords", "suspicious"), "host_name", site.read_host_name),
    Signal("link_farm", ("member",), "link_farm", site.read_link_farm),
    Signal("reciprocal", ("both_ways", "one_way"), "reciprocal", site.read_reciprocal),
    Signal("authority", ("trusted", "linked", "unlinked"), "authority", site.read_authority),
)

SIGNALS_BY_NAME = {signal.name: signal for signal in SIGNALS}
