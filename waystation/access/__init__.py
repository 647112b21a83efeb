"""Who acts, for whom, with what right, and what they did: actors, roles, keys, the audit log."""
