"""The project's own tools: what builds, checks and tests the rest."""
