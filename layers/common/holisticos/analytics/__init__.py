"""Pure statistics: series in, evidence out. Standard library only."""
