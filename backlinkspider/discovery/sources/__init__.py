"""One module a kind of source. A new source is a new file: its class names itself in `NAMES`, and nothing else lists it."""
