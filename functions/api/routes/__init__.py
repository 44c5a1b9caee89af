"""One module a resource, each with one ``router``."""
