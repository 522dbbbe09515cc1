"""Signals of the link itself: what it says, what it is, where it leads."""

from __future__ import annotations

import re

from backlinkspider.core.page.position_words import Position, is_share_url
from backlinkspider.core.quality.reading import Evidence, Reading, address_in, list_in, text_in, truth_in
from backlinkspider.core.urls.canonicalize import split_url
from backlinkspider.items import LinkType

_TYPES = {
    LinkType.TEXT.value: "text",
    LinkType.IMAGE.value: "image",
    LinkType.AREA.value: "area",
    LinkType.REDIRECT.value: "redirect",
    LinkType.META_REFRESH.value: "redirect",
    LinkType.FRAME.value: "frame",
    LinkType.FORM.value: "form",
    LinkType.CANONICAL.value: "head",
    LinkType.ALTERNATE.value: "head",
}
_SAID_BY_LINK = ("sponsored", "ugc")
_CREDIT = re.compile(
    r"\b(?:(?:powered|made|built|created|designed|developed|hosted|theme|themed|template|website|webdesign|design) (?:by|with|on)"
    r"|theme:|wordpress theme|erstellt (?:mit|von)|umsetzung|realisiert (?:von|durch)|präsentiert von|bereitgestellt von"
    r"|fièrement propulsé|propulsé par|réalisé par|conception|funciona con|creado con|diseño (?:web )?(?:de|por)|desarrollado por"
    r"|desenvolvido por|orgulhosamente|realizzato da|sviluppato da|credits?:)",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(r"/(?:(?:user|users|c|channel|company|in|people|pages)/)?@?([\w.-]+)/?", re.IGNORECASE)
"""How networks write the address of an account."""
_SHORTEST_NAME = 4
"""Shorter names are too common."""
_REST_OF_NAME = 9
"""Characters of a name beside that of the site: `officialoak`, `oakdotcom`."""
_WORDS_OF_ICON = 3
_OUTSIDE_OF_TEXT = frozenset({Position.FOOTER.value, Position.SIDEBAR.value, Position.HEADER.value, Position.NAV.value})


def read_dofollow(evidence: Evidence) -> Reading | None:
    """Whether the link counts for search engines, and if not, who says so.

    `followed` has none of `nofollow`, `ugc` and `sponsored`. An advertisement that says it is one (`sponsored`) is honest, and no
    recommendation.

    Source: https://developers.google.com/search/docs/crawling-indexing/qualify-outbound-links
    """
    dofollow = truth_in(evidence, "dofollow")
    if dofollow is None:
        return None
    if dofollow:
        return Reading("followed", "dofollow")
    rel = list_in(evidence, "rel") or ()
    level = next((token for token in _SAID_BY_LINK if token in rel), "nofollow")
    layers = ", ".join(list_in(evidence, "nofollow_by") or ())
    return Reading(level, f"{level} by {layers}" if layers else level)


def read_link_type(evidence: Evidence) -> Reading | None:
    """Read the type of the link: one that no visitor can click on recommends nothing.

    `head` is canonical and alternate; `icon` is the target's own sign and nothing else, as on a follow button. The other levels
    are the values of the column `link_type`.

    Source: the link types of Ahrefs.
    """
    link_type = text_in(evidence, "link_type")
    if link_type == LinkType.IMAGE and _is_icon(evidence):
        return Reading("icon", "the sign of the site alone")
    level = _TYPES.get(link_type or "")
    return Reading(level, str(link_type)) if level else None


def _is_icon(evidence: Evidence) -> bool:
    """Whether an image stands without a text of its own and has the name of the site that it leads to."""
    name = (text_in(evidence, "domain_to") or "").partition(".")[0]
    words = re.findall(r"\w+", (text_in(evidence, "anchor") or "").lower())
    return bool(name) and name in words and len(words) <= _WORDS_OF_ICON and text_in(evidence, "text_share") is None


def read_tool(evidence: Evidence) -> Reading | None:
    """A share button, the linking site's own account, or the credit of a program or theme.

    `share_button` leads to facebook.com/sharer and its like. `own_account` leads to a path that is the name of the linking site.
    `credit` stands outside the text ("Powered by"). Other links are not measured.

    Source: https://developers.google.com/search/docs/essentials/spam-policies#link-spam (links in footers or templates)
    """
    url_to = text_in(evidence, "url_to")
    if url_to is not None and is_share_url(url_to):
        return Reading("share_button", "opens a form to share the page")
    account = _own_account(evidence)
    if account is not None:
        return Reading("own_account", account)
    if text_in(evidence, "position") not in _OUTSIDE_OF_TEXT:
        return None
    near = f"{(text_in(evidence, 'text_pre') or '')[-40:]} {(text_in(evidence, 'anchor') or '')[:200]}"
    credit = _CREDIT.search(near)
    return Reading("credit", credit[0].lower()) if credit else None


def _own_account(evidence: Evidence) -> str | None:
    """The path that a link leads to, where it is the name of the linking site: its channel, profile or entry there.

    >>> _own_account({"url_to": "https://video.example/user/oakiron", "domain_from": "oak-iron.example"})
    '/user/oakiron'
    """
    url_to = address_in(evidence, "url_to")
    name = (text_in(evidence, "domain_from") or "").partition(".")[0].replace("-", "")
    if url_to is None or len(name) < _SHORTEST_NAME:
        return None
    path = split_url(url_to).resource.partition("?")[0]
    account = _ACCOUNT.fullmatch(path)
    if account is None:
        return None
    rest = account[1].lower().replace(".", "").replace("_", "")
    plain = rest.replace("-", "")
    is_own = plain == name or ("-" not in rest and name in plain and len(plain) - len(name) <= _REST_OF_NAME)
    return path if is_own else None


def read_is_broken(evidence: Evidence) -> Reading | None:
    """Whether the link leads to no page: not the fault of the page that links, but the first thing to fix.

    `broken` is an error or no answer, `works` anything that is known to be a page.
    """
    is_broken = truth_in(evidence, "is_broken")
    if is_broken is None:
        return None
    status = evidence.get("url_to_status_code")
    if not is_broken:
        return Reading("works", f"status {status}")
    return Reading("broken", f"status {status}" if status is not None else "no answer")
