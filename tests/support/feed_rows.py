"""Random rows of feeds, for what reads them back."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path
from random import Random

from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.core.rows.encode import BYTE_ORDER_MARK, encode_csv, encode_json
from backlinkspider.core.rows.row_parser import FeedRow

HOSTILE_TEXTS = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "+1; -2",
    "a;'-b",
    "{{ 7 * 7 }}",
    "\u202egnp.exe",
    "קישור | رابط",
    "'quoted'",
    'he said "oak"',
    "${jndi:x}",
    "'; DROP TABLE links; --",
)
"""Texts that a page may hold, each of which is a trap for some reader."""


def random_row(random: Random, time: str) -> FeedRow:
    """Make a row whose values are as mixed as those of many crawls, of a page fetched at a time."""
    site = f"site{random.randrange(12)}.example"
    broken = random.choice([None, False, False, True])
    verdict = random.choice([None, "good", "neutral", "review", "bad", "unknown"])
    farm = tuple(sorted({site, "farm1.example", "farm2.example"})) if random.random() < 0.1 else None
    row: FeedRow = dict.fromkeys(COLUMNS)
    row |= {
        "relation": random.choice(["backlink", "backlink", "backlink", "internal", "outbound"]),
        "url_from": f"https://www.{site}/page{random.randrange(6)}",
        "url_to": f"https://target.example/{random.randrange(8)}{random.choice(['', '#part'])}",
        "anchor": random.choice([None, "oak", "Oak & Iron", *HOSTILE_TEXTS]),
        "anchor_type": random.choice(["branded", "exact", "other", None]),
        "dofollow": random.choice([True, True, False]),
        "rel": random.choice([(), ("ugc",), ("sponsored", "nofollow")]),
        "link_type": random.choice(["text", "image"]),
        "position": random.choice(["content", "nav", "footer", None]),
        "verdict": verdict,
        "to_do": "look" if verdict in ("review", "bad") else "mend" if broken else None,
        "quality": None if verdict in (None, "unknown") else random.randrange(101),
        "summary": random.choice([None, "In the main content of the page."]),
        "domain_from": site,
        "domain_to": "target.example",
        "reciprocal": random.choice([None, False, True]),
        "link_farm": farm,
        "link_farm_footprints": ("clique", "template") if farm else None,
        "domain_from_pagerank": random.choice([None, 0.127, 0.5]),
        "domain_graph_sites": 12,
        "page_from_language": random.choice([None, "en", "de"]),
        "url_to_status_code": 404 if broken else None if broken is None else 200,
        "is_broken": broken,
        "page_is_copy": random.choice([None, None, False, True]),
        "target": "target.example",
        "fetched_at": time,
    }
    if row["relation"] == "internal":
        row["target"] = None
    return row


def random_rows(seed: int, number: int) -> list[FeedRow]:
    """Make the rows of one crawl; the same for the same seed, which is its day too."""
    random = Random(seed)
    return [random_row(random, f"2026-11-{seed + 1:02}T08:00:00Z") for _ in range(number)]


def write_feed(path: Path, rows: Sequence[FeedRow], columns: Sequence[str] = COLUMNS) -> Path:
    """Write rows as the exporters do, in the form that the name says; the path."""
    if ".csv" in path.name:
        data = BYTE_ORDER_MARK + encode_csv([columns, *([row.get(column) for column in columns] for row in rows)])
    else:
        lines = [encode_json({column: row.get(column) for column in columns}) + b"\n" for row in rows]
        data = b"".join(lines)
    path.write_bytes(gzip.compress(data) if path.name.endswith(".gz") else data)
    return path
