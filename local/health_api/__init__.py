"""A simulated upstream health API, with switchable faults.

It serves what was imported, from a file of its own, so that the upstream and the fallback database
fail independently of each other, as they do in production.
"""
