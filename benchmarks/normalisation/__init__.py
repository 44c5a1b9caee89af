"""How long records take to become series, beside the time to read the same bytes as JSON."""
