"""What a link is worth, and why: the points of its signals, and the rules of verdicts."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from backlinkspider.core.quality.reading import Evidence
from backlinkspider.core.quality.signals import SIGNALS
from backlinkspider.core.quality.weights import Weights
from backlinkspider.core.text import escape_control_characters
from backlinkspider.items import Cell

SCORE_COLUMNS = ("verdict", "quality", "reasons", "weights_version")
"""What a row gets."""

_EVIDENCE_CHARACTERS = 100


class Verdict(StrEnum):
    """What a link is worth, in a word."""

    GOOD = "good"
    """A genuine recommendation: a quality of at least 70, and none of what passes nothing on or recommends nothing (an
    advertisement that says so, a page that is not indexed, a frame, a share or follow button, a closed tab)."""
    NEUTRAL = "neutral"
    """Worth little or nothing, and harmless. Most links are. Links with nofollow are here, unless all the rest is good."""
    REVIEW = "review"
    """Look at it: one strong sign of manipulation, or a quality below 55 with two suspicious signs on a link that counts for
    search engines."""
    BAD = "bad"
    """A quality below 55, and two suspicious signs that are independent of each other, one of them strong. One weak sign never
    makes a link bad."""
    UNKNOWN = "unknown"
    """Fewer than five signals were measured; there is no quality."""


class Judgement(NamedTuple):
    """The columns that say what a link is worth."""

    verdict: Verdict
    quality: int | None
    """0 to 100; None when the verdict is unknown."""
    reasons: tuple[str, ...]
    """The heaviest first."""


class _Point(NamedTuple):
    """What one signal adds."""

    signal: str
    level: str
    theme: str
    points: float
    evidence: str


def judge(evidence: Evidence, weights: Weights) -> Judgement:
    """The verdict, quality and reasons of a link by the cells of its row.

    What was not measured adds nothing. Google has no notion of a bad link by one sign, and most links are only worthless
    (https://developers.google.com/search/docs/essentials/spam-policies#link-spam), so bad takes two signs that are independent of
    each other, one of them strong, and a quality that the rest does not lift.
    """
    points = list(_points(evidence, weights))
    reasons = _reasons(points)
    if len(points) < weights.minimum_measured:
        return Judgement(Verdict.UNKNOWN, None, reasons)
    quality = min(max(weights.base + math.fsum(point.points for point in points), 0), 100)
    return Judgement(_verdict(quality, points, weights), math.floor(quality + 0.5), reasons)


def score_cells(evidence: Evidence, weights: Weights) -> dict[str, Cell]:
    """The cells of `SCORE_COLUMNS` for a row."""
    verdict, quality, reasons = judge(evidence, weights)
    return {"verdict": verdict.value, "quality": quality, "reasons": reasons, "weights_version": weights.label}


def _points(evidence: Evidence, weights: Weights) -> Iterator[_Point]:
    for signal in SIGNALS:
        reading = signal.read(evidence)
        if reading is not None:
            points = weights.points[signal.name][reading.level]
            yield _Point(signal.name, reading.level, signal.theme, points, reading.evidence)


def _verdict(quality: float, points: Sequence[_Point], weights: Weights) -> Verdict:
    costs = [point for point in points if point.points < 0]
    strong, weak, supporting = (
        {point.theme for point in costs if (point.signal, point.level) in levels}
        for levels in (weights.strong, weights.weak, weights.supporting)
    )
    if strong and len(strong | weak | supporting) > 1 and quality < weights.bad:
        return Verdict.BAD
    calls_for_a_look = weak and len(weak | supporting) > 1 and not _has_any(points, weights.harmless)
    if strong or (calls_for_a_look and quality < weights.review):
        return Verdict.REVIEW
    can_be_good = not _has_any(points, weights.never_good)
    return Verdict.GOOD if can_be_good and quality >= weights.good else Verdict.NEUTRAL


def _has_any(points: Sequence[_Point], levels: Container[tuple[str, str]]) -> bool:
    return any((point.signal, point.level) in levels for point in points)


def _reasons(points: Sequence[_Point]) -> tuple[str, ...]:
    """What added something, the heaviest first; of the same weight in the order of the signals."""
    heaviest_first = sorted((point for point in points if point.points), key=lambda point: -abs(point.points))
    return tuple(f"{point.signal}:{point.points:+g}({_evidence_text(point.evidence)})" for point in heaviest_first)


def _evidence_text(evidence: str) -> str:
    """Evidence for a list whose parts are joined by bars; it may be what a page wrote."""
    return escape_control_characters(evidence[:_EVIDENCE_CHARACTERS]).replace("|", "/")
