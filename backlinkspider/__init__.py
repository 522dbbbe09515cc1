"""Finds the links that point at a target site, in pages of seed sites."""

__version__ = "0.1.0"
