"""The known links of a target: lists in, what was seen of their pages, and a row for each link."""
