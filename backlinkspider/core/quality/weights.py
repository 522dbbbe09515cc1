"""Weights: what each signal is worth, as one readable file says it."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backlinkspider.core.exceptions import WeightsError
from backlinkspider.core.quality.signals import SIGNALS, SIGNALS_BY_NAME
from backlinkspider.core.text import truncate_for_message

WEIGHTS_MAXIMUM = 100_000
"""Characters, and bytes, of a file of weights."""

POINTS_MAXIMUM = 100
DEFAULT = "default"
"""The name of the weights that come with the project, which others may extend."""

_NAME_CHARACTERS = 40
_VERSION_MAXIMUM = 1e15
"""A number as version is less: dates and hours are."""
_UNWRITABLE = "…"
_SIGNALS_MAXIMUM = len(SIGNALS)
_VERDICTS = ("good", "never_good", "review", "bad")
_STRENGTHS = ("strong", "alone", "weak", "supporting", "harmless")
_TABLES: Mapping[str, tuple[str, ...]] = {
    "verdicts": _VERDICTS,
    "suspicion": _STRENGTHS,
    "signals": tuple(SIGNALS_BY_NAME),
}
_KEYS = ("name", "version", "extends", "base", "minimum_measured", *_TABLES)


@dataclass(frozen=True)
class Weights:
    """Checked weights."""

    name: str
    version: str
    base: float
    """The quality of a link before any signal."""
    minimum_measured: int
    """Minimum number of measured signals for a verdict."""
    good: float
    """The minimum quality of a good link."""
    never_good: frozenset[tuple[str, str]]
    """The signals and levels with which none is good."""
    review: float
    """The quality below which a suspicious link is looked at."""
    bad: float
    """The quality below which a link can be bad."""
    points: Mapping[str, Mapping[str, float]]
    """By signal and level."""
    strong: frozenset[tuple[str, str]]
    """The signals and levels of which one is needed for bad."""
    alone: frozenset[tuple[str, str]]
    """Those of `strong` that are enough for it; what is harmless spares a link them too."""
    weak: frozenset[tuple[str, str]]
    """Those that count beside a strong one; one of them, with anything else, calls for a review."""
    supporting: frozenset[tuple[str, str]]
    """Those that count only beside others."""
    harmless: frozenset[tuple[str, str]]
    """Those that spare a link a review for weak signs."""

    @property
    def label(self) -> str:
        """The cell that names the weights behind a score."""
        return f"{self.name} {self.version}"


def parse_weights(text: str, default: str | None = None) -> Weights:
    """The weights that a text in TOML (https://toml.io/en/v1.0.0) holds, complete, or what it changes of the text `default`.

    Raises WeightsError, whose one line names what is wrong.
    """
    table = _parse_toml(text)
    if "extends" in table:
        table = _extended(table, default)
    _check_names("the file", table, _KEYS)
    for key, names in _TABLES.items():
        _check_names(f"[{key}]", _table(table, key, f"[{key}]"), names)
    verdicts = table["verdicts"]
    weights = Weights(
        name=_name(table),
        version=_version(table),
        base=_number(table, "base", least=0),
        minimum_measured=_count(table, "minimum_measured"),
        good=_number(verdicts, "good", least=0, place="[verdicts] "),
        never_good=_levels(verdicts, "[verdicts] never_good", "never_good"),
        review=_number(verdicts, "review", least=0, place="[verdicts] "),
        bad=_number(verdicts, "bad", least=0, place="[verdicts] "),
        points={signal: _points(table["signals"], signal) for signal in SIGNALS_BY_NAME},
        strong=_levels(table["suspicion"], "[suspicion] strong", "strong"),
        alone=_levels(table["suspicion"], "[suspicion] alone", "alone"),
        weak=_levels(table["suspicion"], "[suspicion] weak", "weak"),
        supporting=_levels(table["suspicion"], "[suspicion] supporting", "supporting"),
        harmless=_levels(table["suspicion"], "[suspicion] harmless", "harmless"),
    )
    _check_order(weights)
    if default is not None and weights.name == DEFAULT:
        raise WeightsError(f"name is '{DEFAULT}', as that of the weights that come with the project: give it another")
    return weights


def _parse_toml(text: str) -> dict[str, Any]:
    if len(text) > WEIGHTS_MAXIMUM:
        raise WeightsError(f"it has more than {WEIGHTS_MAXIMUM:,} characters: weights are one small file")
    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise WeightsError(f"it is not readable as TOML: {truncate_for_message(str(error))}") from None
    except RecursionError:
        raise WeightsError("it is not readable as TOML: it is nested too deep") from None


def _extended(table: Mapping[str, Any], default: str | None) -> dict[str, Any]:
    """The table over that of the default, which it has its own name besides."""
    if table["extends"] != DEFAULT or default is None:
        raise WeightsError(f'extends is {_said(table["extends"])}: only extends = "{DEFAULT}" is known')
    for key in ("name", "version"):
        if key not in table:
            raise WeightsError(f"{key} is missing: weights that extend others have a {key} of their own")
    return _over(tomllib.loads(default), {key: value for key, value in table.items() if key != "extends"})


def _over(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(old)
    for key, value in new.items():
        before = merged.get(key)
        merged[key] = _over(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return merged


def _check_names(place: str, table: Mapping[str, Any], known: Iterable[str]) -> None:
    """Raises WeightsError for a name that is not known; one that is missing is named where it is read."""
    known = tuple(known)
    for name in table:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            meant = f"did you mean {near[0]}?" if near else f"there is {', '.join(known)}"
            raise WeightsError(f"{place} has no '{truncate_for_message(name)}': {meant}")


def _table(table: Mapping[str, Any], key: str, place: str) -> Mapping[str, Any]:
    value = _required(table, key, place)
    if not isinstance(value, dict):
        raise WeightsError(f"{place} is {_said(value)}, and must be a table")
    return value


def _points(signals: Mapping[str, Any], signal: str) -> Mapping[str, float]:
    place = f"[signals.{signal}]"
    levels = SIGNALS_BY_NAME[signal].levels
    table = _table(signals, signal, place)
    _check_names(place, table, levels)
    return {level: _number(table, level, least=-POINTS_MAXIMUM, place=f"{place} ") for level in levels}


def _number(table: Mapping[str, Any], key: str, *, least: int, place: str = "") -> float:
    value = _required(table, key, f"{place}{key}")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WeightsError(f"{place}{key} is {_said(value)}, and must be a number")
    # No comparison holds for nan.
    if not least <= value <= POINTS_MAXIMUM:
        raise WeightsError(f"{place}{key} is {_said(value)}, and must be from {least} to {POINTS_MAXIMUM}")
    return value


def _count(table: Mapping[str, Any], key: str) -> int:
    value = _required(table, key, key)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _SIGNALS_MAXIMUM:
        raise WeightsError(f"{key} is {_said(value)}, and must be a whole number from 1 to {_SIGNALS_MAXIMUM}")
    return value


def _name(table: Mapping[str, Any]) -> str:
    value = _required(table, "name", "name")
    if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > _NAME_CHARACTERS:
        raise WeightsError(f"name is {_said(value)}, and must be a text of 1 to {_NAME_CHARACTERS} characters")
    return value.strip()


def _version(table: Mapping[str, Any]) -> str:
    value = _required(table, "version", "version")
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _VERSION_MAXIMUM
    text = str(value) if is_number else value
    if not isinstance(text, str) or not text.strip() or not text.isprintable() or len(text) > _NAME_CHARACTERS:
        raise WeightsError(f"version is {_said(value)}, and must be a number or a short text")
    return text.strip()


def _levels(table: Mapping[str, Any], place: str, key: str) -> frozenset[tuple[str, str]]:
    """The signals and levels that a list names: `signal`, which is all of its levels, or `signal.level`."""
    value = _required(table, key, place)
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise WeightsError(f'{place} must be a list of texts, such as ["link_farm", "hidden.style"]')
    found: set[tuple[str, str]] = set()
    for entry in value:
        name, dot, level = entry.partition(".")
        _check_names(place, {name: None}, SIGNALS_BY_NAME)
        levels = SIGNALS_BY_NAME[name].levels
        if dot:
            _check_names(f"{place}: {name}", {level: None}, levels)
        found.update((name, of_it) for of_it in ((level,) if dot else levels))
    return frozenset(found)


def _check_order(weights: Weights) -> None:
    if not weights.bad <= weights.review <= weights.good:
        raise WeightsError(
            f"[verdicts] bad {weights.bad:g}, review {weights.review:g} and good {weights.good:g} must not fall in that order"
        )


def _required(table: Mapping[str, Any], key: str, place: str) -> Any:
    if key not in table:
        raise WeightsError(f'{place} is missing: a file has all of it, or extends = "{DEFAULT}"')
    return table[key]


def _said(value: object) -> str:
    return f"'{truncate_for_message(_text_of(value))}'"


def _text_of(value: object) -> str:
    """A value as text; Python writes no number of thousands of digits, and nothing that is nested as deep."""
    try:
        return str(value)
    except (ValueError, RecursionError):
        return _UNWRITABLE
