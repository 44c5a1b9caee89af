"""What the command line shows: progress while it works, and the result as a person reads it."""
