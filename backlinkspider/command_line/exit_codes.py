"""Exit codes of the commands."""

from __future__ import annotations

FINISHED, FAILED, WRONG_ARGUMENTS, BROKEN_CONTRACTS, INTERRUPTED = 0, 1, 2, 3, 130
