"""The known links of a target: their lists, what was seen on their pages, and a row for each link."""
