"""The routine agent."""
