"""Compares the database of one user with the health API, and repairs it."""
