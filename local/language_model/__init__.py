"""A stand-in for a provider of language models: speaks OpenAI's protocols, words faithfully, and lies when told to."""
