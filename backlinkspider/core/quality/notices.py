"""Words of notices that ask visitors to accept cookies or to let scripts run, in several languages."""

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


def read_notice(text: str) -> str | None:
    """What a notice to visitors is about; None for other texts. One about cookies does not speak of "our site".

    >>> read_notice("Diese Website verwendet Cookies. Mehr dazu"), read_notice("She baked cookies for us")
    ('cookies', None)
    >>> read_notice("Please enable JavaScript to view the comments")
    'scripts'
    """
    if _NOTICE.search(text):
        return "cookies"
    return "scripts" if _SCRIPTS.search(text) else None
