"""Words of which spam lives, as they stand in names of hosts and in texts, in several languages.

They were written down from what the field calls spam (https://developers.google.com/search/docs/essentials/spam-policies;
Ntoulas et al., Detecting Spam Web Pages through Content Analysis, 2006), not learnt from hosts.
"""

from __future__ import annotations

import re

_OF_TRADES = """
    viagra cialis levitra kamagra tramadol phentermine xanax ambien valium oxycontin steroids pharmacy potenzmittel anabolika
    casino casinos kasino kasyno kazino poker blackjack roulette baccarat jackpot slots slot gambling betting bets bet
    sportwetten wettbonus spielautomaten scommesse apuestas apostas stavki bahis judi togel gacor taruhan caipiao bocai
    payday loan loans kredit kredite prestamo prestamos prestiti emprestimo emprestimos chwilowki pozyczki zaim zaimy mikrozaim
    forex porn porno xxx sex sexy escort escorts milf livecam swingers camgirls hookup
    replica replicas essay essays termpaper seo backlink backlinks linkbuilding pagerank guestpost guestposts linkexchange
    ringtone ringtones klingelton klingeltoene warez keygen weightloss abnehmen dietpills hairloss voyance tarot
"""
_OF_TRADES_IN_OTHER_SCRIPTS = """
    казино порно виагра микрозайм микрозаймы проститутки букмекер букмекеры
    카지노 바카라 토토사이트 カジノ パチンコ アダルト 無修正
    博彩 娱乐城 娛樂城 赌博 赌场 賭場 百家乐 百家樂 老虎机 老虎機 六合彩 时时彩 彩金 真钱 现金网 开奖 特码 平特 一肖
    色情 情色 无码 無碼 乱伦 成人小说 成人电影 成人视频 性爱 人妻 熟女 偷拍 国产自拍 欧美色图 乱色 高清色
    一区二区 亚洲精品 国产精品 久久精品 代写论文 论文代写
"""
"""Words of texts; names of hosts have letters of ASCII."""
_HONEST_TOO = frozenset({"seo", "essay", "essays", "slot", "slots", "bet", "bets", "sex", "replica", "replicas", "tarot"})
"""Words of trades that people write about as well."""
_OFFERS = re.compile(
    r"(?<![a-z])(?:services?|agenc(?:y|ies)|compan(?:y|ies)|experts?|writ(?:ing|ers?)|packages?|agentur)(?![a-z])"
)

_OF_SELLING = """
    cheap cheapest discount discounts discounted bargain bargains lowcost deal deals sale sales coupon coupons voucher vouchers
    free buy shop shops store stores online best top price prices compare comparison
    billig billiger guenstig rabatt gratis kostenlos vergleich barato baratos pascher promo soldes economico tanio deshevo kupit
    insurance insurances mortgage mortgages remortgage credit debt refinance versicherung versicherungen kreditkarte
    assurance assurances mutuelle seguros assicurazioni
    flights hotel hotels holidays travel tickets gifts flowers furniture electronics laptops phones mobile broadband
    finder directory links guide dating singles
"""
_BY_CHANCE = "speciali[sz]|socialis|freedom|freeman|workshop|bishop|wholesale|deposit"
"""Parts of names in which a word of the lists stands by chance."""

_ANYWHERE_CHARACTERS = 6
"""So long a word is looked for inside others (`bestcasinobonus`)."""
_AT_AN_END_CHARACTERS = 5
"""So long a one is where others begin or end (`carloans`); a shorter one stands by itself."""


def _pattern_of(listed: str) -> re.Pattern[str]:
    # The longest of those that begin alike.
    words = sorted(listed.split(), key=len, reverse=True)
    anywhere = "|".join(word for word in words if len(word) >= _ANYWHERE_CHARACTERS)
    at_an_end = "|".join(word for word in words if len(word) == _AT_AN_END_CHARACTERS)
    alone = "|".join(word for word in words if len(word) < _AT_AN_END_CHARACTERS)
    return re.compile(
        rf"{_BY_CHANCE}|({anywhere}|(?<![a-z])(?:{at_an_end})|(?:{at_an_end})(?![a-z])|(?<![a-z])(?:{alone})(?![a-z]))"
    )


_TRADE_WORDS = _pattern_of(_OF_TRADES)
_SELLING_WORDS = _pattern_of(_OF_SELLING)
_PHRASES_OF_TRADES = (
    r"(?:(?:online|adult|free|rated)\s+)+dating(?:\s+(?:web)?(?:sites?|services?|apps?))?|mail[\s-]order\s+brides?"
)
"""Phrases of trades whose single words are honest: stones are dated."""

_WHOLE_TRADE_WORDS = re.compile(
    rf"(?<![a-z])(?:{'|'.join(sorted(_OF_TRADES.split(), key=len, reverse=True))}|{_PHRASES_OF_TRADES})(?![a-z])"
    rf"|{'|'.join(sorted(_OF_TRADES_IN_OTHER_SCRIPTS.split(), key=len, reverse=True))}"
)


def trade_words_in(name: str) -> tuple[str, ...]:
    """The words of spam's trades in the name of a host, each once, in their order.

    >>> trade_words_in("best-casino-slots"), trade_words_in("specialist-loans"), trade_words_in("essex")
    (('casino', 'slots'), ('loans',), ())
    """
    return _words_in(_TRADE_WORDS, name)


def selling_words_in(name: str) -> tuple[str, ...]:
    """The words of selling in the name of a host; honest shops have them too.

    >>> selling_words_in("cheapflights"), selling_words_in("bishop-workshop")
    (('cheap', 'flights'), ())
    """
    return _words_in(_SELLING_WORDS, name)


def trade_words_of_text(text: str) -> tuple[str, ...]:
    """The words of spam's trades that stand in a text as whole words.

    >>> trade_words_of_text("Best Online Casino: slots and more slots")
    ('casino', 'slots')
    """
    return tuple(dict.fromkeys(_WHOLE_TRADE_WORDS.findall(text.lower())))


def trade_words_of_anchor(text: str) -> tuple[str, ...]:
    """The words of spam's trades in an anchor, without one that stands there alone and that honest texts have too.

    >>> [trade_words_of_anchor(text) for text in ("why SEO needs patience", "cheap SEO services", "poker")]
    [(), ('seo',), ('poker',)]
    """
    words = trade_words_of_text(text)
    is_honest = len(words) == 1 and words[0] in _HONEST_TOO
    return () if is_honest and not selling_words_in(text.lower()) and not _OFFERS.search(text.lower()) else words


def _words_in(pattern: re.Pattern[str], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, pattern.findall(name))))
