"""Signals of words: the anchor, and those around it."""

from __future__ import annotations

from backlinkspider.core.links.anchors import AnchorType
from backlinkspider.core.page.position_words import Position
from backlinkspider.core.quality.host_names import read_name
from backlinkspider.core.quality.host_words import trade_words_of_anchor, trade_words_of_text
from backlinkspider.core.quality.reading import Evidence, Reading, number_in, share_text, text_in

_ANCHOR_TYPES = frozenset(kind.value for kind in AnchorType)

ANCHOR_DOMAINS = 5
"""Minimum number of referring domains before their anchors are compared."""
_DOMINANT_SHARE = 0.5
_HIGH_SHARE = 0.25

_SEVERAL_WORDS = 2
_IN_TEXT = frozenset({Position.CONTENT.value, Position.COMMENTS.value, None})


def read_anchor_type(evidence: Evidence) -> Reading | None:
    """Read the type of the anchor: people link with names and URLs; those who want to rank link with keywords.

    The levels are the values of the column `anchor_type`.

    Source: https://developers.google.com/search/docs/essentials/spam-policies#link-spam (optimized anchor text)
    """
    kind = text_in(evidence, "anchor_type")
    return Reading(kind, kind) if kind in _ANCHOR_TYPES else None


def read_anchor_share(evidence: Evidence) -> Reading | None:
    """Count the referring domains with the same exact or partial anchor: when many agree, somebody asked them to.

    `dominant` is half of them or more, `high` a quarter or more, `normal` less. The target must have at least 5 referring
    domains in the crawl.

    Source: Google's Penguin update (2012).
    """
    share = number_in(evidence, "anchor_share")
    domains = number_in(evidence, "referring_domains")
    if share is None or domains is None or domains < ANCHOR_DOMAINS:
        return None
    level = "dominant" if share >= _DOMINANT_SHARE else "high" if share >= _HIGH_SHARE and share * domains > 1 else "normal"
    return Reading(level, f"{share_text(share)} of {domains:.0f} referring domains")


def read_spam_words(evidence: Evidence) -> Reading | None:
    """Words of trades that live on spam.

    `page` has two of them in its title, `around` two near the link, `anchor` one in the anchor, `none` has none. One that
    people write about too, such as `essay`, counts in an anchor only beside another or a word of selling. `planted` is a link
    outside the content or hidden, with two such words in and beside it, on a page whose title has none: what intruders write
    into the pages of others. Not measured where the target's own name is of such a trade.

    Source: Ntoulas et al., Detecting Spam Web Pages through Content Analysis (2006).
    """
    texts = {column: text_in(evidence, column) or "" for column in ("page_from_title", "text_pre", "text_post", "anchor")}
    domain_to = text_in(evidence, "domain_to")
    if not any(texts.values()) or (domain_to and read_name(domain_to).trade_words):
        return None
    in_title = trade_words_of_text(texts["page_from_title"])
    if len(in_title) >= _SEVERAL_WORDS:
        return Reading("page", ", ".join(in_title[:3]))
    if not in_title and _is_out_of_text(evidence):
        words = trade_words_of_text(f"{texts['text_pre']} {texts['anchor'][:1_000]} {texts['text_post']}")
        if len(words) >= _SEVERAL_WORDS:
            return Reading("planted", ", ".join(words[:3]))
    words = trade_words_of_text(f"{texts['text_pre']} {texts['text_post']}")
    if len(words) >= _SEVERAL_WORDS:
        return Reading("around", ", ".join(words[:3]))
    words = trade_words_of_anchor(texts["anchor"][:1_000])
    return Reading("anchor", ", ".join(words[:3])) if words else Reading("none", "none")


def _is_out_of_text(evidence: Evidence) -> bool:
    return text_in(evidence, "position") not in _IN_TEXT or (text_in(evidence, "hidden") or "").partition(":")[0] == "display"
