"""Words of notices to visitors, in several languages: on cookies, scripts, terms, comments; and of requests to them."""

# ruff: noqa: RUF001 - typographic marks and letters of many scripts

from __future__ import annotations

import re

_NOTICE = re.compile(
    r"""
      (?:this|our)\s+(?:web\s?)?(?:site|page|service)s?\s+(?:uses?|use)\s+cookies?
    | \bwe(?:\s+and\s+our\s+partners)?\s+use\s+cookies
    | uses\s+cookies\s+to | (?:accept|allow|reject|use\s+of)\s+(?:all\s+|our\s+)?cookies
    | cookie\s+(?:settings|preferences|consent)
    | (?:website|webseite|seite|wir|angebot)\s+(?:verwende[nt]|nutzt|nutzen|benutzt|setzt|setzen)\s+(?:\w+\s+)?cookies
    | (?:verwendung|einsatz|nutzung|setzen)\s+von\s+cookies | cookies?[\s-]einstellungen
    | (?:cookies)\s+(?:zulassen|akzeptieren|ablehnen)
    | (?:site|nous)\s+utilis(?:e|ons)\s+(?:des\s+)?cookies | utilisation\s+(?:des|de)\s+cookies
    | accept(?:er|ez)\s+(?:les\s+|tous\s+les\s+)?cookies
    | (?:sitio|web|página|utilizamos|usamos)\s+(?:(?:utiliza|usa)\s+)?(?:las\s+)?cookies | uso\s+de\s+(?:las\s+)?cookies
    | (?:site|utilizamos|usamos|usa|utiliza)\s+(?:usa|utiliza)?\s*(?:os\s+)?cookies | utilização\s+de\s+cookies
    | (?:sito|utilizziamo|utilizza|usa)\s+(?:i\s+|dei\s+)?cookie | uso\s+dei\s+cookie
    | (?:site|website|wij|we)\s+(?:gebruikt|gebruiken|maakt\s+gebruik\s+van)\s+cookies | gebruik\s+van\s+cookies
    | (?:strona|serwis|witryna)\s+(?:używa|korzysta|wykorzystuje)\s+(?:z\s+)?(?:plik\w+\s+)?cookies
    | plik(?:i|ów|ami)\s+cookies?
    | (?:används|använder|anvender|bruger|bruker|käyttää|käytämme)\s+(?:av\s+)?(?:cookies|kakor|evästeitä|informasjonskapsler)
    | использу(?:ет|ем)\s+(?:файлы\s+)?(?:cookie|куки) | çerez(?:ler|leri)?\s+kullan | χρησιμοποι(?:εί|ούμε)\s+cookies
    | クッキーを使用 | cookieを使用 | 使用\s?cookie
    """,
    re.IGNORECASE | re.VERBOSE,
)


_SCRIPTS = re.compile(
    r"""
      (?:enable|activate|turn\s+on|without|requires?|supports?)\s+(?:your\s+)?javascript
    | javascript\s+(?:is|must\s+be|ist|est|está|è)\s
    | javascript\s+(?:zu\s+)?(?:aktivieren|einschalten) | aktivieren\s+sie\s+(?:bitte\s+)?javascript
    | activ(?:er|ez|a|ar|e)\s+javascript
    | (?:upgrade|update)\s+(?:your|to\s+a(?:\s+\w+){0,2})\s+(?:web\s+)?browser
    """,
    re.IGNORECASE | re.VERBOSE,
)


_TERMS = re.compile(
    r"""
      \b(?:you|i)\s+(?:\w+\s+){0,3}(?:agree|consent|accept|acknowledge)\s+(?:to|that|with|the|our|and)\b
    | \b(?:i\s+have\s+read|agree\s+to\s+(?:the|our))\s
    | protected\s+by\s+recaptcha | recaptcha\s+(?:geschützt|protégé|protegido|protetto)
    | \bich\s+(?:\w+\s+){0,6}(?:gelesen|stimme|willige|akzeptiere|zustimme) | (?:stimmen|stimmst|erklären)\s+(?:sie|du)\s
    | \b(?:j['’]accepte|vous\s+acceptez|en\s+(?:cliquant|vous\s+inscrivant)\b)
    | \b(?:acepto|aceptas?|aceito|aceita|accetto|accetti)\s+(?:\w+\s+){0,3}
      (?:términos|política|condiciones|termos|condições|termini|condizioni|privacy)
    | \b(?:ik\s+ga\s+akkoord|u\s+gaat\s+akkoord|akceptuję|wyrażam\s+zgodę|godkänner|accepterer)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_DOCUMENT = re.compile(
    r"""(?:(?:the|our|its|their|your|die|der|zur|zum|la|les|el|il)\s+)?(?:
      (?:privacy|cookies?|data\s+protection)\s+(?:policy|notice|statement)
    | terms(?:\s+(?:of\s+(?:use|service)|(?:and|&)\s+conditions))? | conditions\s+of\s+use | legal\s+notice
    | datenschutz(?:erklärung|hinweise?|bestimmungen|richtlinien?)? | nutzungsbedingungen | agbs? | impressum
    | (?:politique|charte)\s+de\s+confidentialité | mentions\s+légales | conditions\s+(?:générales\s+)?d['’]utilisation
    | política\s+de\s+(?:privacidad|privacidade|cookies) | aviso\s+legal | términos\s+y\s+condiciones | termos\s+de\s+uso
    | informativa\s+(?:sulla\s+)?privacy | note\s+legali | privacy(?:verklaring|beleid) | algemene\s+voorwaarden
    | polityka\s+prywatności | regulamin | integritetspolicy | privatlivspolitik | политика\s+конфиденциальности
    | プライバシーポリシー | 利用規約 | 隐私政策 | 隱私權政策
    )[.]?""",
    re.IGNORECASE | re.VERBOSE,
)
_COMMENTS = re.compile(
    r"""
      (?:uses?|verwendet|nutzt|utilise|usa|utiliza|utilizza|gebruikt|używa|använder|bruger|bruker|käyttää|использует)
      \s+(?:o\s+|di\s+)?akismet\b
    | how\s+your\s+comment\s+data | deine\s+kommentardaten | données\s+de\s+vos\s+commentaires
    | datos\s+de\s+tus\s+comentarios | dados\s+(?:dos|de)\s+(?:seus\s+)?comentários | dati\s+(?:derivati\s+)?dai\s+commenti
    | je\s+reactie-?gegevens
    """,
    re.IGNORECASE | re.VERBOSE,
)
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
    | (?:buy|order)(?:\s\S+){1,4} | (?:shop|book|apply)\s+(?:now|here|online|today)
    | (?:jetzt|online)\s+(?:kaufen|bestellen|buchen)
    | (?:achetez|acheter|commander)\b.* | comprar?\s+(?:ahora|agora)\b.* | acquista\b.* | koop\s+nu\b.*
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
_PRICE = re.compile(
    r"\b(?:just|only|from|save|nur|ab|statt|seulement|dès|desde|solo|da)\s+(?:[$€£]\s?\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)*\s?(?:€|eur\b|usd\b|£))"
    r"(?!\s?(?:[kmb]|[mb]n|mi[lo]|bi[lo])\w*)",
    re.IGNORECASE,
)
"""The price of an offer; sums of thousands and millions are news."""
_ABOUT_NEWSLETTER = re.compile(r"\b(?:subscribe|sign\s+up|abonnieren)\b[^.!?]{0,40}\bnewsletter[.!]?\s*\Z", re.IGNORECASE)


def read_notice(before: str, anchor: str = "", after: str = "") -> str | None:
    """What a notice to visitors is about; None for other texts. One about cookies does not speak of "our site".

    >>> read_notice("Diese Website verwendet Cookies. Mehr dazu"), read_notice("She baked cookies for us")
    ('cookies', None)
    >>> read_notice("Please enable JavaScript to view the comments")
    'scripts'
    >>> read_notice("By clicking Submit you agree to our", "Terms of Use"), read_notice("", "Privacy Policy")
    ('terms', 'terms')
    >>> read_notice("This site uses Akismet to reduce spam.", "Learn how your comment data is processed")
    'comments'
    """
    text = f"{before} {anchor} {after}"
    if _NOTICE.search(text):
        return "cookies"
    if _SCRIPTS.search(text):
        return "scripts"
    if _COMMENTS.search(text):
        return "comments"
    return "terms" if _DOCUMENT.fullmatch(anchor.strip()) or _TERMS.search(text) else None


def read_request(url: str, before: str, anchor: str) -> str | None:
    """What a link asks of visitors: to sign up for a newsletter or an account, or to buy or pay; None for others.

    >>> read_request("https://oak.example/", "", "Subscribe to our newsletter"), read_request("https://oak.example/", "", "Oak")
    ('subscribe to our newsletter', None)
    """
    if _PAYMENT.search(url):
        return "a form"
    text = " ".join(anchor.lower().split())
    if _SIGN_UP.fullmatch(text):
        return text
    if price := _PRICE.search(text):
        return price[0]
    return "newsletter" if _ABOUT_NEWSLETTER.search(before) else None
