"""The adaptation agent."""
