"""Signals of words: the anchor, and those around it."""

from __future__ import annotations

from backlinkspider.core.links.anchors import AnchorType
from backlinkspider.core.quality.host_names import read_name
from backlinkspider.core.quality.host_words import trade_words_of_text
from backlinkspider.core.quality.reading import Evidence, Reading, number_in, share_text, text_in

_ANCHOR_TYPES = frozenset(kind.value for kind in AnchorType)

ANCHOR_DOMAINS = 5
"""Referring domains of the target that must be known before anything is said of their anchors."""
_DOMINANT_SHARE = 0.5
_HIGH_SHARE = 0.25

_SEVERAL_WORDS = 2


def read_anchor_type(evidence: Evidence) -> Reading | None:
    """What kind of words the link has: people link with names and addresses, who wants to rank with keywords.

    https://developers.google.com/search/docs/essentials/spam-policies#link-spam names links with optimized anchor text.
    """
    kind = text_in(evidence, "anchor_type")
    return Reading(kind, kind) if kind in _ANCHOR_TYPES else None


def read_anchor_share(evidence: Evidence) -> Reading | None:
    """How many of the target's referring domains use the same exact or partial anchor: many that agree were told to.

    Of five referring domains or more (Google's Penguin update of 2012 was about that).
    """
    share = number_in(evidence, "anchor_share")
    domains = number_in(evidence, "referring_domains")
    if share is None or domains is None or domains < ANCHOR_DOMAINS:
        return None
    level = "dominant" if share >= _DOMINANT_SHARE else "high" if share >= _HIGH_SHARE and share * domains > 1 else "normal"
    return Reading(level, f"{share_text(share)} of {domains:.0f} referring domains")


def read_spam_words(evidence: Evidence) -> Reading | None:
    """Whether title, text around the link or anchor are of the trades that live of spam; nothing where the target is of one.

    Ntoulas et al., Detecting Spam Web Pages through Content Analysis (2006). One word says little; of title and surroundings two
    are needed.
    """
    texts = {column: text_in(evidence, column) or "" for column in ("page_from_title", "text_pre", "text_post", "anchor")}
    domain_to = text_in(evidence, "domain_to")
    if not any(texts.values()) or (domain_to and read_name(domain_to).trade_words):
        return None
    for level, text, least in (
        ("page", texts["page_from_title"], _SEVERAL_WORDS),
        ("around", f"{texts['text_pre']} {texts['text_post']}", _SEVERAL_WORDS),
        ("anchor", texts["anchor"][:1_000], 1),
    ):
        words = trade_words_of_text(text)
        if len(words) >= least:
            return Reading(level, ", ".join(words[:3]))
    return Reading("none", "none")
