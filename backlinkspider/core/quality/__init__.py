"""Score links: signals read the evidence in a row, weights give them points, `judge` adds up."""
