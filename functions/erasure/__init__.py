"""Erases everything that is kept of a user, and proves it."""
