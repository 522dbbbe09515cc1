"""What `scrapy rescore` does."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from scrapy.exceptions import UsageError

from backlinkspider.checks.weights import load_weights
from backlinkspider.command_line.operation import Operation, output_or_none
from backlinkspider.command_line.written_files import text_of_facts, write_output
from backlinkspider.core.quality.judge import Verdict
from backlinkspider.feeds.reader import OnBadLine
from backlinkspider.feeds.rescore import Rescored, open_for_rescore, rescore_feed


class Rescore(Operation):
    """Reads a feed, and writes it with the verdicts of other weights, in its place or to another file.

    Reads: BACKLINKS_WEIGHTS, where the option does not name the weights.
    """

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        super().check(args, opts)
        _check_words(args, opts.weights)
        self._weights = load_weights(opts.weights[0] if opts.weights else self.settings["BACKLINKS_WEIGHTS"])
        self._output = output_or_none(opts.output) or args[0]
        self._feed = open_for_rescore(args[0], self._output)

    def run(self, args: list[str], opts: argparse.Namespace) -> int:
        """Score, and print what changed."""

        def rescore(on_bad_line: OnBadLine) -> str:
            rescored = rescore_feed(self._feed, self._output, self._weights, on_bad_line)
            return text_of_facts(f"Judged by {self._weights.label}, in {self._output}", _facts_of(rescored))

        return write_output(self.command, self._output, rescore, bad_lines="stays as it is")


def _check_words(paths: Sequence[str], weights: Sequence[str]) -> None:
    """Raise UsageError unless there is one feed, and at most one of the others."""
    if not paths:
        raise UsageError("name the feed, for example: scrapy rescore backlinks.jsonl --weights mine.toml")
    for name, given in (("feeds", paths), ("files of weights", weights)):
        if len(given) > 1:
            raise UsageError(f"there are {len(given)} {name}: name one")


def _facts_of(rescored: Rescored) -> dict[str, int]:
    """Describe what was read and how it was scored."""
    lines = rescored.lines
    backlinks = rescored.verdicts.total()
    return {
        "backlinks": backlinks,
        **{f"  {verdict.value}": rescored.verdicts[verdict.value] for verdict in Verdict},
        "other rows": lines.read + lines.copied - backlinks,
        "rows changed": lines.changed,
        "unreadable lines": lines.bad_lines,
    }
