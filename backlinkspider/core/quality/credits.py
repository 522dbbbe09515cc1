"""Words with which pages name who made them, or whose pictures and licences they use, in many languages."""

# ruff: noqa: RUF001 - letters of many scripts

from __future__ import annotations

import re

_MADE_BY = r"""
    # English
    (?:(?:powered|made|built|created|designed|developed|hosted|hosting|maintained|produced|theme|themed|template|site|website
      |web\s?design|web\s?development|design|development)\s+(?:and\s+\w+\s+)?(?:by|with|on|using))
    | (?:theme|template|web\s?design|hosting|design|credits?)\s?: | wordpress\s+theme | \bweb\s?design\b
    # German
    | (?:erstellt|gestaltet|realisiert|entwickelt|programmiert|umgesetzt|bereitgestellt|betrieben|präsentiert)
      \s+(?:mit|von|durch|bei)
    | gestaltung | umsetzung | realisierung | programmierung | webdesign | (?:design|konzept|hosting)\s+(?:von|bei)
    | webagentur
    # French
    | (?:fièrement\s+)?propulsé\s+par | (?:réalisé|conçu|créé|développé|hébergé|fait)s?\s+(?:par|avec|en\s+collaboration\s+avec)
    | réalisation | conception | création\s+(?:du\s+|de\s+)?(?:site|web) | hébergement | graphisme
    # Spanish
    | (?:hecho|creado|realizado|diseñado|desarrollado|alojado)\s+(?:por|con|en)
    | diseño(?:\s+web)?\s*(?::|de\b|por\b|y\s+desarrollo)
    | diseño\s+web | desarrollo\s+web | funciona\s+con | con\s+la\s+tecnología\s+de
    # Portuguese
    | (?:desenvolvido|criado|feito|produzido|hospedado)\s+(?:por|com|em|pela?) | desenvolvimento | orgulhosamente
    | design\s+por
    # Italian
    | (?:realizzato|sviluppato|creato|progettato)\s+(?:da|con) | realizzazione | sito\s+web\s+di
    # Dutch, Scandinavian languages, Finnish
    | (?:gemaakt|ontwikkeld|gebouwd|ontworpen|gerealiseerd)\s+door | mogelijk\s+gemaakt | realisatie | (?:web)?ontwerp
    | (?:skapad|producerad|utvecklad|drivs|byggd)\s+(?:av|med|på) | webbyrå
    | (?:lavet|laget|udviklet|utviklet|leveret|levert|drevet)\s+af?v?
    | toteutu[st] | toteutti | suunnittelu
    # Polish, Czech, Slovak, Hungarian, Romanian
    | wykonanie | realizacja | projekt\s+(?:i\s+wykonanie|strony|graficzny)
    | (?:stworzone|wykonane|wykonana|stworzona)\s+przez
    | vytvořil[oa]? | vytvoril[oa]? | tvorba\s+(?:webu|webových|www) | běží\s+na | realizace
    | készítette | tervezte | fejlesztette | webdizájn | (?:realizat|dezvoltat|creat)\s+de
    # Turkish, Greek
    | tasarım | altyapısı | yazılım(?:ı)?\s*: | κατασκευή | σχεδιασμός | υλοποίηση | ανάπτυξη
    # Russian, Ukrainian, Bulgarian
    | работает\s+на | создани[ея]\s+сайт | разработка\s+(?:и\s+\w+\s+)?сайт | разработано | сделано\s+[вн]а?
    | дизайн(?:\s+сайта)?\s*[:—-]
    | створення\s+сайт | розроб(?:ка|лено) | зроблено | изработка
    # Japanese, Chinese, Korean
    | サイト制作 | 制作[:：] | 技术支持 | 技術支援 | 网站建设 | 網站設計 | 網頁設計 | 设计制作 | 사이트\s?제작 | 홈페이지\s?제작
    # Indonesian, Vietnamese, Arabic, Hebrew
    | (?:dibuat|dikembangkan|didukung|dirancang)\s+oleh | thiết\s+kế\s+(?:web|bởi) | phát\s+triển\s+bởi | تصميم | تطوير
    | برمجة
    | בניית\s+אתרים | עיצוב
"""
"""What stands beside the name of a program, theme, agency or host that made a site."""

_CREDIT = re.compile(rf"(?<!\w)(?:{_MADE_BY})", re.IGNORECASE | re.VERBOSE)
_MADE_THING = r"(?:(?:this\s+)?(?:web\s?site|site|page|blog|forum|theme)\s+(?:is\s+|was\s+)?)?"
_CREDIT_AT_END = re.compile(rf"(?:^|[|·•©.,–—\d-])\s*{_MADE_THING}(?P<words>{_MADE_BY})[\s:]*\Z", re.IGNORECASE | re.VERBOSE)

_OF_PICTURE = re.compile(
    r"""
    (?<!\w)(?:
      (?:title|cover|header)?\s?(?:photos?|photograph|image|picture|illustration|screenshot|artwork)
      (?:\s+(?:credits?|courtesy|source))?
      | (?:titel|beitrags|artikel|symbol|vorschau)?
      (?:fotos?|bild(?:er|quelle|quellen|nachweis|rechte)?|grafik|illustration|abbildung)
      | (?:crédits?\s+)?(?:photos?|photographies?) | crédits? | illustration | légende
      | fotografías? | imagen | imágenes | foto(?:grafia)? | imagem | immagine | beeld | afbeelding | zdjęci[ea] | фото
    | 写真 | 图片
    )
    (?: \s* (?:\u00a9|\(c\)|:|/|\||by\b|via\b|of\b|von\b|par\b|de\b|por\b|di\b|door\b|autor\b) [^.!?]{0,60} | \s* )
    \Z
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CREDIT_IN_ANCHOR = re.compile(
    r"(?:^|\s)(?P<words>(?:powered|made|built|designed|developed|hosted)\s+by)\s+\S+(?:\s+\S+){0,3}\Z", re.IGNORECASE
)
"""A link that says so itself: `comments powered by …`."""
_OWNED = re.compile(r"\u00a9\s*(?:\d{4}\s+)?\Z|\u00a9[^!?|]{0,60}\b(?:quelle|source|via)\s*:?\s*\Z", re.IGNORECASE)
"""A mark of copyright before the name of its owner, or of where the picture is from."""
_LICENCE_URL = re.compile(
    r"//(?:[\w-]+\.)?(?:creativecommons\.org/(?:licen[sc]es|publicdomain)/|gnu\.org/(?:licenses|copyleft)/"
    r"|opensource\.org/licenses?/"
    r"|apache\.org/licenses/|opendatacommons\.org/licenses/)",
    re.IGNORECASE,
)

_SENT_WITH = re.compile(
    r"(?:^|[.!?\s])(?P<words>(?:uploaded|posted|sent|shared|generated|published|gesendet|hochgeladen|envoyé|enviado|inviato)\s+"
    r"(?:with|via|using|from|mit|von|depuis|desde|da)(?:\s+(?:my|mein\w*|mon|mi|il\s+mio)\s+\w+)?(?:\s+(?:using|mit|avec|via))?)\s*\Z",
    re.IGNORECASE,
)
"""How programs sign what was written with them: `Sent from my phone using …`."""
_COLOPHON = re.compile(r"(?:^|[|·•])\s*(?:\u00a9|\(c\)|copyright\b)", re.IGNORECASE)
"""How the last line of a page begins, whatever marks it as a footer."""
_AGENCY = re.compile(
    r"[^/|]{3,60}\s?[/|]\s?(?:flickr|getty(?:\s?images)?|shutterstock|reuters|ap|afp|dpa|istock(?:photo)?|unsplash|pixabay|pexels|alamy"
    r"|wikimedia(?:\s+commons)?|adobe\s?stock|fotolia|imago|picture[\s-]?alliance)(?:\.com|\.de)?",
    re.IGNORECASE,
)
"""A photographer and where the picture is from: `Jane Doe/Flickr`."""
_COUNTER = re.compile(
    r"(?:(?:free|web|site|website|hit|visitor|besucher|kostenlose\w*|real\s?time)[\s-]*){0,3}"
    r"(?:analytics|analysis|counters?|stat(?:s|istics|istik(?:en)?|istiche)|tracker|tracking|zähler|compteur|contador|contatore|teller|счётчик|счетчик)",
    re.IGNORECASE,
)
"""What the picture of a service that counts visitors is called."""
_PICTURE_FOR_SALE = re.compile(
    r"//(?:[\w-]+\.)?(?:shutterstock|istockphoto|gettyimages|fotolia|stock\.adobe|depositphotos|dreamstime|123rf|alamy|pixabay|unsplash"
    r"|pexels|freepik|bigstockphoto|photocase)\.(?:com|de|co\.uk)/(?:[a-z]{2}(?:[-_][a-z]{2})?/)?"
    r"(?:gallery|g/|id/|pic|image|photo|foto|vector|license|detail|users?/|p/|@)",
    re.IGNORECASE,
)

_NEAR_CHARACTERS = 40
_ANCHOR_CHARACTERS = 100
_BLOCK_CHARACTERS = 60
"""Characters around a credit that stands among the text: a sentence that names who developed something is longer."""
_PICTURE_CHARACTERS = 80
_CREDIT_OF_PICTURE_CHARACTERS = 60
"""Characters behind the name of a photographer; a sentence about a picture is longer."""


def read_credit(before: str, anchor: str) -> str | None:
    """The words of a credit beside or in a link that stands outside the text of a page: in a footer nobody tells a story.

    >>> read_credit("© 2026 Oak & Iron · Gestaltet von", "Elm Studio")
    'gestaltet von'
    """
    # What is longer than the name of a maker is a text of its own, such as the description of a picture.
    found = _CREDIT.search(f"{before[-_NEAR_CHARACTERS:]} {anchor if len(anchor) <= _ANCHOR_CHARACTERS else ''}")
    return _words(found[0]) if found else None


def read_credit_in_text(before: str, anchor: str, after: str, *, is_in_figure: bool = False) -> str | None:
    """The same where a link stands among the text, where the credit must be all that its block says; pictures have captions.

    >>> read_credit_in_text("Theme by", "Elm Studio", ".")
    'theme by'
    >>> read_credit_in_text("The chair was designed by", "Elm Studio", "in 1962, when plastic was new to anybody.") is None
    True
    """
    is_block = len(before) + len(after) <= _BLOCK_CHARACTERS or _COLOPHON.match(before) is not None
    if is_block and (found := _CREDIT_AT_END.search(before)):
        return _words(found["words"])
    if not after.strip(" .") and (found := _SENT_WITH.search(before)):
        return _words(found["words"])
    if _AGENCY.fullmatch(anchor.strip()):
        return "a picture"
    if found := _CREDIT_IN_ANCHOR.search(anchor):
        return _words(found["words"])
    is_short = (
        is_in_figure or len(after) <= _CREDIT_OF_PICTURE_CHARACTERS or after.startswith((")", "]", "/", "|", ",", "(", "©"))
    )
    near = before[-_PICTURE_CHARACTERS:]
    found = (_OF_PICTURE.search(near) or _OWNED.search(near)) if is_short and anchor else None
    return _words(found[0]) if found else None


def is_licence(url: str, rel: tuple[str, ...]) -> bool:
    """Return whether a link leads to a licence (https://html.spec.whatwg.org/#link-type-license).

    >>> is_licence("https://creativecommons.org/licenses/by/4.0/", ()), is_licence("https://creativecommons.org/about", ())
    (True, False)
    """
    return "license" in rel or _LICENCE_URL.search(url) is not None


def is_picture_for_sale(url: str) -> bool:
    """Return whether a link leads to a picture, or the pictures of somebody, in an archive from which pages take theirs.

    >>> is_picture_for_sale("https://www.shutterstock.com/gallery-1p1.html"), is_picture_for_sale("https://unsplash.com/")
    (True, False)
    """
    return _PICTURE_FOR_SALE.search(url) is not None


def is_counter(anchor: str) -> bool:
    """Return whether the text of a picture says that a service counts visitors by it.

    >>> is_counter("Web Analytics"), is_counter("free hit counter"), is_counter("The counter of the mill")
    (True, True, False)
    """
    return _COUNTER.fullmatch(anchor.strip()) is not None


def _words(text: str) -> str:
    return " ".join(text.lower().split())
