"""Score a link and explain the score: the points of its signals, and the rules for verdicts."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from backlinkspider.core.quality.reading import Evidence, truth_in
from backlinkspider.core.quality.signals import SIGNALS
from backlinkspider.core.quality.weights import Weights
from backlinkspider.core.quality.wordings import word_reading
from backlinkspider.core.text import escape_control_characters
from backlinkspider.items import Cell

SCORE_COLUMNS = ("verdict", "to_do", "quality", "summary", "reasons", "weights_version")
"""The columns that a score fills."""

_EVIDENCE_CHARACTERS = 100

_CLAUSES = 4
"""Maximum number of parts in a summary: a client reads one sentence. The rest is in the reasons."""

_BROKEN = ("is_broken", "broken")

_NOT_MEASURED = "Too little was measured to say what it is worth."


class Verdict(StrEnum):
    """The worth of a link in one word."""

    GOOD = "good"
    """A genuine recommendation: a quality of at least 70, and none of what passes nothing on or recommends nothing (a place
    outside the content, an advertisement, a page that is not indexed or has no more than a sentence, a frame, an image alone, a
    share or follow button, a licence, a credit, a notice to visitors, a request to sign up or pay, a closed tab)."""
    NEUTRAL = "neutral"
    """Worth little or nothing, and harmless. Most links are. Links with nofollow are here, unless all the rest is good."""
    REVIEW = "review"
    """Look at it: one strong sign of manipulation, or a quality below 55 with two suspicious signs on a link that counts for
    search engines."""
    BAD = "bad"
    """A quality below 55, and two suspicious signs that are independent of each other, one of them strong, or a page made of
    links: to many sites with random names, or to whoever asks. One weak sign never makes a link bad."""
    UNKNOWN = "unknown"
    """Fewer than five signals were measured, so there is no score."""


class ToDo(StrEnum):
    """What the target's owner should do about a link; mostly nothing."""

    MEND = "mend"
    """The page that it leads to is gone, whatever else the link is worth: let the address answer again, redirect it, or ask for
    the right one."""
    LOOK = "look"
    """Look at it yourself: the verdict is review or bad. Broken or not, there is nothing to mend before that."""


class Judgement(NamedTuple):
    """The columns that say what a link is worth."""

    verdict: Verdict
    quality: int | None
    """0 to 100; None when the verdict is unknown."""
    reasons: tuple[str, ...]
    """The heaviest first."""
    to_do: ToDo | None
    summary: str
    """The reasons in a sentence."""


class _Point(NamedTuple):
    """The points of one signal."""

    signal: str
    level: str
    theme: str
    points: float
    evidence: str


def judge(evidence: Evidence, weights: Weights) -> Judgement:
    """The verdict, quality and reasons of a link by the cells of its row.

    What was not measured adds nothing. Google has no notion of a bad link by one sign, and most links are only worthless
    (https://developers.google.com/search/docs/essentials/spam-policies#link-spam), so bad takes two signs that are independent of
    each other, one of them strong, and a quality that the rest does not lift. What holds of most links of a page is enough alone.
    """
    points = list(_points(evidence, weights))
    reasons = _reasons(points)
    if len(points) < weights.minimum_measured:
        return Judgement(Verdict.UNKNOWN, None, reasons, _to_do(Verdict.UNKNOWN, evidence), _NOT_MEASURED)
    quality = min(max(weights.base + math.fsum(point.points for point in points), 0), 100)
    verdict = _verdict(quality, points, weights)
    return Judgement(verdict, math.floor(quality + 0.5), reasons, _to_do(verdict, evidence), _summary(points, weights))


def score_cells(evidence: Evidence, weights: Weights) -> dict[str, Cell]:
    """The cells of `SCORE_COLUMNS` for a row."""
    judgement = judge(evidence, weights)
    return {
        "verdict": judgement.verdict.value,
        "to_do": judgement.to_do.value if judgement.to_do else None,
        "quality": judgement.quality,
        "summary": judgement.summary,
        "reasons": judgement.reasons,
        "weights_version": weights.label,
    }


def _points(evidence: Evidence, weights: Weights) -> Iterator[_Point]:
    for signal in SIGNALS:
        reading = signal.read(evidence)
        if reading is not None:
            points = weights.points[signal.name][reading.level]
            yield _Point(signal.name, reading.level, signal.theme, points, reading.evidence)


def _verdict(quality: float, points: Sequence[_Point], weights: Weights) -> Verdict:
    costs = [point for point in points if point.points < 0]
    is_harmless = _has_any(points, weights.harmless)
    strong, weak, supporting = (
        {point.theme for point in costs if (point.signal, point.level) in levels}
        for levels in (weights.strong - weights.alone if is_harmless else weights.strong, weights.weak, weights.supporting)
    )
    is_enough = len(strong | weak | supporting) > 1 or _has_any(costs, weights.alone)
    if strong and is_enough and quality < weights.bad:
        return Verdict.BAD
    calls_for_a_look = weak and len(weak | supporting) > 1 and not is_harmless
    if strong or (calls_for_a_look and quality < weights.review):
        return Verdict.REVIEW
    can_be_good = not _has_any(points, weights.never_good)
    return Verdict.GOOD if can_be_good and quality >= weights.good else Verdict.NEUTRAL


def _has_any(points: Sequence[_Point], levels: Container[tuple[str, str]]) -> bool:
    return any((point.signal, point.level) in levels for point in points)


def _to_do(verdict: Verdict, evidence: Evidence) -> ToDo | None:
    if verdict in (Verdict.REVIEW, Verdict.BAD):
        return ToDo.LOOK
    return ToDo.MEND if truth_in(evidence, "is_broken") else None


def _summary(points: Sequence[_Point], weights: Weights) -> str:
    """Summarize the heaviest reasons in one sentence, in the order of the signals: the place first, the site last.

    A dead page is always said, then what decides the verdict whatever the points.
    """
    decisive = weights.strong | weights.weak | weights.never_good | weights.harmless

    def rank(point: _Point) -> tuple[bool, bool, float]:
        key = (point.signal, point.level)
        return key != _BROKEN, key not in decisive, -abs(point.points)

    told = sorted((point for point in points if point.points or (point.signal, point.level) == _BROKEN), key=rank)[:_CLAUSES]
    clauses = [word_reading(point.signal, point.level, _evidence_text(point.evidence)) for point in points if point in told]
    sentence = "; ".join(clauses) or "nothing about it speaks for or against it"
    return f"{sentence[0].upper()}{sentence[1:]}."


def _reasons(points: Sequence[_Point]) -> tuple[str, ...]:
    """Return the points that are not 0, the heaviest first; those of equal weight in the order of the signals."""
    heaviest_first = sorted((point for point in points if point.points), key=lambda point: -abs(point.points))
    return tuple(f"{point.signal}:{point.points:+g}({_evidence_text(point.evidence)})" for point in heaviest_first)


def _evidence_text(evidence: str) -> str:
    """Evidence for a list whose parts are joined by bars; it may be what a page wrote."""
    return escape_control_characters(evidence[:_EVIDENCE_CHARACTERS]).replace("|", "/")
