"""How often the language of a text is right, by languages and length of the text.

    python -m pip install django
    PYTHONPATH=. python benchmarks/language_guess.py

The texts are the messages of Django in the languages that people translated it to, joined until they have enough letters. It
prints for each length how many texts are right, unknown and wrong, of the languages that the detector knows, and which are taken
for which.
"""

from __future__ import annotations

import random
import re
import struct
import time
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from backlinkspider.core.html.language import detect_language

LENGTHS = (100, 300, 1_000)
TEXTS = 20
SHORTEST = 25
SAME = {"nb": "no", "nn": "no", "bs": "sr", "hr": "sr", "ms": "id"}
"""Languages that are one to a detector: Bosnian, Croatian and Serbian; Indonesian and Malay; the two Norwegians."""

UNKNOWN = {"ast", "ckb", "dsb", "hsb", "ia", "io", "kab", "os", "udm"}
"""Languages that the detector does not know: reported apart."""

_PLACEHOLDER = re.compile(r"%\([^)]*\)\w|%\w|\{[^}]*\}|<[^>]*>")


def main() -> None:
    """Print the table."""
    random.seed(1)
    messages = {folder.parent.name: list(read_messages(folder)) for folder in find_catalogues()}
    mistaken: Counter[tuple[str, str]] = Counter()
    print(f"{'letters':<12}{'texts':>8}{'right':>8}{'unknown':>9}{'wrong':>8}{'ms':>8}")
    for length in LENGTHS:
        counts: Counter[str] = Counter()
        begin = time.process_time()
        for name, texts in messages.items():
            language = name.partition("_")[0]
            for text in join(texts, length) if language not in UNKNOWN else ():
                detected = detect_language(text)
                outcome = "unknown" if detected is None else "right" if same(detected) == same(language) else "wrong"
                counts[outcome] += 1
                if outcome == "wrong" and detected is not None:
                    mistaken[language, detected] += 1
        total = counts.total()
        shares = "".join(
            f"{counts[outcome] / total:{width}.1%}" for outcome, width in (("right", 8), ("unknown", 9), ("wrong", 8))
        )
        print(f"{length:<12,}{total:8,}{shares}{(time.process_time() - begin) * 1_000 / total:8.2f}")
    print("taken for another: " + ", ".join(f"{one} for {other} {count}" for (one, other), count in mistaken.most_common(12)))


def same(language: str) -> str:
    """The name that languages have in common which are one to a detector."""
    return SAME.get(language, language)


def find_catalogues() -> list[Path]:
    """The folders of Django's catalogues, a language each."""
    spec = find_spec("django")
    if spec is None or spec.origin is None:
        raise SystemExit("Django is missing: python -m pip install django")
    return sorted((Path(spec.origin).parent / "conf" / "locale").glob("*/LC_MESSAGES"))


def read_messages(folder: Path) -> Iterator[str]:
    """Yield the translations of a catalogue, by the format of GNU gettext's .mo files."""
    for path in folder.glob("*.mo"):
        data = path.read_bytes()
        _, _, number, _, table = struct.unpack_from("<5I", data)
        for place in range(number):
            length, start = struct.unpack_from("<2I", data, table + 8 * place)
            message = data[start : start + length].decode().partition("\0")[0]
            if place and len(message) >= SHORTEST:
                yield _PLACEHOLDER.sub("", message)


def join(messages: list[str], letters: int) -> Iterator[str]:
    """Yield texts with at least so many letters, each of other messages."""
    random.shuffle(messages)
    text, yielded = "", 0
    for message in messages:
        text += f" {message}"
        if sum(map(str.isalpha, text)) >= letters and yielded < TEXTS:
            yield text
            text, yielded = "", yielded + 1


if __name__ == "__main__":
    main()
