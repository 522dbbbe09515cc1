"""Kinds of sources, grouped by who can read them.

A new source is a new file in one of the groups: its class names itself in `NAMES`, and nothing else lists it.
"""
