"""The memory of running processes, as Linux tells it."""

from __future__ import annotations

from pathlib import Path


def tree_megabytes(process: int) -> float:
    """The resident memory of a process and of those it has started; 0 when it has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8").split()
    except OSError:
        return 0.0
    resident = next((line for line in status.splitlines() if line.startswith("VmRSS:")), "VmRSS: 0 kB")
    return int(resident.split()[1]) / 1024 + sum(tree_megabytes(int(child)) for child in children)
