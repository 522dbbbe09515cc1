"""Names of random letters and digits, and names that only look short or foreign."""

from __future__ import annotations

import gzip
import random
from pathlib import Path
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.quality.random_names import is_random_name
from backlinkspider.core.urls.domains import site_of

NAMES = [
    *((label, True) for label in ("0114433", "077qwb", "psb2222", "qqb33", "xtmttl", "qxvkwz", "hjkwqpfz")),
    *((label, False) for label in ("oak", "bbc", "w3", "3sat", "1und1", "schlachthof", "strengths", "rhythm", "cyklistika")),
    *((label, False) for label in ("washingtonpost", "wikipedia", "news24hours", "xn--80ak6aa92e", "szczecin", "24-stunden", "")),
]


@pytest.mark.parametrize(("label", "is_random"), NAMES)
def test_a_name_is_random(label: str, *, is_random: bool) -> None:
    assert is_random_name(label) is is_random


@pytest.mark.parametrize("length", [6, 8, 10, 12])
def test_more_than_half_of_random_letters_are_known(length: int) -> None:
    letters = random.Random(length)
    names = ["".join(letters.choices(ascii_lowercase, k=length)) for _ in range(1_000)]
    assert sum(map(is_random_name, names)) > len(names) / 2


def test_two_in_a_hundred_sites_that_pages_link_to_look_random(corpora: Path) -> None:
    with gzip.open(corpora / "graph" / "minicc-give-domain-vertices.txt.gz", "rt") as file:
        hosts = [".".join(reversed(line.split("\t")[1].split("."))) for line in file.read().splitlines()]
    labels = {site_of(host).partition(".")[0] for host in hosts}
    assert len(labels) > 7_000
    assert sum(map(is_random_name, labels)) < 0.02 * len(labels)


@given(st.text(max_size=80))
def test_no_name_breaks_the_reader(label: str) -> None:
    is_random_name(label)
