"""How often `position`, `anchor_type` and `verdict` say what a reader says, and how much of the articles is main text.

    PYTHONPATH=. python benchmarks/positions.py

The labels are in `tests/labelled_positions/`, the real pages in `../shared/corpora`. Without these it prints the figures for the
invented pages.
"""

from __future__ import annotations

from pathlib import Path

from tests.support.labelled_positions import (
    Judged,
    judge_anchor_types,
    judge_outlined,
    judge_real,
    judge_verdicts,
    main_text_of,
    outlined_pages,
    page_id,
    shares_of_articles,
)
from tests.support.real_pages import read_real_pages

CORPORA = Path(__file__).parent.parent.parent / "shared" / "corpora"


def main() -> None:
    """Print a line for each set."""
    print(f"{'position':<34}{'links':>7}{'strict':>9}{'or second':>11}")
    for file in ("builders.txt", "themes.txt"):
        pages = list(outlined_pages(file))
        _print_positions(file, [judged for page in pages for judged in judge_outlined(page)])
        kept = [len(main_text_of(page).split()) / page.words for page in pages]
        print(f"    half of the article is main text on {sum(share >= 1 / 2 for share in kept)} of {len(pages)} pages")
    if not CORPORA.is_dir():
        return
    for sample in ("first", "second", "third"):
        _print_positions(f"real pages, {sample} sample", judge_real(CORPORA, sample))
    known = {page_id(page.url) for page in read_real_pages(CORPORA)}
    third = judge_real(CORPORA, "third")
    _print_positions("    the 300 pages", [each for each in third if each.link.page in known])
    _print_positions("    other pages", [each for each in third if each.link.page not in known])
    shares = shares_of_articles(CORPORA)
    print(f"    half of the article is main text on {sum(share >= 1 / 2 for share in shares.values())} of {len(shares)} pages")
    for sample in ("second", "third"):
        _print_positions(f"anchor types, {sample} sample", judge_anchor_types(CORPORA, sample))
    verdicts = judge_verdicts(CORPORA)
    _print_positions("verdicts", verdicts)
    called_good = [each for each in verdicts if each.answer == "good"]
    are_good = [each for each in verdicts if each.link.labels[0] == "good"]
    _print_positions("    of those called good", called_good)
    _print_positions("    of those that are good", are_good)


def _print_positions(name: str, judged: list[Judged]) -> None:
    strict = sum(each.is_strict for each in judged) / len(judged)
    accepted = sum(each.is_accepted for each in judged) / len(judged)
    print(f"{name:<34}{len(judged):>7}{strict:>9.1%}{accepted:>11.1%}")


if __name__ == "__main__":
    main()
