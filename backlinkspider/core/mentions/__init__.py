"""Answers and files of the sources of candidates: which page is said to point to which URL. Pure parsing, one module a source."""
