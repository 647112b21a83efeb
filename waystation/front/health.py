"""Looking whether all is well."""
