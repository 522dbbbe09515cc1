"""Read files of weights; `core.quality.weights` parses them."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from backlinkspider.core.exceptions import WeightsError

if TYPE_CHECKING:
    from backlinkspider.core.quality.weights import Weights


def load_weights(path: str | None) -> Weights:
    """Return the weights of a file, or without one those of the project. Raises WeightsError, which names the path."""
    if not path:
        return _default_weights()
    # It brings all signals, with words in many languages, which a crawl with the project's weights needs when it ends.
    from backlinkspider.core.quality.weights import parse_weights  # noqa: PLC0415

    try:
        return parse_weights(_read(path), _default_text())
    except OSError as error:
        raise WeightsError(f"weights '{path}' cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise WeightsError(f"weights '{path}' cannot be used: it is not UTF-8") from None
    except WeightsError as error:
        raise WeightsError(f"weights '{path}' cannot be used: {error}") from None


def _read(path: str) -> str:
    from backlinkspider.core.quality.weights import WEIGHTS_MAXIMUM  # noqa: PLC0415 - as above

    file = Path(path)
    if file.exists() and not file.is_file():
        # Reading a pipe would wait for its writer.
        raise WeightsError("it is not a file")
    with file.open("rb") as opened:
        # One byte more than is allowed: the parser then refuses the text.
        return opened.read(WEIGHTS_MAXIMUM + 1).decode("utf-8-sig")


@cache
def _default_weights() -> Weights:
    from backlinkspider.core.quality.weights import parse_weights  # noqa: PLC0415 - as above

    return parse_weights(_default_text())


@cache
def _default_text() -> str:
    return resources.files("backlinkspider").joinpath("weights.toml").read_text(encoding="utf-8")
