"""Links that pay whoever set them: the hosts of affiliate networks, and the parameters with which programs name a partner.

Each line names its source. A table goes out of date, so what is not in it is not called honest.
"""

from __future__ import annotations

import re

from backlinkspider.core.memo import cache_short_strings
from backlinkspider.core.urls.canonicalize import split_url
from backlinkspider.core.urls.domains import site_of
from backlinkspider.core.urls.query import parameters_of

_NETWORKS = {
    # https://wiki.awin.com/index.php/Publisher_Click_Ref; zanox became Awin
    "awin1.com": "Awin",
    "tidd.ly": "Awin",
    "zanox.com": "Awin",
    "zanox-affiliate.de": "Awin",
    # https://developers.cj.com/docs: the domains of tracking links
    "anrdoezrs.net": "CJ",
    "dpbolvw.net": "CJ",
    "jdoqocy.com": "CJ",
    "kqzyfj.com": "CJ",
    "tkqlhce.com": "CJ",
    "qksrv.net": "CJ",
    # https://help.shareasale.com
    "shareasale.com": "ShareASale",
    # https://rakutenadvertising.com: click.linksynergy.com
    "linksynergy.com": "Rakuten",
    # https://integrations.impact.com: vanity domains of tracking links
    "pxf.io": "Impact",
    "sjv.io": "Impact",
    "7eer.net": "Impact",
    "evyy.net": "Impact",
    "ojrq.net": "Impact",
    # https://help.phgsupport.com
    "prf.hn": "Partnerize",
    # https://support.skimlinks.com, https://www.sovrn.com/commerce
    "skimresources.com": "Skimlinks",
    "viglink.com": "Sovrn",
    "fave.co": "Skimlinks",
    "shop-links.co": "Skimlinks",
    # https://www.tradedoubler.com, https://tradetracker.com, https://www.webgains.com, https://www.belboon.com
    "tradedoubler.com": "Tradedoubler",
    "tradetracker.net": "TradeTracker",
    "webgains.com": "Webgains",
    "belboon.de": "belboon",
    "belboon.com": "belboon",
    # https://www.adcell.de, https://www.financeads.net, affilinet's partner links, SuperClix
    "adcell.de": "ADCELL",
    "adcell.com": "ADCELL",
    "financeads.net": "financeAds",
    "webmasterplan.com": "affilinet",
    "superclix.de": "SuperClix",
    # https://www.admitad.com, https://www.effiliation.com, https://www.avantlink.com, https://www.flexoffers.com
    "admitad.com": "Admitad",
    "effiliation.com": "Effiliation",
    "avantlink.com": "AvantLink",
    "flexlinkspro.com": "FlexOffers",
    "flexlinks.com": "FlexOffers",
    # https://support.clickbank.com (hop links), https://www.digistore24.com
    "clickbank.net": "ClickBank",
    # https://affiliate-program.amazon.com/help: short links of partners
    "amzn.to": "Amazon",
}
"""By site: the network whose links lead through it."""

_PATHS = {
    # https://support.digistore24.com: /redir/PRODUCT/PARTNER
    "digistore24.com": re.compile(r"/redir/"),
    # https://partnernetwork.ebay.com: rover.ebay.com/rover/
    "ebay.com": re.compile(r"/rover/"),
    # https://affiliate.rakuten.co.jp: hb.afl.rakuten.co.jp/hgc/
    "rakuten.co.jp": re.compile(r"/h[gs]c/"),
}
_PARAMETERS = {
    # https://affiliate-program.amazon.com/help/node/topic/GP38PJ6EUR6PFBEC: tag=name-20
    "amazon": ("tag", re.compile(r"[\w-]+-\d\d\Z")),
    # https://partnernetwork.ebay.com/page/tracking-links
    "ebay": ("campid", re.compile(r"\d{6,}\Z")),
    # https://affiliates.support.booking.com
    "booking": ("aid", re.compile(r"\d{5,}\Z")),
    # https://portals.aliexpress.com
    "aliexpress": ("aff_fcid", re.compile(r".")),
}
"""By the name of a shop: the parameter that names a partner there, and its form."""

_ANYWHERE = frozenset(
    {"affid", "aff_id", "affiliate_id", "affiliateid", "affiliate", "aff_sub", "a_aid", "a_bid", "afftrack", "affsource"}
)
"""Parameters that name a partner in the software of programs: Post Affiliate Pro (a_aid), HasOffers and Tune (aff_id, aff_sub),
AffiliateWP (affiliate)."""


@cache_short_strings(4_096)
def affiliate_network(url: str) -> str | None:
    """The network, or the parameter, by which an address pays whoever links to it; None for one without.

    >>> affiliate_network("https://www.awin1.com/cread.php?awinmid=1"), affiliate_network("https://shop.example/?affid=7")
    ('Awin', 'parameter affid')
    >>> affiliate_network("https://www.amazon.de/dp/1?tag=oakiron-21"), affiliate_network("https://www.amazon.de/dp/1")
    ('parameter tag', None)
    """
    host, _, resource = split_url(url)
    site = site_of(host)
    if site in _NETWORKS and resource not in ("", "/"):
        return _NETWORKS[site]
    if site in _PATHS and _PATHS[site].match(resource):
        return site
    named = parameters_of(resource)
    own = _PARAMETERS.get(site.partition(".")[0])
    if own is not None and own[1].match(named.get(own[0], "")):
        return f"parameter {own[0]}"
    name = next((name for name, value in named.items() if name in _ANYWHERE and value), None)
    return f"parameter {name}" if name is not None else None
