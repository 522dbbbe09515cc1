"""What is remembered, and that no page can fill the memory with it."""

from __future__ import annotations

from backlinkspider.core.memo import SHORT, remember_short, short_key


def test_only_results_for_short_texts_are_remembered() -> None:
    asked_for: list[str] = []

    @remember_short(2)
    def length(text: str) -> int:
        asked_for.append(text)
        return len(text)

    long = "x" * (SHORT + 1)
    assert [length(text) for text in ("a", "a", long, long, "b", "c", "a")] == [1, 1, SHORT + 1, SHORT + 1, 1, 1, 1]
    assert asked_for == ["a", long, long, "b", "c", "a"]


def test_long_texts_that_differ_have_other_short_keys() -> None:
    texts = ["x" * 8_000 + end for end in ("", "a", "b", "\ud800")]
    keys = {short_key(text) for text in texts}
    assert len(keys) == len(texts)
    assert max(map(len, keys)) < SHORT
