"""Signals of the link itself: what it says, what it is, where it leads."""

from __future__ import annotations

import re

from backlinkspider.core.page.position_words import Position, is_share_url
from backlinkspider.core.quality.affiliates import affiliate_network
from backlinkspider.core.quality.campaigns import campaign_parameter, read_paid
from backlinkspider.core.quality.credits import is_counter, is_licence, is_picture_for_sale, read_credit, read_credit_in_text
from backlinkspider.core.quality.notices import read_notice, read_request
from backlinkspider.core.quality.reading import (
    Evidence,
    Reading,
    address_in,
    is_name_alone,
    list_in,
    number_in,
    text_in,
    truth_in,
)
from backlinkspider.core.urls.canonicalize import page_id, split_url
from backlinkspider.core.urls.query import percent_decode
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
_ACCOUNT = re.compile(
    r"/(?:\#?!/)?(?:(?:users?|c|channel|company|in|people|pages|groups?|profiles?|u|pg|biz|org|school|showcase|stores?|shop|members?"
    r"|authors?|artists?|developers?|seller|[a-z]{2}(?:[-_][a-z]{2})?)/){0,2}@?([\w.-]+)"
    r"(?:/(?:\d+|about|boards|featured|feed|home|photos|posts|reviews|timeline|tracks|videos))?/?",
    re.IGNORECASE,
)
"""How networks write the address of an account: a path, or behind a hashbang (`/#!/name`)."""
_INTENT = re.compile(r"//(?:www\.)?(?:twitter|x)\.com/intent/", re.IGNORECASE)
"""Forms to repeat, like and follow, beside those to share."""
_HELP = re.compile(r"(?:support|help|docs?|developers?|polic(?:y|ies)|about|status|apps?|play|store)\.")
"""Hosts where a path with a name leads to what is said about it."""
_PERSON = re.compile(r"/(?:in|authors?|profiles?|people|users?)/")
"""What comes before the name of a person: `/in/first-last`."""
_SHORTEST_NAME = 4
"""Shorter names are too common."""
_REST_OF_NAME = 9
"""Characters of a name beside that of the site: `officialoak`, `oakdotcom`."""
_OUTSIDE_OF_TEXT = frozenset({Position.FOOTER.value, Position.SIDEBAR.value, Position.HEADER.value, Position.NAV.value})

_LANGUAGES = frozenset(
    """bahasa indonesia|català|čeština|cymraeg|dansk|deutsch|eesti|english|español|euskara|français|galego|hrvatski|italiano
    |latviešu|lietuvių|magyar|nederlands|norsk|polski|português|português (brasil)|română|shqip|slovenčina|slovenščina|suomi
    |svenska|tiếng việt|türkçe|ελληνικά|български|македонски|русский|српски|українська|עברית|العربية|فارسی|हिन्दी|বাংলা|ไทย
    |中文|简体中文|繁體中文|日本語|한국어""".replace("\n    ", "").split("|")
)
"""Names of languages as a page writes them for a choice: each in itself. Source: https://cldr.unicode.org (names of locales)"""


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

    `head` is canonical and alternate; `icon` is the target's own sign and nothing else, as on a follow button; `badge` is another
    image without a word beside it or of its own: a logo, a seal, a banner. The other levels are the values of the column
    `link_type`.

    Source: the link types of Ahrefs.
    """
    link_type = text_in(evidence, "link_type")
    if link_type == LinkType.IMAGE and is_name_alone(evidence) and text_in(evidence, "text_share") is None:
        return Reading("icon", "the sign of the site alone")
    if link_type == LinkType.IMAGE and not (number_in(evidence, "text_share") and text_in(evidence, "anchor")):
        return Reading("badge", "an image that stands alone")
    level = _TYPES.get(link_type or "")
    return Reading(level, str(link_type)) if level else None


def read_tool(evidence: Evidence) -> Reading | None:
    """A link that is part of how a page works, and recommends nothing.

    `share_button` leads to facebook.com/sharer and its like, to a form to repeat or to
    follow, or takes the address of the page along. `affiliate` pays whoever set
    it, by a network or a parameter, and does not say `sponsored`. `campaign` has a parameter that counts the visitors of an
    advertisement: a paid `utm_medium`, or a `utm_source` that names the linking site or a folder of the page. `advertisement` is
    called one by the words beside it. `own_account` leads to a path that is the name of the linking site. `licence` leads to a
    licence for texts or pictures. `notice` stands in a notice on cookies, scripts, terms, or what becomes of a comment, or its
    text is the name of such terms. The text of a `language` link is the name of a language alone. `request` asks visitors to sign
    up for a newsletter or an account, to buy or to pay. `credit` names who made the site ("Powered by") or a picture, or counts
    visitors. Other links are not measured.

    Source: https://developers.google.com/search/docs/essentials/spam-policies#link-spam (links in footers or templates, affiliate
    links)
    """
    address = _read_tool_address(evidence)
    return address if address is not None else _read_tool_text(evidence)


def _read_tool_address(evidence: Evidence) -> Reading | None:
    """What the address of the link says."""
    url_to, rel = text_in(evidence, "url_to") or "", list_in(evidence, "rel") or ()
    if is_share_url(url_to) or _INTENT.search(url_to):
        return Reading("share_button", "opens a form to share the page")
    if _takes_page_along(url_to, text_in(evidence, "url_from") or ""):
        return Reading("share_button", "takes the address of the page along")
    if "sponsored" not in rel:
        network = _paying_network(evidence)
        if network is not None:
            return Reading("affiliate", network)
        campaign = campaign_parameter(url_to, text_in(evidence, "url_from") or "", text_in(evidence, "domain_from") or "")
        if campaign is not None:
            return Reading("campaign", campaign)
    account = _own_account(evidence)
    if account is not None:
        return Reading("own_account", account)
    return Reading("licence", "a licence") if is_licence(url_to, rel) else None


def _takes_page_along(url_to: str, url_from: str) -> bool:
    """Return whether the query of an address holds that of the page, as for a bookmark, a translation or a check.

    >>> _takes_page_along("https://marks.example/add?u=http%3A%2F%2Foak.example%2Ftree", "https://oak.example/tree/")
    True
    >>> _takes_page_along("https://elm.example/?from=oak.example", "https://oak.example/")
    False
    """
    query = url_to.partition("?")[2]
    page = page_id(url_from).rstrip("/") if query else ""
    return "/" in page and page in percent_decode(query)


def _read_tool_text(evidence: Evidence) -> Reading | None:
    """What the text of the link and the words around it say."""
    before, anchor, after = (text_in(evidence, column) or "" for column in ("text_pre", "anchor", "text_post"))
    notice = read_notice(before, anchor, after)
    if notice is not None:
        return Reading("notice", notice)
    if anchor.strip().lower() in _LANGUAGES:
        return Reading("language", anchor.strip())
    paid = read_paid(before, anchor, after) if "sponsored" not in (list_in(evidence, "rel") or ()) else None
    if paid is not None:
        return Reading("advertisement", paid)
    request = read_request(text_in(evidence, "url_to") or "", before, anchor)
    if request is not None:
        return Reading("request", request)
    credit = _read_credit(evidence, before, anchor, after)
    return Reading("credit", credit) if credit is not None else None


def _read_credit(evidence: Evidence, before: str, anchor: str, after: str) -> str | None:
    if is_picture_for_sale(text_in(evidence, "url_to") or ""):
        return "a picture in an archive"
    if text_in(evidence, "link_type") == LinkType.IMAGE.value and is_counter(anchor):
        return "a counter"
    if text_in(evidence, "position") in _OUTSIDE_OF_TEXT:
        return read_credit(before, anchor)
    is_in_figure = text_in(evidence, "semantic_location") == "figure"
    return read_credit_in_text(before, anchor, after, is_in_figure=is_in_figure)


def _paying_network(evidence: Evidence) -> str | None:
    redirects = list_in(evidence, "url_to_redirect_target") or ()
    return next(filter(None, map(affiliate_network, (text_in(evidence, "url_to") or "", *redirects))), None)


def _own_account(evidence: Evidence) -> str | None:
    """The path that a link leads to, where it is the name of the linking site: its channel, profile or entry there.

    >>> _own_account({"url_to": "https://video.example/user/oakiron", "domain_from": "oak-iron.example"})
    '/user/oakiron'
    >>> _own_account({"url_to": "https://birds.example/#!/oakiron", "domain_from": "oak-iron.example"})
    '/#!/oakiron'
    >>> _own_account({"url_to": "https://papers.example/author/Ann-Oakiron/12", "domain_from": "oakiron.example"})
    '/author/Ann-Oakiron/12'
    """
    url_to = address_in(evidence, "url_to")
    label = (text_in(evidence, "domain_from") or "").partition(".")[0]
    name = label.replace("-", "")
    if url_to is None or len(name) < _SHORTEST_NAME:
        return None
    address = split_url(url_to)
    if _HELP.match(address.host):
        return None
    path = address.resource.partition("?")[0]
    fragment = url_to.partition("#")[2]
    if fragment.startswith("!"):
        path = f"/#{fragment.partition('?')[0]}"
    account = _ACCOUNT.fullmatch(path)
    if account is None:
        return None
    rest = account[1].lower().replace(".", "").replace("_", "")
    plain = rest.replace("-", "")
    # One step with hyphens that the name has not is a subject: /open-source, to which opensource.example links.
    is_subject = "-" in rest and "-" not in label and path.strip("/").count("/") == 0
    is_own = (plain == name and not is_subject) or ("-" not in rest and name in plain and len(plain) - len(name) <= _REST_OF_NAME)
    is_own = is_own or (_PERSON.match(path) is not None and name in rest.split("-"))
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
