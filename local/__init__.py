"""The cloud on one machine, and the command line over it."""
