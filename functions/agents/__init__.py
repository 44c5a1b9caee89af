"""The six agents: each a specification, an input model and pure findings over one template."""
