"""What each distribution of an environment weighs, and under which licence it is.

    .venv/bin/python benchmarks/environment_size.py [requirements.txt]

Printed is a line for each distribution that the requirements bring to the Python that runs this, the largest first: name,
version, licence, megabytes of its files (with the bytecode that pip compiles), and the megabytes that would go if its line were
removed from the requirements: itself and what nothing else needs; empty for what is not named there. At the end the sum.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def main() -> None:
    """Prints the table."""
    file = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent / "requirements.txt")
    named = [normalized(match[0]) for line in file.read_text(encoding="utf-8").splitlines() if (match := _NAME.match(line))]
    found = closure(named)
    sizes = {name: size(found[name]) for name in found}
    print(f"{'distribution':<22}{'version':<18}{'MB':>6}{'with its own':>14}  licence")
    for name in sorted(found, key=lambda name: -sizes[name]):
        gone = set(found) - set(closure(other for other in named if other != name)) if name in named else set()
        alone = f"{sum(sizes[other] for other in gone) / 1e6:.1f}" if gone else ""
        print(f"{name:<22}{found[name].version:<18}{sizes[name] / 1e6:>6.1f}{alone:>14}  {licence(found[name])}")
    print(f"{'in all':<40}{sum(sizes.values()) / 1e6:>6.1f}")


def closure(names: Iterable[str]) -> dict[str, Distribution]:
    """The distributions of some names, and those that they require, as far as they are installed."""
    found: dict[str, Distribution] = {}
    waiting = list(names)
    while waiting:
        name = normalized(waiting.pop())
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue  # Required by another Python or system only.
        requires = (text for text in found[name].requires or () if "extra ==" not in text)
        waiting.extend(match[0] for text in requires if (match := _NAME.match(text)))
    return found


def normalized(name: str) -> str:
    """A name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def size(found: Distribution) -> int:
    """The bytes of a distribution's files, bytecode among them."""
    paths = [Path(str(found.locate_file(file))) for file in found.files or ()]
    return sum(path.stat().st_size for path in paths if path.is_file())


def licence(found: Distribution) -> str:
    """What a distribution says that its licence is: the SPDX expression, else the classifiers, else its own words."""
    metadata = found.metadata
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classifiers = [text for text in metadata.get_all("Classifier") or () if text.startswith("License ::")]
    own_words = (metadata.get("License") or "unknown").splitlines()[0]
    return ", ".join(text.rpartition(":: ")[2] for text in classifiers) or own_words


if __name__ == "__main__":
    main()
