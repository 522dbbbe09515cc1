"""What `scrapy disavow` does."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from scrapy.exceptions import UsageError

from backlinkspider.analysis.disavow import By, DisavowFile, DisavowRequest, build_disavow_file, write_disavow_file
from backlinkspider.command_line.operation import Operation, output_or_none
from backlinkspider.command_line.program import say
from backlinkspider.command_line.written_files import text_of_facts, write_output
from backlinkspider.core.disavow import BYTES_MAXIMUM
from backlinkspider.core.exceptions import FeedError
from backlinkspider.core.quality.judge import Verdict
from backlinkspider.core.seeds.seeds import BadLine
from backlinkspider.feeds.reader import OnBadLine, file_identity, open_feed

_EXAMPLE = "for example: scrapy disavow backlinks.csv --existing disavow.txt -o disavow.txt"
_PROBLEMS_NAMED = 20
_ADVICE = (
    "Google ignores most bad links by itself and advises a disavow file only for links that you or somebody for you has made "
    "and cannot remove. Read the file before you upload it."
)


class Disavow(Operation):
    """Reads a feed and an existing disavow file, and writes both as one."""

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        super().check(args, opts)
        output = output_or_none(opts.output)
        _check_words(args, output)
        self._output = None if opts.dry_run else output
        self._existing: str | None = opts.existing
        _check_output(output, opts.existing)
        self._request = DisavowRequest(
            open_feed(args[0]),
            verdicts=_verdicts(opts.verdict),
            by=_by(opts.by),
            existing=_read_existing(opts.existing) if opts.existing else b"",
            note=f"Added on {datetime.now(UTC):%Y-%m-%d} from {Path(args[0]).name}: verdict {opts.verdict}, by {opts.by}",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> int:
        """Build the file, and write or show it."""

        def disavow(on_bad_line: OnBadLine) -> str:
            file = build_disavow_file(self._request, on_bad_line)
            self._name_problems(file.problems)
            if self._output is None:
                sys.stdout.write(file.text.decode("utf-8-sig", "replace"))
            else:
                write_disavow_file(file, self._output)
            return "\n".join(_lines(file, self._output))

        return write_output(self.command, self._output or "the preview", disavow)

    def _name_problems(self, problems: Sequence[BadLine]) -> None:
        for line in problems[:_PROBLEMS_NAMED]:
            say(self.command, f"{self._existing} line {line.number} is kept as it is: {line.problem}")
        if len(problems) > _PROBLEMS_NAMED:
            say(self.command, f"and {len(problems) - _PROBLEMS_NAMED} more")


def _check_words(paths: Sequence[str], output: str | None) -> None:
    if len(paths) != 1:
        raise UsageError(f"name one feed, {_EXAMPLE}")
    if output is not None and not output.endswith(".txt"):
        raise UsageError(f"the output '{output}' must be named .txt, as Google wants it")


def _check_output(output: str | None, existing: str | None) -> None:
    """Raise UsageError for an output whose entries would be lost."""
    place = file_identity(output) if output is not None else None
    if place is not None and (existing is None or file_identity(existing) != place):
        raise UsageError(f"'{output}' is there already: keep its entries with --existing {output}, or name another output")


def _verdicts(text: str) -> frozenset[Verdict]:
    words = [word.strip().lower() for word in text.split(",") if word.strip()]
    wrong = next((word for word in words if word not in [*Verdict]), None)
    if wrong is not None or not words:
        raise UsageError(f"--verdict '{wrong or ''}' must be one or more of {', '.join(Verdict)}")
    return frozenset(map(Verdict, words))


def _by(word: str) -> By:
    if word not in [*By]:
        raise UsageError(f"--by '{word}' must be {' or '.join(By)}")
    return By(word)


def _read_existing(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            # Twice what Google takes: a file that is too large is named as such, and one without an end is not read.
            return file.read(2 * BYTES_MAXIMUM)
    except OSError as error:
        raise FeedError(f"'{path}' cannot be read: {error.strerror or error}") from None


def _lines(file: DisavowFile, output: str | None) -> Iterator[str]:
    new = f"{file.domains} domains and {file.pages} pages"
    yield text_of_facts(
        f"{new} {f'added in {output}' if output else 'to disavow; -o disavow.txt writes the file'}",
        {
            "links they hold": file.links,
            "lines kept": file.kept_lines,
            "known already": file.known,
            "domains spared": file.spared_domains,
            "URLs unfit": file.unfit,
            "lines passed over": file.bad_lines,
        },
    )
    if file.spared_domains:
        yield "A domain that has a good link too is spared: its pages with bad links are named one by one."
    yield _ADVICE
