"""Reads files of weights; what they say is for `core.quality.weights`."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from backlinkspider.core.exceptions import WeightsError
from backlinkspider.core.quality.weights import WEIGHTS_MAXIMUM, Weights, parse_weights


def load_weights(path: str | None) -> Weights:
    """The weights of a file; those that come with the project without one. Raises WeightsError, with the path."""
    if not path:
        return parse_weights(_default_text())
    try:
        return parse_weights(_read(path), _default_text())
    except OSError as error:
        raise WeightsError(f"weights '{path}' cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise WeightsError(f"weights '{path}' cannot be used: it is not UTF-8") from None
    except WeightsError as error:
        raise WeightsError(f"weights '{path}' cannot be used: {error}") from None


def _read(path: str) -> str:
    file = Path(path)
    if file.exists() and not file.is_file():
        # A pipe would wait for its writer.
        raise WeightsError("it is no file")
    with file.open("rb") as opened:
        # One byte more than may be there: the text is refused then.
        return opened.read(WEIGHTS_MAXIMUM + 1).decode("utf-8-sig")


@cache
def _default_text() -> str:
    return resources.files("backlinkspider").joinpath("weights.toml").read_text(encoding="utf-8")
