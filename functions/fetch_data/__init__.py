"""Reads a user's health data from one source and leaves it as a snapshot for the agents."""
