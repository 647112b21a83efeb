"""What goes out: figures, the protection of the people in them, publications, and formats."""
