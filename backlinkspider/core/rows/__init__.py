"""Rows as text: CSV cells that are safe to open, and rows read back."""
