"""Spiders: what to fetch, never what it means."""
