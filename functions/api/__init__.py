"""The public HTTPS API."""
