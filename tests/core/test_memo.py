"""What is remembered, and that no page can fill the memory with it."""

from __future__ import annotations

from backlinkspider.core.memo import MAX_KEY_LENGTH, bounded_key, cache_short_strings


def test_only_results_for_short_texts_are_remembered() -> None:
    asked_for: list[str] = []

    @cache_short_strings(2)
    def length(text: str) -> int:
        asked_for.append(text)
        return len(text)

    long = "x" * (MAX_KEY_LENGTH + 1)
    assert [length(text) for text in ("a", "a", long, long, "b", "c", "a")] == [
        1,
        1,
        MAX_KEY_LENGTH + 1,
        MAX_KEY_LENGTH + 1,
        1,
        1,
        1,
    ]
    assert asked_for == ["a", long, long, "b", "c", "a"]


def test_long_texts_that_differ_have_other_short_keys() -> None:
    texts = ["x" * 8_000 + end for end in ("", "a", "b", "\ud800")]
    keys = {bounded_key(text) for text in texts}
    assert len(keys) == len(texts)
    assert max(map(len, keys)) < MAX_KEY_LENGTH
