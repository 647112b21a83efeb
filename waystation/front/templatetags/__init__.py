"""Template tags of the frame: the shared components of every page."""
