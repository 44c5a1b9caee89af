"""How fast a context is there, whatever breaks, and how often the cache has it."""
