"""The memory agent."""
