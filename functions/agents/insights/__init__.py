"""The insights agent."""
