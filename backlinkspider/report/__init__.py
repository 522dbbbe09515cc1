"""Read finished feeds back and say what is in them: summaries, and a page for people."""
