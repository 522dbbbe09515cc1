"""Who links to whom: the store of links between sites, and the extension that fills it."""
