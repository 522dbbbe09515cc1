"""Words with which a page says beside a link that it is an advertisement, in several languages."""

# ruff: noqa: RUF001 - typographic marks and letters of many scripts

from __future__ import annotations

import re

_PAID = (
    r"werbung|anzeige|werbe-?links?|reklame|advertis\w+|advert|ad|ads|sponsored(?:\s+(?:link|post|content))?|paid\s+link|promoted"
    r"|(?:affiliate|partner)[\s-]?links?|publicité|lien\s+(?:sponsorisé|affilié)|publicidad|enlace\s+(?:patrocinado|de\s+afiliado)"
    r"|publicidade|pubblicità|advertentie|reclame|annonce|reklama|реклама|広告"
)
_PAID_BEHIND = re.compile(rf"\*?\s*[(\[{{]\s*\*?\s*(?:{_PAID})\s*(?:[,;/|][^)\]}}]{{0,40}})?[)\]}}]", re.IGNORECASE)
"""In brackets. What a writer calls unpaid advertising (in German, for the courts) is a recommendation."""
_PAID_BEFORE = re.compile(
    rf"(?:^|[.!?|·•\[])\s*(?:{_PAID})\s*[:)\]–—-]\s*\Z|\bsponsored\s+by:?\s*\Z|\bsponsors?:\s*\Z", re.IGNORECASE
)
_PAID_INSIDE = re.compile(
    rf"[(\[](?:{_PAID})[)\]]|\b(?:affiliate|partner)[\s-]link\b|^(?:anzeige|werbung|sponsored):", re.IGNORECASE
)


def read_paid(before: str, anchor: str, after: str) -> str | None:
    """The word with which a text calls a link an advertisement; None without one.

    >>> read_paid("washed it with", "a shampoo", "(Werbung) for brown hair")
    'werbung'
    >>> read_paid("washed it with", "a shampoo", "(unbezahlte Werbung)") is None
    True
    """
    found = _PAID_BEHIND.match(after) or _PAID_BEFORE.search(before) or _PAID_INSIDE.search(anchor)
    return " ".join(found[0].lower().strip(" ()[]{}*:.!?|·•–—-").split()) if found else None
