"""What comes in: forms, submissions word for word, and handing each to the app that takes it."""
