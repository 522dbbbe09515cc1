"""What a link is worth: signals read the evidence of its row, weights give them points, `judge` adds up."""
