"""Where linked URLs lead, and whether they are broken."""
