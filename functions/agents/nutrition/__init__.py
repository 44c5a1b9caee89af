"""The nutrition agent."""
