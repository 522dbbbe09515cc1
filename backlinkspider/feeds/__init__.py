"""Feeds that were written, read back: for the commands that work on rows and not on pages."""
