"""How responses are processed: strictly one after the other, so that the state is consistent between two of them."""
