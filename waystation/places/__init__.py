"""Where: administrative areas, their boundaries, and the sites inside them."""
