"""Each signal and level in words that a client understands; the points beside them are in `weights.toml`."""

from __future__ import annotations

from collections.abc import Mapping

EVIDENCE = "{evidence}"
"""Stands for what a wording quotes from the page: words, sites, a status."""

WORDINGS: Mapping[str, Mapping[str, str]] = {
    "position": {
        "content": "in the main content of the page",
        "nav": "in the menu of the page",
        "header": "in the header of the page",
        "footer": "in the footer of the page",
        "sidebar": "in a sidebar",
        "comments": "among the comments",
    },
    "text_share": {
        "text": "in running text",
        "mixed": "in a block that is partly text and partly links",
        "links": "in a block that is mostly links",
    },
    "hidden": {
        "style": "hidden from readers by its style ({evidence})",
        "folded": "not shown when the page opens ({evidence})",
        "in_menu": "in a menu that opens",
        "replaced": "an icon stands in for its text",
        "one_character": "on a single character",
        "aria": "hidden from screen readers only",
    },
    "sitewide": {
        "keyword": "repeated on most pages of the site with a keyword as its text",
        "most": "repeated on most pages of the site",
        "some": "repeated on several pages of the site",
        "single": "on few pages of the site",
    },
    "dofollow": {
        "followed": "search engines may follow it",
        "nofollow": "nofollow, so it passes nothing on",
        "ugc": "marked as written by users (ugc), so it passes nothing on",
        "sponsored": "marked as an advertisement (sponsored), so it passes nothing on",
    },
    "link_type": {
        "text": "a link with a text",
        "image": "a linked image",
        "icon": "only an icon of the site, such as a follow button",
        "badge": "an image alone, such as a logo or a banner",
        "area": "a part of a linked image",
        "redirect": "a redirect and no link to click on",
        "frame": "a frame and no link to click on",
        "form": "a form and no link to click on",
        "head": "a note in the head of the page that no visitor sees",
    },
    "tool": {
        "share_button": "a share button, or another that works on the page",
        "affiliate": "an advertisement that does not say so ({evidence})",
        "campaign": "an advertisement whose visitors are counted ({evidence})",
        "own_account": "a site's link to its own account",
        "licence": "a licence for a text or picture",
        "notice": "in a notice to visitors ({evidence})",
        "language": "the same in another language ({evidence})",
        "advertisement": "an advertisement, as the words beside it say ({evidence})",
        "request": "it asks visitors to sign up, buy or pay ({evidence})",
        "credit": "a credit for who made the site or a picture ({evidence})",
    },
    "is_broken": {
        "broken": "it leads to a dead page ({evidence})",
        "works": "the page it leads to answers",
    },
    "anchor_type": {
        "branded": "its text is your name",
        "naked_url": "its text is your address",
        "partial": "its text has one of your keywords",
        "exact": "its text is exactly one of your keywords",
        "generic": "its text says nothing about you",
        "image": "an image stands in for its text",
        "empty": "it has no text",
        "other": "its text is in the writer's own words",
    },
    "anchor_share": {
        "dominant": "at least half of all referring domains use the same keyword as text",
        "high": "at least a quarter of all referring domains use the same keyword as text",
        "normal": "few other sites use the same text",
    },
    "spam_words": {
        "page": "the page's title is about a trade that lives on spam ({evidence})",
        "planted": "words of trades that live on spam, outside the text of a page about something else ({evidence})",
        "around": "words of trades that live on spam stand around it ({evidence})",
        "anchor": "its text has a word of a trade that lives on spam ({evidence})",
        "none": "no words of trades that live on spam",
    },
    "topic_relevance": {
        "high": "the page is about your subject",
        "some": "the page is close to your subject",
    },
    "words": {
        "full": "the page has much to read",
        "short": "the page has little to read",
        "thin": "the page has hardly any text",
        "sentence": "the page has no more than a sentence",
    },
    "outbound_links": {
        "few": "it shares the page with few other links",
        "some": "it shares the page with some other links",
        "many": "it shares the page with many other links",
        "overloaded": "the page is overloaded with links to other sites",
    },
    "neighborhood": {
        "clean": "the page links to no site that is named like spam",
        "some": "the page also links to a site that is named like spam ({evidence})",
        "many": "the page also links to many sites that are named like spam ({evidence})",
        "random": "the page links to many sites whose names are random letters ({evidence})",
    },
    "purpose": {
        "exchange": "the page offers links to whoever asks ({evidence})",
        "statistics": "the page has figures about a domain, as a machine writes them ({evidence})",
    },
    "index": {
        "indexed": "search engines may index the page",
        "noindex": "search engines are asked not to index the page (noindex)",
        "other_canonical": "the page says it is a copy of another page of its site",
        "other_site": "the page says it is a copy of a page on another site",
    },
    "user_generated": {
        "keyword": "a comment with a keyword as its link text",
        "comments": "anybody can write a comment there",
        "ugc": "written by users",
        "signature": "in the signature of somebody who writes in a forum",
        "forum": "on a page of a forum",
        "profile": "on a user's profile",
        "guestbook": "in a guestbook",
    },
    "host_name": {
        "plain": "the site has an ordinary name",
        "keywords": "the site is named like an advertisement",
        "suspicious": "the site is named like a site of spam",
    },
    "link_farm": {
        "member": "the site belongs to a link farm ({evidence})",
    },
    "reciprocal": {
        "both_ways": "you link back to the site",
        "one_way": "you do not link back to the site",
    },
    "authority": {
        "trusted": "the site is close to sites that you trust",
        "linked": "many of the sites in this crawl link to the site",
        "unlinked": "few of the sites in this crawl link to the site",
    },
}
"""By signal and level: how a summary says it, in the middle of a sentence, about the link unless it names something else."""


def word_reading(signal: str, level: str, evidence: str) -> str:
    """Say a reading of a signal in words.

    >>> word_reading("is_broken", "broken", "status 404")
    'it leads to a dead page (status 404)'
    """
    return WORDINGS[signal][level].replace(EVIDENCE, evidence)
