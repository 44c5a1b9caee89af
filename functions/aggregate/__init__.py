"""The last step of an analysis: six reports become one answer."""
