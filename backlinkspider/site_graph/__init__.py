"""Which site links to which: the store, and what fills it."""
