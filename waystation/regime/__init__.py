"""The observatory: which organisations grow, in which role, at whose expense. To come."""
