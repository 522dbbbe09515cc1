"""Words with which the title of a page says that it is there for links, in several languages."""

from __future__ import annotations

import re

_EXCHANGE = re.compile(
    r"""
      \b(?:link|traffic|banner|visitor)s?[\s-]?(?:exchange|swap|trad(?:e|ing)|tausch)\b | \b(?:exchange|swap|trade)\s+links?\b
    | \b(?:back|in)[\s-]?links?\s+(?:generator|exchange|maker|builder|creator|submitter|service|tausch)\b
    | \b(?:free|auto(?:matic)?|instant|unlimited|get|buy|kostenlose|gratis)\s+(?:\w+\s+){0,2}backlinks?\b
    | \b(?:submit|add|promote|advertise)\s+(?:your|a|my)\s+(?:web\s?site|site|url|link|blog)s?\b | \badd\s+(?:url|link)\b
    | \b(?:free\s+)?(?:link|url|web|site)[\s-]?(?:submission|submitter)\b
    | (?:seite|url|link|webseite|website|homepage)\s+(?:kostenlos\s+)?(?:eintragen|anmelden)\b
    | échange\s+de\s+liens | intercambio\s+de\s+enlaces | troca\s+de\s+links | scambio\s+(?:di\s+)?links?\b | wymiana\s+link
    | обмен\s+ссылками | 自动收录 | 交换链接 | 自助友链 | 外链
    """,
    re.IGNORECASE | re.VERBOSE,
)
_STATISTICS = re.compile(
    r"""\b(?:
      whois | page\s?rank | alexa(?:\s+rank)? | seo\s+(?:report|audit|analysis|check|score|review)
    | (?:web\s?site|site|domain|host|url|ip|dns|traffic)\s+
      (?:worth|value|stat(?:s|istics)|report|analysis|analyzer|information|info|lookup|checker|rank(?:ing)?|audit|details|history)
    | (?:traffic|sites?)\s+(?:estimate|like|similar) | is\s+it\s+down | down\s+or\s+not | worth\s+\$?\d
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_DOMAIN = re.compile(r"(?<![\w@.-])(?:[\w-]+\.)+[a-z]{2,12}\b", re.IGNORECASE)


def read_exchange(title: str) -> str | None:
    """Return the words of a title that offer links to whoever asks; None for others.

    >>> read_exchange("Free Backlinks - Submit your site"), read_exchange("How links are built")
    ('free backlinks', None)
    """
    found = _EXCHANGE.search(title)
    return " ".join(found[0].lower().split()) if found else None


def read_statistics(title: str) -> str | None:
    """Return the words of a title for figures about a domain that it names, as a machine writes it for every domain.

    >>> read_statistics("oak.example: Website Worth and Whois"), read_statistics("How to read a whois entry")
    ('website worth', None)
    """
    found = _STATISTICS.search(title) if _DOMAIN.search(title) else None
    return " ".join(found[0].lower().split()) if found else None
