"""Query parameters that say where a visitor came from and never change the page.

Each is named by the documentation of the software that adds it, and by the lists with which browsers strip them (Mozilla's
query stripping list, Brave's query filter). Left out are names that some sites use for content, such as `ref`, `source`,
`cid`, `si` and `trk`.
"""

from __future__ import annotations

import re

TRACKING_PARAMETERS: dict[str, tuple[str, ...]] = {
    "Google Analytics and Ads": (
        "utm_*",
        "gclid",
        "gclsrc",
        "dclid",
        "gbraid",
        "wbraid",
        "gad_source",
        "gad_campaignid",
        "srsltid",
    ),
    "Google's linker": ("_ga", "_gl"),
    "Meta": ("fbclid", "igshid", "igsh", "mibextid", "fb_action_ids", "fb_action_types", "fb_source", "fb_ref"),
    "Microsoft": ("msclkid",),
    "Yandex": ("yclid", "ysclid", "ymclid", "_openstat"),
    "TikTok, X, LinkedIn, Pinterest, Snapchat, Reddit": ("ttclid", "twclid", "li_fat_id", "epik", "sccid", "rdt_cid"),
    "Matomo": ("mtm_*", "pk_*", "piwik_*", "matomo_*"),
    "Piano (AT Internet)": ("at_medium", "at_campaign", "at_custom*", "at_creation", "at_variant", "at_send_date", "at_link*"),
    "Comscore": ("ns_source", "ns_mchannel", "ns_campaign", "ns_linkname", "ns_fee"),
    "Mapp (Webtrekk)": ("wt_mc", "wt_zmc"),
    "Mailchimp": ("mc_cid", "mc_eid", "mc_tc"),
    "HubSpot": ("_hsenc", "_hsmi", "__hstc", "__hssc", "__hsfp", "hsctatracking"),
    "Marketo": ("mkt_tok",),
    "Klaviyo": ("_kx",),
    "Vero, Omeda, Omnisend, Dotdigital, ActiveCampaign": (
        *("vero_id", "vero_conv", "oly_enc_id", "oly_anon_id", "omnisendid", "dm_i", "vgo_ee"),
    ),
    "Adobe Advertising, Impact, Wicked Reports, Branch": (
        *("ef_id", "irclickid", "wickedid", "_branch_match_id", "_branch_referrer"),
    ),
    "Taboola and Outbrain": ("tblci", "dicbo", "oborigurl"),
}
"""Names by who adds them, in lower case; `*` stands for any ending."""


def _pattern(names: tuple[str, ...]) -> str:
    return "|".join(re.escape(name).replace(r"\*", "[^=]*") for name in names)


TRACKING_PARAMETER = re.compile(
    f"(?:{'|'.join(_pattern(names) for names in TRACKING_PARAMETERS.values())})(?:=|\\Z)", re.IGNORECASE
)
"""Matches a query parameter, name and value, that only tracks."""
