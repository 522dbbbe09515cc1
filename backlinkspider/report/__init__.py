"""Summaries of finished feeds: tables, and a page for people."""
