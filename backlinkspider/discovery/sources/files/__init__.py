"""Sources on this machine: logs, and files that other programs export."""
