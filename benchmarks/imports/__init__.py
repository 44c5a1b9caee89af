"""How much memory and time the import of a large export takes."""
