"""Rows out and rows back in: exporters, storage, reader, rewriter, merge, rescore."""
