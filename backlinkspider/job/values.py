"""Named plain values in the database of a job."""

from __future__ import annotations

import json
import sqlite3
from typing import Any


def read_value(connection: sqlite3.Connection, name: str) -> Any:
    """Return the value that was stored under a name; None where there is none."""
    row = connection.execute("SELECT value FROM job WHERE name = ?", (name,)).fetchone()
    return json.loads(row[0]) if row is not None else None


def write_value(connection: sqlite3.Connection, name: str, value: Any) -> None:
    """Store a plain value under a name."""
    connection.execute("INSERT OR REPLACE INTO job VALUES (?, ?)", (name, json.dumps(value)))
