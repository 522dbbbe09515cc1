"""Links with which a page asks visitors to sign up or to pay, by their words in several languages."""

# ruff: noqa: RUF001 - typographic marks and letters of many scripts

from __future__ import annotations

import re

_SIGN_UP = re.compile(
    r"""
      (?:please\s+)?(?:subscribe|sign[\s-]?up|unsubscribe|become\s+an?\s+(?:\w+\s+)?(?:member|subscriber|patron|supporter))\b.*
    | (?:join|get|register|anmelden?|abonnieren|abonnez|inscription|inscrivez|iscriviti|suscr[ií]b|inscreva|meld|zapisz)\b.*
      \b(?:newsletters?|mailing\s?list|rundbrief|infolettre|bolet[ií]n|nieuwsbrief)\b.*
    | (?:(?:zum|zur|unser(?:en?|em)?|the|our|my|his|her|their|free|notre|la|nuestro|nossa)\s+)*
      (?:newsletters?(?:[\s-](?:sign[\s-]?up|subscription|anmeldung|abonnieren|abo))?|mailing\s?list|nieuwsbrief|nyhetsbrev|infolettre)
    | newsletter\s+(?:hier\s+)?(?:abonnieren|bestellen|anmelden)
    | jetzt\s+(?:kostenlos\s+)?(?:abonnieren|anmelden|mitglied\s+werden) | abonnieren | mitglied\s+werden
    | s['’]abonner\b.* | s['’]inscrire\b.* | abonnez-vous\b.* | suscr[ií]bete\b.* | suscribirse\b.* | inscreva-se\b.* | assine\b.*
    | iscriviti\b.* | abbonati\b.* | abonneer\b.* | aanmelden | prenumerera\b.*
    | log[\s-]?in | sign[\s-]?in | einloggen | se\s+connecter | iniciar\s+sesión | accedi | inloggen | zaloguj\s+się
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Texts of links; what stands before a name (`sign up for the fair of Oak`) is one too."""
_PAYMENT = re.compile(
    r"//(?:[\w-]+\.)*(?:paypal\.com/(?:[a-z]{2}/)?(?:donate|cgi-bin/webscr)|paypal\.me/|list-manage\d*\.com/subscribe"
    r"|feedburner\.google\.com/fb/a/mailverify)",
    re.IGNORECASE,
)
_ABOUT_NEWSLETTER = re.compile(r"\b(?:subscribe|sign\s+up|abonnieren)\b[^.!?]{0,40}\bnewsletter[.!]?\s*\Z", re.IGNORECASE)


def read_request(url: str, before: str, anchor: str) -> str | None:
    """What a link asks of visitors: to sign up for a newsletter or an account, or to pay; None for others.

    >>> read_request("https://oak.example/", "", "Subscribe to our newsletter"), read_request("https://oak.example/", "", "Oak")
    ('subscribe to our newsletter', None)
    """
    if _PAYMENT.search(url):
        return "a form"
    text = " ".join(anchor.lower().split())
    if _SIGN_UP.fullmatch(text):
        return text
    return "newsletter" if _ABOUT_NEWSLETTER.search(before) else None
