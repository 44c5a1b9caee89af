"""Health entities and rules: records, local days, series, quality, windows, and the context of a user."""
