"""Has a language model word what the agents found, within a budget, and shows nothing that does not follow from it."""
