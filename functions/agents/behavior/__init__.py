"""The behavior agent."""
