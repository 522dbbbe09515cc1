"""Who links to whom: the store of links between sites, and what fills it."""
