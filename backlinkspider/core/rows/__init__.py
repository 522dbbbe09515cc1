"""Write rows as safe CSV cells, and read rows back."""
