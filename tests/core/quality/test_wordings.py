"""Each signal and level has its wording."""

from __future__ import annotations

import pytest

from backlinkspider.core.quality.signals import SIGNALS
from backlinkspider.core.quality.wordings import EVIDENCE, WORDINGS, word_reading

WORDED = [(signal, level, wording) for signal, wordings in WORDINGS.items() for level, wording in wordings.items()]


def test_each_signal_and_level_has_a_wording_and_nothing_else_has() -> None:
    assert {signal: tuple(wordings) for signal, wordings in WORDINGS.items()} == {
        signal.name: signal.levels for signal in SIGNALS
    }


def test_no_two_levels_say_the_same() -> None:
    wordings = [wording for _, _, wording in WORDED]
    assert len(set(wordings)) == len(wordings)


@pytest.mark.parametrize(("signal", "level", "wording"), WORDED, ids=lambda value: value if len(value) < 20 else "")
def test_a_wording_is_a_clause_without_machine_words(signal: str, level: str, wording: str) -> None:
    assert wording == wording.strip()
    assert not wording.endswith((".", ";"))
    assert ";" not in wording
    assert "_" not in wording
    assert wording.replace(EVIDENCE, "").count("{") == 0
    assert word_reading(signal, level, "seen") == wording.replace(EVIDENCE, "seen")


def test_evidence_from_a_page_is_quoted_and_nothing_in_it_is_filled_in() -> None:
    assert word_reading("spam_words", "anchor", "{evidence}{0}") == (
        "its text has a word of a trade that lives on spam ({evidence}{0})"
    )
