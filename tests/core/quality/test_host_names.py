"""Names of hosts: what is seen in them, and how little it tells."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.quality.host_names import SUSPICIOUS_MAXIMUM, NameSigns, read_name, suspicious_domains
from backlinkspider.core.urls.domains import site_of

VERDICTS = (Path(__file__).parents[3] / "docs" / "verdicts.md").read_text(encoding="utf-8")
COMMERCIAL = re.compile(r"\.(?:co|org|me|net|ltd|plc)\.uk\Z")
SIGNS: dict[str, Callable[[NameSigns], float]] = {
    "words of trades that live of spam": lambda signs: len(signs.trade_words),
    "words of selling": lambda signs: len(signs.selling_words),
    "hyphens": lambda signs: signs.hyphens,
    "digits": lambda signs: signs.digits,
    "length": lambda signs: signs.length,
    "labels": lambda signs: signs.labels,
}
FOLDS, EPOCHS, RATE = 5, 5, 0.05

SUSPICIOUS = [
    pytest.param("best-casino-bonus.example", True, id="a trade and a hyphen"),
    pytest.param("viagra24.example", True, id="a trade and a digit"),
    pytest.param("cheapviagra.example", True, id="a trade and selling"),
    pytest.param("tanie-chwilowki.example", True, id="another language"),
    pytest.param("casino-poker.example", True, id="two trades"),
    pytest.param("pokerclub.example", False, id="a trade alone"),
    pytest.param("cheap-hotels-online.example", False, id="selling without a trade"),
    pytest.param("specialist-lenses.example", False, id="a word by chance"),
    pytest.param("middlesex-cricket-2.example", False, id="a county"),
    pytest.param("milford-haven.example", False, id="a town"),
    pytest.param("museo-24.example", False, id="a museum"),
    pytest.param("xn--casino-24-x2a.example", False, id="letters of other scripts"),
    pytest.param("10.0.0.1", False, id="an address"),
    pytest.param("localhost", False, id="a single label"),
    pytest.param("www.example", False, id="a bare www"),
]


@pytest.mark.parametrize(("host", "is_suspicious"), SUSPICIOUS)
def test_a_name_is_suspicious(host: str, *, is_suspicious: bool) -> None:
    assert read_name(host).is_suspicious is is_suspicious


def test_at_most_ten_are_shown_in_their_order() -> None:
    domains = [f"casino-{number:02}.example" for number in range(30)]
    assert suspicious_domains(reversed(domains)) == tuple(domains[:SUSPICIOUS_MAXIMUM])
    assert suspicious_domains(["a.example", "casino-1.example", "casino-1.example"]) == ("casino-1.example",)


def test_random_names_count_together_only() -> None:
    random = [f"{label}.example" for label in ("077qwb", "5114477", "bkx33", "qxvkwz", "zhq88")]
    words = [
        f"{label}.example"
        for label in ("oak", "elm", "acorns", "timber", "planks", "chairs", "tables", "benches", "mills", "saws")
    ]
    assert suspicious_domains(random + words) == tuple(random)
    assert suspicious_domains(random + words, {"bkx33.example"}) == (*random[:2], *random[3:])
    assert suspicious_domains([*random, *words, "logs.example"]) == ()
    assert suspicious_domains(random[:4]) == ()


@given(st.text(max_size=80) | st.text(alphabet="abcsexloan-.19[]", max_size=80))
def test_no_name_breaks_the_reader(host: str) -> None:
    signs = read_name(host)
    assert signs.points >= 0
    assert not signs.is_suspicious or signs.trade_words


def auc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """The chance that one of the true has a higher score than one of the false, where equal scores count half."""
    rank, sum_of_ranks = 0.0, 0.0
    for _, tied in groupby(sorted(zip(scores, labels, strict=True)), key=lambda pair: pair[0]):
        group = [label for _, label in tied]
        sum_of_ranks += sum(group) * (rank + (len(group) + 1) / 2)
        rank += len(group)
    positives = sum(labels)
    return (sum_of_ranks - positives * (positives + 1) / 2) / (positives * (len(labels) - positives))


@pytest.mark.parametrize(
    ("scores", "labels", "expected"),
    [([1, 2, 3], [False, False, True], 1), ([3, 2, 1], [False, False, True], 0), ([1, 1, 1], [False, True, True], 0.5)],
    ids=["all above", "all below", "all the same"],
)
def test_the_measure(scores: list[float], labels: list[bool], expected: float) -> None:
    assert auc(scores, labels) == expected


def learnt_scores(hosts: Sequence[str], labels: Sequence[bool]) -> list[float]:
    """For each host the score of a logistic regression that was learnt from the others; a site is in one fold."""
    rows = [[1.0, *(math.log1p(sign(read_name(host))) for sign in SIGNS.values())] for host in hosts]
    random_numbers = random.Random(7)
    fold_of = {site: random_numbers.randrange(FOLDS) for site in sorted({site_of(host) for host in hosts})}
    folds = [fold_of[site_of(host)] for host in hosts]
    scores = [0.0] * len(hosts)
    for fold in range(FOLDS):
        factors = [0.0] * (len(SIGNS) + 1)
        learnt_from = [place for place in range(len(hosts)) if folds[place] != fold]
        for _ in range(EPOCHS):
            random_numbers.shuffle(learnt_from)
            for place in learnt_from:
                row = rows[place]
                error = labels[place] - 1 / (1 + math.exp(-sum(map(float.__mul__, factors, row))))
                factors = [factor + RATE * error * value for factor, value in zip(factors, row, strict=True)]
        for place in range(len(hosts)):
            if folds[place] == fold:
                scores[place] = sum(map(float.__mul__, factors, rows[place]))
    return scores


@pytest.fixture(scope="module")
def labelled(corpora: Path) -> list[tuple[str, bool]]:
    lines = (corpora / "graph" / "hosts-labelled-spam" / "webspam-uk2006-set1-labels.txt").read_text().splitlines()
    return [(line.split()[0], line.split()[1] == "spam") for line in lines if line.strip()]


def measured(labelled: list[tuple[str, bool]]) -> dict[str, float]:
    labels = [is_spam for _, is_spam in labelled]
    names = [read_name(host) for host, _ in labelled]
    by_sign = {name: auc([sign(signs) for signs in names], labels) for name, sign in SIGNS.items()}
    together = auc([signs.points for signs in names], labels)
    return {**by_sign, "together": together, "learnt": auc(learnt_scores([host for host, _ in labelled], labels), labels)}


def test_the_documentation_states_what_a_name_tells(labelled: list[tuple[str, bool]]) -> None:
    of_all = measured(labelled)
    of_commerce = measured([(host, is_spam) for host, is_spam in labelled if COMMERCIAL.search(host)])
    table = "\n".join(f"| {name} | {of_all[name]:.2f} | {of_commerce[name]:.2f} |" for name in of_all)
    assert table in VERDICTS, table
    assert f"{len(labelled):,} British hosts that people labelled as spam ({sum(is_spam for _, is_spam in labelled)})" in VERDICTS
    # A sign so weak may never be strong: by the field a classifier that is worth its name has 0.9.
    assert of_commerce["together"] < 0.9


def test_the_documentation_states_how_often_a_suspicious_name_is_spam(labelled: list[tuple[str, bool]]) -> None:
    named = [is_spam for host, is_spam in labelled if read_name(host).is_suspicious]
    stated = f"of these hosts that is true of {len(named)}, of which {sum(named)} are spam"
    assert stated in VERDICTS, stated
    assert sum(named) / len(named) > 0.8
